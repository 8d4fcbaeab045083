"""From a plan and named changes to one fully stated question: a plan, resources, an objective, rules."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.findings import Finding, InputRefused, Severity, nearest, quoted
from optimizer.keys import content_keys
from optimizer.objectives import OBJECTIVES, TIERS, Objective
from optimizer.overrides import Change, apply
from optimizer.plan import Basis, Limit, Plan, Status
from optimizer.rules import (
    AtLeast,
    AtMost,
    Budget,
    Ceiling,
    Changes,
    Committed,
    Deferred,
    Drops,
    Floor,
    FundMoney,
    OneLevel,
    Requires,
    Rule,
    TagCoverage,
    adopted_levels,
    timing_rules,
)
from optimizer.sanity import contradictions
from optimizer.titles import Titled, Titles
from optimizer.values import ValueRefused, parse_resources

CHANGED = " changed"  # after the name of a scenario with settings on top


@dataclass(frozen=True, slots=True)
class ScenarioSpec(Titled):
    """A scenario as written: its resources, its objective, and what it changes in the plan."""

    name: str
    resources: Limit
    objective: str = "delivery"
    title: str = ""
    note: str = ""
    changes: tuple[Change, ...] = ()
    titles: Titles = ()


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


def with_settings(spec: ScenarioSpec, settings: Sequence[str], source: str = "--set") -> ScenarioSpec:
    """The scenario with `key=value` settings on top: `resources=75%`, `objective=delivery`, `output.1.10.status=deferred`.

    `source` is where they were written, for messages. Raises InputRefused with every setting that cannot be understood.
    """
    findings: list[Finding] = []
    resources, objective, changes = spec.resources, spec.objective, list(spec.changes)
    for text in settings:
        key, equals, value = (part.strip() for part in text.partition("="))
        place = f"{source} {text}"
        try:
            if not equals:
                raise ValueRefused("KEY=VALUE is expected, for instance resources=75%")
            if key == "resources":
                resources = parse_resources(value)
            elif key == "objective":
                objective = value
            else:
                kind, _, rest = key.partition(".")
                item, _, setting = rest.rpartition(".")
                if kind == "plan" and not item:
                    item = "*"
                if not (item and setting):
                    raise ValueRefused("resources, objective or KIND.ITEM.SETTING is expected, for instance output.1.10.status")
                changes.append(Change(kind, item, setting, value, place))
        except ValueRefused as refused:
            findings.append(Finding("setting", Severity.ERROR, "", place, "", quoted(value), refused.expected))
    if findings:
        raise InputRefused(findings)
    if not settings:
        return spec
    made = "; ".join(settings)
    title, note = f"{spec.name} with {made}", f"As {spec.name}, but {made}."
    asked = replace(spec, resources=resources, objective=objective, changes=tuple(changes))
    return replace(asked, name=f"{spec.name}{CHANGED}", title=title, titles=(), note=note)


def derive(plan: Plan, spec: ScenarioSpec) -> Scenario:
    """The question that `spec` asks of `plan`.

    Raises InputRefused when a change cannot be applied, or when what comes out makes no sense whatever the resources.
    """
    findings: list[Finding] = []
    changed = apply(plan, spec.changes, findings)
    if spec.objective not in OBJECTIVES:
        expected = f"no objective has this name; {nearest(spec.objective, OBJECTIVES)}"
        findings.append(Finding("objective", Severity.ERROR, "", f"scenario {spec.name}", "", quoted(spec.objective), expected))
    findings.extend(_unaskable(changed, spec))
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
                fact.remedy,
            )
            for fact in contradictions(changed)
            if fact.severity is Severity.ERROR
        )
    if findings:
        raise InputRefused(findings)
    changed = _with_funds(changed, spec.resources)
    money = sum(sum(fund.amounts) for fund in changed.funds)
    resources = money if spec.resources.basis is Basis.FUNDS else math.floor(spec.resources.of(changed.cost, 0))
    return Scenario(spec, changed, resources, OBJECTIVES[spec.objective], tuple(rules(changed, resources)), content_keys(plan))


def _unaskable(plan: Plan, spec: ScenarioSpec) -> Iterator[Finding]:
    """What the scenario needs of the plan and does not find."""
    place = f"scenario {spec.name}"
    untold = [output.id for output in plan.outputs if output.tier is None]
    if spec.objective == TIERS.name and untold:
        found = f"objective tiers, {len(untold)} outputs without a tier, {untold[0]} the first"
        yield Finding(
            "no-tier", Severity.ERROR, "", place, "", found, "a tier for each output is expected, 1 for the first class"
        )
    if spec.resources.basis is Basis.FUNDS and not plan.funds:
        expected = "a plan with funds is expected, on the sheet Funds"
        yield Finding("no-funds", Severity.ERROR, "", place, "", "resources in % of funds", expected)


def without_funds(plan: Plan) -> Plan:
    """The plan where money is one amount: then there are no later starts either."""
    return replace(plan, funds=(), later_start=False) if plan.funds or plan.later_start else plan


def _with_funds(plan: Plan, resources: Limit) -> Plan:
    """The plan with the funds that count: all, each amount at the percentage asked for; or none."""
    if resources.basis is not Basis.FUNDS:
        return without_funds(plan)
    scaled = (
        replace(fund, amounts=tuple(math.floor(resources.of(0, 0, amount)) for amount in fund.amounts)) for fund in plan.funds
    )
    return replace(plan, funds=tuple(scaled))


def at_resources(scenario: Scenario, limit: Limit) -> Scenario:
    """The same question with other resources, and with the limits that are shares of them.

    Of funds each amount is taken in the proportion that the percentages have, rounded down. Raises ValueError for money where the
    scenario is paid by funds, and the reverse.
    """
    plan, old = scenario.plan, scenario.spec.resources
    if (limit.basis is Basis.FUNDS) is not (old.basis is Basis.FUNDS):
        raise ValueError("a scenario in % of funds has levels in % of funds, any other scenario has not")
    resources = math.floor(limit.of(plan.cost, 0))
    if limit.basis is Basis.FUNDS:
        part = Limit(Basis.FUNDS, 100 * limit.value / old.value) if old.value else old
        plan = _with_funds(plan, part)
        resources = sum(sum(fund.amounts) for fund in plan.funds)
    spec = replace(scenario.spec, resources=limit)
    return replace(scenario, spec=spec, plan=plan, resources=resources, rules=tuple(rules(plan, resources)))


def asked_again(scenario: Scenario, plan: Plan) -> Scenario:
    """The same question of a plan whose funds, or whose adopted allocation, are others."""
    money = sum(sum(fund.amounts) for fund in plan.funds)
    resources = money if scenario.spec.resources.basis is Basis.FUNDS else scenario.resources
    return replace(scenario, plan=plan, resources=resources, rules=tuple(rules(plan, resources)))


def without(scenario: Scenario, dropped: Collection[Rule]) -> Scenario:
    """The same question without some of its rules."""
    return replace(scenario, rules=tuple(rule for rule in scenario.rules if rule not in dropped))


def rules(plan: Plan, resources: int) -> Iterator[Rule]:
    """Every rule that the plan states, under these resources."""
    for i, output in enumerate(plan.outputs):
        yield OneLevel(output.id, i)
    yield Budget(resources)
    yield from limits(plan, resources)
    yield from decisions(plan)
    yield from ties(plan)
    yield from timing_rules(plan)
    if plan.funds:
        yield FundMoney(plan.funds, plan.payers, tuple(period.name for period in plan.periods))
    yield from stability(plan)


def limits(plan: Plan, resources: int) -> Iterator[Rule]:
    """Minimum and maximum allocations of components."""
    for component in plan.components:
        members, estimate = plan.members[component.id], plan.estimate(component.id)
        if component.minimum is not None and component.minimum.value:
            limit = math.ceil(component.minimum.of(estimate, resources))
            yield Floor(component.id, component.minimum.basis, members, limit)
        if component.maximum is not None:
            limit = math.floor(component.maximum.of(estimate, resources))
            yield Ceiling(component.id, component.maximum.basis, members, limit)


def decisions(plan: Plan) -> Iterator[Rule]:
    """What is committed, spent or deferred."""
    for i, output in enumerate(plan.outputs):
        spent = output.spent if plan.first_open_year is not None else 0
        if output.status is Status.COMMITTED or spent:
            yield Committed(output.id, i, max(output.committed if output.status is Status.COMMITTED else 0, spent))
        if output.status is Status.DEFERRED:
            yield Deferred(output.id, i, spent)


def ties(plan: Plan) -> Iterator[Rule]:
    """Links, groups and coverage."""
    for link in plan.links:
        yield Requires(link.output, plan.index[link.output], link.requires, plan.index[link.requires], link.share)
    for group in plan.groups:
        members = tuple(plan.index[member] for member in group.members)
        yield (AtMost if group.at_most else AtLeast)(group.name, members, group.k)
    for target in plan.coverage:
        column = plan.tag_columns.index(target.tag_column)
        carriers = tuple(i for i, output in enumerate(plan.outputs) if target.tag in output.tags[column])
        yield TagCoverage(target.tag_column, target.tag, carriers, target.least)


def stability(plan: Plan) -> Iterator[Rule]:
    """How far an allocation may depart from the one adopted."""
    if plan.allowed_changes is not None:
        yield Changes(adopted_levels(plan), plan.allowed_changes)
    if plan.allowed_drops is not None:
        yield Drops(adopted_levels(plan), plan.allowed_drops)
