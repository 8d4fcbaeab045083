"""Ids: each once, none that only looks different or only looks the same, and every id that is named exists."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.files.log import Log
from optimizer.files.sheets import PERIODS
from optimizer.files.tables import Row, Table
from optimizer.files.text import code_points, scripts
from optimizer.findings import nearest, quoted
from optimizer.keys import normalise
from optimizer.values import name_key


def check_ids(table: Table, log: Log) -> None:
    """Ids equal to the reader's eye must be equal, and equal ones must not occur twice."""
    key = table.id_key
    alike = name_key if table.sheet is PERIODS else normalise  # names of periods are typed with dashes of any length
    seen: dict[str, Row] = {}
    for row in table.rows:
        text = row.text(key)
        if not text:
            continue
        place = table.place(row, key)
        first = seen.setdefault(alike(text), row)
        if first is not row:
            other, cell = first.text(key), table.place(first, key).cell
            if other == text:
                log.error(place, "duplicate", f"{quoted(text)}, also in {cell}", f"each {table.sheet.row} once is expected")
            else:
                points = f"{code_points(text)} against {code_points(other)}"
                found = f"{quoted(text)}, and {quoted(other)} in {cell}"
                log.error(place, "same-looking", found, f"ids that differ by more than case or form are expected ({points})")
        by_script = scripts(text)
        if len(by_script) > 1:
            letters = "; ".join(f"{script.capitalize()} {code_points(found)}" for script, found in by_script.items())
            log.warning(
                place, "look-alike", f"{quoted(text)} has letters of several alphabets", f"one alphabet is expected ({letters})"
            )


def check_references(tables: Mapping[str, Table], log: Log) -> None:
    """Every id that a row names has a row of its own. Where ids of that other sheet could not be read nothing is said."""
    for table in tables.values():
        for key, column in table.columns.items():
            target = tables.get(column.refers)
            if target is None or not target.tells_ids:
                continue
            for row in table.rows:
                text = row.text(key)
                if text and text not in target.by_id:
                    what = f"{column.label} {quoted(text)}"
                    expected = f"the id of a row of {target.name} is expected"
                    log.error(table.place(row, key), "unknown", what, expected, nearest(text, target.by_id))
