"""From what is wrong with a plan to the cell where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from optimizer.fact import Fact
from optimizer.files.log import Log, Place
from optimizer.files.settings import Settings
from optimizer.files.sheets import SETTINGS
from optimizer.files.tables import Row, Table
from optimizer.findings import Severity
from optimizer.keys import normalise
from optimizer.plan import Plan
from optimizer.sanity import contradictions

# Kind of fact -> sheet, columns that hold its item and its second id, sheets whose errors make the fact doubtful.
_WHERE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "output": ("Outputs", ("id",), ()),
    "component": ("Components", ("id",), ("Outputs",)),
    "criterion": ("Criteria", ("id",), ()),
    "level": ("Levels", ("output", "amount"), ()),
    "period": ("Periods", ("name",), ("Periods",)),
    "fund": ("Funds", ("id",), ("Funds", "Outputs")),
    "profile": ("Profile", ("output", "share", "fund"), ("Periods", "Funds")),
    "link": ("Links", ("output", "requires"), ("Links",)),
    "group": ("Links", ("group",), ("Links",)),
    "coverage": ("Coverage", ("tag", "tag_column"), ("Outputs",)),
    "plan": ("", (), ("Outputs", "Criteria")),
}
_BY_CODE = {"outside-periods": ("Periods",)}  # further sheets whose errors make a fact doubtful
_OF_OUTPUT = ("level", "profile")  # kinds of facts that an error in the output's own row makes doubtful
_PLAN_FIELDS = {"weights": ("Criteria", "weight"), "cost": ("Outputs", "cost"), "funds": ("Funds", "id")}
_SETTINGS = {setting.key: setting for setting in SETTINGS}


def say_contradictions(plan: Plan, tables: Mapping[str, Table], settings: Settings, unread: Collection[str], log: Log) -> None:
    """Facts about the plan as findings, but for those that an error already found may have caused."""
    bad = set(unread) | {
        table.sheet.name for table in tables.values() for row in table.rows if log.is_bad(table.name, row.number)
    }
    bad_outputs = {row.text("id") for row in tables["Outputs"].rows if log.is_bad(tables["Outputs"].name, row.number)}
    for fact in list(contradictions(plan)):
        sheet, keys, needs = _WHERE[fact.kind]
        table = tables.get(sheet)
        doubtful = not (bad | {*unread}).isdisjoint((*needs, *_BY_CODE.get(fact.code, ())))
        if doubtful or (fact.kind in _OF_OUTPUT and fact.item in bad_outputs):
            continue
        row = _row(table, keys, fact) if table is not None else None
        if table is None or row is None:
            place = _plan_place(fact, tables, settings)
        elif log.is_bad(table.name, row.number):
            continue
        else:
            place = table.place(row, fact.field)._replace(row=fact.item)
        say = {Severity.ERROR: log.error, Severity.WARNING: log.warning, Severity.NOTE: log.note}[fact.severity]
        say(place, fact.code, _found(fact, table), fact.expected, fact.remedy)


def _row(table: Table, keys: tuple[str, ...], fact: Fact) -> Row | None:
    """The first row whose cells name the fact's item, and its second id where it has one."""
    if table.id_key:
        return table.by_id.get(fact.item)
    wanted = (fact.item, *fact.others)

    def names(row: Row) -> bool:
        pairs = zip(keys, wanted, strict=False)
        return all(normalise(str(row.values.get(key, ""))) == normalise(text) for key, text in pairs)

    return next((row for row in table.rows if names(row)), None)


def _plan_place(fact: Fact, tables: Mapping[str, Table], settings: Settings) -> Place:
    if fact.kind == "plan" and fact.field in _SETTINGS:
        return settings.place(fact.field)
    sheet, key = _PLAN_FIELDS[fact.field]
    return tables[sheet].header(key)


def _found(fact: Fact, table: Table | None) -> str:
    if fact.kind == "plan" and fact.field in _SETTINGS:
        return f"{_SETTINGS[fact.field].label} {fact.found}"
    column = table.columns.get(fact.field) if table is not None and fact.field != table.id_key else None
    return f"{column.label} {fact.found}" if column is not None else fact.found
