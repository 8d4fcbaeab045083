"""Published amounts add up as shown, and none is a whole unit away from the exact one."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.report.figures import Figures, shown, shown_resources
from optimizer.rounding import largest_remainder, nearest, split_table
from tests.dossiers import drawn

EIGHTHS = st.integers(0, 40).map(lambda n: Fraction(n, 8))
ANY = st.fractions(0, 10**6, max_denominator=1000)
PART = st.one_of(EIGHTHS, ANY, st.just(Fraction(0)))


def adjacent(shown: int, exact: Fraction) -> bool:
    return shown in (math.floor(exact), math.ceil(exact))


def whole_lines(pair: tuple[Fraction, Fraction], whole: bool) -> tuple[Fraction, Fraction]:
    """Many costs are whole multiples of the unit although what they are split into is not."""
    return (pair[0], math.ceil(pair[0]) - pair[0] + math.floor(pair[1])) if whole else pair


PAIRS = st.lists(st.builds(whole_lines, st.tuples(PART, PART), st.booleans()), max_size=12)


@given(st.lists(PART, max_size=20))
def test_largest_remainder_adds_up(parts: list[Fraction]) -> None:
    total = nearest(sum(parts, Fraction(0)))
    whole = largest_remainder(parts, total)
    assert sum(whole) == total
    assert all(adjacent(w, part) for w, part in zip(whole, parts, strict=True))


@given(PAIRS, st.booleans(), st.booleans(), st.booleans())
def test_split_table_rounds_every_figure_and_every_sum(
    pairs: list[tuple[Fraction, Fraction]], up_first: bool, up_second: bool, up_sum: bool
) -> None:
    first, second = (sum((pair[i] for pair in pairs), Fraction(0)) for i in (0, 1))
    a = math.ceil(first) if up_first else math.floor(first)
    total = math.ceil(first + second) if up_sum else math.floor(first + second)
    b = total - a
    if not adjacent(b, second):  # these two roundings do not go together: take another for the second
        b = math.ceil(second) if up_second else math.floor(second)
    if not adjacent(a + b, first + second):
        a, b = math.floor(first), math.floor(second)
        if a + b < math.floor(first + second):
            a += 1
    found = split_table(pairs, (a, b))
    assert (sum(x for x, _ in found), sum(y for _, y in found)) == (a, b)
    for (x, y), (exact_x, exact_y) in zip(found, pairs, strict=True):
        assert adjacent(x, exact_x)
        assert adjacent(y, exact_y)
        assert adjacent(x + y, exact_x + exact_y)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("unit", [1, 7, 1000, 1_000_000])
def test_published_amounts(seed: int, unit: int) -> None:
    plan, allocation = drawn(seed, size=3 + seed % 20, display_unit=unit)
    figures = shown(plan, allocation)

    def right(found: Figures, cost: int, amount: int) -> None:
        assert adjacent(found.estimated, Fraction(cost, unit))
        assert adjacent(found.allocated, Fraction(amount, unit))
        assert adjacent(found.additional, Fraction(cost - amount, unit))

    for output, delivery, found in zip(plan.outputs, allocation, figures.outputs, strict=True):
        right(found, output.cost, delivery.amount)
        assert delivery.share < 100 or not found.additional, "what is funded in full needs nothing more"
        assert delivery.funded or not found.allocated
    for component in plan.components:
        members = plan.members[component.id]
        assert figures.components[component.id] == sum((figures.outputs[i] for i in members), Figures(0, 0))
        right(figures.components[component.id], plan.estimate(component.id), sum(allocation[i].amount for i in members))
    assert figures.total == sum(figures.components.values(), Figures(0, 0)) == sum(figures.extents.values(), Figures(0, 0))
    assert figures.total.estimated == nearest(Fraction(plan.cost, unit))
    assert figures.total.allocated == nearest(Fraction(allocation.spend, unit))
    assert figures.total.allocated <= shown_resources(plan, allocation.spend)
