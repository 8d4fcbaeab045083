"""Rows of Scenarios and Scenario changes -> ScenarioSpecs, each tried on the plan so that a mistake is found while reading."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from optimizer.files.exact import as_typed
from optimizer.files.log import Log, Place
from optimizer.files.parse import expected, found, read_cell, read_limit
from optimizer.files.rows import read_limit as read_limit_pair
from optimizer.files.schema import Column, Kind
from optimizer.files.sheets import CHANGE_SETTINGS
from optimizer.files.tables import Row, Table
from optimizer.findings import InputRefused, nearest, quoted
from optimizer.keys import normalise
from optimizer.objectives import DELIVERY
from optimizer.overrides import Change
from optimizer.plan import Basis, Limit, Plan, Status
from optimizer.scenario import ScenarioSpec, derive
from optimizer.values import ValueRefused

LONGEST_NAME = 80
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LIMIT = re.compile(r"(minimum|maximum) \((amount|% of estimate|% of resources)\)")
_NO_LIMIT = re.compile(r"no (minimum|maximum)")
_KINDS = {
    "weight": Kind.NUMBER,
    "cost": Kind.AMOUNT,
    "minimum viable amount": Kind.AMOUNT,
    "committed amount": Kind.AMOUNT,
    "delivery step": Kind.PERCENT,
    "unit of account": Kind.COUNT,
    "status": Kind.CHOICE,
}


def read_scenarios(table: Table, changes: Mapping[str, tuple[Change, ...]], log: Log) -> tuple[ScenarioSpec, ...]:
    specs = []
    for name, row in table.by_id.items():
        problem = _unusable(name)
        if problem:
            log.error(
                table.place(row, "name"), "scenario-name", f"scenario {quoted(name)}", problem, "it becomes part of file names"
            )
        resources = read_limit_pair(table, row, "resources", log) or Limit(Basis.ESTIMATE, Fraction(100))
        objective = row.text("objective") or DELIVERY.name
        specs.append(ScenarioSpec(name, resources, objective, row.text("title"), row.text("note"), changes.get(name, ())))
    _say_repeated(table, specs, log)
    return tuple(specs)


def _unusable(name: str) -> str:
    """Why a name cannot stand in a file name on every system; empty where it can."""
    if len(name) > LONGEST_NAME:
        return f"at most {LONGEST_NAME} characters are expected"
    if re.search(r'[/\\:*?"<>|]', name):
        return 'a name without / \\ : * ? " < > | is expected'
    if name.startswith(".") or name.endswith("."):
        return "a name that neither begins nor ends with a point is expected"
    return "a name that is no device on Windows is expected" if _DEVICES.fullmatch(name) else ""


def _say_repeated(table: Table, specs: Sequence[ScenarioSpec], log: Log) -> None:
    seen: dict[object, str] = {}
    for spec in specs:
        asked = (spec.resources, spec.objective, frozenset(str(change) for change in spec.changes))
        first = seen.setdefault(asked, spec.name)
        if first != spec.name:
            place = table.place(table.by_id[spec.name], "name")
            log.warning(
                place, "same-scenario", f"{quoted(spec.name)} asks the same as {quoted(first)}", "a difference is expected"
            )


def read_changes(table: Table | None, criteria: Sequence[str], currency: str, log: Log) -> dict[str, tuple[Change, ...]]:
    """The changes of each scenario, in the order of the sheet; those without an error."""
    found_changes: dict[str, list[Change]] = {}
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows if table is not None else ():
        assert table is not None
        change = None if log.is_bad(table.name, row.number) else _change(table, row, criteria, currency, log)
        if change is None:
            continue
        key = (row.text("scenario"), change.kind, change.item, normalise(change.setting))
        first = seen.setdefault(key, row)
        if first is not row:
            what = f"{change.kind} {change.item} {change.setting} a second time in the scenario, also in row {first.number}"
            log.error(table.place(row, "setting"), "duplicate", what, "each setting once is expected")
        found_changes.setdefault(row.text("scenario"), []).append(change)
    return {name: tuple(changes) for name, changes in found_changes.items()}


def _change(table: Table, row: Row, criteria: Sequence[str], currency: str, log: Log) -> Change | None:
    setting = normalise(row.text("setting"))
    known = [*CHANGE_SETTINGS, *(f"score {criterion}" for criterion in criteria)]
    typed = next((name for name in known if normalise(name) == setting), None)
    if typed is None:
        place = table.place(row, "setting")
        log.error(
            place, "unknown", f"setting {quoted(row.text('setting'))}", "one of the list is expected", nearest(setting, known)
        )
        return None
    name, value = _value(table, row, typed, currency, log)
    if value is None:
        return None
    place = table.place(row, "value")
    return Change(
        row.text("kind"), row.text("item"), name, value, f"{place.sheet}!{place.cell}", row.text("reason"), row.text("paragraph")
    )


def _value(table: Table, row: Row, setting: str, currency: str, log: Log) -> tuple[str, str | None]:
    """The setting as the program names it, and its value as --set would have it; None where it was refused."""
    cell = row.cells.get("value")
    place = table.place(row, "value")
    removed = _NO_LIMIT.fullmatch(setting)
    if removed:
        if cell is not None:
            log.error(place, "value", f"value filled in with {quoted(setting)}", "a blank is expected")
        return removed[1], "none"
    limit = _LIMIT.fullmatch(setting)
    column = _column(table, setting)
    if cell is None:
        log.error(place, "blank", "value is blank", expected(column, currency))
        return setting, None

    def remark(code: str) -> None:
        log.remark(code, table.name, column.label, cell.address)

    try:
        if limit is None:
            return setting, _text(read_cell(cell, column, currency, remark))
        number = _text(read_limit(cell, column, limit[2], currency, remark))
        return limit[1], number if limit[2] == Basis.AMOUNT else f"{number}{limit[2]}"
    except ValueRefused as refused:
        log.error(place, "value", found(cell, column), refused.expected, refused.remedy)
        return setting, None


def _column(table: Table, setting: str) -> Column:
    kind = _KINDS.get(setting, Kind.NUMBER)
    choices = tuple(Status) if kind is Kind.CHOICE else ()
    return replace(table.sheet.column("value"), kind=kind, choices=choices)


def _text(value: object) -> str:
    return as_typed(value) if isinstance(value, Fraction) else str(value)


def try_scenarios(plan: Plan, specs: Sequence[ScenarioSpec], table: Table, doubtful: Collection[str], log: Log) -> None:
    """What a scenario cannot change, or may not make of the plan, is said with the cell that asks for it.

    Changes of `doubtful` kinds of items are not tried: some of their ids could not be read.
    """
    refused_before = log.refused
    for spec in specs:
        changes = tuple(change for change in spec.changes if change.kind not in doubtful)
        if not changes:
            continue
        try:
            derive(plan, replace(spec, changes=changes))
        except InputRefused as refused:
            named = table.place(table.by_id[spec.name], "name")
            for finding in refused.findings:
                if finding.cell:
                    place = Place(finding.sheet, finding.cell, spec.name)
                elif refused_before:
                    continue  # what the whole plan comes to cannot be told yet
                else:
                    place = named
                log.error(place, finding.code, finding.found, finding.expected, finding.remedy)
