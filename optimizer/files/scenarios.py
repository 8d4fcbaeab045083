"""Rows of Scenarios and Scenario changes -> ScenarioSpecs, each tried on the plan so that a mistake is found while reading."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from optimizer.files.changes import Setting
from optimizer.files.log import Log, Place
from optimizer.files.parse import expected, found, read_cell, read_limit
from optimizer.files.rows import read_limit as read_limit_pair
from optimizer.files.tables import Row, Table
from optimizer.findings import Finding, InputRefused, nearest, quoted
from optimizer.keys import normalise
from optimizer.objectives import DELIVERY
from optimizer.overrides import Change, apply
from optimizer.plan import Basis, Limit, Plan
from optimizer.scenario import ScenarioSpec, derive
from optimizer.values import NONE, ValueRefused, as_typed, name_key, or_none

LONGEST_NAME = 80
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LIMIT = re.compile(r"(minimum|maximum) \((amount|% of estimate|% of resources)\)")
_NO_LIMIT = re.compile(r"no (minimum|maximum)")


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
        made = changes.get(name, ())
        specs.append(ScenarioSpec(name, resources, objective, row.text("title"), row.text("note"), made, row.titles("title")))
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


def read_changes(table: Table | None, known: Sequence[Setting], currency: str, log: Log) -> dict[str, tuple[Change, ...]]:
    """The changes of each scenario, in the order of the sheet; those without an error."""
    found_changes: dict[str, list[Change]] = {}
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows if table is not None else ():
        assert table is not None
        change = None if log.is_bad(table.name, row.number) else _change(table, row, known, currency, log)
        if change is None:
            continue
        key = (row.text("scenario"), change.kind, change.item, normalise(change.setting))
        first = seen.setdefault(key, row)
        if first is not row:
            what = f"{change.kind} {change.item} {change.setting} a second time in the scenario, also in row {first.number}"
            log.error(table.place(row, "setting"), "duplicate", what, "each setting once is expected")
        found_changes.setdefault(row.text("scenario"), []).append(change)
    return {name: tuple(changes) for name, changes in found_changes.items()}


def _change(table: Table, row: Row, known: Sequence[Setting], currency: str, log: Log) -> Change | None:
    setting = _setting(row.text("setting"), known)
    if setting is None:
        typed = row.text("setting")
        remedy = nearest(typed, [setting.name for setting in known])
        log.error(table.place(row, "setting"), "unknown", f"setting {quoted(typed)}", "one of the list is expected", remedy)
        return None
    name, value = _value(table, row, setting, currency, log)
    if value is None:
        return None
    place = table.place(row, "value")
    return Change(
        row.text("kind"), row.text("item"), name, value, f"{place.sheet}!{place.cell}", row.text("reason"), row.text("paragraph")
    )


def _setting(typed: str, known: Sequence[Setting]) -> Setting | None:
    """Names of criteria and periods in it may be typed with dashes of any length, unless two differ only so."""
    for key in (normalise, name_key):
        for setting in known:
            if key(setting.name) == key(typed):
                return setting
    return None


def _value(table: Table, row: Row, setting: Setting, currency: str, log: Log) -> tuple[str, str | None]:
    """The setting as the program names it, and its value as --set would have it; None where it was refused."""
    cell = row.cells.get("value")
    place = table.place(row, "value")
    removed = _NO_LIMIT.fullmatch(setting.name)
    if removed:
        if cell is not None:
            log.error(place, "value", f"value filled in with {quoted(setting.name)}", "a blank is expected")
        return removed[1], NONE
    limit = _LIMIT.fullmatch(setting.name)
    column = replace(table.sheet.column("value"), kind=setting.kind, choices=setting.choices)
    if cell is None:
        wanted = expected(column, currency)
        log.error(place, "blank", "value is blank", or_none(wanted) if setting.none else wanted)
        return setting.name, None
    if setting.none and isinstance(cell.value, str) and cell.value.strip().casefold() == NONE:
        return setting.name, NONE

    def remark(code: str) -> None:
        log.remark(code, table.name, column.label, cell.address)

    try:
        if limit is None:
            return setting.name, _text(read_cell(cell, column, currency, remark))
        number = _text(read_limit(cell, column, limit[2], currency, remark))
        return limit[1], number if limit[2] == Basis.AMOUNT else f"{number}{limit[2]}"
    except ValueRefused as refused:
        wanted = or_none(refused.expected) if setting.none else refused.expected
        log.error(place, "value", found(cell, column), wanted, refused.remedy)
        return setting.name, None


def _text(value: object) -> str:
    return as_typed(value) if isinstance(value, Fraction) else str(value)


def asks_for_replan(spec: ScenarioSpec) -> bool:
    return any(change.setting == "first open year" and change.value != NONE for change in spec.changes)


def check_funds_are_there(table: Table, specs: Sequence[ScenarioSpec], plan: Plan, log: Log) -> None:
    """Resources that are a percentage of the funds need funds."""
    for spec in specs:
        if spec.resources.basis is Basis.FUNDS and not plan.funds:
            place = table.place(table.by_id[spec.name], "resources_basis")
            expected, remedy = "rows on the sheet Funds are expected", "fill it in, or choose another basis"
            log.error(place, "no-funds", f"resources basis {Basis.FUNDS}", expected, remedy)


def try_scenarios(plan: Plan, specs: Sequence[ScenarioSpec], table: Table, doubtful: Collection[str], log: Log) -> None:
    """What a scenario cannot change, or may not make of the plan, is said with the cell that asks for it.

    Changes of `doubtful` kinds of items are not tried: some of their ids could not be read.
    """
    refused_before = log.refused  # what the whole plan comes to cannot be told yet
    for spec in specs:
        changes = tuple(change for change in spec.changes if change.kind not in doubtful)
        if not changes and spec.objective == DELIVERY.name:
            continue  # nothing that could be refused
        for finding in _refusals(plan, replace(spec, changes=changes), only_changes=refused_before):
            named = table.place(table.by_id[spec.name], "name")
            place = Place(finding.sheet, finding.cell, spec.name) if finding.cell else named
            log.error(place, finding.code, finding.found, finding.expected, finding.remedy)


def _refusals(plan: Plan, spec: ScenarioSpec, only_changes: bool) -> Sequence[Finding]:
    if only_changes:
        findings: list[Finding] = []
        apply(plan, spec.changes, findings)
        return findings
    try:
        derive(plan, spec)
    except InputRefused as refused:
        return refused.findings
    return ()
