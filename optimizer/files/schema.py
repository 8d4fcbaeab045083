"""What a sheet and a column are; sheets.py says which there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell of a column holds."""

    ID = "id"  # text, never a number: 1.10 is not 1.1
    TEXT = "text"
    AMOUNT = "amount"  # whole units of the plan's currency
    PERCENT = "percent"  # 0 to 100, whole
    NUMBER = "number"  # a decimal number >= 0
    LIMIT = "limit"  # an amount or a percentage, as the Basis beside it says
    COUNT = "count"  # a whole number >= 0
    YEAR = "year"
    CHOICE = "choice"  # one of the column's choices
    TAGS = "tags"  # text, separated by semicolons
    ANY = "any"  # text, number or percentage, as the setting beside it says


class Owner(StrEnum):
    """Who fills a sheet in; the colour of its tab and header."""

    GUIDE = "everybody"
    FINANCE = "finance"
    UNITS = "technical units"
    CABINET = "executive office"
    MOBILIZATION = "resource mobilization"


@dataclass(frozen=True, slots=True)
class Column:
    """`required` is about each row's cell; `optional_column` says that the whole column may be absent.

    `if_blank` is the remedy where a required cell is blank.
    """

    key: str
    header: str
    kind: Kind
    note: str
    width: int = 14
    required: bool = False
    choices: tuple[str, ...] = ()
    refers: str = ""  # the sheet whose ids this column may hold
    optional_column: bool = True
    if_blank: str = ""

    @property
    def label(self) -> str:
        """The header within a sentence: `Minimum: value` is minimum value."""
        return (self.header[:1].lower() + self.header[1:]).replace(": ", " ")

    @property
    def longest(self) -> int:
        """Most characters of a text: ids and titles stand in tables, other text needs only to fit a cell."""
        titles = ("title", "short_title")
        return 1_000 if self.kind is Kind.ID or self.key.partition(":")[0] in titles else 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    owner: Owner
    row: str  # what one row is
    note: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def table(self) -> str:
        """Name of the Excel table."""
        return "tbl" + self.name.title().replace(" ", "")

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)
