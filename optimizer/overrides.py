"""Named changes to a plan: one form for the sheet Scenario changes, for --set and for scenario files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from optimizer.findings import Finding, Severity, nearest, quoted
from optimizer.fund import Fund
from optimizer.lifting import liftable, without
from optimizer.plan import Component, Criterion, Output, Plan, Status
from optimizer.proportion import at_cost
from optimizer.values import (
    NONE,
    ValueRefused,
    name_key,
    parse_amount,
    parse_choice,
    parse_limit,
    parse_number,
    parse_or_none,
    parse_share,
    parse_year,
    parse_yes,
)

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


def _cost_in_proportion(plan: Plan, output: Output, text: str) -> Output:
    cost = parse_amount(text)
    if not output.cost:
        raise ValueRefused("an output that costs something is expected: nothing is in proportion to nothing")
    return at_cost(output, cost, plan.unit_of_account)


def _minimum_viable(plan: Plan, output: Output, text: str) -> Output:
    if output.explicit_levels:
        raise ValueRefused("the output has explicit levels: change them on the sheet Levels")
    return replace(output, minimum=parse_amount(text))


def _status(plan: Plan, output: Output, text: str) -> Output:
    return replace(output, status=Status(parse_choice(text, list(Status))))


def _committed(plan: Plan, output: Output, text: str) -> Output:
    return replace(output, committed=parse_amount(text))


def _score(output: Output, criterion: int, text: str) -> Output:
    score = parse_number(text)
    if score > 100:
        raise ValueRefused("a score from 0 to 100 is expected")
    return replace(output, scores=(*output.scores[:criterion], score, *output.scores[criterion + 1 :]))


def _unrestricted(fund: Fund, text: str) -> Fund:
    if text.strip().casefold() != NONE:
        raise ValueRefused("none is expected: a restriction can only be lifted, so that the fund may pay for every output")
    return replace(fund, components=(), outputs=(), tags=())


OUTPUT_SETTINGS: dict[str, OutputSetting] = {
    "cost": _cost,
    "cost in proportion": _cost_in_proportion,
    "minimum viable amount": _minimum_viable,
    "status": _status,
    "committed amount": _committed,
    "tier": lambda plan, output, text: replace(output, tier=parse_or_none(text, _positive)),
    "earliest start": lambda plan, output, text: replace(output, earliest_start=parse_or_none(text, parse_year)),
    "start": lambda plan, output, text: replace(output, start=parse_or_none(text, parse_year)),
    "end": lambda plan, output, text: replace(output, end=parse_or_none(text, parse_year)),
    "spent": lambda plan, output, text: replace(output, spent=parse_amount(text)),
    "delivered": lambda plan, output, text: replace(output, delivered=parse_share(text)),
    "adopted amount": lambda plan, output, text: replace(output, adopted=parse_or_none(text, parse_amount)),
}
COMPONENT_SETTINGS: dict[str, Callable[[Component, str], Component]] = {
    "weight": lambda component, text: replace(component, weight=parse_number(text)),
    "minimum": lambda component, text: replace(component, minimum=parse_limit(text)),
    "maximum": lambda component, text: replace(component, maximum=parse_limit(text)),
}
CRITERION_SETTINGS: dict[str, Callable[[Criterion, str], Criterion]] = {
    "weight": lambda criterion, text: replace(criterion, weight=parse_number(text)),
}
FUND_SETTINGS: dict[str, Callable[[Fund, str], Fund]] = {
    "carry-over": lambda fund, text: replace(fund, carry_over=parse_yes(text)),
    "cap": lambda fund, text: replace(fund, cap=parse_or_none(text, parse_amount)),
    "restriction": _unrestricted,
}
PLAN_SETTINGS: dict[str, Callable[[Plan, str], Plan]] = {
    "delivery step": lambda plan, text: replace(plan, delivery_step=_positive(text, 100)),
    "unit of account": lambda plan, text: replace(plan, unit_of_account=_positive(text)),
    "first open year": lambda plan, text: replace(plan, first_open_year=parse_or_none(text, parse_year)),
    "later start": lambda plan, text: replace(plan, later_start=parse_yes(text)),
    "continuity": lambda plan, text: replace(plan, continuity=parse_yes(text)),
    "allowed changes": lambda plan, text: replace(plan, allowed_changes=parse_or_none(text, parse_amount)),
    "allowed drops": lambda plan, text: replace(plan, allowed_drops=parse_or_none(text, parse_amount)),
}
RULE_SETTINGS: dict[str, Callable[[Plan, str, str], Plan]] = {
    "in force": lambda plan, key, text: plan if parse_yes(text) else without(plan, key),
}
ITEMS = {"output": "outputs", "component": "components", "criterion": "criteria", "fund": "funds"}  # where a plan holds them
KINDS = (*ITEMS, "rule", "plan")


def known_settings(plan: Plan, kind: str) -> list[str]:
    """The settings of a kind of item, as they are written."""
    if kind == "output":
        return [*OUTPUT_SETTINGS, *(f"score {criterion.id}" for criterion in plan.criteria)]
    if kind == "component":
        return list(COMPONENT_SETTINGS)
    if kind == "fund":
        return [*FUND_SETTINGS, *(f"amount {period.name}" for period in plan.periods)]
    if kind == "rule":
        return list(RULE_SETTINGS)
    return list(CRITERION_SETTINGS if kind == "criterion" else PLAN_SETTINGS)


def apply(plan: Plan, changes: tuple[Change, ...], findings: list[Finding]) -> Plan:
    """The plan with the changes made in order; what cannot be applied becomes a finding and is left out."""
    for word, run in groupby(changes, key=lambda change: change.kind):
        draft = _Draft(plan, word.strip().casefold())
        for change in run:
            try:
                draft.make(change)
            except ValueRefused as refused:
                found = f"{change.kind} {change.item} {change.setting} {quoted(change.value)}"
                findings.append(Finding("scenario-change", Severity.ERROR, "", *_where(change), found, refused.expected))
        plan = draft.made()
    return plan


def _where(change: Change) -> tuple[str, str]:
    sheet, _, cell = change.place.partition("!")
    return sheet, cell


class _Draft:
    """A plan while changes of one kind are made. Its items are put back together, once: no setting of one looks at another."""

    def __init__(self, plan: Plan, kind: str) -> None:
        self.plan, self.kind = plan, kind
        self.items: dict[str, Any] = {item.id: item for item in getattr(plan, ITEMS[kind])} if kind in ITEMS else {}
        self.names = (known_settings(plan, kind), list(self.items)) if kind in ITEMS else ([], [])

    def make(self, change: Change) -> None:
        """Raises ValueRefused, and makes nothing then."""
        if self.kind in ITEMS:
            _, ids, setting = _target(self.kind, *self.names, change)
            alter = _setting(self.plan, self.kind, setting)
            self.items |= {key: alter(self.items[key], change.value) for key in ids}
            return
        kind, ids, setting = target(self.plan, change)
        if kind == "plan":
            self.plan = PLAN_SETTINGS[setting](self.plan, change.value)
        for key in ids if kind == "rule" else ():
            self.plan = RULE_SETTINGS[setting](self.plan, key, change.value)

    def made(self) -> Plan:
        items: dict[str, Any] = {ITEMS[self.kind]: tuple(self.items.values())} if self.items else {}
        return replace(self.plan, **items)


def target(plan: Plan, change: Change) -> tuple[str, list[str], str]:
    """What a change is about, as the plan spells it: kind, ids of its items, setting. Raises ValueRefused with the nearest."""
    kind = parse_choice(change.kind, KINDS)
    return _target(kind, known_settings(plan, kind), _ids(plan, kind), change)


def _target(kind: str, known: list[str], ids: list[str], change: Change) -> tuple[str, list[str], str]:
    change = _named(change, ids, known)
    setting = _match(change.setting, known)
    if setting is None:
        raise ValueRefused(f"{kind} has no setting {quoted(change.setting)}; {nearest(change.setting, known)}")
    if kind == "plan":
        return kind, [EVERY], setting
    if change.item != EVERY and change.item not in ids:
        raise ValueRefused(f"no {kind} has the id {quoted(change.item)}; {nearest(change.item, ids)}")
    if not ids:
        raise ValueRefused(f"the plan has no {kind}")
    return kind, ids if change.item == EVERY else [change.item], setting


def _named(change: Change, ids: list[str], known: list[str]) -> Change:
    """The change with the item and the setting that are known: a point in one of them may have been taken for the one between."""
    if change.item == EVERY or change.item in ids:
        return change
    text = f"{change.item}.{change.setting}"
    splits = ((key, text[len(key) + 1 :]) for key in (EVERY, *ids) if text.startswith(f"{key}."))
    key, setting = next(((key, rest) for key, rest in splits if _match(rest, known)), (change.item, change.setting))
    return replace(change, item=key, setting=setting)


def _ids(plan: Plan, kind: str) -> list[str]:
    if kind == "rule":
        return liftable(plan)
    return [item.id for item in getattr(plan, ITEMS[kind])] if kind in ITEMS else []


def _setting(plan: Plan, kind: str, setting: str) -> Callable[[Any, str], Any]:
    """How a setting changes an item of its kind."""
    if kind == "component":
        return COMPONENT_SETTINGS[setting]
    if kind == "criterion":
        return CRITERION_SETTINGS[setting]
    if kind == "fund":
        return _fund_setting(plan, setting)
    if setting in OUTPUT_SETTINGS:
        return lambda output, text: OUTPUT_SETTINGS[setting](plan, output, text)
    position = [f"score {criterion.id}" for criterion in plan.criteria].index(setting)
    return lambda output, text: _score(output, position, text)


def _fund_setting(plan: Plan, setting: str) -> Callable[[Fund, str], Fund]:
    if setting in FUND_SETTINGS:
        return FUND_SETTINGS[setting]
    position = [f"amount {period.name}" for period in plan.periods].index(setting)

    def change(fund: Fund, text: str) -> Fund:
        return replace(fund, amounts=(*fund.amounts[:position], parse_amount(text), *fund.amounts[position + 1 :]))

    return change


def _match(word: str, known: list[str]) -> str | None:
    """The setting meant: case, spaces, underscores, hyphens and dashes do not matter unless two settings differ only so."""
    if word in known:
        return word

    def plain(text: str) -> str:
        return "".join(c for c in name_key(text) if c not in " _-")

    if word in known:
        return word
    exact = (name for name in known if name_key(name) == name_key(word))
    return next(exact, None) or next((name for name in known if plain(name) == plain(word)), None)


def _positive(text: str, most: int | None = None) -> int:
    value = parse_amount(text.strip().removesuffix("%"))
    if value < 1 or (most is not None and value > most):
        raise ValueRefused(f"a whole number from 1 to {most} is expected" if most else "a whole number of at least 1 is expected")
    return value
