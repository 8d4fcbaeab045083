"""Robustness by hand: what a draw changes, exact intervals and probabilities, published figures, sentences, the command."""

from __future__ import annotations

import itertools
import json
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer import cli
from optimizer.analysis.best import OutOfTime, Reoptimizer
from optimizer.analysis.chance import bound, interval, overrun
from optimizer.analysis.protection import protected
from optimizer.analysis.robustness import Label, Robustness, Rule, named_weightings, robustness
from optimizer.analysis.uncertain import Assumptions, Draw, draws, extremes, varied, weighted
from optimizer.formulate import formulate
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Criterion, Limit, Output, Plan, Status
from optimizer.program import Termination
from optimizer.report import robustness as report
from optimizer.report.language import LANGUAGES, Language
from optimizer.report.table import Passage
from optimizer.resolving.resolver import Brief, Resolver
from optimizer.result import Result
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests.example import BY_FUNDS, OVER_TIME, PLAN, output
from tests.unit.test_languages import INSIDE, INSIDE_ES, INSIDE_FR, texts

SHARES = Assumptions(samples=30, seed=7)


def two_criteria(resources: int = 100, first: int = 3, second: int = 1) -> Scenario:
    """A and B cost 60 each and C costs 40: A is best by the first criterion, B by the second, C by neither."""
    scores = {"A": (100, 0), "B": (0, 100), "C": (45, 45)}
    cost = {"A": 60, "B": 60, "C": 40}
    outputs = tuple(
        Output(key, "k", f"Output {key}", cost[key], cost[key], tuple(map(Fraction, pair))) for key, pair in scores.items()
    )
    criteria = (Criterion("x", "First", Fraction(first)), Criterion("y", "Second", Fraction(second)))
    plan = Plan("Plan of two criteria", "US$", (Component("k", "Only"),), criteria, outputs)
    return derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources))))


def found(scenario: Scenario, assumed: Assumptions = SHARES, **more: object) -> Robustness:
    answer = robustness(scenario, assumed, **more)  # type: ignore[arg-type]
    assert answer is not None
    return answer


def test_a_cost_takes_its_levels_its_commitment_and_what_was_adopted_with_it() -> None:
    given = output("1", "A", 1000, 400, 50, status=Status.COMMITTED, committed=450, adopted=500)
    plan = replace(PLAN, outputs=(given,), links=(), groups=(), coverage=(), delivery_step=50, unit_of_account=50)
    scenario = derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(5000))))
    (dearer,) = varied(scenario, Draw((Fraction(1),), (11_100,))).plan.outputs
    assert [(l.amount, l.share) for l in dearer.explicit_levels] == [(450, 40), (600, 50), (1150, 100)]
    assert (dearer.cost, dearer.minimum, dearer.committed, dearer.adopted) == (1150, 450, 600, 600)
    (same,) = varied(scenario, Draw((Fraction(1),), (10_000,))).plan.outputs
    assert same == given
    (cheaper,) = varied(scenario, Draw((Fraction(1),), (100,))).plan.outputs
    assert [(l.amount, l.share) for l in cheaper.explicit_levels] == [(50, 100)]  # all levels come to cost the same


def test_resources_stay_and_minima_follow_the_estimate() -> None:
    scenario = derive(PLAN, ScenarioSpec("s", Limit(Basis.ESTIMATE, Fraction(75))))
    dearer = varied(scenario, Draw((Fraction(1),), (15_000,) * len(PLAN.outputs)))
    assert dearer.resources == scenario.resources
    limits = [{rule.key: getattr(rule, "limit", 0) for rule in one.rules} for one in (scenario, dearer)]
    assert limits[1]["floor[A]"] == limits[0]["floor[A]"] * 3 // 2
    assert limits[1]["floor[B]"] == limits[0]["floor[B]"]  # an amount


