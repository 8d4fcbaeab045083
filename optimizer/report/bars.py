"""What each component receives of what it is estimated to need, as bars beside the figures themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, minima, ratio, shown_minimum
from optimizer.report.scene import (
    FAINT,
    INK,
    LINE,
    WIDTH,
    Anchor,
    Line,
    Mark,
    Rectangle,
    Scene,
    Text,
    below,
    measure,
    paragraph,
    wrapped,
)
from optimizer.report.surround import APART, BODY, SMALL, Frame
from optimizer.report.table import Kind

FILL = "#6389ad"  # prints as a middle grey, on which the black tick of the minimum is seen
EDGE = 0.5  # so that the outline of a bar is not cut at the edge of the page
BAR, OVER, GAP = 9.0, 2.5, 10.0  # height of a bar, how far a tick stands out of it, between columns
MIDDLE = 0.36  # half the height of figures, as a share of their size


@dataclass(frozen=True, slots=True)
class _Component:
    """One component as the tables show it: its amounts, the share of its estimate allocated, its minimum allocation."""

    title: str
    amounts: Figures
    share: Fraction | None
    minimum: int | None


@dataclass(frozen=True)
class Bars:
    dossier: Dossier
    frame: Frame

    @property
    def headers(self) -> tuple[str, str, str]:
        say = self.dossier.language.say
        return say("Estimated requirements"), say("Allocated"), say("% of estimate")

    def rows(self) -> Iterator[_Component]:
        dossier, least = self.dossier, minima(self.dossier.result.scenario)
        received = dossier.result.audit.received
        for component in dossier.plan.components:
            share = ratio(received[component.id], dossier.plan.estimate(component.id))
            minimum = shown_minimum(dossier.plan, least[component.id]) if component.id in least else None
            title = wording.titled_id(dossier.language, component)
            yield _Component(title, dossier.shown.components[component.id], share, minimum)

    def scene(self) -> Scene:
        dossier, rows = self.dossier, list(self.rows())
        total = self._said(dossier.shown.total, ratio(dossier.result.audit.spend, dossier.plan.cost))
        columns = zip(self.headers, *(self._said(row.amounts, row.share) for row in rows), total, strict=True)
        widths = [_width(*column) for column in columns]
        ends = [WIDTH - sum(widths[i + 1 :]) - GAP * (2 - i) for i in range(3)]
        room = ends[0] - widths[0] - GAP
        kinds = 2 if all(row.minimum is None for row in rows) else 3
        marks, y = self._head(below(self.frame.top(), 0) + APART, widths, ends, kinds)
        longest = max(max(row.amounts.estimated, row.minimum or 0) for row in rows)
        for row in rows:
            lines = paragraph(row.title, (0, y + 3), WIDTH, BODY)
            y = below(lines, y) + OVER
            marks += lines
            marks += self._figures(self._said(row.amounts, row.share), y + 0.5 * BAR + MIDDLE * BODY, ends)
            made, y = self._bar(row, room / longest if longest else 0.0, y, room)
            marks += made
        marks.append(Line(((0, y), (WIDTH, y)), INK, 0.75))
        marks.append(Text(0, y + 1.4 * BODY, dossier.language.say("Total"), BODY, bold=True))
        marks += self._figures(total, y + 1.4 * BODY, ends, bold=True)
        y += 2 * BODY
        marks.append(Line(((0, y), (WIDTH, y)), INK, 0.75))
        return self.frame.scene(marks, y, self._description(rows))

    def _head(self, y: float, widths: list[float], ends: list[float], kinds: int) -> tuple[list[Mark], float]:
        """What the first so many kinds of marks mean, and the headers of the figures; where they end."""
        say = self.dossier.language.say
        headers = [wrapped(header, width, SMALL, True) for header, width in zip(self.headers, widths, strict=True)]
        bottom = y + LINE * SMALL * max(kinds, *map(len, headers))
        marks: list[Mark] = []
        for lines, end in zip(headers, ends, strict=True):
            for i, line in enumerate(reversed(lines)):
                marks.append(Text(end, bottom - 2 - i * LINE * SMALL, line, SMALL, Anchor.END, bold=True))
        words = (say("Estimated requirements"), say("Allocated"), say("Minimum allocation"))
        for i, said in enumerate(words[:kinds]):
            base = bottom - 2 - (kinds - 1 - i) * LINE * SMALL
            marks += _key(i, base - MIDDLE * SMALL)
            marks.append(Text(26, base, said, SMALL))
        marks.append(Line(((0, bottom + 2), (WIDTH, bottom + 2)), INK, 0.75))
        return marks, bottom + 2

    def _bar(self, row: _Component, scale: float, y: float, room: float) -> tuple[list[Mark], float]:
        """A bar and its minimum from a height down, and where they end. What is too short to be seen is a line: it is not nil."""
        marks: list[Mark] = [Rectangle(EDGE, y, max(scale * row.amounts.estimated, 0.5), BAR, line=INK)]
        if row.amounts.allocated:
            marks.append(Rectangle(EDGE, y, max(scale * row.amounts.allocated, 0.5), BAR, fill=FILL, line=INK))
        y += BAR
        if row.minimum is not None:
            x, said = EDGE + scale * row.minimum, self._minimum(row.minimum)
            width = measure(said, SMALL)
            marks.append(Line(((x, y - BAR - OVER), (x, y + OVER)), INK, 1.5))
            marks.append(Text(max(min(x - width / 2, room - width), 0), y + OVER + SMALL, said, SMALL))
            y += OVER + SMALL
        y += APART
        return [*marks, Line(((0, y), (WIDTH, y)), FAINT, 0.5)], y

    def _said(self, amounts: Figures, share: Fraction | None) -> tuple[str, str, str]:
        shown = self.dossier.language.shown
        return shown(amounts.estimated, Kind.MONEY), shown(amounts.allocated, Kind.MONEY), shown(share, Kind.PERCENT)

    def _minimum(self, amount: int) -> str:
        language = self.dossier.language
        return language.say("Minimum allocation: {amount}", amount=language.shown(amount, Kind.MONEY))

    def _figures(self, said: tuple[str, str, str], y: float, ends: list[float], bold: bool = False) -> Iterator[Text]:
        yield from (Text(end, y, text, BODY, Anchor.END, bold) for text, end in zip(said, ends, strict=True))

    def _description(self, rows: Sequence[_Component]) -> Iterator[str]:
        """What the bars show, component by component."""
        for row in rows:
            said = zip(self.headers, self._said(row.amounts, row.share), strict=True)
            parts = [f"{header}: {text}" for header, text in said if text]
            parts += [] if row.minimum is None else [self._minimum(row.minimum)]
            yield f"{row.title}: {'; '.join(parts)}."


def _width(header: str, *figures: str) -> float:
    """Of a column of figures: no figure is broken, and no word of its header."""
    words = (measure(word, SMALL, bold=True) for word in header.split(" "))
    return max(*words, *(measure(figure, BODY, bold=True) for figure in figures))


def _key(index: int, y: float) -> Iterator[Mark]:
    """A small picture of a mark, in the middle of its line: the outline, the filled part, the tick."""
    if index < 2:
        yield Rectangle(1, y - 2.5, 19, 5, fill=FILL if index else "", line=INK)
    else:
        yield Line(((10.5, y - 3.5), (10.5, y + 3.5)), INK, 1.5)
