"""The question that a result answers: a scenario of the plan workbook, and settings of the command line on top."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from optimizer.verify.plan import Component, Fund, Limit, Line, Output, Plan, Tables, Unreadable, folded, typed
from optimizer.verify.read import AMOUNT, resources_of

EVERY, NONE = "*", "none"
_LIMIT = re.compile(r"(minimum|maximum)\((amount|% of estimate|% of resources)\)")  # as folded has it
_NO_LIMIT = re.compile(r"no (minimum|maximum)")
Change = tuple[str, str, str, str]  # kind, item, setting, value
Setter = Callable[[Any, str], None]


@dataclass(frozen=True)
class Question:
    """`resources` in whole units of money; `plan` has the changes made, and the funds only where they count."""

    name: str
    title: str
    note: str
    plan: Plan
    basis: str
    resources: int
    objective: str
    changes: tuple[Change, ...]


def ask(tables: Tables, plan: Plan, name: str, settings: Sequence[str] = ()) -> Question:
    """The scenario of that name, with `settings` (KEY=VALUE) on top; `plan` is changed. Raises Unreadable."""
    lines = {line.text("Scenario"): line for line in tables.lines("Scenarios", "Scenario")}
    line = next((line for key, line in lines.items() if key.casefold() == name.strip().casefold()), None)
    if line is None:
        raise Unreadable(f"the plan has no scenario {name}")
    name = line.text("Scenario")
    limit, objective = resources_of(line), line.text("Objective").casefold() or "delivery"
    changes = list(_changes(tables, name))
    for key, value in (_split(text) for text in settings):
        if key == "resources":
            limit = _resources(value)
        elif key == "objective":
            objective = value
        else:
            kind, _, rest = key.partition(".")
            changes.append(_setting(plan, kind.casefold(), rest, value))
    for change in changes:
        apply(plan, change)
    _count_funds(plan, limit)
    money = sum(sum(fund.amounts) for fund in plan.funds)
    resources = money if limit[0] == "% of funds" else math.floor(_of(limit, plan.cost, 0))
    title, note = line.text("Title"), line.text("Note")
    if settings:
        made = "; ".join(settings)
        title, note, name = f"{name} with {made}", f"As {name}, but {made}.", f"{name} changed"
    return Question(name, title, note, plan, limit[0], resources, objective, tuple(changes))


def in_money(limit: Limit, estimate: int, resources: int) -> Fraction:
    """A minimum or maximum in money, not yet rounded to whole units."""
    return _of(limit, estimate, resources)


def _of(limit: Limit, estimate: int, resources: int) -> Fraction:
    basis, value = limit
    base = {"% of estimate": estimate, "% of resources": resources}
    return value if basis == "amount" else value * base[basis] / 100


def _count_funds(plan: Plan, limit: Limit) -> None:
    """Funds count only where the resources are a percentage of them; without them nothing begins later."""
    if limit[0] != "% of funds":
        plan.funds, plan.later_start = [], False
        return
    for fund in plan.funds:
        fund.amounts = [math.floor(limit[1] * amount / 100) for amount in fund.amounts]


def _split(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key.strip(), value.strip()


def _resources(text: str) -> Limit:
    percent, sign, of = text.partition("%")
    if not sign:
        return "amount", Fraction(text)
    return ("% of funds" if "fund" in of.casefold() else "% of estimate"), Fraction(percent.strip())


def _changes(tables: Tables, scenario: str) -> Iterator[Change]:
    """Rows of the sheet Scenario changes; a limit takes the basis that its setting names."""
    for line in tables.lines("Scenario changes", "Scenario"):
        if line.text("Scenario") == scenario:
            yield (line.text("Applies to").casefold(), line.text("Item"), *_valued(line))


def _valued(line: Line) -> tuple[str, str]:
    setting, cell = folded(line.text("Setting")), line.cell("Value")
    removed, limit = _NO_LIMIT.fullmatch(setting), _LIMIT.fullmatch(setting)
    if removed:
        return removed[1], NONE
    value = typed(cell) if cell is not None else ""
    if limit:
        return limit[1], value if limit[2] == "amount" else f"{value.removesuffix('%')}{limit[2]}"
    return setting, value


def _setting(plan: Plan, kind: str, rest: str, value: str) -> Change:
    """The item and the setting of KIND.ITEM.SETTING; points in the item's id, or in the setting, are part of them."""
    if kind == "plan":
        return kind, EVERY, rest.rpartition(".")[2], value
    ids = [EVERY, *(str(item) if isinstance(item, str) else item.id for item in items(plan, kind))]
    first, _, last = rest.rpartition(".")
    if first in ids:
        return kind, first, last, value
    found = ((key, rest[len(key) + 1 :]) for key in ids if rest.startswith(f"{key}."))
    item, setting = next(((k, s) for k, s in found if _setter(plan, kind, s) is not None), (first, last))
    return kind, item, setting, value


