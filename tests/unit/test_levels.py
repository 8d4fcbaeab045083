"""The levels of an output, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.plan import Level, Output

OUTPUT = Output("1", "k", "One", 0, 0, ())


def levels(cost: int, minimum: int, step: int, unit: int) -> list[tuple[int, int]]:
    output = replace(OUTPUT, cost=cost, minimum=minimum)
    return [(level.amount, level.share) for level in output.levels(step, unit)]


@pytest.mark.parametrize(
    ("cost", "minimum", "step", "unit", "expected"),
    [
        # all or nothing
        (1000, 1000, 5, 1, [(1000, 100)]),
        (0, 0, 5, 1000, [(0, 100)]),
        (1, 1, 5, 1, [(1, 100)]),
        # 800 of 1,000 pays for 80 points; 85, 90 and 95 follow
        (1000, 800, 5, 1, [(800, 80), (850, 85), (900, 90), (950, 95), (1000, 100)]),
        # 849 pays for 84 whole points, so 85 is the next step; 850 pays for 85, so 90 is
        (1000, 849, 5, 1, [(849, 84), (850, 85), (900, 90), (950, 95), (1000, 100)]),
        (1000, 850, 5, 1, [(850, 85), (900, 90), (950, 95), (1000, 100)]),
        (1000, 851, 5, 1, [(851, 85), (900, 90), (950, 95), (1000, 100)]),
        # a minimum below one point delivers nothing measurable, and is a level all the same
        (1000, 9, 50, 1, [(9, 0), (500, 50), (1000, 100)]),
        # a step that does not divide 100 stops below it
        (1000, 100, 30, 1, [(100, 10), (300, 30), (600, 60), (900, 90), (1000, 100)]),
        (100, 90, 7, 1, [(90, 90), (91, 91), (98, 98), (100, 100)]),
        # amounts are rounded up to the unit of account, cost and minimum are not
        (999, 501, 25, 10, [(501, 50), (750, 75), (999, 100)]),  # 749.25 up to 750
        (2_345_678, 1_000_001, 25, 1000, [(1_000_001, 42), (1_173_000, 50), (1_760_000, 75), (2_345_678, 100)]),
        # 60 and 80 per cent of 1,900 are 1,140 and 1,520: both 2,000, more than the cost
        (1900, 700, 20, 1000, [(700, 36), (1000, 40), (1900, 100)]),
        # 25 and 50 per cent of 2,000 both come to 1,000: only the better one is a level
        (2000, 100, 25, 1000, [(100, 5), (1000, 50), (2000, 100)]),
        # a step that would reach exactly the cost
        (2000, 1000, 25, 1000, [(1000, 50), (2000, 100)]),
        # one unit of money
        (3, 1, 50, 1, [(1, 33), (2, 50), (3, 100)]),
        (2, 1, 5, 1, [(1, 50), (2, 100)]),
    ],
)
def test_levels_by_hand(cost: int, minimum: int, step: int, unit: int, expected: list[tuple[int, int]]) -> None:
    assert levels(cost, minimum, step, unit) == expected


def test_explicit_levels_replace_the_steps() -> None:
    explicit = (Level(10, 1), Level(999, 98))
    assert replace(OUTPUT, cost=1000, minimum=500, explicit_levels=explicit).levels(5, 1) == explicit


def test_amounts_and_shares_rise() -> None:
    for cost in range(1, 60):
        for minimum in range(1, cost + 1):
            for step, unit in ((5, 1), (7, 3), (50, 10)):
                found = levels(cost, minimum, step, unit)
                assert found == sorted(found)
                assert len({amount for amount, _ in found}) == len({share for _, share in found}) == len(found)
                assert found[0] == ((minimum, 100 * minimum // cost) if minimum < cost else (cost, 100))
                assert found[-1] == (cost, 100)


def test_results_are_those_typed_for_the_lowest_and_the_full_level() -> None:
    output = replace(OUTPUT, cost=100, minimum=50, result_full="all of it", result_minimum="the half of it")
    assert [level.result for level in output.levels(25, 1)] == ["the half of it", "", "all of it"]
