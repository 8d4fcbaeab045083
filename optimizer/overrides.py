"""Named changes to a plan: one form for the sheet Scenario changes, for --set and for scenario files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from optimizer.findings import Finding, Severity, nearest, quoted
from optimizer.plan import Component, Criterion, Output, Plan, Status
from optimizer.values import ValueRefused, parse_amount, parse_choice, parse_limit, parse_number

EVERY = "*"


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of one item, or of every item of its kind (`*`). `place` is where it was written: sheet!cell, or --set."""

    kind: str
    item: str
    setting: str
    value: str
    place: str = ""
    reason: str = ""
    paragraph: str = ""

    def __str__(self) -> str:
        return f"{self.kind}.{self.item}.{self.setting}={self.value}"


OutputSetting = Callable[[Plan, Output, str], Output]


def _cost(plan: Plan, output: Output, text: str) -> Output:
    if output.explicit_levels:
        raise ValueRefused("the output has explicit levels: change them on the sheet Levels")
    cost = parse_amount(text)
    return replace(output, cost=cost, minimum=cost if output.minimum == output.cost else output.minimum)


def _minimum_viable(plan: Plan, output: Output, text: str) -> Output:
    if output.explicit_levels:
        raise ValueRefused("the output has explicit levels: change them on the sheet Levels")
    return replace(output, minimum=parse_amount(text))


def _status(plan: Plan, output: Output, text: str) -> Output:
    return replace(output, status=Status(parse_choice(text, list(Status))))


def _committed(plan: Plan, output: Output, text: str) -> Output:
    return replace(output, committed=parse_amount(text))


def _score(plan: Plan, output: Output, criterion: int, text: str) -> Output:
    score = parse_number(text)
    if score > 100:
        raise ValueRefused("a score from 0 to 100 is expected")
    return replace(output, scores=(*output.scores[:criterion], score, *output.scores[criterion + 1 :]))


OUTPUT_SETTINGS: dict[str, OutputSetting] = {
    "cost": _cost,
    "minimum viable amount": _minimum_viable,
    "status": _status,
    "committed amount": _committed,
}
COMPONENT_SETTINGS: dict[str, Callable[[Component, str], Component]] = {
    "weight": lambda component, text: replace(component, weight=parse_number(text)),
    "minimum": lambda component, text: replace(component, minimum=parse_limit(text)),
    "maximum": lambda component, text: replace(component, maximum=parse_limit(text)),
}
CRITERION_SETTINGS: dict[str, Callable[[Criterion, str], Criterion]] = {
    "weight": lambda criterion, text: replace(criterion, weight=parse_number(text)),
}
PLAN_SETTINGS: dict[str, Callable[[Plan, str], Plan]] = {
    "delivery step": lambda plan, text: replace(plan, delivery_step=_positive(text, 100)),
    "unit of account": lambda plan, text: replace(plan, unit_of_account=_positive(text)),
}
KINDS = ("output", "component", "criterion", "plan")


def known_settings(plan: Plan, kind: str) -> list[str]:
    """The settings of a kind of item, as they are written."""
    if kind == "output":
        return [*OUTPUT_SETTINGS, *(f"score {criterion.id}" for criterion in plan.criteria)]
    if kind == "component":
        return list(COMPONENT_SETTINGS)
    return list(CRITERION_SETTINGS if kind == "criterion" else PLAN_SETTINGS)


def apply(plan: Plan, changes: tuple[Change, ...], findings: list[Finding]) -> Plan:
    """The plan with the changes made in order; what cannot be applied becomes a finding and is left out."""
    for change in changes:
        try:
            plan = _apply_one(plan, change)
        except ValueRefused as refused:
            found = f"{change.kind} {change.item} {change.setting} {quoted(change.value)}"
            findings.append(Finding("scenario-change", Severity.ERROR, "", *_where(change), found, refused.expected))
    return plan


def _where(change: Change) -> tuple[str, str]:
    sheet, _, cell = change.place.partition("!")
    return sheet, cell


def _apply_one(plan: Plan, change: Change) -> Plan:
    kind = parse_choice(change.kind, KINDS)
    known = known_settings(plan, kind)
    setting = _match(change.setting, known)
    if setting is None:
        raise ValueRefused(f"{kind} has no setting {quoted(change.setting)}; {nearest(change.setting, known)}")
    if kind == "plan":
        return PLAN_SETTINGS[setting](plan, change.value)
    ids = _ids(plan, kind)
    if change.item != EVERY and change.item not in ids:
        raise ValueRefused(f"no {kind} has the id {quoted(change.item)}; {nearest(change.item, ids)}")
    chosen = set(ids) if change.item == EVERY else {change.item}
    if kind == "component":
        change_component = COMPONENT_SETTINGS[setting]
        return replace(
            plan, components=tuple(change_component(c, change.value) if c.id in chosen else c for c in plan.components)
        )
    if kind == "criterion":
        change_criterion = CRITERION_SETTINGS[setting]
        return replace(plan, criteria=tuple(change_criterion(c, change.value) if c.id in chosen else c for c in plan.criteria))
    change_output = _output_setting(plan, setting)
    return replace(plan, outputs=tuple(change_output(plan, o, change.value) if o.id in chosen else o for o in plan.outputs))


def _ids(plan: Plan, kind: str) -> list[str]:
    if kind == "output":
        return [output.id for output in plan.outputs]
    return [item.id for item in (plan.components if kind == "component" else plan.criteria)]


def _output_setting(plan: Plan, setting: str) -> OutputSetting:
    if setting in OUTPUT_SETTINGS:
        return OUTPUT_SETTINGS[setting]
    position = [f"score {criterion.id}" for criterion in plan.criteria].index(setting)
    return lambda plan, output, text: _score(plan, output, position, text)


def _match(word: str, known: list[str]) -> str | None:
    """The setting meant: spaces, underscores, hyphens and case do not matter."""

    def plain(text: str) -> str:
        return "".join(c for c in text.casefold() if c not in " _-")

    return next((name for name in known if plain(name) == plain(word)), None)


def _positive(text: str, most: int | None = None) -> int:
    value = parse_amount(text.strip().removesuffix("%"))
    if value < 1 or (most is not None and value > most):
        raise ValueRefused(f"a whole number from 1 to {most} is expected" if most else "a whole number of at least 1 is expected")
    return value
