"""From a plan and named changes to one fully stated question: a plan, resources, an objective, rules."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from optimizer.findings import Finding, InputRefused, Severity, nearest, quoted
from optimizer.keys import content_keys
from optimizer.objectives import OBJECTIVES, Objective
from optimizer.overrides import Change, apply
from optimizer.plan import Limit, Plan, Status
from optimizer.rules import AtLeast, AtMost, Budget, Ceiling, Committed, Deferred, Floor, OneLevel, Requires, Rule, TagCoverage
from optimizer.sanity import contradictions
from optimizer.values import ValueRefused, parse_resources


@dataclass(frozen=True, slots=True)
class ScenarioSpec:
    """A scenario as written: its resources, its objective, and what it changes in the plan."""

    name: str
    resources: Limit
    objective: str = "delivery"
    title: str = ""
    note: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A fully stated question. `plan` has the changes made; `keys` are of the plan as read, so that they do not depend on it."""

    spec: ScenarioSpec
    plan: Plan
    resources: int
    objective: Objective
    rules: tuple[Rule, ...]
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.spec.name


def with_settings(spec: ScenarioSpec, settings: tuple[str, ...]) -> ScenarioSpec:
    """The scenario with `key=value` settings on top: `resources=75%`, `objective=delivery`, `output.1.10.status=deferred`.

    Raises InputRefused with every setting that cannot be understood.
    """
    findings: list[Finding] = []
    for text in settings:
        key, equals, value = (part.strip() for part in text.partition("="))
        place = f"--set {text}"
        try:
            if not equals:
                raise ValueRefused("KEY=VALUE is expected, for instance resources=75%")
            if key == "resources":
                spec = replace(spec, resources=parse_resources(value))
            elif key == "objective":
                spec = replace(spec, objective=value)
            else:
                kind, _, rest = key.partition(".")
                item, _, setting = rest.rpartition(".")
                if kind == "plan" and not item:
                    item = "*"
                if not (item and setting):
                    raise ValueRefused("resources, objective or KIND.ITEM.SETTING is expected, for instance output.1.10.status")
                spec = replace(spec, changes=(*spec.changes, Change(kind, item, setting, value, place)))
        except ValueRefused as refused:
            findings.append(Finding("setting", Severity.ERROR, "", place, "", quoted(value), refused.expected))
    if findings:
        raise InputRefused(findings)
    if not settings:
        return spec
    made = "; ".join(settings)
    return replace(spec, name=f"{spec.name} changed", title=f"{spec.name} with {made}", note=f"As {spec.name}, but {made}.")


def derive(plan: Plan, spec: ScenarioSpec) -> Scenario:
    """The question that `spec` asks of `plan`.

    Raises InputRefused when a change cannot be applied, or when what comes out makes no sense whatever the resources.
    """
    findings: list[Finding] = []
    changed = apply(plan, spec.changes, findings)
    if spec.objective not in OBJECTIVES:
        expected = f"no objective has this name; {nearest(spec.objective, OBJECTIVES)}"
        findings.append(Finding("objective", Severity.ERROR, "", f"scenario {spec.name}", "", quoted(spec.objective), expected))
    if spec.changes and not findings:
        findings.extend(
            Finding(
                fact.code,
                fact.severity,
                "",
                f"scenario {spec.name}",
                "",
                " ".join(filter(None, (fact.kind, fact.item, fact.field, fact.found))),
                fact.expected,
            )
            for fact in contradictions(changed)
            if fact.severity is Severity.ERROR
        )
    if findings:
        raise InputRefused(findings)
    resources = math.floor(spec.resources.of(changed.cost, 0))
    return Scenario(spec, changed, resources, OBJECTIVES[spec.objective], tuple(rules(changed, resources)), content_keys(plan))


def rules(plan: Plan, resources: int) -> Iterator[Rule]:
    """Every rule that the plan states, under these resources."""
    for i, output in enumerate(plan.outputs):
        yield OneLevel(output.id, i)
    yield Budget(resources)
    for component in plan.components:
        members, estimate = plan.members[component.id], plan.estimate(component.id)
        if component.minimum is not None and component.minimum.value:
            limit = math.ceil(component.minimum.of(estimate, resources))
            yield Floor(component.id, component.minimum.basis, members, limit)
        if component.maximum is not None:
            limit = math.floor(component.maximum.of(estimate, resources))
            yield Ceiling(component.id, component.maximum.basis, members, limit)
    for i, output in enumerate(plan.outputs):
        if output.status is Status.COMMITTED:
            yield Committed(output.id, i, output.committed)
        elif output.status is Status.DEFERRED:
            yield Deferred(output.id, i)
    for link in plan.links:
        yield Requires(link.output, plan.index[link.output], link.requires, plan.index[link.requires], link.share)
    for group in plan.groups:
        members = tuple(plan.index[member] for member in group.members)
        yield (AtMost if group.at_most else AtLeast)(group.name, members, group.k)
    for target in plan.coverage:
        column = plan.tag_columns.index(target.tag_column)
        carriers = tuple(i for i, output in enumerate(plan.outputs) if target.tag in output.tags[column])
        yield TagCoverage(target.tag_column, target.tag, carriers, target.least)