def test_what_is_spent_is_known() -> None:
    scenario = derive(OVER_TIME, ScenarioSpec("s", BY_FUNDS))
    plan = varied(scenario, Draw((Fraction(1),), (15_000,) * len(OVER_TIME.outputs))).plan
    assert [[level.amount for level in plan.levels[i]] for i in (2, 3)] == [[100, 325, 700], [100, 400]]
    assert plan.outputs[2].cost == 700


def test_draws_are_the_same_for_ever_and_keep_the_rank_order() -> None:
    scenario = two_criteria()
    first = next(iter(draws(scenario, Assumptions(seed=1))))
    assert (first.weights, first.factors) == FIRST_DRAW
    many = list(draws(scenario, Assumptions(samples=300)))
    assert many[:100] == list(draws(scenario, Assumptions(samples=100)))
    assert all(a >= b and a + b == 10_000 for a, b in (draw.weights for draw in many))
    shares = [int(draw.weights[0]) for draw in many]
    assert 7200 < sum(shares) / len(shares) < 7800  # uniform on 5,000 to 10,000
    factors = [factor for draw in many for factor in draw.factors]
    assert min(factors) >= 90 * 80
    assert max(factors) <= 110 * 120
    stated = next(iter(draws(scenario, Assumptions(weights=0, costs=0, common=0))))
    assert varied(scenario, stated).plan.priorities == scenario.plan.priorities
    assert stated.factors == (10_000,) * 3


FIRST_DRAW = ((6549, 3451), (10764, 9568, 9568))


def test_equal_weights_come_in_any_order_and_a_weight_of_nil_stays() -> None:
    scenario = two_criteria(first=1)
    assert {a > b for a, b in (draw.weights for draw in draws(scenario, Assumptions(samples=40)))} == {True, False}
    without = two_criteria(second=0)
    assert all(draw.weights == (10_000, 0) for draw in draws(without, Assumptions(samples=10)))


def by_weights(*weights: int) -> Plan:
    criteria = tuple(Criterion(f"c{n}", f"c{n}", Fraction(weight)) for n, weight in enumerate(weights))
    return replace(PLAN, criteria=criteria, outputs=())


def test_extremes_of_a_rank_order_are_averages_of_the_first_ranks() -> None:
    third = Fraction(1, 3)
    found, every = extremes(by_weights(1, 5, 3), Assumptions())
    assert every
    assert set(found) == {(0, 1, 0), (0, Fraction(1, 2), Fraction(1, 2)), (third, third, third)}
    assert set(extremes(by_weights(2, 2), Assumptions())[0]) == {(1, 0), (0, 1)}
    tied = set(extremes(by_weights(5, 2, 2), Assumptions())[0])
    half = Fraction(1, 2)
    assert tied == {(1, 0, 0), (half, half, 0), (half, 0, half), (third, third, third)}
    assert not extremes(by_weights(9, *[1] * 8), Assumptions())[1]  # too many of them


def test_every_drawn_weighting_is_a_mixture_of_the_extremes() -> None:
    """So what holds at the extremes and is convex holds for all: here the largest loss of one allocation."""
    scenario = two_criteria()
    answer = found(scenario)
    assert answer.whole_region
    chosen = {choice.rule: choice for choice in answer.choices}
    reoptimizer = Reoptimizer()
    for draw in draws(scenario, Assumptions(samples=40, costs=0, common=0)):
        variant = replace(scenario, plan=weighted(scenario.plan, draw.weights))
        best = reoptimizer.best(variant)
        assert best is not None
        for choice in chosen.values():
            worth = sum(v * d.share / 100 for v, d in zip(variant.plan.priorities, choice.deliveries, strict=True))
            assert worth >= choice.smallest_share * best.audit.value
            assert best.audit.value - worth <= choice.largest_loss


