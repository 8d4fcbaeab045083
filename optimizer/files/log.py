"""The findings of one workbook, gathered while it is read: reading goes on, so that all are said at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from optimizer.address import listed, position
from optimizer.findings import Finding, InputRefused, Severity, errors


class Place(NamedTuple):
    """`row` is the id of the row, where it has one."""

    sheet: str
    cell: str = ""
    row: str = ""


# What is said once for a whole column, with the cells: severity, what was found, what is expected.
REMARKS = {
    "formula": (Severity.WARNING, "a formula", "what the spreadsheet program calculated last is read; typed values are safer"),
    "shows-other": (Severity.WARNING, "a number format that hides or scales it", "the number held is read, not what shows"),
    "bidi": (Severity.WARNING, "characters that change the direction of writing", "plain text is expected"),
    "comma": (Severity.WARNING, "a comma within a tag", "tags are separated by semicolons; what stands between two is one tag"),
    "repeated-tag": (Severity.NOTE, "a tag typed twice", "it counts once"),
    "trimmed": (Severity.NOTE, "spaces before or after the text", "they are left out"),
    "number-as-text": (Severity.NOTE, "a number where text is expected", "its plain digits are read as text"),
    "date-as-text": (Severity.NOTE, "a date where text is expected", "it is read as year-month-day"),
}  # fmt: skip


MOST = 2_000  # findings; who has so many mends a few and looks again


class Log:
    def __init__(self, file: str, findings: Iterable[Finding] = ()) -> None:
        self.file = file
        self.findings = list(findings)
        self._bad_rows: set[tuple[str, int]] = set()
        self._remarks: dict[tuple[str, str, str], list[str]] = {}

    def error(self, place: Place, code: str, found: str, expected: str, remedy: str = "") -> None:
        self._bad_rows.add((place.sheet, position(place.cell)[0]))
        self._add(Severity.ERROR, place, code, found, expected, remedy)

    def warning(self, place: Place, code: str, found: str, expected: str, remedy: str = "") -> None:
        self._add(Severity.WARNING, place, code, found, expected, remedy)

    def note(self, place: Place, code: str, found: str, expected: str, remedy: str = "") -> None:
        self._add(Severity.NOTE, place, code, found, expected, remedy)

    def remark(self, code: str, sheet: str, label: str, cell: str) -> None:
        """Something small about a cell; all cells of a column become one finding."""
        self._remarks.setdefault((code, sheet, label), []).append(cell)

    def is_bad(self, sheet: str, row: int) -> bool:
        """Whether an error was found in the row, so that what follows from its values need not be said."""
        return (sheet, row) in self._bad_rows

    @property
    def refused(self) -> bool:
        return bool(errors(self.findings))

    def all(self) -> list[Finding]:
        remarks = []
        for (code, sheet, label), cells in self._remarks.items():
            severity, found, expected = REMARKS[code]
            where = f"{label}: {found} in {listed(cells)}"
            remarks.append(Finding(code, severity, self.file, sheet, min(cells, key=position), where, expected))
        return [*self.findings, *remarks]

    def stop(self) -> NoReturn:
        """Raises InputRefused with everything found so far."""
        raise InputRefused(self.all())

    def _add(self, severity: Severity, place: Place, code: str, found: str, expected: str, remedy: str) -> None:
        self.findings.append(Finding(code, severity, self.file, place.sheet, place.cell, found, expected, remedy, place.row))
        if len(self.findings) >= MOST and self.refused:
            remedy = "mend these first, then check again"
            said = f"more than {MOST:,} findings: reading has stopped"
            self.findings.append(Finding("too-many", Severity.ERROR, self.file, "", "", said, "a plan is expected", remedy))
            self.stop()
