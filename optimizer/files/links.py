"""Rows of the sheet Links -> links that act, groups, and links that are only for information."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from optimizer.files.log import Log
from optimizer.files.tables import Row, Table
from optimizer.findings import quoted
from optimizer.plan import Group, Link

REQUIRES, AT_MOST = "requires", "at most"
HARD = "hard"


@dataclass(frozen=True)
class Links:
    hard: tuple[Link, ...] = ()
    soft: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()


def read_links(table: Table, outputs: Collection[str], log: Log) -> Links:
    """Rows that name other outputs than these have been refused already."""
    pairs: dict[bool, dict[tuple[str, str], Link]] = {True: {}, False: {}}
    groups: dict[str, Row] = {}
    members: dict[str, list[Row]] = {}
    for row in table.rows:
        pair = row.text("kind") == REQUIRES
        named = {row.text(key) for key in ("output", "requires") if key in row.cells}
        if log.is_bad(table.name, row.number) or not _complete(table, row, pair, log) or not named.issubset(outputs):
            continue
        if pair:
            _add_pair(table, row, pairs[_is_hard(row)], log)
        else:
            first = groups.setdefault(row.text("group"), row)
            if _same_group(table, row, first, log):
                members.setdefault(row.text("group"), []).append(row)
    return Links(
        tuple(pairs[True].values()),
        tuple(pairs[False].values()),
        tuple(_group(table, name, rows, log) for name, rows in members.items()),
    )


def _is_hard(row: Row) -> bool:
    return row.text("strength") in ("", HARD)


def _complete(table: Table, row: Row, pair: bool, log: Log) -> bool:
    """Whether the row has the cells of its kind and none of the other's."""
    kind = row.text("kind")
    needed, foreign = (("requires",), ("group", "k")) if pair else (("group", "k"), ("requires", "share"))
    ok = True
    for key in needed:
        if key not in row.cells:
            ok = _refuse(table, row, key, f"{_header(table, key)} is blank", f"it is needed where the kind is {kind}", log)
    for key in foreign:
        if key in row.cells:
            ok = _refuse(
                table, row, key, f"{_header(table, key)} is filled in", f"a blank is expected where the kind is {kind}", log
            )
    if not pair and not _is_hard(row):
        expected = "hard or a blank is expected: groups always act"
        ok = _refuse(table, row, "strength", f"strength {quoted(row.text('strength'))}", expected, log)
    if pair and row.text("requires") == row.text("output"):
        ok = _refuse(table, row, "requires", f"{quoted(row.text('output'))} requires itself", "another output is expected", log)
    return ok


def _header(table: Table, key: str) -> str:
    return table.sheet.column(key).label


def _refuse(table: Table, row: Row, key: str, found: str, expected: str, log: Log) -> bool:
    log.error(table.place(row, key), "link", found, expected)
    return False


def _add_pair(table: Table, row: Row, pairs: dict[tuple[str, str], Link], log: Log) -> None:
    link = Link(row.text("output"), row.text("requires"), row.whole("share") or 0, row.text("basis"))
    key = (link.output, link.requires)
    other = pairs.get(key)
    if other is not None:
        found = f"{quoted(link.output)} requires {quoted(link.requires)} a second time"
        log.note(table.place(row, "requires"), "duplicate-link", found, "the higher share required holds")
    if other is None or link.share > other.share:
        pairs[key] = link


def _same_group(table: Table, row: Row, first: Row, log: Log) -> bool:
    ok = True
    for key in ("kind", "k"):
        if row.values[key] != first.values[key]:
            found = f"{_header(table, key)} {row.values[key]}, in {table.place(first, key).cell} {first.values[key]}"
            ok = _refuse(
                table, row, key, found, f"the same on each row of the group {quoted(row.text('group'))} is expected", log
            )
    return ok


def _group(table: Table, name: str, rows: list[Row], log: Log) -> Group:
    first: dict[str, Row] = {}
    for row in rows:
        if first.setdefault(row.text("output"), row) is not row:
            found = f"{quoted(row.text('output'))} a second time in the group {quoted(name)}"
            log.note(table.place(row, "output"), "duplicate-link", found, "it counts once")
    basis = next((row.text("basis") for row in rows if row.text("basis")), "")
    return Group(name, rows[0].text("kind") == AT_MOST, rows[0].whole("k") or 0, tuple(first), basis)
