"""The rules about time, funds and stability: inside, on the bound and one unit beyond, in the audit, the rows and the separator.

The example over time: periods 20-21 (closed), 22-23, 24-25. A.1 needs 300 and 300, or 600 in 24-25 where it begins then; A.2 100
and 100 at half, 200 and 200 in full, or all of it in 24-25; B.1 has spent 100 and needs 100 and 50 more for half, 267 and 133
more in full; B.2 has spent 100 and would need 200 in 24-25 alone; B.3 is over; B.4 needs 100 in 22-23. X pays for A.2 alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.audit import audit
from optimizer.fund import Fund
from optimizer.plan import Plan
from optimizer.rules import (
    Changes,
    Continuity,
    Drops,
    Ended,
    FundMoney,
    LevelColumns,
    Rule,
    Separated,
    Start,
    adopted_levels,
    timing_rules,
)
from optimizer.scenario import ScenarioSpec, derive
from optimizer.timing import ProfileRow
from tests.example import BY_FUNDS, OVER_TIME, output

PLAN = OVER_TIME
A1, A2, B1, B2, B3, B4 = range(6)
ADOPTED = (1, 0, 3, 1, 0, 1)
RB, X = PLAN.funds


def at(*levels: int | tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """For each output its level, 0 for nothing, and its start, 0 as planned."""
    return tuple(level if isinstance(level, tuple) else (level, 0) for level in levels)


@dataclass(frozen=True)
class Case:
    rule: Rule
    levels: tuple[tuple[int, int], ...]
    slack: int

    def __str__(self) -> str:
        return f"{self.rule.KIND} {self.slack:+}"


def around(rule: Changes | Drops, levels: tuple[tuple[int, int], ...]) -> list[Case]:
    return [Case(replace(rule, limit=rule.limit + slack), levels, slack) for slack in (1, 0, -1)]


def money(rb: tuple[int, int, int], x: tuple[int, int, int] = (0, 0, 0), **more: object) -> FundMoney:
    """The funds of the example with other money."""
    funds = (replace(RB, amounts=rb), replace(X, amounts=x, **more))
    return FundMoney(funds, PLAN.payers, tuple(period.name for period in PLAN.periods))


def needing(slack: int, rule: FundMoney, *levels: int | tuple[int, int]) -> Case:
    return Case(rule, at(*levels), slack)


LATE = (1, 1)
CASES = [
    # A.2, B.1, B.2 and B.4 differ, B.1 and B.4 are lower; a later start is no change
    *around(Changes(ADOPTED, 4), at(LATE, 1, 2, 2, 0, 0)),
    *around(Drops(ADOPTED, 2), at(LATE, 1, 2, 2, 0, 0)),
    *around(Changes(ADOPTED, 0), at(1, 0, 3, 1, 0, 1)),
    *around(Drops(ADOPTED, 0), at(1, 2, 3, 2, 1, 1)),
    Case(Start("A.1", A1), at(LATE, 0, 0, 0, 0, 0), 0),
    Case(Start("A.1", A1), at(1, 0, 0, 0, 0, 0), 0),
    Case(Start("A.1", A1), at((1, 9), 0, 0, 0, 0, 0), -1),
    Case(Ended("B.3", B3, ((0, 1),)), at(1, 1, 1, 1, 0, 1), 0),
    Case(Ended("B.3", B3, ((0, 1),)), at(1, 1, 1, 1, 1, 1), -1),
    Case(Continuity("B.2", B2, ((0, 2),)), at(1, 1, 1, 1, 0, 1), 0),
    Case(Continuity("B.2", B2, ((0, 2),)), at(1, 1, 1, 2, 0, 1), -1),
    # one period's money
    needing(0, money((0, 100, 0)), 0, 0, 0, 0, 0, 1),
    needing(1, money((0, 101, 0)), 0, 0, 0, 0, 0, 1),
    needing(-1, money((0, 99, 0)), 0, 0, 0, 0, 0, 1),
    needing(-1, money((100, 0, 100)), 0, 0, 0, 0, 0, 1),  # earlier money does not wait, later money is not there yet
    # what is spent is paid by the period that it fell on
    needing(0, money((100, 0, 0)), 0, 0, 1, 0, 0, 0),
    needing(-1, money((99, 900, 900)), 0, 0, 1, 0, 0, 0),
    # restriction: X pays for A.2 and for nothing else
    needing(0, money((0, 0, 0), (0, 100, 100), carry_over=False), 0, 1, 0, 0, 0, 0),
    needing(-1, money((0, 0, 0), (0, 100, 99), carry_over=False), 0, 1, 0, 0, 0, 0),
    needing(-1, money((0, 99, 0), (0, 500, 0)), 0, 0, 0, 0, 0, 1),
    needing(0, money((0, 100, 0), (0, 100, 100)), 0, 1, 0, 0, 0, 1),
    needing(-1, money((0, 99, 0), (0, 101, 100)), 0, 1, 0, 0, 0, 1),
    # carry-over and its cap
    needing(0, money((0, 0, 0), (0, 200, 0)), 0, 1, 0, 0, 0, 0),
    needing(-1, money((0, 0, 0), (0, 200, 0), cap=99), 0, 1, 0, 0, 0, 0),
    needing(-1, money((0, 0, 0), (0, 200, 0), carry_over=False), 0, 1, 0, 0, 0, 0),
    needing(0, money((0, 0, 0), (200, 0, 0), cap=200), 0, 1, 0, 0, 0, 0),
    needing(-1, money((0, 0, 0), (200, 0, 0), cap=199), 0, 1, 0, 0, 0, 0),
    needing(0, money((0, 0, 0), (300, 0, 0), cap=None), 0, (1, 1), 0, 0, 0, 0),
    needing(-1, money((0, 0, 0), (300, 0, 0), cap=199), 0, (1, 1), 0, 0, 0, 0),
    # a later start needs the same money later
    needing(0, money((0, 300, 300)), 1, 0, 0, 0, 0, 0),
    needing(-1, money((0, 300, 300)), LATE, 0, 0, 0, 0, 0),
    needing(0, money((0, 0, 600)), LATE, 0, 0, 0, 0, 0),
    needing(-1, money((0, 0, 600)), 1, 0, 0, 0, 0, 0),
    # 250 and 500 of B.1: two thirds of the rest in 22-23, rounded to whole units
    needing(0, money((100, 100, 50)), 0, 0, 2, 0, 0, 0),
    needing(0, money((100, 267, 133)), 0, 0, 3, 0, 0, 0),
    needing(-1, money((100, 266, 134)), 0, 0, 3, 0, 0, 0),
]
COLUMNS = LevelColumns.of(PLAN)


def allocation(levels: tuple[tuple[int, int], ...], plan: Plan = PLAN) -> Allocation:
    found = []
    for i, (level, start) in enumerate(levels):
        chosen = plan.levels[i][level - 1]
        periods = [variant.start for variant in plan.variants[i]]
        late = (periods[start] if start < len(periods) else start) if start else None
        found.append(Delivery(chosen.amount, chosen.share, late) if level else NOTHING)
    return Allocation(tuple(found))


def point(levels: tuple[tuple[int, int], ...], columns: LevelColumns = COLUMNS) -> list[int]:
    ups = [[int(l < level) for l in range(len(ways))] for (level, _), ways in zip(levels, columns.levels, strict=True)]
    late = [
        up if start == s else [0] * len(up)
        for (_, start), up, variants in zip(levels, ups, columns.variants, strict=True)
        for s in range(1, len(variants))
    ]
    return [x for up in (*ups, *late) for x in up]


def holds(rule: Rule, x: list[int], columns: LevelColumns = COLUMNS) -> bool:
    """Its rows, and those that its separator knows."""
    written = all(row.admits(sum(a * x[j] for j, a in row.terms)) for row in rule.rows(columns))
    return written and not (isinstance(rule, Separated) and list(rule.separator(columns).violated(x)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_audit_rows_and_measure_agree(case: Case) -> None:
    given = allocation(case.levels)
    breaches = list(case.rule.breaches(PLAN, given))
    assert bool(breaches) == (case.slack < 0)
    assert all((breach.rule, breach.kind) == (case.rule.key, case.rule.KIND) and breach.message for breach in breaches)
    if all(start < len(PLAN.variants[i]) for i, (_, start) in enumerate(case.levels)):  # else no column says it
        assert holds(case.rule, point(case.levels)) == (case.slack >= 0)
    if not isinstance(case.rule, FundMoney):  # its measure is all the money of all funds
        assert case.rule.measure(PLAN, given).slack == case.slack


def test_the_sentence_of_a_shortage_has_its_figures() -> None:
    (breach,) = money((0, 99, 0), (0, 101, 100)).breaches(PLAN, allocation(at(0, 1, 0, 0, 0, 1)))
    assert breach.message == "RB would have to pay US$100 in 22-23, US$1 more than there is"
    assert (breach.limit, breach.value) == (99, 100)
    (breach,) = money((0, 0, 0), (0, 200, 0), cap=99).breaches(PLAN, allocation(at(0, 1, 0, 0, 0, 0)))
    assert (breach.limit, breach.value) == (99, 100)  # 24-25 alone: what can be carried there


def test_the_rules_that_a_plan_states_about_time() -> None:
    keys = [rule.key for rule in timing_rules(PLAN)]
    assert keys == ["start[A.1]", "start[A.2]", "continuity[B.2]", "ended[B.3]"]
    scenario = derive(PLAN, ScenarioSpec("s", BY_FUNDS))
    others = [rule.key for rule in scenario.rules if rule.KIND in ("funds", "changes", "drops", "committed")]
    assert others == ["committed[B.1]", "committed[B.2]", "funds", "changes", "drops"]


def test_start_rows_admit_exactly_the_deliveries_that_begin_once() -> None:
    """A.2 with two levels and two starts: of 16 points those that say nothing, or one level at one start."""
    rule, first, late = Start("A.2", A2), COLUMNS.first[A2], COLUMNS.late[A2][0]
    allowed = set()
    for bits in range(16):
        x = [0] * len(list(COLUMNS.labels(PLAN)))
        values = [bits >> k & 1 for k in range(4)]
        x[first : first + 2], x[late : late + 2] = values[:2], values[2:]
        if holds(rule, x) and x[first] >= x[first + 1]:
            allowed.add(tuple(values))
    assert allowed == {(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0), (1, 1, 1, 1)}


def test_the_example_at_its_limits() -> None:
    """adopted_levels, by hand: 600 of 600; nothing; 500 is level 3 of 100, 250, 500; 100 is level 1 of 100, 300; nothing; 100."""
    assert adopted_levels(PLAN) == ADOPTED


@pytest.mark.parametrize(
    ("adopted", "level"), [(None, 0), (0, 0), (1, 1), (100, 1), (101, 2), (250, 2), (251, 3), (500, 3), (9999, 3)]
)
def test_the_level_that_an_adopted_amount_stands_for(adopted: int | None, level: int) -> None:
    outputs = (*PLAN.outputs[:B1], replace(PLAN.outputs[B1], adopted=adopted), *PLAN.outputs[B2:])
    assert adopted_levels(replace(PLAN, outputs=outputs))[B1] == level


@pytest.mark.parametrize("adopted", [None, 0, 70])
def test_a_free_output_receives_nothing_whether_it_is_delivered_or_not(adopted: int | None) -> None:
    """Delivered or not it receives nothing: neither is a change, whatever was adopted when it still had a cost."""
    free = output("F", "A", 0, 0, 50, adopted=adopted)
    plan = replace(PLAN, outputs=(*PLAN.outputs, free), first_open_year=None, funds=(), later_start=False)
    columns = LevelColumns.of(plan)
    for rule in (Changes(adopted_levels(plan), 0), Drops(adopted_levels(plan), 0)):
        for delivered in (0, 1):
            levels = at(*(adopted_levels(plan)[:-1]), delivered)
            assert not list(rule.breaches(plan, allocation(levels, plan)))
            assert holds(rule, point(levels, columns), columns)


def test_a_fund_that_nothing_may_use_and_an_output_that_nobody_pays() -> None:
    fund = Fund("N", "Nobody's", "new", (0, 0, 900), outputs=("elsewhere",))
    plan = replace(PLAN, funds=(fund,))
    rule = FundMoney(plan.funds, plan.payers, tuple(period.name for period in plan.periods))
    (breach,) = rule.breaches(plan, allocation(at(LATE, 0, 0, 0, 0, 0), plan))
    assert breach.message == "no fund would have to pay US$600 in 24-25, US$600 more than there is"
    assert not holds(rule, point(at(LATE, 0, 0, 0, 0, 0)))
    assert holds(rule, point(at(0, 0, 0, 0, 0, 0)))


def test_a_start_that_an_output_does_not_have_is_a_breach() -> None:
    """Nobody can say what it needs then, so the funds are not asked; something has to say that it cannot be."""
    plan = replace(PLAN, later_start=False, allowed_changes=None, allowed_drops=None)
    scenario = derive(plan, ScenarioSpec("s", BY_FUNDS))
    spent = [Delivery(o.spent, o.delivered) if o.spent else NOTHING for o in plan.outputs]
    dear = Allocation((Delivery(600, 100, 2), *spent[1:]))  # 600 in 24-25, in a plan without later starts
    assert audit(scenario, dear).breaches


def test_what_is_spent_counts_only_in_a_re_plan() -> None:
    """A level that is out of time is refused although its amount is no more than what the plan says was spent."""
    profile = tuple(ProfileRow(tuple(map(Fraction, parts)), level) for parts, level in (((1, 0, 0), 50), ((1, 1, 1), 100)))
    late = output("L", "A", 400, 200, 70, profile=profile, spent=300, delivered=60)
    plan = replace(PLAN, outputs=(late,), first_open_year=None, allowed_changes=None, allowed_drops=None)
    scenario = derive(plan, ScenarioSpec("s", BY_FUNDS))
    assert "ended" in {breach.kind for breach in audit(scenario, Allocation((Delivery(200, 50, 1),))).breaches}
    assert not audit(scenario, Allocation((Delivery(200, 50),))).breaches
