"""Small plans solved by hand, with the arithmetic written out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Criterion, Limit, Link, Output, Plan, Status
from optimizer.program import Termination
from optimizer.result import Outcome, Result
from optimizer.scenario import ScenarioSpec, derive


def output(key: str, component: str, cost: int, minimum: int, *scores: int) -> Output:
    return Output(key, component, f"Output {key}", cost, minimum, tuple(map(Fraction, scores)))


def solved(plan: Plan, resources: int, objective: str = "delivery") -> Outcome:
    return optimize(derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources)), objective)))


def chosen(answer: Outcome) -> list[tuple[int, int]]:
    assert isinstance(answer, Result)
    assert answer.termination is Termination.OPTIMAL
    assert answer.proof.proved
    return [(delivery.amount, delivery.share) for delivery in answer.allocation]


TWO = Plan(
    title="Two components",
    currency="US$",
    components=(Component("A", "First"), Component("B", "Second")),
    criteria=(Criterion("need", "Need", Fraction(1)),),
    outputs=(
        output("A.1", "A", 60, 60, 80),
        output("A.2", "A", 50, 50, 60),
        output("B.1", "B", 40, 40, 30),
        output("B.2", "B", 30, 30, 10),
    ),
)


def test_four_outputs_all_or_nothing() -> None:
    """Resources 110. A.1 + A.2 = 110 exactly, 140 points; next best A.1 + B.1 = 100, 110 points."""
    assert chosen(solved(TWO, 110)) == [(60, 100), (50, 100), (0, 0), (0, 0)]


def test_one_unit_less() -> None:
    """Resources 109. A.1 + A.2 costs one too much. A.1 + B.1 = 100, 110 points; A.2 + B.1 = 90, 90; A.1 + B.2 = 90, 90."""
    answer = solved(TWO, 109)
    assert chosen(answer) == [(60, 100), (0, 0), (40, 100), (0, 0)]
    assert answer.audit.value == 110


def test_a_minimum_of_the_second_component() -> None:
    """B is to have half of its estimate of 70: 35, so B.1 (40), as B.2 (30) is not enough. The 70 left of 110 pay for A.1 only.

    As an amount of 41 it takes both, 70, and the 40 left pay for neither A.1 (60) nor A.2 (50).
    """
    half = replace(TWO, components=(TWO.components[0], Component("B", "Second", minimum=Limit(Basis.ESTIMATE, Fraction(50)))))
    assert chosen(solved(half, 110)) == [(60, 100), (0, 0), (40, 100), (0, 0)]
    more = replace(TWO, components=(TWO.components[0], Component("B", "Second", minimum=Limit(Basis.AMOUNT, Fraction(41)))))
    assert chosen(solved(more, 109)) == [(0, 0), (0, 0), (40, 100), (30, 100)]


def test_more_money_can_be_worth_less_under_a_minimum_in_resources() -> None:
    """B is to have 35 per cent of the resources. Of 112 that is 39.2: B.1 (40) meets it, 72 are left for A.1: 80 + 30 = 110.

    Of 115 it is 40.25, more than B.1 costs: both B.1 and B.2 (70), and the 45 left pay for neither A.1 nor A.2: 30 + 10 = 40.
    """
    share = replace(TWO, components=(TWO.components[0], Component("B", "Second", minimum=Limit(Basis.RESOURCES, Fraction(35)))))
    before, after = solved(share, 112), solved(share, 115)
    assert chosen(before) == [(60, 100), (0, 0), (40, 100), (0, 0)]
    assert chosen(after) == [(0, 0), (0, 0), (40, 100), (30, 100)]
    assert (before.audit.value, after.audit.value) == (110, 40)


PHASED = Plan(
    title="Steps of a quarter",
    currency="US$",
    components=(Component("A", "Only", weight=Fraction(2)),),
    criteria=(Criterion("need", "Need", Fraction(3)), Criterion("reach", "Reach", Fraction(1))),
    outputs=(output("1", "A", 1000, 400, 80, 40), output("2", "A", 600, 300, 60, 100), output("3", "A", 500, 500, 50, 50)),
    delivery_step=25,
    unit_of_account=50,
)
# Priorities: 1: 2 x (3 x 80 + 40) / 4 = 140; 2: 2 x (180 + 100) / 4 = 140; 3: 2 x 50 = 100.
# Levels of 1: 400 for 40, 500 for 50, 750 for 75, 1,000 for 100; of 2: 300 for 50, 450 for 75, 600 for 100; of 3: 500 for 100.


def test_partial_delivery() -> None:
    """Resources 1,100. Points per level: 1: 56, 70, 105, 140; 2: 70, 105, 140; 3: 100.

    With 3 (500) 600 are left: 2 in full, 240 in all; without 3: 2 in full and 1 at 500, 210; 1 in full (1,000) alone 140.
    """
    answer = solved(PHASED, 1100)
    assert chosen(answer) == [(0, 0), (600, 100), (500, 100)]
    assert answer.audit.value == 240
    assert answer.ties.unique


def test_one_more_step() -> None:
    """Resources 1,500: 3 and 2 in full leave 400, the lowest level of 1: 240 + 56 = 296; or 2 at 450 and 1 at 500: 275."""
    answer = solved(PHASED, 1500)
    assert chosen(answer) == [(400, 40), (600, 100), (500, 100)]
    assert answer.audit.value == 296
    assert (answer.audit.in_full, answer.audit.in_part, answer.audit.deferred) == (2, 1, 0)


def test_money_weighted() -> None:
    """Resources 1,100, priority times amount over 100. 1 in full: 1,400 for 1,000. 1 at 750 and 2 at 300 (1,050): 1,470.

    1 at 500 and 2 in full (1,100): 700 + 840 = 1,540; 1 at 400 and 2 at 600 (1,000): 1,400; 2 in full and 3: 840 + 500 = 1,340.
    """
    answer = solved(PHASED, 1100, "money-weighted")
    assert chosen(answer) == [(500, 50), (600, 100), (0, 0)]
    assert answer.audit.value == 1540


def test_a_requirement_pays_for_its_first_step() -> None:
    """3 requires 1 at half or more: 500 for 1 and 500 for 3 of 1,100 leave 100, nothing for 2: 70 + 100 = 170.

    Without 3: 2 in full and 1 at 500 (1,100): 140 + 70 = 210, the better choice.
    """
    linked = replace(PHASED, links=(Link("3", "1", 50),))
    assert chosen(solved(linked, 1100)) == [(500, 50), (600, 100), (0, 0)]
    # with 1,300: 1 at 500, 2 at 300 and 3 (240 points) against 2 in full and 1 at 500 (1,100): 210
    assert chosen(solved(linked, 1300)) == [(500, 50), (300, 50), (500, 100)]


def test_committed_money_counts_as_part_of_the_resources() -> None:
    """1 is committed to 450, so at least its level of 500. Of 900 that leaves 400: 2 at 300; 3 (500) is out of reach."""
    committed = replace(PHASED.outputs[0], status=Status.COMMITTED, committed=450)
    plan = replace(PHASED, outputs=(committed, *PHASED.outputs[1:]))
    answer = solved(plan, 900)
    assert chosen(answer) == [(500, 50), (300, 50), (0, 0)]
    assert not isinstance(solved(plan, 499), Result)  # one unit below the level that covers the commitment
    assert chosen(solved(plan, 500)) == [(500, 50), (0, 0), (0, 0)]


def test_least_spend_then_fewest_partial_deliveries() -> None:
    """1 and 2 have 100 points, 1 in two steps and 2 all or nothing; 3 has 50 points for 50.

    Resources 100 buy 100 points as 1 in full (100), as 2 (100), or 1 at half (50) and 3 (50 for 50): the same value, the same
    spend; the last has a partial delivery and is left. Which of the others is settled by content: the answer says there are ties.
    At 2 for 90 the least spend decides.
    """
    outputs = (output("1", "A", 100, 50, 100), output("2", "A", 100, 100, 100), output("3", "A", 50, 50, 50))
    plan = Plan("t", "US$", (Component("A", "Only"),), (Criterion("need", "Need", Fraction(1)),), outputs, delivery_step=50)
    answer = solved(plan, 100)
    assert answer.audit.value == 100
    assert answer.audit.in_part == 0
    assert chosen(answer)[2] == (0, 0)
    assert not answer.ties.unique
    cheaper = replace(plan, outputs=(outputs[0], output("2", "A", 90, 90, 100), outputs[2]))
    again = solved(cheaper, 100)
    assert chosen(again) == [(0, 0), (90, 100), (0, 0)]
    assert again.ties.unique


def in_tiers(plan: Plan, *tiers: int) -> Plan:
    return replace(plan, outputs=tuple(replace(o, tier=tier) for o, tier in zip(plan.outputs, tiers, strict=True)))


def test_classes_one_after_the_other() -> None:
    """A.2 and B.1 come first, then A.1, then B.2. Of 110 the first class takes 90, and the 20 left pay for nothing else.

    A.1 and A.2 would be worth 140 points, but 30 less of the first class than A.2 and B.1, 90. With 120 the rest pays for B.2.
    """
    classes = in_tiers(TWO, 2, 1, 1, 3)
    answer = solved(classes, 110, "tiers")
    assert chosen(answer) == [(0, 0), (50, 100), (40, 100), (0, 0)]
    assert [figure for _, figure in answer.audit.attained] == [90, 0, 0]
    assert chosen(solved(classes, 119, "tiers")) == [(0, 0), (50, 100), (40, 100), (0, 0)]
    assert chosen(solved(classes, 120, "tiers")) == [(0, 0), (50, 100), (40, 100), (30, 100)]
    assert chosen(solved(classes, 150, "tiers")) == [(60, 100), (50, 100), (40, 100), (0, 0)]


def test_balanced_coverage() -> None:
    """A can receive 50, 60 or 110 of 110; B 30, 40 or 70 of 70. Resources 110.

    60 and 40 cover 6/11 and 4/7; nothing else reaches 6/11 in both. The best of delivery would leave B with nothing. With 100
    the same; with 99 A is down to 50, 5/11, and B at 40: A at 60 would leave 30 for B, 3/7. With 120 B could have 70 and A 50,
    which is less for A; it stays.
    """
    answer = solved(TWO, 110, "balanced")
    assert chosen(answer) == [(60, 100), (0, 0), (40, 100), (0, 0)]
    assert answer.audit.attained == (("smallest coverage", Fraction(6, 11)), ("value", Fraction(110)))
    less = solved(TWO, 99, "balanced")
    assert chosen(less) == [(0, 0), (50, 100), (40, 100), (0, 0)]
    assert dict(less.audit.attained)["smallest coverage"] == Fraction(5, 11)
    assert chosen(solved(TWO, 120, "balanced")) == [(60, 100), (0, 0), (40, 100), (0, 0)]


def test_components_without_an_estimate_do_not_count() -> None:
    """A costs nothing, so B alone is covered, in full; where nothing costs anything, everything is."""
    free = replace(TWO, outputs=(*(replace(o, cost=0, minimum=0) for o in TWO.outputs[:2]), *TWO.outputs[2:]))
    answer = solved(free, 70, "balanced")
    assert chosen(answer) == [(0, 100), (0, 100), (40, 100), (30, 100)]
    assert dict(answer.audit.attained)["smallest coverage"] == 1
    nothing = replace(TWO, outputs=tuple(replace(o, cost=0, minimum=0) for o in TWO.outputs))
    assert solved(nothing, 0, "balanced").audit.attained == (("smallest coverage", Fraction(1)), ("value", Fraction(180)))
