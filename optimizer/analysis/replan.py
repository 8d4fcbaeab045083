"""A re-plan: what each further change to the adopted allocation is worth."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.analysis.clashes import clashes
from optimizer.analysis.conflict import why
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.keys import normalise
from optimizer.optimize import optimize
from optimizer.plan import Plan
from optimizer.program import Termination
from optimizer.result import Outcome, Result
from optimizer.rules import Changes, Committed, adopted_levels
from optimizer.scenario import Scenario

MOST_NAMED = 8  # outputs, in a finding about many
MOST_CONDITIONS = 4  # that clash, in a reason
LONGEST_REASON = 30.0  # seconds to find them


@dataclass(frozen=True)
class Step:
    """The best with at most `allowed` changes. `drops` receive less than adopted, `additions` more (positions of outputs).

    `reasons` say why there is no such allocation, at the largest number of changes for which there is none.
    """

    allowed: int
    outcome: Outcome
    drops: tuple[int, ...]
    additions: tuple[int, ...]
    reasons: tuple[str, ...] = ()


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
    return Replan(adopted, _explained(steps, free), free)


def _explained(steps: Sequence[Step], free: Outcome) -> tuple[Step, ...]:
    """The steps, with the reasons at the last of those that nothing satisfies."""
    refused = [k for k, step in enumerate(steps) if step.outcome.termination is Termination.INFEASIBLE]
    if not refused:
        return tuple(steps)
    last = steps[refused[-1]]
    asked = free if free.termination is Termination.INFEASIBLE else last.outcome
    found = why(asked.scenario) or _clash(asked.scenario)
    return tuple(replace(step, reasons=found) if step is last else step for step in steps)


def _clash(scenario: Scenario) -> tuple[str, ...]:
    """The conditions that cannot all hold, in one sentence; that on the number of changes goes without saying."""
    found = clashes(scenario, time.monotonic() + LONGEST_REASON, most=1).sets
    clash = [rule for rule in found[0] if not isinstance(rule, Changes)] if found else []
    held = [rule for rule in clash if isinstance(rule, Committed)]
    named = [rule.describe(scenario.plan) for rule in clash if len(held) < 2 or rule not in held]
    if len(held) > 1:
        named.append(f"What is spent or committed on {len(held)} outputs stays")
    if len(named) > MOST_CONDITIONS:
        named[MOST_CONDITIONS:] = [f"and {len(named) - MOST_CONDITIONS} more"]
    return (f"With so few changes these cannot all hold: {'; '.join(named)}.",) if named else ()


def unmatched(plan: Plan, titles: Mapping[str, str], file: str) -> tuple[Finding, ...]:
    """What does not fit together of a plan and of adopted results, `titles` by id; all of it warnings.

    Raises InputRefused where they have no output in common: the results are of another plan.
    """
    ids = {output.id: output.name for output in plan.outputs}
    if ids.keys().isdisjoint(titles):
        found = f"none of the {len(titles)} outputs of these results is an output of the plan"
        expected = "results of this plan are expected"
        raise InputRefused([Finding("other-plan", Severity.ERROR, file, "", "", found, expected, "name others after --against")])
    new = [key for key in ids if key not in titles]
    gone = [key for key in titles if key not in ids]
    renamed = [key for key, title in titles.items() if key in ids and normalise(title) != normalise(ids[key])]
    told = (
        ("not-adopted", new, "in the plan but not in these results", "as receiving nothing"),
        ("not-in-plan", gone, "in these results but not in the plan", "not at all"),
        ("other-title", renamed, "with another title in these results than in the plan", "as the same"),
    )
    return tuple(
        Finding(code, Severity.WARNING, file, "", "", f"{_some(which)} {said}", f"counted {how} in what was adopted")
        for code, which, said, how in told
        if which
    )


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"{'output' if len(ids) == 1 else 'outputs'} {', '.join(ids[:MOST_NAMED])}{more}"


def with_adopted(plan: Plan, amounts: dict[str, int]) -> Plan:
    """The plan with what each output received in an adopted allocation, by id; outputs that it does not know received nothing."""
    return replace(plan, outputs=tuple(replace(output, adopted=amounts.get(output.id, 0)) for output in plan.outputs))


def _step(allowed: int, outcome: Outcome, adopted: tuple[int, ...]) -> Step:
    received = [delivery.amount for delivery in outcome.allocation] if isinstance(outcome, Result) else list(adopted)
    drops = tuple(i for i, (now, before) in enumerate(zip(received, adopted, strict=True)) if now < before)
    additions = tuple(i for i, (now, before) in enumerate(zip(received, adopted, strict=True)) if now > before)
    return Step(allowed, outcome, drops, additions)
