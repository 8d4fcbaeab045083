"""A drawing as data, for whoever renders it: marks on a white page 16 cm wide.

Lengths are in points, from the upper left corner. Text is measured as in Arial (see page.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from optimizer.report.page import BOLD, clean, length

WIDTH = 160 / 25.4 * 72  # 16 cm, the width of the text on A4
LINE = 1.2  # from a line of text to the next, as a multiple of its size
INK, FAINT = "#000000", "#d0d0d0"


class Anchor(StrEnum):
    """Which end of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Without `fill` it is empty, without `line` it has no outline."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    line: str = ""
    weight: float = 0.75


@dataclass(frozen=True, slots=True)
class Line:
    """Through all points, in straight pieces."""

    points: tuple[tuple[float, float], ...]
    colour: str = INK
    weight: float = 0.75
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float = 3.0


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `y` is that of the line on which letters stand."""

    x: float
    y: float
    text: str
    size: float = 8.0
    anchor: Anchor = Anchor.START
    bold: bool = False
    colour: str = INK

    @property
    def room(self) -> float:
        """What it measures."""
        return measure(self.text, self.size, self.bold)


Mark = Rectangle | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Scene:
    """`title` and `description` say in words what is drawn, for those who do not see it; `tag` is their language."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    title: str
    description: str
    tag: str


def measure(text: str, size: float, bold: bool = False) -> float:
    return length(text) * size * (BOLD if bold else 1.0)


def one_line(text: str) -> str:
    """Without line breaks; no-break spaces stay."""
    return re.sub(r"[\s]+", lambda found: found[0] if found[0] in "\u00a0\u202f" else " ", clean(text)).strip()


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Lines of at most `room`, broken at spaces, and within a word where it is wider than that."""
    lines = [""]
    for word in one_line(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if measure(joined, size, bold) <= room:
            lines[-1] = joined
            continue
        pieces = _broken(word, room, size, bold)
        lines[-1:] = [*([lines[-1]] if lines[-1] else []), *pieces]
    return lines


def _broken(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def paragraph(text: str, place: tuple[float, float], room: float, size: float, bold: bool = False) -> list[Text]:
    """Its lines from the height of `place` down; the next text may begin at `below`."""
    x, y = place
    lines = wrapped(text, room, size, bold) if text.strip() else []
    return [Text(x, y + size + i * LINE * size, line, size, bold=bold) for i, line in enumerate(lines)]


def below(texts: Sequence[Text], y: float) -> float:
    """The height at which something may stand under these lines, or `y` where there are none."""
    return texts[-1].y + 0.3 * texts[-1].size if texts else y


def column(texts: Iterable[tuple[str, float]], y: float) -> Iterator[Text]:
    """Paragraphs of the full width one under another, each in its size."""
    for text, size in texts:
        lines = paragraph(text, (0, y), WIDTH, size)
        yield from lines
        y = below(lines, y)
