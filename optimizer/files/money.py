"""Rows of Periods and Funds -> the periods of a plan and the sources of its money."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from optimizer.files.log import Log
from optimizer.files.sheets import BY_PERIOD, PERIODS
from optimizer.files.tables import Table
from optimizer.findings import nearest, quoted
from optimizer.fund import Fund
from optimizer.plan import Output
from optimizer.timing import Period

UNREAD_YEAR = 1900


def read_periods(table: Table | None) -> tuple[Period, ...]:
    found = []
    for name, row in table.by_id.items() if table is not None else ():
        first = row.whole("first") or UNREAD_YEAR
        found.append(Period(name, first, row.whole("last") or first))
    return tuple(found)


def read_funds(table: Table | None, periods: Sequence[Period]) -> tuple[Fund, ...]:
    return tuple(
        Fund(
            id=key,
            title=row.text("title"),
            category=row.text("category"),
            amounts=tuple(row.whole(f"amount:{period.name}") or 0 for period in periods),  # a blank was refused
            components=row.tags("components"),
            outputs=row.tags("outputs"),
            tags=row.tags("tags"),
            carry_over=row.text("carry_over") == "yes",
            cap=row.whole("cap"),
            comment=row.text("comment"),
        )
        for key, row in (table.by_id.items() if table is not None else ())
    )


def check_restrictions(funds: Table, tables: Mapping[str, Table], outputs: Sequence[Output], log: Log) -> None:
    """What a fund is restricted to exists. Where some of it could not be read nothing is said."""
    for key, sheet, what in (("components", "Components", "component"), ("outputs", "Outputs", "output")):
        if tables[sheet].tells_ids:
            expected = f"the id of a row of {tables[sheet].name} is expected"
            _check_named(funds, key, tables[sheet].by_id, (what, expected), log)
    table = tables["Outputs"]
    if not any(log.is_bad(table.name, row.number) for row in table.rows):
        tags = dict.fromkeys(tag for output in outputs for of_column in output.tags for tag in of_column)
        _check_named(funds, "tags", tags, ("tag", "a tag that some output carries is expected"), log)


def _check_named(table: Table, key: str, known: Collection[str], said: tuple[str, str], log: Log) -> None:
    what, expected = said
    for row in table.rows:
        for name in row.tags(key):
            if name not in known:
                log.error(table.place(row, key), "unknown", f"{what} {quoted(name)}", expected, nearest(name, known))


def check_periods_are_there(tables: Mapping[str, Table], unread: Collection[str], log: Log) -> None:
    """Money by period needs periods."""
    if PERIODS.name in unread or (PERIODS.name in tables and tables[PERIODS.name].rows):
        return
    for sheet in BY_PERIOD:
        table = tables.get(sheet.name)
        if sheet is not PERIODS and table is not None and table.rows:
            place = table.place(table.rows[0], sheet.columns[0].key)
            remedy = f"fill in the sheet {PERIODS.name}: a row with its name, first and last year for each"
            log.error(place, "no-periods", f"{table.name} has rows", "periods are expected, to which their money belongs", remedy)


def period_names(funds: Table | None, periods: Sequence[Period]) -> list[str]:
    """The periods that changes may name: those of Funds where Periods itself could not be read."""
    if funds is None:
        return [period.name for period in periods]
    return [key.removeprefix("amount:") for key in funds.columns if key.startswith("amount:")]


def ids_in_error(table: Table | None, key: str, log: Log) -> set[str]:
    """The ids, in column `key`, of rows with an error."""
    if table is None:
        return set()
    return {row.text(key) for row in table.rows if log.is_bad(table.name, row.number)}
