"""Tables as data: what every builder makes and every renderer takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What the cells of a column are, and so how they are shown."""

    TEXT = "text"
    ID = "id"  # text, never a number: 1.10 is not 1.1
    MONEY = "money"  # whole number; nil is shown as a dash
    COUNT = "count"  # whole number; nil is shown as 0
    NUMBER = "number"  # decimal number
    PERCENT = "percent"  # a ratio: 3/4 is shown as 75.0%
    FLAG = "flag"  # TRUE or FALSE


class Style(StrEnum):
    """What a row is. HEADING and NOTE have one cell, which takes the full width."""

    BODY = "body"
    HEADING = "component heading"
    NOTE = "note"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


Scalar = str | int | Fraction | bool | None  # None: the cell is blank, there is nothing to say


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, with what it comes to."""

    text: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Link:
    """The name of a sheet of the same workbook, which leads there."""

    sheet: str


@dataclass(frozen=True, slots=True)
class Beyond:
    """Text that leads to a cell of another workbook in the same folder."""

    text: str
    file: str
    sheet: str
    cell: str


Cell = Scalar | Formula | Link | Beyond


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters; `span`: how many columns of its sheet it covers; `bar`: the figure is also drawn as a bar.

    `tones`: cells that begin with these words are also coloured, in the tone of that name.
    """

    key: str
    header: str
    kind: Kind = Kind.TEXT
    width: int = 12
    span: int = 1
    bar: bool = False
    tones: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """`kind`, where given, is what its figures are instead of what their columns say."""

    cells: tuple[Cell, ...]
    style: Style = Style.BODY
    kind: Kind | None = None

    @property
    def full_width(self) -> bool:
        return self.style in (Style.HEADING, Style.NOTE)


@dataclass(frozen=True, slots=True)
class Table:
    """`lead` stands between title and header, `notes` under the table. `headed` is False for a list of facts without a header.

    `unit` is that of all amounts, for renderers that leave out the lead. `room` is how many rows of a sheet stay empty over it,
    for a chart of a table that is too long to have it under it.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    headed: bool = True
    unit: str = ""
    room: int = 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != (1 if row.full_width else len(self.columns)):
                raise ValueError(f"{self.title}: {len(row.cells)} cells for {len(self.columns)} columns: {row.cells}")

    def position(self, key: str) -> int:
        return next(i for i, column in enumerate(self.columns) if column.key == key)

    def cells(self, key: str) -> Iterator[Cell]:
        """The column's cells in the body rows."""
        position = self.position(key)
        return (row.cells[position] for row in self.rows if row.style is Style.BODY)


class Form(StrEnum):
    """How a chart draws its series: beside one another or added up, along the page or upwards."""

    BARS = "bars"
    ADDED_BARS = "added bars"
    ADDED_COLUMNS = "added columns"
    CURVE = "curve"  # the one series over the labels, which are amounts


class Fill(StrEnum):
    """What a series is filled with; any two are told apart in grey print."""

    DARK = "dark"
    PALE = "pale"
    STRIPED = "striped"
    MIDDLE = "middle"
    DOTTED = "dotted"
    CROSSED = "crossed"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of cells of the table it stands under; it holds no figures of its own.

    `rows` are the first and the last, from 0, both included; `labels` is the key of the column that names them. The series are
    `columns`, named by their headers, or with `across` the rows, and the columns are then what is counted along the axis;
    those columns are neighbours. `total`, with `across`, is the row of the sums. There are as many `fills` as series. One unit
    on the axis is `scale` units of the cells: 1, a thousand, a million or a billion. `rows_axis` says what the labels are where
    the title does not. `steps`, of a curve, is the key of the column that says how far a label is from the one before. `alt` is
    for people who do not see the chart.
    """

    form: Form
    title: str
    alt: str
    labels: str
    columns: tuple[str, ...]
    rows: tuple[int, int]
    fills: tuple[Fill, ...]
    kind: Kind = Kind.MONEY
    scale: int = 1
    axis: str = ""
    rows_axis: str = ""
    across: bool = False
    total: int | None = None
    steps: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences under a title, for a page of prose."""

    title: str
    paragraphs: tuple[str, ...]


Block = Table | Passage


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tables one under another. `front` sheets are for every reader; `one_page` is to be printed on a single page.

    `name` is the same in every language, for whoever looks the sheet up; `tab` is what it is called in the workbook, where that
    differs. `frozen`: so many columns stay in sight where a sheet is one table. `bare`: without colours, to be copied from.
    `hidden`: for this tool, not for readers. `charts` stand under the last table, or
    in the room over it, and show it.
    """

    name: str
    about: str
    tables: tuple[Table, ...]
    front: bool = False
    one_page: bool = False
    portrait: bool = False
    frozen: int = 1
    tab: str = ""
    bare: bool = False
    hidden: bool = False
    charts: tuple[Chart, ...] = ()

    @property
    def shown(self) -> str:
        return self.tab or self.name


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook. `footer` stands at the foot of every printed page."""

    title: str
    footer: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)


def plain(cell: Cell) -> Scalar:
    """What a cell says, without what makes it live."""
    if isinstance(cell, Formula):
        return cell.value
    if isinstance(cell, Beyond):
        return cell.text
    return cell.sheet if isinstance(cell, Link) else cell


def kind_of(column: Column, row: Row, cell: Cell) -> Kind:
    return row.kind if row.kind is not None and not isinstance(plain(cell), str) else column.kind


def flat(table: Table, grouping: str = "Component") -> tuple[tuple[str, ...], list[tuple[Scalar, ...]]]:
    """Headers and body rows as data: headings become a first column, called `grouping`; totals and notes are left out."""
    grouped = any(row.style is Style.HEADING for row in table.rows)
    unit = f" ({table.unit})" if table.unit else ""
    named = (column.header + (unit if column.kind is Kind.MONEY else "") for column in table.columns)
    headers = (*((grouping,) if grouped else ()), *named)
    rows: list[tuple[Scalar, ...]] = []
    heading: Scalar = ""
    for row in table.rows:
        if row.style is Style.HEADING:
            heading = plain(row.cells[0])
        elif row.style is Style.BODY:
            rows.append((*((heading,) if grouped else ()), *map(plain, row.cells)))
    return headers, rows
