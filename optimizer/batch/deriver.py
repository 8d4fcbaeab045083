"""derive() for thousands of scenarios of one plan: what a scenario does not change is not looked at again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from optimizer.findings import Finding, Severity
from optimizer.keys import content_keys
from optimizer.objectives import OBJECTIVES, TIERS
from optimizer.overrides import apply
from optimizer.plan import Basis, Output, Plan
from optimizer.rules import Budget, OneLevel, Rule, timing_rules_of
from optimizer.sanity import after_changes, contradictions
from optimizer.scenario import Scenario, ScenarioSpec, decisions, derive, limits, stability, ties, without_funds

LOCAL = ("output", "component", "criterion")  # kinds of changes that leave the rest of the plan as it is


class Deriver:
    """Gives the scenarios that scenario.derive gives, and refuses what it refuses."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.alone = without_funds(plan)
        self.sound = not any(fact.severity is Severity.ERROR for fact in contradictions(plan))
        self.keys = content_keys(plan)
        self.one_level: tuple[Rule, ...] = tuple(OneLevel(output.id, i) for i, output in enumerate(plan.outputs))
        self.ties = tuple(ties(plan))
        self.timed = [tuple(_timed(self.alone, i)) for i in range(len(plan.outputs))] if self.sound else []

    def derive(self, spec: ScenarioSpec) -> Scenario:
        """Raises InputRefused as scenario.derive does."""
        local = all(change.kind in LOCAL for change in spec.changes)
        if not (self.sound and local) or spec.resources.basis is Basis.FUNDS or spec.objective not in OBJECTIVES:
            return derive(self.plan, spec)
        findings: list[Finding] = []
        changed = apply(self.plan, spec.changes, findings)
        pairs = zip(changed.outputs, self.plan.outputs, strict=True)
        new = [i for i, (now, before) in enumerate(pairs) if now is not before]
        if findings or spec.objective == TIERS.name or self._refused(changed, [changed.outputs[i] for i in new], spec):
            return derive(self.plan, spec)
        changed = without_funds(changed)
        resources = math.floor(spec.resources.of(changed.cost, 0))
        timed = dict(enumerate(self.timed)) | {i: tuple(_timed(changed, i)) for i in new if not self._untimed(changed, i)}
        rules = (
            *self.one_level,
            Budget(resources),
            *limits(changed, resources),
            *decisions(changed),
            *self.ties,
            *(rule for of_output in timed.values() for rule in of_output),
            *stability(changed),
        )
        return Scenario(spec, changed, resources, OBJECTIVES[spec.objective], rules, self.keys)

    def _refused(self, changed: Plan, outputs: Sequence[Output], spec: ScenarioSpec) -> bool:
        """Whether scenario.derive, which says why, would find a contradiction."""
        facts = after_changes(changed, outputs) if spec.changes else iter(())
        return any(fact.severity is Severity.ERROR for fact in facts)

    def _untimed(self, changed: Plan, i: int) -> bool:
        """Whether timing says nothing of an output, as before: in the same years there is time for all levels or for none."""
        before, now = self.plan.outputs[i], changed.outputs[i]
        if self.timed[i] or changed.first_open_year is not None or changed.continuity or not before.cost:
            return False
        same = (before.start, before.end, before.earliest_start) == (now.start, now.end, now.earliest_start)
        return same and all(row.level is None for row in now.profile)


def _timed(plan: Plan, i: int) -> Iterator[Rule]:
    """The rules about the timing of one output."""
    levels = plan.levels_of(plan.outputs[i])
    return timing_rules_of(plan, i, levels, plan.variants_of(plan.outputs[i], levels))
