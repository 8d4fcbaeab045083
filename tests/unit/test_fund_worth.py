"""What strands money of a fund, and what more of it brings, by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from optimizer.analysis.funds import FundWorth, analyse_funds
from optimizer.fund import Fund
from optimizer.optimize import optimize
from optimizer.plan import Component, Criterion, Level, Output, Plan
from optimizer.result import Result
from optimizer.scenario import ScenarioSpec, derive
from optimizer.timing import Period
from tests.example import BY_FUNDS, output

PERIODS = (Period("p0", 2020, 2020), Period("p1", 2021, 2021))
RESTRICTED = "it may pay only for the outputs that it is restricted to"
NOT_CARRIED, LATE = "it does not carry over to later periods", "it comes later than outputs could use it"
PAST = "left from closed years, about which nothing can be decided any more"


def plan(outputs: tuple[Output, ...], funds: tuple[Fund, ...], first_open_year: int | None = None) -> Plan:
    components = tuple(Component(key, key) for key in sorted({one.component for one in outputs}))
    return Plan(
        "t", "US$", components, (Criterion("c", "c", Fraction(1)),), outputs, tag_columns=("t",), periods=PERIODS, funds=funds,
        first_open_year=first_open_year,
    )  # fmt: skip


def worth(given: Plan) -> tuple[FundWorth, ...]:
    result = optimize(derive(given, ScenarioSpec("s", BY_FUNDS)))
    assert isinstance(result, Result)
    analysis = analyse_funds(result)
    assert analysis is not None
    return analysis.funds


def gains(given: Plan) -> list[Fraction | None]:
    result = optimize(derive(given, ScenarioSpec("s", BY_FUNDS)))
    assert isinstance(result, Result)
    analysis = analyse_funds(result)
    assert analysis is not None
    return [gain[1] if gain else None for gain in map(analysis.gain, analysis.funds)]


FIRST, SECOND = output("1", "A", 100, 100, 50, end=2020), output("2", "B", 100, 100, 50, start=2021)


def test_rules_that_strand_money_together_are_named_together() -> None:
    """The 100 that are left would pay for 2, which is of another component and comes later: neither rule alone keeps them."""
    (fund,) = worth(plan((FIRST, SECOND), (Fund("R", "R", "", (200, 0), components=("A",)),)))
    assert fund.stranded_by == f"together: {RESTRICTED}; {NOT_CARRIED}"
    capped = Fund("R", "R", "", (200, 0), components=("A",), carry_over=True, cap=99)
    (fund,) = worth(plan((FIRST, SECOND), (capped,)))
    assert fund.stranded_by == f"together: {RESTRICTED}; no more of it carries over to later periods"
    late = (Fund("R", "R", "", (0, 100), outputs=("none",)), Fund("G", "G", "", (0, 100), components=("B",)))
    fund, _ = worth(plan((FIRST, SECOND), late))
    assert fund.stranded_by == f"together: {RESTRICTED}; {LATE}"


def test_one_rule_that_strands_money_alone_is_named_alone() -> None:
    (fund,) = worth(plan((FIRST, SECOND), (Fund("R", "R", "", (200, 0)),)))
    assert fund.stranded_by == NOT_CARRIED
    (fund,) = worth(plan((FIRST, SECOND), (Fund("R", "R", "", (100, 100), components=("A",)),)))
    assert fund.stranded_by == RESTRICTED
    (fund,) = worth(plan((FIRST, SECOND), (Fund("R", "R", "", (99, 100), carry_over=True),)))
    assert fund.stranded_by == "none of its own rules: what is left pays for no further level that the other rules allow"


SPENT = output("1", "A", 100, 100, 50, spent=50, delivered=50, explicit_levels=(Level(50, 50), Level(60, 60), Level(100, 100)))
AHEAD = output("2", "B", 100, 100, 50, start=2021)


def test_money_lost_in_a_closed_year_is_explained_by_the_past_and_by_no_rule() -> None:
    """50 of 1 are spent in 2020. What is left of 2020 could pay for 2 if it carried over, but 2020 is over."""
    (fund,) = worth(plan((SPENT, AHEAD), (Fund("R", "R", "", (150, 0)),), 2021))
    assert fund.unused == (100, 0)
    assert fund.stranded_by == PAST
    (fund,) = worth(plan((SPENT, AHEAD), (Fund("R", "R", "", (150, 60), components=("A",)),), 2021))
    assert fund.unused == (100, 10)
    assert fund.stranded_by.startswith("none of its own rules")
    assert fund.stranded_by.endswith(f"; of it US$100 {PAST}")
    (fund,) = worth(plan((SPENT, AHEAD), (Fund("R", "R", "", (150, 100), components=("A",)),), 2021))
    assert fund.stranded_by == f"{RESTRICTED}; of it US$100 {PAST}"


def test_more_of_a_fund_comes_in_open_years_only() -> None:
    """One unit more, all of it in 2021, where 10 take 1 from 50 to 60 per cent; by all of the fund's money it were in 2020."""
    assert gains(plan((SPENT,), (Fund("R", "R", "", (50, 9)),), 2021)) == [5]
    near = replace(SPENT, explicit_levels=(Level(50, 50), Level(51, 60), Level(100, 100)))
    assert gains(plan((near,), (Fund("R", "R", "", (99, 0)),), 2021)) == [5]


def test_more_of_a_fund_without_money_falls_evenly_on_the_periods() -> None:
    """Ten more are five in each year, as much as each lacks."""
    both = replace(output("3", "A", 1000, 990, 50), explicit_levels=(Level(990, 50), Level(1000, 100)))
    empty, large = Fund("Z", "Z", "", (0, 0)), Fund("R", "R", "", (495, 495))
    assert gains(plan((both,), (empty, large))) == [25, 25]