def test_decision_rules_by_hand() -> None:
    """With equal weights A and C, or B and C, are worth 145 by one criterion and 45 by the other; 100 pays for no more."""
    answer = found(two_criteria(first=1), Assumptions(samples=1, costs=0, common=0))
    present, maximin, regret = answer.choices
    assert [weighting.best for weighting in answer.weightings] == [145, 145]
    assert {present.smallest_share, maximin.smallest_share, regret.smallest_share} == {Fraction(45, 145)}
    richer = found(two_criteria(resources=120, first=3), Assumptions(samples=1, costs=0, common=0))
    # Extremes: the first alone (A and C: 145), both alike (A and B: 100, A and C: 95).
    assert [weighting.best for weighting in richer.weightings] == [145, 100]
    assert [choice.values for choice in richer.choices] == [(145, 95)] * 3
    assert [choice.largest_loss for choice in richer.choices] == [5] * 3


def test_labels_and_indices_by_hand() -> None:
    """Under the first criterion A and C are best; whether B replaces A depends on the weights, so with equal ones on the draw."""
    answer = found(two_criteria(first=1), Assumptions(samples=60, costs=0, common=0))
    a, b, c = answer.indices
    assert a.funded + b.funded == c.funded == answer.answered == 60
    assert answer.labels == (Label.SOME, Label.SOME, Label.ALL)
    sure = found(two_criteria(first=3), Assumptions(samples=20, weights=0, costs=0, common=0))
    assert sure.labels == (Label.ALL, Label.NONE, Label.ALL)
    assert sure.programmes == 2, "the scenario and its one weighting"
    assert sure.resolved == 1, "equal samples are asked once"


def test_samples_without_an_allocation_are_counted() -> None:
    scenario = two_criteria(resources=60)
    outputs = (replace(scenario.plan.outputs[0], status=Status.COMMITTED, committed=60), *scenario.plan.outputs[1:])
    committed = derive(replace(scenario.plan, outputs=outputs), scenario.spec)
    answer = found(committed, Assumptions(samples=50, costs=0, common=10))
    dearer = sum(draw.factors[0] > 10_000 for draw in draws(committed, answer.assumed))
    assert 0 < answer.infeasible == dearer < 50
    assert answer.indices[0].funded == answer.answered == 50 - dearer
    assert "left out of the shares" in " ".join(report.outputs(committed, answer, LANGUAGES["en"]).notes)


def test_no_time_is_said_and_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer_of = Reoptimizer.best, Resolver.answer
    count = Counter[str]()

    def stopped(self: Reoptimizer, scenario: Scenario) -> object:
        count["asked"] += 1
        if count["asked"] > 1:  # the scenario itself
            raise OutOfTime
        return asked(self, scenario)

    def cut_off(self: Resolver, scenario: Scenario) -> Brief:
        count["drawn"] += 1
        found = answer_of(self, scenario)
        return found if count["drawn"] <= 10 else replace(found, termination=Termination.FEASIBLE, proved=False)

    monkeypatch.setattr(Reoptimizer, "best", stopped)
    monkeypatch.setattr(Resolver, "answer", cut_off)
    answer = found(two_criteria(first=1), Assumptions(samples=20))
    assert (answer.answered, answer.unreached, answer.complete) == (10, 10, False)
    assert answer.unknown_rules == (Rule.MAXIMIN, Rule.MINIMAX_REGRET)
    assert answer.unknown_gammas == (1, 2, 3)
    notes = " ".join(report.outputs(two_criteria(first=1), answer, LANGUAGES["en"]).notes)
    assert "10 sets of assumptions were not examined in the time available." in notes
    assert "Protection not established in the time available, by number of outputs: 1, 2 and 3." in notes


def test_how_many_processes_changes_nothing() -> None:
    assert found(two_criteria(), processes=2) == found(two_criteria())


def test_intervals_are_those_of_clopper_and_pearson() -> None:
    """Published for 0, 5 and 10 of 10: 0 to 0.3085, 0.1871 to 0.8129, 0.6915 to 1; here in thousandths, outwards."""
    assert [interval(hits, 10) for hits in (0, 5, 10)] == [(0, 309), (187, 813), (691, 1000)]
    low, high = interval(199, 200)
    assert low <= 1000 * 199 / 200 <= high

    def tail(hits: int, trials: int, share: Fraction) -> Fraction:
        terms = (itertools.product((0, 1), repeat=trials)) if trials < 8 else ()
        return sum(
            (share ** sum(way) * (1 - share) ** (trials - sum(way)) for way in terms if sum(way) >= hits), start=Fraction(0)
        )

    for trials in range(1, 7):
        for hits in range(1, trials + 1):
            low, _ = interval(hits, trials)
            assert tail(hits, trials, Fraction(low, 1000)) <= Fraction(1, 40) < tail(hits, trials, Fraction(low + 1, 1000))


