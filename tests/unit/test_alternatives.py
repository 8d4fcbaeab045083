"""Alternatives by hand, what is said of them in three languages, and what stops them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis import alternatives as module
from optimizer.analysis.alternatives import BY_SOLVER, Alternatives, alternatives
from optimizer.analysis.alternatives_blocks import Structure
from optimizer.analysis.alternatives_count import EXACT, Count, count
from optimizer.analysis.best import OutOfTime
from optimizer.plan import Basis, Component, Limit, Plan
from optimizer.report import alternatives as report
from optimizer.report.alternatives_words import floored, sentences
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.table import Passage, Table, plain
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests import example
from tests.example import output
from tests.unit.test_languages import INSIDE, INSIDE_ES, INSIDE_FR, texts


def scenario(resources: int, *costs_and_scores: tuple[int, int]) -> Scenario:
    """All or nothing, in one component without conditions."""
    outputs = tuple(output(f"A.{n}", "A", cost, cost, score) for n, (cost, score) in enumerate(costs_and_scores, start=1))
    plan = replace(example.PLAN, components=(Component("A", "First"),), outputs=outputs, links=(), groups=(), coverage=())
    return derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources))))


def found(asked: Scenario, within: str = "1/100", most: int = 3) -> Alternatives:
    answer = alternatives(asked, Fraction(within), most)
    assert answer is not None
    return answer


def number(counted: Count | None) -> int:
    assert counted is not None
    assert counted.exact
    return counted.number


def test_as_good_by_hand() -> None:
    """Any two of three: one costs more in all, though the priority is the same."""
    answer = found(scenario(7, (3, 50), (3, 50), (4, 50)))
    assert number(answer.alike.allocations) == 1  # the two that cost 6
    assert number(answer.equal.allocations) == 3
    assert answer.equal.allocations is not None
    assert answer.equal.allocations.funded == (2, 2, 2)


def test_near_by_hand() -> None:
    """90 is the best; 80 and 70 come within a quarter of it, 60 and 50 do not."""
    answer = found(scenario(3, (1, 40), (2, 50), (1, 30), (1, 0)), "1/4")
    assert dict(answer.attained) == {"value": Fraction(90)}
    # 40 + 50; 50 + 30; 40 + 30 with and without the output that is worth nothing.
    assert number(answer.near.allocations) == 4
    assert number(answer.near.portfolios) == 4
    assert answer.near.portfolios is not None
    assert answer.near.portfolios.funded == (3, 2, 3, 1)
    farthest = answer.different[0]
    assert (farthest.entering, farthest.leaving) == ((2, 3), (1,)), "40 + 30 and the worthless one differ in three outputs"


def test_more_than_a_double_can_tell_is_counted_exactly() -> None:
    """60 outputs of which none, one, two, ... may be missing: sums of binomials, far above 2^53."""
    asked = scenario(60, *((1, 50) for _ in range(60)))
    whole = Structure(asked)
    counted = count(whole, whole.top[0] * 30 // 60)
    expected = sum(math.comb(60, k) for k in range(31))
    assert counted.number == expected > EXACT
    assert counted.funded == (sum(math.comb(59, k) for k in range(31)),) * 60


def test_an_allocation_of_nothing_is_the_only_one() -> None:
    answer = found(scenario(0, (3, 50)))
    assert number(answer.near.allocations) == number(answer.alike.portfolios) == 1
    assert answer.different == ()


def test_where_nothing_is_feasible_there_is_no_answer() -> None:
    plan = replace(example.PLAN, components=(Component("A", "First", minimum=Limit(Basis.AMOUNT, Fraction(9000))),
                                             *example.PLAN.components[1:]))  # fmt: skip
    assert alternatives(derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(100))))) is None


def test_out_of_time_is_said() -> None:
    with pytest.raises(OutOfTime):
        alternatives(scenario(7, (3, 50)), seconds=0)
    with pytest.raises(ValueError, match="less than 1"):
        alternatives(scenario(7, (3, 50)), Fraction(1))


def test_time_that_runs_out_later_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> None:
        raise OutOfTime

    monkeypatch.setattr(module._Counting, "farthest", late)
    answer = found(scenario(7, (3, 50), (3, 50), (4, 50)))
    assert (answer.different, answer.settled) == ((), False)
    assert (
        "Further ones were not established in the time allowed."
        in report.different(scenario(7, (3, 50), (3, 50), (4, 50)), answer, ENGLISH).notes
    )


def by_solver() -> tuple[Scenario, Alternatives]:
    """A re-plan with funds, to which the dynamic programme does not apply."""
    asked = example.over_time()[0]
    answer = found(asked, "1/10", 1)
    assert answer.method == BY_SOLVER
    return asked, answer


def every_case() -> Iterator[tuple[Scenario, Alternatives]]:
    tied, near = scenario(7, (3, 50), (3, 50), (4, 50)), scenario(3, (1, 40), (2, 50), (1, 30), (1, 0))
    yield tied, found(tied, "0")
    yield near, found(near, "1/4")
    yield near, found(near)
    yield by_solver()
    answer = found(near, "1/4")
    many = Count(93_793_422_637, None)
    rough = replace(answer.near, allocations=many, portfolios=Count(5_000_123, None))
    closer = replace(answer.near, within=Fraction(1, 8), portfolios=None)
    yield near, replace(answer, near=rough, closer=closer, alike=rough, equal=rough, settled=False)
    unknown = replace(answer.near, allocations=None, portfolios=None)
    yield near, replace(answer, near=unknown, equal=unknown, alike=unknown, different=())
    yield near, replace(answer, near=replace(rough, allocations=Count(4_200_000, None)))
    yield near, replace(answer, near=replace(rough, allocations=Count(42, None)))


@pytest.mark.parametrize(("code", "inside"), [("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)])
def test_every_case_is_said_in_every_language(code: str, inside: tuple[str, ...]) -> None:
    words = re.compile(rf"\b({'|'.join(inside)})\b", re.IGNORECASE)
    for asked, answer in every_case():
        sheet = report.sheet(asked, answer, LANGUAGES[code])
        passage = report.block(asked, answer, LANGUAGES[code])
        said = [sheet.shown, sheet.about, *texts([*sheet.tables]), *texts((passage,))]
        assert not [text for text in said if words.search(text)]
        assert not [text for text in said if re.search(r"\.\.|  | \.|\{|\}", text)]
        assert isinstance(passage, Passage)


def test_sentences_read_aloud() -> None:
    near = scenario(3, (1, 40), (2, 50), (1, 30), (1, 0))
    assert sentences(near, found(near, "1/4"), ENGLISH) == (
        "No other allocation reaches the same priority.",
        "4 sets of funded outputs come within 25% of that priority, the one shown among them.",
        "No output is funded in all of them.",
        "Outputs A.1, A.2, A.3 and A.4 are funded in some.",
        "Counting levels of funding as well, 4 allocations come within 25% of that priority.",
        "The set that differs most differs in 3 outputs.",
        "It also funds outputs A.3 and A.4.",
        "In it, output A.2 is subject to the mobilization of additional resources.",
    )
    tied = scenario(7, (3, 50), (3, 50), (4, 50))
    assert sentences(tied, found(tied, "0"), ENGLISH)[:2] == (
        "2 other allocations reach the same priority.",
        "Each of them uses more resources or leaves more outputs funded in part.",
    )


def test_bounds_are_given_to_two_figures_rounded_down() -> None:
    assert [floored(n) for n in (7, 99, 129, 93_793_422_637)] == [7, 99, 120, 93_000_000_000]


def test_the_table_of_outputs_adds_up_to_the_counts() -> None:
    asked = scenario(3, (1, 40), (2, 50), (1, 30), (1, 0))
    table = report.outputs(asked, found(asked, "1/4"), ENGLISH)
    shares = [plain(cell) for cell in table.cells("sets")]
    assert shares == [Fraction(3, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1, 4)]


def test_records_are_exact() -> None:
    asked = scenario(3, (1, 40), (2, 50), (1, 30), (1, 0))
    record = report.records(asked, found(asked, "1/4"))
    assert record["near"]["portfolios"] == {
        "number": 4, "exact": True, "funded": {"A.1": 3, "A.2": 2, "A.3": 3, "A.4": 1},
    }  # fmt: skip
    assert record["different"][0]["leaving"] == ["A.2"]
    assert record["solves"] == 0


def test_plans_with_titles_in_other_languages_keep_them() -> None:
    asked = scenario(7, (3, 50), (3, 50))
    titled = replace(asked, plan=replace(asked.plan, titles=(("fr", "Exemple"),)))
    assert isinstance(titled.plan, Plan)
    shown = report.in_short(titled, found(titled), LANGUAGES["fr"])
    assert isinstance(shown, Table)
    assert shown.title.endswith("Exemple")