def items(plan: Plan, kind: str) -> Iterable[Output | Component | Fund | str]:
    """What a change of this kind can be about; criteria are their ids."""
    known: dict[str, Iterable[Output | Component | Fund | str]] = {
        "output": plan.outputs,
        "component": plan.components,
        "fund": plan.funds,
        "criterion": list(plan.criteria),
    }
    return known[kind]


def apply(plan: Plan, change: Change) -> None:
    """Make a change. Raises Unreadable for one that says nothing here."""
    kind, item, name, value = change
    setter = _setter(plan, kind, name)
    if setter is None:
        raise Unreadable(f"{kind} has no setting {name}")
    if kind == "plan":
        setter(plan, value)
        return
    for one in items(plan, kind):
        if item in (EVERY, one if isinstance(one, str) else one.id):
            setter(one, value)


def _setter(plan: Plan, kind: str, name: str) -> Setter | None:
    if kind == "criterion" and _bare(name) == "weight":
        return lambda key, value: plan.criteria.update({key: Fraction(value)})
    named: dict[str, Setter] = {
        **_SETTERS[kind],
        **({f"score {key}": _score(key) for key in plan.criteria} if kind == "output" else {}),
        **({f"{_AMOUNT} {p.name}": _amount(t) for t, p in enumerate(plan.periods)} if kind == "fund" else {}),
    }
    exact = next((setter for key, setter in named.items() if folded(key) == folded(name)), None)
    return exact or next((setter for key, setter in named.items() if _bare(key) == _bare(name)), None)


_AMOUNT = AMOUNT.strip(": ").casefold()


def _bare(text: str) -> str:
    return re.sub("[ _-]", "", folded(text))


def _score(criterion: str) -> Setter:
    return lambda output, value: output.scores.update({criterion: Fraction(value)})


def _amount(period: int) -> Setter:
    def change(fund: Fund, value: str) -> None:
        fund.amounts[period] = int(value)

    return change


def _whole(attribute: str) -> Setter:
    return lambda item, value: setattr(item, attribute, int(value.strip().removesuffix("%")))


def _or_none(attribute: str) -> Setter:
    return lambda item, value: setattr(item, attribute, None if value.strip().casefold() == NONE else int(value))


def _yes(attribute: str) -> Setter:
    return lambda item, value: setattr(item, attribute, value.strip().casefold() == "yes")


def _limit(attribute: str) -> Setter:
    def change(component: Component, value: str) -> None:
        text = value.strip().casefold()
        percent, sign, of = text.partition("%")
        if text == NONE:
            setattr(component, attribute, None)
        elif sign:
            setattr(component, attribute, (f"% of {of.replace('of', '', 1).strip()}", Fraction(percent.strip())))
        else:
            setattr(component, attribute, ("amount", Fraction(text)))

    return change


def _cost(output: Output, value: str) -> None:
    """An output that is all or nothing stays so."""
    whole = output.minimum == output.cost
    output.cost = int(value)
    output.minimum = output.cost if whole else output.minimum


def _unrestricted(fund: Fund, _: str) -> None:
    fund.components = fund.outputs = fund.tags = ()


_SETTERS: dict[str, dict[str, Setter]] = {
    "output": {
        "cost": _cost,
        "minimum viable amount": _whole("minimum"),
        "status": lambda output, value: setattr(output, "status", value.strip().casefold()),
        "committed amount": _whole("committed"),
        "tier": _or_none("tier"),
        "earliest start": _or_none("earliest_start"),
        "start": _or_none("start"),
        "end": _or_none("end"),
        "spent": _whole("spent"),
        "delivered": _whole("delivered"),
        "adopted amount": _or_none("adopted"),
    },
    "component": {
        "weight": lambda component, value: setattr(component, "weight", Fraction(value)),
        "minimum": _limit("minimum"),
        "maximum": _limit("maximum"),
    },
    "criterion": {},
    "fund": {"carry-over": _yes("carry_over"), "cap": _or_none("cap"), "restriction": _unrestricted},
    "plan": {
        "delivery step": _whole("step"),
        "unit of account": _whole("unit"),
        "first open year": _or_none("first_open_year"),
        "later start": _yes("later_start"),
        "continuity": _yes("continuity"),
        "allowed changes": _or_none("allowed_changes"),
        "allowed drops": _or_none("allowed_drops"),
    },
}
