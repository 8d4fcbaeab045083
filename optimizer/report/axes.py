"""Axes and curves of figures: round numbers to stand at an axis, and no more points than paper can show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count

Point = tuple[int, Fraction]  # resources in whole money, and a share
FINEST = 0.4  # points of a page: two steps that are nearer are drawn as one


def ticks(low: int, high: int, most: int) -> list[int]:
    """At most so many round numbers from `low` to `high`: multiples of 1, 2 or 5 times a power of ten."""
    for step in (digit * 10**power for power in count() for digit in (1, 2, 5)):
        first = -(-low // step) * step
        if (high - first) // step < most:
            return list(range(first, high + 1, step))
    raise AssertionError("a step as long as the axis leaves one number")


def at(points: Sequence[Point], resources: int) -> Fraction | None:
    """The share that so much reaches; None where it is less than anything needs. `points` are in order."""
    position = bisect_right(points, resources, key=lambda point: point[0])
    return points[position - 1][1] if position else None


def steps(
    points: Sequence[Point], end: float, across: Callable[[int], float], up: Callable[[Fraction], float]
) -> list[tuple[float, float]]:
    """The corners of a curve that keeps its height up to the next point, and the last up to `end`.

    `across` and `up` give the places on the page. `points` are in order.
    """
    last: dict[int, tuple[float, float]] = {}
    for resources, share in points:
        x = across(resources)
        last[int(x / FINEST)] = (x, up(share))
    corners: list[tuple[float, float]] = []
    for x, y in last.values():
        if corners and corners[-1][1] == y:
            continue
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return [*corners, (end, corners[-1][1])]
