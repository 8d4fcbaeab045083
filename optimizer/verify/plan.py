"""The plan workbook read a second time, for checking: what docs/reference.md says of its sheets, into plain records.

The workbook has been accepted by the program already; whatever is not as it should be here is a fault of one of the two readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property

from optimizer.verify.cells import Cell, File, Sheet

Basis = str  # "amount", "% of estimate", "% of resources", "% of funds"
Limit = tuple[Basis, Fraction]  # the value in money, or in percentage points
_MARKS = re.compile(r"\s*([:()])\s*")


class Unreadable(ValueError):
    """The plan workbook cannot be read a second time; the message says where."""


@dataclass
class Component:
    id: str
    title: str
    weight: Fraction
    minimum: Limit | None
    maximum: Limit | None


@dataclass
class Profile:
    """How a level's amount falls on the periods: proportions by period. `level` is a share delivered, None for every level."""

    parts: tuple[Fraction, ...]
    level: int | None
    fund: str


@dataclass
class Output:
    """`levels` are the priced ones of the sheet Levels: pairs of amount and share. `scores` are by criterion."""

    id: str
    component: str
    title: str
    short_title: str
    cost: int
    minimum: int
    scores: dict[str, Fraction]
    status: str
    committed: int
    earliest_start: int | None
    start: int | None
    end: int | None
    tier: int | None
    spent: int
    delivered: int
    adopted: int | None
    tags: dict[str, tuple[str, ...]]
    levels: list[tuple[int, int]] = field(default_factory=list)
    profile: list[Profile] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.short_title or self.title


@dataclass
class Fund:
    id: str
    category: str
    amounts: list[int]
    components: tuple[str, ...]
    outputs: tuple[str, ...]
    tags: tuple[str, ...]
    carry_over: bool
    cap: int | None

    def pays(self, output: Output) -> bool:
        if not (self.components or self.outputs or self.tags):
            return True
        carried = {tag for tags in output.tags.values() for tag in tags}
        return output.component in self.components or output.id in self.outputs or not carried.isdisjoint(self.tags)


@dataclass(frozen=True)
class Period:
    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Group:
    name: str
    kind: str  # "at most" or "at least"
    k: int
    members: tuple[str, ...]


@dataclass
class Plan:
    """`settings` are texts and numbers of the sheet Plan by the name of the setting. `links`: pairs and the share required."""

    title: str
    currency: str
    settings: dict[str, Cell]
    components: list[Component]
    criteria: dict[str, Fraction]
    outputs: list[Output]
    links: dict[tuple[str, str], int]
    groups: list[Group]
    coverage: list[tuple[str, str, int]]
    periods: list[Period]
    funds: list[Fund]
    step: int = 5
    unit: int = 1
    display: int = 1
    first_open_year: int | None = None
    later_start: bool = False
    continuity: bool = False
    allowed_changes: int | None = None
    allowed_drops: int | None = None

    @property
    def cost(self) -> int:
        return sum(output.cost for output in self.outputs)

    def of(self, component: str) -> list[int]:
        """Positions of the outputs of a component."""
        return [i for i, output in enumerate(self.outputs) if output.component == component]

    def estimate(self, component: str) -> int:
        return sum(self.outputs[i].cost for i in self.of(component))

    def output(self, key: str) -> Output:
        return next(output for output in self.outputs if output.id == key)


@cache
def folded(text: str) -> str:
    """Headers and settings for comparison: case, spaces, and dashes of any length do not matter."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join("-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in text)
    return re.sub(r" ?- ?", "-", _MARKS.sub(r"\1", " ".join(text.split())))


@dataclass(frozen=True)
class Line:
    """A row of a table of the plan, by header."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]

    def cell(self, header: str) -> Cell | None:
        column = self.columns.get(folded(header))
        found = self.sheet.at(self.row, column) if column else None
        return None if found is None or found.value == "" else found

    def text(self, header: str) -> str:
        cell = self.cell(header)
        return "" if cell is None else typed(cell)

    def exact(self, header: str) -> Fraction | None:
        """A number; a percentage in points."""
        cell = self.cell(header)
        if cell is None:
            return None
        if cell.number is None or cell.error:
            raise Unreadable(f"{self.sheet.name}, row {self.row}, {header}: no number")
        return cell.number * 100 if cell.percent else cell.number

    def whole(self, header: str) -> int | None:
        found = self.exact(header)
        if found is not None and found.denominator != 1:
            raise Unreadable(f"{self.sheet.name}, row {self.row}, {header}: no whole number")
        return None if found is None else int(found)

    def number(self, header: str) -> int:
        """A whole number that must be there."""
        found = self.whole(header)
        if found is None:
            raise Unreadable(f"{self.sheet.name}, row {self.row}, {header}: nothing stands there")
        return found

    def tags(self, header: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag.strip() for tag in self.text(header).split(";") if tag.strip()))

    def limit(self, name: str) -> Limit | None:
        basis, value = self.text(f"{name}: basis").casefold(), self.exact(f"{name}: value")
        return (basis, value) if basis and value is not None else None


def typed(cell: Cell) -> str:
    """A cell as one would type it: 7, 0.25, 40%."""
    if cell.number is None:
        return cell.text if isinstance(cell.value, str) else str(cell.value).upper()
    return f"{plain(cell.number * 100)}%" if cell.percent else plain(cell.number)


def plain(number: Fraction) -> str:
    """A decimal fraction in plain digits."""
    return f"{number.numerator}" if number.denominator == 1 else f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


@dataclass(frozen=True)
class Tables:
    """The sheets of a plan workbook by name; case and spaces do not matter."""

    file: File

    @cached_property
    def _by_name(self) -> dict[str, Sheet]:
        return {folded(name): sheet for name, sheet in self.file.sheets.items()}

    def sheet(self, name: str) -> Sheet | None:
        return self._by_name.get(folded(name))

    def headers(self, name: str) -> dict[str, int]:
        sheet = self.sheet(name)
        cells = sheet.rows.get(1, {}) if sheet is not None else {}
        return {folded(typed(cell)): column for column, cell in cells.items()}

    def lines(self, name: str, key: str) -> Iterator[Line]:
        """The rows that have a cell in the column `key`, but for totals rows."""
        sheet, columns = self.sheet(name), self.headers(name)
        for number in sorted(sheet.rows) if sheet is not None else ():
            line = Line(sheet or Sheet(name), number, columns)
            if number > 1 and number not in line.sheet.totals and line.cell(key) is not None:
                yield line