def test_the_bound_is_that_of_bertsimas_and_sim() -> None:
    """Their table 1: the least gamma, to a tenth, with which the bound is 1 per cent or less; 0.449 for 2.8 of 200 in table 2."""
    published = {10: "8.2", 100: "24.3", 200: "33.9"}
    for count, gamma in published.items():
        tenth = Fraction(1, 10)
        assert bound(count, Fraction(gamma)) <= Fraction(1, 100) < bound(count, Fraction(gamma) - tenth)
    assert round(float(bound(200, Fraction("2.8"))), 3) == 0.45
    assert bound(3, 3) == Fraction(1, 8)
    assert bound(3, 5) == 0


def test_overruns_are_counted() -> None:
    assert overrun((60, 40), 10, 0, 100) == Fraction(1, 2)  # 60 more decides: 102, 110 of 90, 98, 102, 110
    assert overrun((60, 40), 10, 5, 115) == 0
    assert overrun((60, 40), 10, 6, 115) == Fraction(1, 4)
    assert overrun((), 10, 5, 4) == 1
    assert overrun((5,), 0, 0, 5) == 0
    assert overrun((10**15 + 1, 10**9 + 7), 10, 0, 5) is None, "too large to be counted"
    rng = random.Random(3)
    for _ in range(200):
        parts = [rng.randint(0, 9) for _ in range(rng.randint(0, 6))]
        percent, certain, resources = rng.choice((5, 20, 50)), rng.randint(0, 5), rng.randint(0, 45)
        over = sum(
            100 * certain + sum(a * (100 + percent * sign) for a, sign in zip(parts, signs, strict=True)) > 100 * resources
            for signs in itertools.product((-1, 1), repeat=len(parts))
        )
        assert overrun(parts, percent, certain, resources) == Fraction(over, 2 ** len(parts))


def test_protection_by_hand() -> None:
    """100 pays for A and C, which may come to cost 112 with A dearer by 20 per cent: protected, B or A alone is left, or C."""
    answer = found(two_criteria(), gammas=(0, 1, 2))
    none, one, both = answer.protections
    assert [d.amount for d in none.deliveries] == [60, 0, 40]
    assert (none.overrun, none.most) == (Fraction(1, 2), 100)
    assert [d.amount for d in one.deliveries] == [60, 0, 0]
    assert (one.spend, one.most, one.overrun) == (60, 72, 0)
    assert both.deliveries == one.deliveries
    rule = protected(two_criteria(), 1, 20)
    (breach,) = rule.breaches(two_criteria().plan, Reoptimizer().best(two_criteria()).allocation)  # type: ignore[union-attr]
    assert (breach.limit, breach.value) == (100, 112)
    (row,) = rule.rows(formulate(two_criteria()).columns)
    assert (row.terms, row.upper) == (((0, 7200), (1, 6000), (2, 4000)), 10_000)


def test_other_scenarios_of_the_plan_are_weightings() -> None:
    scenario = two_criteria()
    other = replace(two_criteria(first=1), spec=replace(scenario.spec, name="equal"))
    assert list(named_weightings(scenario, [scenario, other, two_criteria(resources=99)])) == [("equal", (1, 1))]
    answer = found(scenario, named=(("equal", (Fraction(1), Fraction(1))),))
    assert [one.name for one in answer.weightings] == ["", "", "equal"]


