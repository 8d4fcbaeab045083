"""A re-plan: what each further change to the adopted allocation is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.optimize import optimize
from optimizer.plan import Plan
from optimizer.result import Outcome, Result
from optimizer.rules import Changes, adopted_levels
from optimizer.scenario import Scenario


@dataclass(frozen=True)
class Step:
    """The best with at most `allowed` changes. `drops` receive less than adopted, `additions` more (positions of outputs)."""

    allowed: int
    outcome: Outcome
    drops: tuple[int, ...]
    additions: tuple[int, ...]


@dataclass(frozen=True)
class Replan:
    """`adopted` are the amounts from which changes are counted, one an output; `steps` by number of changes allowed.

    `free` is the best with any number of changes: the last step reaches it, unless fewer were asked for.
    """

    adopted: tuple[int, ...]
    steps: tuple[Step, ...]
    free: Outcome


def replan(scenario: Scenario, most: int | None = None, seconds: float = 600.0) -> Replan:
    """The best allocation for 0, 1, 2, ... changes, until more changes bring nothing, or `most` are allowed.

    Drops stay limited where the scenario limits them. `seconds` bounds each question.
    """
    plan = scenario.plan
    levels = adopted_levels(plan)
    adopted = tuple(plan.levels[i][level - 1].amount if level else 0 for i, level in enumerate(levels))
    others = tuple(rule for rule in scenario.rules if not isinstance(rule, Changes))
    free = optimize(replace(scenario, rules=others), seconds)
    steps: list[Step] = []
    for allowed in range((len(plan.outputs) if most is None else most) + 1):
        outcome = optimize(replace(scenario, rules=(*others, Changes(levels, allowed))), seconds)
        steps.append(_step(allowed, outcome, adopted))
        if not isinstance(free, Result) or (isinstance(outcome, Result) and outcome.audit.attained == free.audit.attained):
            break
    return Replan(adopted, tuple(steps), free)


def with_adopted(plan: Plan, amounts: dict[str, int]) -> Plan:
    """The plan with what each output received in an adopted allocation, by id; outputs that it does not know received nothing."""
    return replace(plan, outputs=tuple(replace(output, adopted=amounts.get(output.id, 0)) for output in plan.outputs))


def _step(allowed: int, outcome: Outcome, adopted: tuple[int, ...]) -> Step:
    received = [delivery.amount for delivery in outcome.allocation] if isinstance(outcome, Result) else list(adopted)
    drops = tuple(i for i, (now, before) in enumerate(zip(received, adopted, strict=True)) if now < before)
    additions = tuple(i for i, (now, before) in enumerate(zip(received, adopted, strict=True)) if now > before)
    return Step(allowed, outcome, drops, additions)
