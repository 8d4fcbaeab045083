"""What a scenario maximises. Each objective gives every level of every output a whole number; their sum is the value.

`unit` turns that whole number back into the objective's own measure: priority points for *delivery* (an output of priority 50
delivered in full is worth 50), priority points times money / 100 for *money-weighted*.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from optimizer.allocation import Delivery
from optimizer.plan import Level, Plan


@dataclass(frozen=True, slots=True)
class Objective:
    """`worth` is what one output of priority 1 contributes when delivered so; docs/model.md gives the formula."""

    name: str
    formula: str
    measure: str
    worth: Callable[[Level | Delivery], Fraction]


DELIVERY = Objective("delivery", "sum_i v_i s_il / 100", "priority points", lambda level: Fraction(level.share, 100))
MONEY_WEIGHTED = Objective(
    "money-weighted", "sum_i v_i a_il / 100", "priority-weighted money", lambda level: Fraction(level.amount, 100)
)
TIERS = Objective(
    "tiers", "sum_(i of tier 1) v_i s_il / 100, then tier 2, ...", "priority points", lambda level: Fraction(level.share, 100)
)
BALANCED = Objective(
    "balanced", "min_k a_k / E_k, then sum_i v_i s_il / 100", "priority points", lambda level: Fraction(level.share, 100)
)
OBJECTIVES = {objective.name: objective for objective in (DELIVERY, MONEY_WEIGHTED, TIERS, BALANCED)}


def value_stages(plan: Plan, objective: Objective) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What is maximised one after the other: the stage's name, and the positions of the outputs whose value it adds up."""
    if objective is not TIERS:
        return (("value", tuple(range(len(plan.outputs)))),)
    tiers = sorted({output.tier for output in plan.outputs if output.tier is not None})
    return tuple((f"value of tier {tier}", tuple(i for i, o in enumerate(plan.outputs) if o.tier == tier)) for tier in tiers)


@dataclass(frozen=True, slots=True)
class IntegerValues:
    """`of[i][l - 1]` is the whole number for output i at level l; `unit` is what 1 is worth in the objective's measure."""

    of: tuple[tuple[int, ...], ...]
    unit: Fraction


@lru_cache(maxsize=32)  # asked again for each set of rules that a conflict or a what-if tries on the same plan
def integer_values(plan: Plan, objective: Objective) -> IntegerValues:
    """The objective scaled, once, to the smallest whole numbers that keep every comparison exact."""
    exact = [
        [priority * objective.worth(level) for level in levels]
        for priority, levels in zip(plan.priorities, plan.levels, strict=True)
    ]
    denominator = math.lcm(*(value.denominator for row in exact for value in row))
    whole = [[value.numerator * (denominator // value.denominator) for value in row] for row in exact]
    divisor = math.gcd(*(number for row in whole for number in row)) or 1
    return IntegerValues(tuple(tuple(number // divisor for number in row) for row in whole), Fraction(divisor, denominator))
