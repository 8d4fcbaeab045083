"""The exact check of an allocation: totals and breaches in integers and fractions, from the plan alone.

Knows neither the program nor the solver. The value is added up here a second time, from scores and weights, on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import Allocation, Delivery
from optimizer.plan import Plan
from optimizer.rules import Breach
from optimizer.scenario import Scenario

Attained = tuple[tuple[str, Fraction], ...]  # what an objective compares, by name


def first_change(before: Attained, after: Attained) -> tuple[str, Fraction]:
    """How one result differs from another of the same objective: in the first figure in which it does, else in the last."""
    changes = [(name, new - old) for (name, old), (_, new) in zip(before, after, strict=True)]
    return next((change for change in changes if change[1]), changes[-1])


@dataclass(frozen=True)
class Audit:
    """Exact totals of an allocation and every rule that it breaches.

    `value` is in the measure of the scenario's objective; `attained` is what the objective compares, in its order: the value,
    one value a tier, or the smallest coverage of a component and the value. `received` is money by component id; the counts
    are of outputs.
    """

    breaches: tuple[Breach, ...]
    value: Fraction
    attained: Attained
    spend: int
    received: Mapping[str, int]
    in_full: int
    in_part: int
    deferred: int


def audit(scenario: Scenario, allocation: Allocation) -> Audit:
    """Check any allocation, the optimizer's or somebody's own, against every rule of the scenario."""
    plan = scenario.plan
    received = {component.id: 0 for component in plan.components}
    for output, delivery in zip(plan.outputs, allocation, strict=True):
        received[output.component] += delivery.amount
    found = value(scenario, allocation)
    in_full = sum(delivery.share == 100 for delivery in allocation)
    funded = sum(delivery.funded for delivery in allocation)
    return Audit(
        breaches=tuple(breach for rule in scenario.rules for breach in rule.breaches(plan, allocation)),
        value=found,
        attained=tuple(_attained(scenario, allocation, received, found)),
        spend=sum(received.values()),
        received=received,
        in_full=in_full,
        in_part=funded - in_full,
        deferred=len(plan.outputs) - funded,
    )


def _attained(
    scenario: Scenario, allocation: Allocation, received: Mapping[str, int], found: Fraction
) -> Iterator[tuple[str, Fraction]]:
    plan = scenario.plan
    if scenario.objective.name == "tiers":
        for tier in sorted({output.tier for output in plan.outputs if output.tier is not None}):
            yield f"value of tier {tier}", value(scenario, allocation, tier)
        return
    if scenario.objective.name == "balanced":
        yield "smallest coverage", smallest_coverage(plan, received)
    yield "value", found


def smallest_coverage(plan: Plan, received: Mapping[str, int]) -> Fraction:
    """The least share of its estimate that any component receives; components without an estimate do not count."""
    estimates = {component.id: plan.estimate(component.id) for component in plan.components}
    return min((Fraction(received[key], estimate) for key, estimate in estimates.items() if estimate), default=Fraction(1))


def value(scenario: Scenario, allocation: Allocation, tier: int | None = None) -> Fraction:
    """The objective, from weights and scores: sum over outputs of w_k * (sum_c w_c s_ic / sum_c w_c) * worth of the delivery.

    With a tier, of its outputs alone.
    """
    plan = scenario.plan
    unit = math.lcm(*(criterion.weight.denominator for criterion in plan.criteria))
    weights = [int(criterion.weight * unit) for criterion in plan.criteria]
    component_weight = {component.id: component.weight for component in plan.components}
    points = Fraction(0)
    for output, delivery in zip(plan.outputs, allocation, strict=True):
        worth = _worth(scenario.objective.name, delivery)
        if worth and (tier is None or output.tier == tier):
            whole = math.lcm(*(score.denominator for score in output.scores))
            scores = (score.numerator * (whole // score.denominator) for score in output.scores)
            weighted = sum(weight * score for weight, score in zip(weights, scores, strict=True))
            points += component_weight[output.component] * Fraction(weighted, whole * sum(weights)) * worth
    return points


def _worth(objective: str, delivery: Delivery) -> Fraction:
    if objective in ("delivery", "tiers", "balanced"):
        return Fraction(delivery.share, 100)
    if objective == "money-weighted":
        return Fraction(delivery.amount, 100)
    raise ValueError(f"the audit does not know the objective {objective}")
