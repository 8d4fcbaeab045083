"""Text cells: what is trimmed, what is refused, what merely looks odd."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from optimizer.files.cells import Cell
from optimizer.files.exact import exact, is_percentage
from optimizer.values import ValueRefused, as_typed

Remark = Callable[[str], None]

IDS_ARE_TEXT = "text is expected, never a number: 1.10 typed as a number is 1.1"
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


def identifier(cell: Cell, longest: int, remark: Remark) -> str:
    """An id, exactly as typed but for spaces at its ends."""
    value = cell.value
    if isinstance(value, datetime | date):
        raise ValueRefused("text is expected: the spreadsheet program took the id for a date", _AS_TEXT)
    if not isinstance(value, str):
        raise ValueRefused(IDS_ARE_TEXT, _AS_TEXT)
    text = _bounded(_trimmed(value, remark), longest)
    odd = [c for c in text if c != " " and (unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") or c.isspace())]
    if odd:
        raise ValueRefused(f"letters, digits, signs and plain spaces are expected, not {code_points(odd)}", "type it again")
    return text


def plain_text(cell: Cell, longest: int, remark: Remark) -> str:
    """Free text. A number or a date harms nobody here; it is read as it would be typed."""
    value = cell.value
    if isinstance(value, bool):
        raise ValueRefused("text is expected")
    if isinstance(value, int | float):
        remark("number-as-text")
        return f"{as_typed(exact(value) * 100)}%" if is_percentage(cell) else as_typed(exact(value))
    if isinstance(value, datetime | date):
        remark("date-as-text")
        day = value.date() if isinstance(value, datetime) else value
        return day.isoformat()
    if not isinstance(value, str):
        raise ValueRefused("text is expected, not a time")
    text = _bounded(_trimmed(value, remark), longest)
    odd = [c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cn")]
    if odd:
        raise ValueRefused(f"text without control characters is expected, not {code_points(odd)}", "type it again")
    if _DIRECTION.search(text):
        remark("bidi")
    return text


def tags(cell: Cell, longest: int, remark: Remark) -> tuple[str, ...]:
    """Tags between semicolons, each once. Like ids they are text: 8.10 is not 8.1."""
    text = identifier(cell, longest, remark)
    found = [tag.strip() for tag in text.split(";") if tag.strip()]
    if len(set(found)) < len(found):
        remark("repeated-tag")
    if any("," in tag for tag in found):
        remark("comma")
    return tuple(dict.fromkeys(found))


def code_points(characters: list[str] | str) -> str:
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in characters))


def scripts(text: str) -> dict[str, str]:
    """The scripts that its letters are of, among those with look-alikes, and the letters of each."""
    found: dict[str, str] = {}
    for character in text:
        script = unicodedata.name(character, "").partition(" ")[0]
        if script in _SCRIPTS:
            found[script] = found.get(script, "") + character
    return found


_AS_TEXT = "format the cell as Text, then type the id again"


def _trimmed(text: str, remark: Remark) -> str:
    trimmed = text.strip()
    if trimmed != text:
        remark("trimmed")
    return trimmed


def _bounded(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueRefused(f"at most {longest:,} characters are expected, not {len(text):,}")
    return text