def test_a_balanced_variant_raises_the_smallest_coverage_first() -> None:
    """The best value would leave the second component with nothing."""
    plan = replace(
        PLAN, links=(), groups=(), coverage=(), outputs=(output("a", "A", 100, 100, 90), output("b", "B", 100, 50, 10))
    )
    components = tuple(replace(component, minimum=None, maximum=None) for component in plan.components)
    scenario = derive(replace(plan, components=components), ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(150)), "balanced"))
    best, answer = Reoptimizer().best(scenario), optimize(scenario)
    assert isinstance(answer, Result)
    assert best is not None
    assert best.audit.attained == answer.audit.attained == (("smallest coverage", Fraction(1, 2)), ("value", answer.audit.value))


@pytest.mark.parametrize("range_of", [{"samples": 0}, {"weights": 100}, {"costs": -1}, {"common": 100}])
def test_what_is_no_range_is_refused(range_of: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="from 0 to 99 per cent"):
        Assumptions(**range_of)


def test_none_where_no_allocation_satisfies_the_rules() -> None:
    assert robustness(derive(PLAN, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(0))))) is None


@pytest.mark.parametrize(("code", "inside"), [("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)])
def test_what_is_published_is_in_the_words_of_papers(code: str, inside: tuple[str, ...]) -> None:
    language: Language = LANGUAGES[code]
    for assumed in (
        SHARES,
        Assumptions(5, weights=20, costs=0),
        Assumptions(5, weights=0, common=0),
        Assumptions(5, costs=0, common=0),
    ):
        scenario = two_criteria()
        answer = found(scenario, assumed)
        sheet, block = report.sheet(scenario, answer, language), report.block(scenario, answer, language)
        assert isinstance(block, Passage)
        said = [sheet.about, sheet.shown, *texts((block, *sheet.tables)), *report.labels(answer, language)]
        words = re.compile(rf"\b({'|'.join(inside)})\b|\.\.|  |\{{", re.IGNORECASE)
        assert not [text for text in said if words.search(text)]


def test_sentences_are_read_aloud() -> None:
    scenario = two_criteria(first=1)
    answer = found(scenario, Assumptions(samples=60, costs=20, common=0))
    said = report.block(scenario, answer, LANGUAGES["en"])
    assert isinstance(said, Passage)
    assert said.paragraphs == (
        "60 sets of assumptions were drawn at random (seed 1). The criteria, whose stated weights are equal, may have any "
        "weights, all equally likely. The cost of each output is up to 20% higher or lower, independently of the others. Every "
        "whole percentage in a range is equally likely; the available resources stay as they are.",
        "None of the 3 outputs is prioritised under all of the assumptions examined. Under some of them, 3 are prioritised "
        "(share of the assumptions drawn): A (Output A, 51.7%), B (Output B, 48.3%) and C (Output C, 51.7%).",
        "Whatever the weights within what is assumed, the present allocation delivers at least 31% of what the best allocation "
        "for those weights would deliver. No allocation does better in this respect.",
        "If each output costs 20% more or 20% less than estimated, both equally likely and independent of the others, the cost "
        "of the present allocation exceeds the available resources with a probability of 50%. An allocation of US$60 would stay "
        "within the resources even if any one output cost 20% more; the probability would then be 0%.",
    )


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    _call(monkeypatch, "new", "plan.xlsx", "--example")
    return tmp_path / "plan.xlsx"


def _call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["optimizer", *arguments])
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_the_command_gives_exact_data(
    workbook: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("robustness", str(workbook), "--samples", "5", "--costs", "10", "--weights", "stated", "--protect", "1")
    capsys.readouterr()
    assert _call(monkeypatch, *arguments, "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["answered"] + data["infeasible"], data["assumptions"]["weights"]) == (5, "0%")
    assert [one["gamma"] for one in data["protection"]] == [1]
    assert _call(monkeypatch, *arguments, "--lang", "fr", "--format", "markdown") == 0
    assert "Hiérarchisation selon d’autres hypothèses" in capsys.readouterr().out
    assert _call(monkeypatch, "robustness", str(workbook), "--set", "resources=0") == 4
    assert _call(monkeypatch, "robustness", str(workbook), "--costs", "120") == 2
    assert "a whole percentage from 0% to 99% is expected" in capsys.readouterr().err
