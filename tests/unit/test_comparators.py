"""What planners do without an optimizer, on the example plan, computed by hand.

Resources 9,000 of an estimate of 16,000. Costs: A.1 4,000, A.2 3,000, B.1 2,000, B.2 5,000, B.3 1,000, B.4 1,000.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from optimizer.analysis.comparators import Comparator, comparators
from optimizer.fund import Fund
from optimizer.plan import Basis, Component, Limit, Output, Plan
from optimizer.scenario import ScenarioSpec, derive
from optimizer.timing import Period
from tests.example import BY_FUNDS, PLAN, output

FREE = (Component("A", "First"), Component("B", "Second"))


def compared(plan: Plan, resources: int) -> dict[str, Comparator]:
    scenario = derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources))))
    return {comparator.name: comparator for comparator in comparators(scenario)}


FOUND = compared(PLAN, 9000)


def amounts(name: str, found: dict[str, Comparator] = FOUND) -> list[int]:
    return [delivery.amount for delivery in found[name].allocation]


def shares(name: str, found: dict[str, Comparator] = FOUND) -> list[int]:
    return [delivery.share for delivery in found[name].allocation]


def test_full_costing() -> None:
    assert amounts("full costing") == [4000, 3000, 2000, 5000, 1000, 1000]
    assert FOUND["full costing"].audit.value == 50 + 80 + 30 + 60 + 90 + 10
    assert {breach.kind for breach in FOUND["full costing"].audit.breaches} == {"budget", "ceiling", "deferred", "at most"}


def test_across_the_board() -> None:
    """9/16 of each cost is 2,250, 1,687.5, 1,125, 2,812.5, 562.5 and 562.5: two of four halves are rounded up, the earlier ones.

    A.2, B.3 and B.4 get less than their minimum and deliver nothing; B.2 gets more than its first level, 56 per cent of its cost.
    """
    assert amounts("across-the-board") == [2250, 1688, 1125, 2813, 562, 562]
    assert shares("across-the-board") == [56, 0, 56, 56, 0, 0]
    assert FOUND["across-the-board"].audit.spend == 9000
    assert FOUND["across-the-board"].audit.value == Fraction(56 * (50 + 30 + 60), 100)


def test_all_phased_at_their_minimum() -> None:
    assert amounts("all at minimum") == [2000, 3000, 1000, 1500, 1000, 1000]
    assert shares("all at minimum") == [50, 100, 50, 40, 100, 100]


def test_ranking_by_score() -> None:
    """B.3 90, A.2 80, B.2 60, A.1 50, B.1 30, B.4 10: 1,000 + 3,000 + 5,000 and nothing is left."""
    assert amounts("by score") == [0, 3000, 0, 5000, 1000, 0]


def test_ranking_by_score_per_money() -> None:
    """Per thousand: B.3 90, A.2 26.7, B.1 15, A.1 12.5, B.2 12, B.4 10: 1,000 + 3,000 + 2,000, then 3,000 are left.

    A.1 takes its lower level for 2,000, B.2 has none for 1,000, B.4 has.
    """
    assert amounts("by score per money") == [2000, 3000, 2000, 0, 1000, 1000]
    assert FOUND["by score per money"].audit.spend == 9000


def test_more_resources_than_the_estimate_change_nothing() -> None:
    rich = compared(PLAN, 20_000)
    assert amounts("across-the-board", rich) == amounts("full costing")
    assert shares("across-the-board", rich) == [100] * 6
    assert amounts("by score", rich) == amounts("full costing")


def test_no_resources() -> None:
    poor = compared(PLAN, 0)
    for name in ("across-the-board", "by score", "by score per money"):
        assert amounts(name, poor) == [0] * 6
        assert shares(name, poor) == [0] * 6


def test_a_free_output_comes_first_per_money_and_is_always_delivered() -> None:
    def free(output: Output) -> Output:
        return replace(output, cost=0, minimum=0) if output.id == "B.4" else output

    plan = replace(PLAN, outputs=tuple(map(free, PLAN.outputs)))
    for name in ("across-the-board", "all at minimum", "by score", "by score per money"):
        assert shares(name, compared(plan, 0))[5] == 100


def test_across_the_board_is_checked_against_the_funds() -> None:
    """41 and 42 of 100 and 103 are no levels; they fall on the years as planned. R pays for component A alone, and nobody for B.

    Where all may be paid, in 2020 the halves, 21 and 21, are 12 more than there is.
    """
    outputs = (output("1", "A", 100, 10, 50), output("2", "B", 103, 10, 50))
    periods = (Period("2020", 2020, 2020), Period("2021", 2021, 2021))
    plan = replace(PLAN, outputs=outputs, links=(), groups=(), coverage=(), delivery_step=5, unit_of_account=1, periods=periods)

    def faults(fund: Fund) -> list[str]:
        scenario = derive(replace(plan, components=FREE, funds=(fund,)), ScenarioSpec("s", BY_FUNDS))
        found = {one.name: one for one in comparators(scenario)}["across-the-board"]
        assert [delivery.amount for delivery in found.allocation] == [41, 42]
        return [breach.message for breach in found.audit.breaches if breach.kind == "funds"]

    (only_a,) = faults(Fund("R", "R", "", (33, 50), components=("A",)))
    assert only_a == "no fund would have to pay US$42 in 2020, 2021, US$42 more than there is"
    (too_late,) = faults(Fund("R", "R", "", (30, 53)))
    assert too_late == "R would have to pay US$42 in 2020, US$12 more than there is"
    assert not faults(Fund("R", "R", "", (42, 41)))
