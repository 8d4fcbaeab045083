"""What each level of resources could deliver at best, as a curve in steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.report.axes import Point, at, steps, ticks
from optimizer.report.language import UNITS
from optimizer.report.scene import (
    FAINT,
    INK,
    LINE,
    WIDTH,
    Anchor,
    Dot,
    Line,
    Mark,
    Rectangle,
    Scene,
    Text,
    below,
    measure,
    wrapped,
)
from optimizer.report.surround import APART, BODY, Frame

HEIGHT = 210.0
MOST = 9  # figures at an axis


@dataclass(frozen=True, slots=True)
class _Place:
    """The field of the curve on the page, and the resources at its left and right."""

    left: float
    right: float
    upper: float
    lower: float
    ends: tuple[int, int]

    def across(self, resources: int) -> float:
        low, high = self.ends
        return self.left + (self.right - self.left) * (resources - low) / (high - low)

    def resources(self, x: float) -> int:
        """Those of a place, which may lie outside the field."""
        low, high = self.ends
        return low + round((high - low) * (x - self.left) / (self.right - self.left))

    def up(self, share: Fraction) -> float:
        return self.lower - (self.lower - self.upper) * float(share)


@dataclass(frozen=True)
class Curve:
    """`points` in order."""

    points: Sequence[Point]
    here: int
    currency: str
    frame: Frame

    @property
    def ends(self) -> tuple[int, int]:
        """Of the axis of resources, which begins at nil unless that would leave most of it empty."""
        first, last = min(self.points[0][0], self.here), max(self.points[-1][0], self.here)
        return (0 if 2 * first < last else first - max((last - first) // 20, 1)), max(last, first + 1)

    @property
    def unit(self) -> int:
        """Of the figures at the axis: the largest of which there are some."""
        return max((unit for unit in (1, *UNITS) if self.ends[1] >= 10 * unit), default=1)

    def scene(self) -> Scene:
        language, (low, high) = self.frame.language, self.ends
        top = below(self.frame.top(), 0) + APART
        header = Text(0, top + BODY, language.say("Priority delivered, % of full costing"), BODY)
        upper, lower = top + 2 * BODY, top + 2 * BODY + HEIGHT
        left, right = measure(language.ratio(1, 0), BODY) + 6, WIDTH - 14.0

        place = _Place(left, right, upper, lower, (low, high))
        marks: list[Mark] = [header]
        for share in (Fraction(n, 5) for n in range(6)):
            marks.append(
                Line(((left, place.up(share)), (right, place.up(share))), FAINT if share else INK, 0.5 if share else 0.75)
            )
            marks.append(Text(left - 4, place.up(share) + 0.36 * BODY, language.ratio(share, 0), BODY, Anchor.END))
        numbers = self._ticks(right - left)
        for resources in numbers:
            x = place.across(resources)
            marks.append(Line(((x, lower), (x, lower + 3)), INK))
            marks.append(Text(x, lower + 4 + BODY, self._number(resources), BODY, Anchor.MIDDLE))
        unit = language.unit(self.currency, self.unit)
        bottom = lower + 7 + 2 * BODY
        axis = f"{language.say('Available resources')} ({unit})"
        marks.append(Text((left + right) / 2, bottom, axis, BODY, Anchor.MIDDLE))
        marks += self._drawn(place)
        return self.frame.scene(marks, bottom + 2, self._description(axis, numbers))

    def _number(self, resources: int) -> str:
        return self.frame.language.number(Fraction(resources, self.unit))

    def _ticks(self, room: float) -> list[int]:
        """As many as stand apart from one another."""
        for most in range(MOST, 2, -1):
            found = ticks(*self.ends, most)
            if sum(measure(self._number(one), BODY) + 12 for one in found) <= room:
                break
        return found

    def _drawn(self, place: _Place) -> Iterator[Mark]:
        """The curve, the available resources as a broken line, what they deliver as a dot, and both in words beside it."""
        x, share = place.across(self.here), at(self.points, self.here)
        yield Line(((x, place.upper), (x, place.lower)), INK, 1, dashed=True)
        room = max(x - place.left, place.right - x) - 8
        lines = [line for said in self._said(self.here) for line in wrapped(said, room, BODY)]
        width = max(measure(line, BODY) for line in lines)
        height = LINE * BODY * len(lines)
        left, top = self._free(place, width, height)
        yield Rectangle(left - 2, top - 1, width + 4, height + 3, fill="#ffffff")
        yield from (Text(left, top + BODY + i * LINE * BODY, line, BODY) for i, line in enumerate(lines))
        yield Line(tuple(steps(self.points, place.right, place.across, place.up)), INK, 1.25)
        if share is not None:
            yield Dot(x, place.up(share))

    def _free(self, place: _Place, width: float, height: float) -> tuple[float, float]:
        """Where a text hides nothing of the curve: beside the line, as low as may be, rather on its right."""
        x = place.across(self.here)
        sides = [left for left in (x + 6, x - 6 - width) if place.left <= left <= place.right - width] or [place.left]
        tops = [place.lower - height - 5 - i * BODY for i in range(int((HEIGHT - height) // BODY))]
        for left in sides:
            for top in tops:
                if not self._crossed(place, (left - 4, top - 4), (left + width + 4, top + height + 4)):
                    return left, top
        return sides[0], tops[0]

    def _crossed(self, place: _Place, upper: tuple[float, float], lower: tuple[float, float]) -> bool:
        """Whether the curve, which never falls, goes through a box between two corners."""
        shares = [at(self.points, place.resources(x)) for x in (upper[0], lower[0])]
        if shares[1] is None:
            return False
        return place.up(shares[1]) <= lower[1] and place.up(shares[0] or Fraction(0)) >= upper[1]

    def _said(self, resources: int) -> Iterator[str]:
        language, share = self.frame.language, at(self.points, resources)
        yield language.say("Available resources: {resources}", resources=language.money(self.currency, resources))
        if share is None:
            yield language.say("No allocation satisfies the rules.")
        else:
            yield language.say("Priority delivered: {share} of full costing", share=language.ratio(share))

    def _description(self, axis: str, numbers: Sequence[int]) -> Iterator[str]:
        """What the curve shows at the figures of its axis and at the available resources."""
        language = self.frame.language
        pairs = [(self._number(one), at(self.points, one)) for one in numbers]
        said = "; ".join(f"{number}: {language.ratio(share)}" for number, share in pairs if share is not None)
        yield f"{axis} – {language.say('Priority delivered, % of full costing')}: {said}."
        yield ". ".join(one.rstrip(".") for one in self._said(self.here)) + "."
