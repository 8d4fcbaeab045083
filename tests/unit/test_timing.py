"""When money is spent: whole units that add up, by hand and against the oracle's year-by-year count."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from optimizer.plan import Level, Plan
from optimizer.scenario import derive
from optimizer.timing import Part, Period, ProfileRow, Timing, Weight, added, split, variants, weights
from tests.example import output
from tests.plans import question
from tests.property.checks import repeatable

BIENNIA = tuple(Period(f"{year}-{year + 1 - 2000}", year, year + 1) for year in range(2020, 2028, 2))


def row(*parts: int, level: int | None = None, fund: str = "") -> ProfileRow:
    return ProfileRow(tuple(map(Fraction, parts)), level, fund)


@dataclass(frozen=True)
class Way:
    amount: int
    share: int = 100


def by_period(parts: tuple[Part, ...] | None) -> dict[tuple[int, str], int] | None:
    return None if parts is None else {(part.period, part.fund): part.amount for part in parts}


def only(profile: tuple[ProfileRow, ...], ways: tuple[Way, ...], timing: Timing) -> list[dict[tuple[int, str], int] | None]:
    (variant,) = variants(BIENNIA, profile, ways, timing)
    return [by_period(parts) for parts in variant.splits]


def test_six_years_over_four_biennia() -> None:
    """2021 to 2026: one year, two, two and one."""
    assert [weight.size for weight in weights(BIENNIA, (), 100, 2021, 2026)] == [1, 2, 2, 1]
    assert only((), (Way(600),), Timing(2021, 2026)) == [{(0, ""): 100, (1, ""): 200, (2, ""): 200, (3, ""): 100}]


def test_whole_units_go_to_the_largest_remainders_and_among_equals_to_the_earlier() -> None:
    """100 over 1:2:2:1 is 16.67, 33.33, 33.33, 16.67; 4 is 0.67, 1.33, 1.33, 0.67; 10 over three is 3.33 each."""
    assert only((), (Way(100), Way(4)), Timing(2021, 2026)) == [
        {(0, ""): 17, (1, ""): 33, (2, ""): 33, (3, ""): 17},
        {(0, ""): 1, (1, ""): 1, (2, ""): 1, (3, ""): 1},
    ]
    assert only((row(1, 1, 1, 0),), (Way(10),), Timing(2020, 2027)) == [{(0, ""): 4, (1, ""): 3, (2, ""): 3}]
    assert only((row(1, 1, 1, 0),), (Way(1),), Timing(2020, 2027)) == [{(0, ""): 1}]


def test_a_time_frame_that_is_left_open_is_that_of_the_periods() -> None:
    assert only((), (Way(8),), Timing(None, None)) == [dict.fromkeys(((t, "") for t in range(4)), 2)]
    assert only((), (Way(8),), Timing(2024, None)) == [{(2, ""): 4, (3, ""): 4}]
    assert only((), (Way(8),), Timing(None, 2020)) == [{(0, ""): 8}]


def test_rows_of_a_level_go_before_those_of_every_level() -> None:
    profile = (row(1, 0, 0, 0), row(0, 1, 0, 0, level=50))
    assert only(profile, (Way(7, 50), Way(9, 100)), Timing(2020, 2027)) == [{(1, ""): 7}, {(0, ""): 9}]
    alone = (row(0, 1, 0, 0, level=50),)  # without rows of its own, and without rows for every level: evenly
    assert only(alone, (Way(7, 50), Way(8, 100)), Timing(2020, 2023)) == [{(1, ""): 7}, {(0, ""): 4, (1, ""): 4}]


def test_rows_with_a_fund_are_parts_of_the_same_whole() -> None:
    """12 in the proportions 1 by fund X and 2 by anyone in the first period, 3 by X in the second."""
    profile = (row(1, 3, 0, 0, fund="X"), row(2, 0, 0, 0))
    assert only(profile, (Way(12),), Timing(2020, 2027)) == [{(0, "X"): 2, (0, ""): 4, (1, "X"): 6}]


def test_a_re_plan_spends_the_rest_in_open_years() -> None:
    """60 is spent in 2020 and 2021, of 100 the other 40 fall on 2022 to 2025, half of it in each biennium."""
    timing = Timing(2020, 2025, open_from=2022, spent=60)
    assert only((), (Way(60), Way(100)), timing) == [{(0, ""): 60}, {(0, ""): 60, (1, ""): 20, (2, ""): 20}]
    within = Timing(2020, 2025, open_from=2023, spent=60)  # 2020 to 2022 are closed, 2:1; 2023 to 2025 open, 1:2
    assert only((), (Way(100),), within) == [{(0, ""): 40, (1, ""): 20 + 13, (2, ""): 27}]


def test_nothing_new_falls_on_closed_years() -> None:
    assert only((), (Way(100),), Timing(2020, 2025, open_from=2024)) == [{(2, ""): 100}]
    assert only((row(5, 1, 1, 0),), (Way(100),), Timing(2020, 2025, open_from=2022)) == [{(1, ""): 50, (2, ""): 50}]


def test_what_is_spent_does_not_fall_on_years_after_the_end() -> None:
    """An output of 2020 to 2021, in a re-plan from 2026: all that it has spent fell on its own years, not on 2022 to 2025."""
    assert only((), (Way(90),), Timing(2020, 2021, open_from=2026, spent=90)) == [{(0, ""): 90}]


def test_what_is_spent_before_the_time_frame_falls_on_the_last_closed_period() -> None:
    """An output planned for 2024 and later that has spent something already: in 2020 to 2021, the only closed years."""
    timing = Timing(2024, 2025, open_from=2022, spent=90)
    assert only((), (Way(90), Way(100)), timing) == [{(0, ""): 90}, {(0, ""): 90, (2, ""): 10}]
    early = Timing(2024, 2025, open_from=2020, spent=90)  # no year is closed: the first period
    assert only((), (Way(90),), early) == [{(0, ""): 90}]


def test_no_year_left() -> None:
    assert only((), (Way(60), Way(100)), Timing(2020, 2021, open_from=2022, spent=60)) == [{(0, ""): 60}, None]
    assert only((), (Way(100),), Timing(2020, 2021, open_from=2022)) == [None]
    assert only((row(1, 0, 0, 0),), (Way(100),), Timing(2020, 2025, open_from=2022)) == [None]
    assert only((), (Way(0),), Timing(2020, 2021, open_from=2022)) == [{}]


def starts(profile: tuple[ProfileRow, ...], ways: tuple[Way, ...], timing: Timing) -> dict[int, list]:
    return {v.start: [by_period(parts) for parts in v.splits] for v in variants(BIENNIA, profile, ways, timing)}


def test_later_starts() -> None:
    """Three years of 2021 to 2023: 1 and 2; or all in the second biennium; later there is no time."""
    assert starts((), (Way(9),), Timing(2021, 2023, later=True)) == {0: [{(0, ""): 3, (1, ""): 6}], 1: [{(1, ""): 9}]}
    assert list(starts((), (Way(9),), Timing(2021, 2023, later=False))) == [0]
    assert list(starts((), (Way(9),), Timing(2021, 2023, open_from=2022, spent=1, later=True))) == [0]


def test_a_later_start_keeps_the_proportions_of_what_is_left() -> None:
    late = starts((row(5, 1, 3, 0),), (Way(80),), Timing(2020, 2027, later=True))
    assert late[1] == [{(1, ""): 20, (2, ""): 60}]
    assert late[2] == [{(2, ""): 80}]
    assert set(late) == {0, 1, 2}, "nothing falls on the last period, so nothing begins there"
    assert set(starts((row(5, 0, 3, 0),), (Way(80),), Timing(2020, 2027, later=True))) == {0, 2}


def test_a_later_start_with_time_for_some_levels_only() -> None:
    profile = (row(1, 0, 0, 0, level=50), row(1, 1, 0, 0, level=100))
    late = starts(profile, (Way(40, 50), Way(80, 100)), Timing(2020, 2027, later=True))
    assert late == {0: [{(0, ""): 40}, {(0, ""): 40, (1, ""): 40}], 1: [None, {(1, ""): 80}]}


def test_an_output_that_costs_nothing_has_no_later_start() -> None:
    assert list(starts((), (Way(0),), Timing(2020, 2027, later=True))) == [3]


def test_without_periods_there_is_nothing_to_split() -> None:
    (variant,) = variants((), (), (Way(5), Way(9)), Timing(2020, 2025, later=True))
    assert variant.splits == ((), ())


def test_parts_add_up_and_are_the_exact_parts_rounded_up_or_down() -> None:
    rng = random.Random(1)
    for _ in range(500):
        sizes = [Fraction(rng.randint(1, 999), rng.choice((1, 7, 100))) for _ in range(rng.randint(1, 6))]
        amount = rng.choice((0, 1, 2, rng.randint(0, 10**12)))
        parts = split(amount, [Weight(t, "", size) for t, size in enumerate(sizes)])
        found = {part.period: part.amount for part in parts}
        assert sum(found.values()) == amount
        assert all(found.values())
        for t, size in enumerate(sizes):
            assert abs(found.get(t, 0) - amount * size / sum(sizes)) < 1


def test_splits_added() -> None:
    first, second = (Part(0, "", 5), Part(2, "X", 1)), (Part(0, "", 2), Part(1, "", 3))
    assert added(first, second) == (Part(0, "", 7), Part(1, "", 3), Part(2, "X", 1))


@pytest.mark.instances(300)
def test_every_level_of_every_start_needs_what_the_oracle_says(seeds: range) -> None:
    for seed in seeds:
        asked = question(seed)
        plan = derive(asked.plan, asked.spec).plan
        for i, given in enumerate(plan.outputs):
            if not plan.periods:
                continue
            with repeatable(seed):
                found = {v.start if s else None: v.splits for s, v in enumerate(plan.variants[i])}
                assert set(found) == set(asked.starts[i])
                for start, splits in found.items():
                    for level, parts in zip(plan.levels[i], splits, strict=True):
                        assert by_period(parts) == asked.calendar.split(given, level.amount, level.share, start)


def test_levels_that_are_left_in_a_re_plan() -> None:
    """Spent 300 for 40 per cent: of 200, 400 (explicit: for 30, 60, 80 per cent) and 1,000 those that cost and deliver more."""
    one = output("1", "A", 1000, 200, 50, spent=300, delivered=40)
    plan = Plan("", "", (), (), (one,), delivery_step=20, first_open_year=2022)
    assert [(level.amount, level.share) for level in plan.levels[0]] == [(300, 40), (600, 60), (800, 80), (1000, 100)]
    explicit = (Level(200, 30), Level(400, 40), Level(500, 60), Level(1000, 100))
    priced = replace(plan, outputs=(replace(one, explicit_levels=explicit),))
    assert [(level.amount, level.share) for level in priced.levels[0]] == [(300, 40), (500, 60), (1000, 100)]
    done = replace(plan, outputs=(replace(one, delivered=100),))
    assert [(level.amount, level.share) for level in done.levels[0]] == [(300, 100)]
    unspent = replace(plan, outputs=(replace(one, spent=0),))
    assert [level.share for level in unspent.levels[0]] == [20, 40, 60, 80, 100]
    first_plan = replace(plan, first_open_year=None)
    assert [level.share for level in first_plan.levels[0]] == [20, 40, 60, 80, 100]
