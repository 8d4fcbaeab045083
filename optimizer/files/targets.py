"""What is only for the tables, and changes no answer: rows of the sheet Targets, and what is left without a translation."""

from __future__ import annotations

from optimizer.address import listed
from optimizer.files.log import Log
from optimizer.files.tables import Row, Table
from optimizer.findings import quoted
from optimizer.keys import normalise
from optimizer.target import Target

_INSTEAD = {"title": "the title as it is", "short_title": "the whole title in it"}


def read_targets(table: Table | None, log: Log) -> tuple[Target, ...]:
    """In the order of the sheet; each measure of an output once."""
    found = []
    seen: dict[tuple[str, str], Row] = {}
    for row in table.rows if table is not None else ():
        assert table is not None
        output, measure = row.text("output"), row.text("measure")
        first = seen.setdefault((output, normalise(measure)), row) if output and measure else row
        if first is not row:
            what = f"{quoted(measure)} of output {quoted(output)} a second time, also in row {first.number}"
            expected = "each measure of an output once is expected"
            log.error(table.place(row, "measure"), "duplicate", what, expected, "keep one of them, or name what differs")
        found.append(Target(output, measure, row.text("target"), row.text("deadline"), row.text("source")))
    return tuple(found)


def say_untranslated(table: Table, log: Log) -> None:
    """Titles without the translation that others have: a table in that language would be a mixture."""
    for key, column in table.columns.items():
        of, _, language = key.partition(":")
        blank = [row for row in table.rows if of in row.cells and key not in row.cells]
        if of in _INSTEAD and language and blank and any(key in row.cells for row in table.rows):
            cells = listed([table.place(row, key).cell for row in blank])
            place = table.place(blank[0], key)
            log.note(place, "untranslated", f"{column.label} blank in {cells}", f"tables in that language show {_INSTEAD[of]}")
