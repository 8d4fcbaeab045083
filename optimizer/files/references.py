"""Does a formula depend on certain cells? Told from its text alone, and when in doubt: yes.

Formulas stand in files in one language and one notation (A1), with table names written out; what is worked out while it is
calculated (INDIRECT, OFFSET) can depend on anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from optimizer.address import column_number
from optimizer.findings import escaped

Span = tuple[int, int]

_TEXT = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_AT_RUN_TIME = re.compile(r"\b(INDIRECT|OFFSET|EVALUATE)\s*\(", re.IGNORECASE)
_ENDS_COMPUTED = re.compile(r"\)\s*:|:\s*[A-Za-z_][\w.]*\(")  # a range from or to what a function returns
_REFERENCE = re.compile(
    r"(?<![\w.$])(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?))?(?P<mark>!))?"
    r"(?:(?P<dc>\$?)(?P<c1>[A-Za-z]{1,3})\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Za-z]{1,3})\$?(?P<r2>\d+))?"
    r"|(?P<dw>\$?)(?P<w1>[A-Za-z]{1,3}):\$?(?P<w2>[A-Za-z]{1,3})"
    r"|(?P<dl>\$?)(?P<l1>\d+):\$?(?P<l2>\d+))(?![\w.(!])"
)
_NAME = re.compile(r"(?<![\w.$])[^\W\d][\w.\\?]*(?![\w.(!\[])")
_TABLE = re.compile(r"([^\W\d][\w.\\]*)?\[")
_ITEM = re.compile(r"\[([^\[\]]*)\]")
_LAST = 2_000_000


@dataclass(frozen=True)
class Target:
    """The cells asked about: one column of a sheet. `tables` are those that have it: positions of their columns by header.

    `names` are defined names that stand for some of the cells.
    """

    sheet: str
    column: int
    rows: Span
    tables: Mapping[str, Mapping[str, int]]
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Formula:
    """`sheet` is where it stands; `down` and `right` say how far the same formula is repeated from there."""

    sheet: str
    cell: str
    text: str
    down: int = 0
    right: int = 0


def folded(text: str) -> str:
    return " ".join(re.sub(r"_x000[aAdD]_", " ", text).casefold().split())


def with_names(target: Target, names: Iterable[tuple[str, str]]) -> Target:
    """The target with the defined names, by name and text, that stand for some of it, at once or through another name."""
    left, found = dict.fromkeys((name.casefold(), text) for name, text in names), set(target.names)
    while True:
        target = replace(target, names=frozenset(found))
        new = {name for name, text in left if name not in found and depends(Formula("", "", text), target, movable=True)}
        if not new:
            return target
        found |= new


def depends(formula: Formula, target: Target, movable: bool = False) -> bool:
    """Whether the formula may depend on the target. `movable`: what has no $ moves with the cell that uses it, as in names."""
    text = formula.text
    if re.search(r"\[[^\]]*'", text) and _tables_named(text, target):  # escaped signs in a header
        return True
    text = _TEXT.sub(lambda match: match[0] if match[0].startswith("'") else '""', text)
    if _AT_RUN_TIME.search(text):
        return True
    columns, text = _without_tables(text, formula, target)
    if any(first <= target.column <= last for first, last in columns):
        return True
    areas = list(_areas(text, formula, target, movable))
    if any(_meets(area, formula, target) for area in areas) or (areas and _ENDS_COMPUTED.search(text)):
        return True
    return any(match[0].casefold() in target.names for match in _NAME.finditer(text))


def _tables_named(text: str, target: Target) -> bool:
    return any(f"{name}[" in text.casefold() for name in target.tables)


def _without_tables(text: str, formula: Formula, target: Target) -> tuple[list[Span], str]:
    """Columns of the target's sheet that references to tables mean, and the text without these references."""
    columns: list[Span] = []
    rest, at = "", 0
    for match in _TABLE.finditer(text):
        if match.start() < at:
            continue
        end = _closing(text, match.end())
        inside, name = text[match.end() : end], (match[1] or "").casefold()
        if not name and inside.isdigit():  # the number of another workbook
            continue
        rest, at = rest + text[at : match.start()] + " ", end + 1
        if name in target.tables:
            columns += _columns(inside, target.tables[name])
        elif not name and formula.sheet.casefold() == target.sheet.casefold():
            for table in target.tables.values():
                columns += _columns(inside, table)
    rest += text[at:]
    bare = {match[0].casefold() for match in _NAME.finditer(rest)} & set(target.tables)
    return columns + [(0, _LAST) for _ in bare], rest


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if not depth:
            return at
    return len(text)


def _columns(inside: str, table: Mapping[str, int]) -> list[Span]:
    """The columns that [inside] means; all where it names none, and where one is unknown."""
    items = [item.lstrip("@") for item in (_ITEM.findall(inside) if "[" in inside else [inside])]
    named = [folded(item) for item in items if item.strip() and not item.startswith("#")]
    if not named:
        return [] if [item.casefold() for item in items] == ["#headers"] else [(0, _LAST)]
    numbers = [table.get(name, 0) for name in named]
    if 0 in numbers:
        return [(0, _LAST)]
    return [(min(numbers), max(numbers))] if "]:[" in inside else [(number, number) for number in numbers]


def _areas(text: str, formula: Formula, target: Target, movable: bool) -> Iterator[tuple[Span, Span]]:
    """Columns and rows of each reference that may be to the target's sheet."""
    for match in _REFERENCE.finditer(text):
        if not _on_sheet(match, formula, target):
            continue
        beside = text[match.end() : match.end() + 1] == ":" or text[: match.start()].endswith(":")
        moves = movable and not (match["dc"] or match["dw"] or match["dl"])
        if beside or moves:
            yield (0, _LAST), (0, _LAST)
        elif match["c1"]:
            columns = [column_number(match["c1"].upper()), column_number((match["c2"] or match["c1"]).upper())]
            rows = [int(match["r1"]), int(match["r2"] or match["r1"])]
            yield (min(columns), max(columns)), (min(rows), max(rows))
        elif match["w1"]:
            columns = [column_number(match["w1"].upper()), column_number(match["w2"].upper())]
            yield (min(columns), max(columns)), (0, _LAST)
        else:
            rows = [int(match["l1"]), int(match["l2"])]
            yield (0, _LAST), (min(rows), max(rows))


def _on_sheet(match: re.Match[str], formula: Formula, target: Target) -> bool:
    """Another workbook is another sheet; several sheets, first:last, may have the target's among them."""
    name = (match["quoted"] or match["plain"] or "").replace("''", "'")
    if not match["mark"]:
        return formula.sheet.casefold() == target.sheet.casefold()
    if "]" in name and not name.startswith("[0]"):
        return False
    name = name.removeprefix("[0]")
    return not name or ":" in name or name.casefold() == target.sheet.casefold()


def _meets(area: tuple[Span, Span], formula: Formula, target: Target) -> bool:
    (left, right), (top, bottom) = area
    across = left <= target.column <= right + formula.right
    return across and top <= target.rows[1] and bottom + formula.down >= target.rows[0]


def shown(formula: Formula, limit: int = 60) -> str:
    text = escaped(formula.text)
    return f"{formula.sheet}!{formula.cell} ={text[:limit]}{'…' if len(text) > limit else ''}"
