"""Prices by hand, what is said of them in three languages, and what they do not count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis import prices as module
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer
from optimizer.analysis.prices import EVERY, FUND, Prices, prices
from optimizer.plan import Basis, Component, Limit, Link, Status
from optimizer.report import prices as report
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.prices_words import FAMILIES, WITHIN, named, sentences
from optimizer.report.table import Table, plain
from optimizer.rules import REGISTRY
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests import example
from tests.example import output
from tests.unit.test_languages import INSIDE, INSIDE_ES, INSIDE_FR, texts


def scenario(resources: int = 6, minimum: int = 4, objective: str = "delivery") -> Scenario:
    """Component A is worth more for its money; B has a minimum. A.1 requires A.2; B.2 is committed."""
    plan = replace(
        example.PLAN,
        components=(Component("A", "First"), Component("B", "Second", minimum=Limit(Basis.AMOUNT, Fraction(minimum)))),
        outputs=(
            output("A.1", "A", 2, 2, 90, tier=1),
            output("A.2", "A", 2, 2, 60, tier=1),
            output("B.1", "B", 2, 2, 20, tier=2),
            output("B.2", "B", 2, 2, 10, status=Status.COMMITTED, committed=2, tier=2),
            output("B.3", "B", 1, 1, 15, tier=2),
        ),
        links=(Link("A.1", "A.2"),),
        groups=(),
        coverage=(),
    )
    return derive(plan, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(resources)), objective))


def found(asked: Scenario) -> Prices:
    answer = prices(asked)
    assert answer is not None
    return answer


def gains(answer: Prices) -> dict[str, tuple[Fraction, int | None]]:
    every = [answer.every] if answer.every else []
    named = {"+".join(price.keys) if len(price.keys) < 3 else price.kind: price for price in (*answer.single, *every)}
    known = {key: (answer.gain(price), price.saved) for key, price in named.items()}
    return {key: (gain[1], saved) for key, (gain, saved) in known.items() if gain}


def test_by_hand() -> None:
    """With 6 money: B.1 and B.2 for the minimum of B, and A.2, worth 90."""
    answer = found(scenario())
    assert dict(answer.attained) == {"value": Fraction(90)}
    assert answer.spend == 6
    assert gains(answer) == {
        # B.2, A.1 and A.2 are worth 160; with 5 money nothing is worth 90.
        "floor[B]": (Fraction(70), 0),
        # The minimum of B keeps B.1 and B.2 all the same.
        "committed[B.2]": (Fraction(0), 0),
        # A.1 instead of A.2.
        "requires[A.1,A.2]": (Fraction(30), 0),
        # A.1, A.2 and B.1 are worth 170; A.1 alone is worth 90 and costs 2.
        EVERY: (Fraction(80), 4),
    }
    assert len(answer.families) == 3
    assert answer.solves == 0


def test_prices_do_not_add_up() -> None:
    answer = gains(found(scenario()))
    assert answer.pop(EVERY)[0] != sum(gain for gain, _ in answer.values())


def test_a_single_condition_has_the_price_of_its_family_without_a_question_more() -> None:
    answer = found(scenario())
    assert answer.families == answer.single
    assert answer.programmes == 1 + 4 + 3, "the best; all and each of three without; the money for those with a gain"


def test_what_follows_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where lifting everything brings nothing, no condition has a price, and nothing more is asked."""
    asked = scenario(resources=9)
    questions = []
    best = Reoptimizer.best

    def counted(self: Reoptimizer, variant: Scenario, settled: bool = True) -> Best | None:
        questions.append(variant)
        return best(self, variant, settled)

    monkeypatch.setattr(Reoptimizer, "best", counted)
    answer = found(asked)
    assert {gain for gain, _ in gains(answer).values()} == {Fraction(0)}
    assert (len(questions), answer.known) == (2, 3)


def test_approaches_lose_and_break_rules() -> None:
    answer = found(scenario())
    by_name = {one.name: one for one in answer.approaches}
    assert "committed[B.2]" in by_name["across-the-board"].breached
    assert dict(by_name["full costing"].attained) == {"value": Fraction(195)}


def test_out_of_time_is_said_and_never_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OutOfTime):
        prices(scenario(), 0)
    best = Reoptimizer.best

    def once(self: Reoptimizer, variant: Scenario, settled: bool = True) -> Best | None:
        if not settled:
            raise OutOfTime
        return best(self, variant)

    monkeypatch.setattr(Reoptimizer, "best", once)
    answer = found(scenario())
    assert {price.attained for price in (*answer.families, *answer.single)} == {None}
    assert [answer.gain(price) for price in answer.families] == [None, None, None]
    assert sentences(scenario(), answer, ENGLISH) == (
        "Not established in the time allowed: the effect of the minimum allocations, the commitments and the links between "
        "outputs.",
    )


def test_what_is_spent_is_no_condition() -> None:
    """B.1 and B.2 of the example have spent; only what goes beyond could be lifted."""
    answer = found(example.over_time()[0])
    keys = {key for price in answer.single for key in price.keys}
    assert not [key for key in keys if key.startswith(("committed", "ended"))]
    assert {"funds", "fund[X]", "changes", "drops"} <= keys
    assert {price.kind for price in answer.families} >= {FUND, "funds"}


def test_without_conditions_there_is_no_price() -> None:
    asked = scenario()
    free = replace(asked, rules=tuple(rule for rule in asked.rules if rule.KIND in ("level", "budget")))
    answer = found(free)
    assert (answer.every, answer.families, answer.single) == (None, (), ())
    assert sentences(free, answer, ENGLISH) == ("There is no condition but the available resources.",)


def every_case() -> Iterator[tuple[Scenario, Prices]]:
    for asked in (
        scenario(),
        scenario(5, 3),
        scenario(objective="tiers"),
        scenario(objective="balanced"),
        scenario(objective="money-weighted"),
        example.every_family()[0],
        example.over_time()[0],
        derive(example.PLAN, ScenarioSpec("s", Limit(Basis.AMOUNT, Fraction(12_000)))),
    ):
        yield asked, found(asked)
    asked = scenario()
    answer = found(asked)
    unknown = replace(answer.families[0], attained=None, saved=None)
    yield asked, replace(answer, families=(unknown, *answer.families[1:]), single=(unknown, *answer.single[1:]))
    cheaper = replace(answer.families[0], saved=1)
    yield asked, replace(answer, families=(cheaper, *answer.families[1:]))


@pytest.mark.parametrize(("code", "inside"), [("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)])
def test_every_case_is_said_in_every_language(code: str, inside: tuple[str, ...]) -> None:
    words = re.compile(rf"\b({'|'.join(inside)})\b", re.IGNORECASE)
    language = LANGUAGES[code]
    for asked, answer in every_case():
        sheet, table = report.sheet(asked, answer, language), report.block(asked, answer, language)
        said = [sheet.shown, sheet.about, *texts([*sheet.tables, table]), *sentences(asked, answer, language)]
        assert not [text for text in said if words.search(text)]
        assert not [text for text in said if re.search(r"\.\.|  | \.|\{|\}", text)]
    for phrase in (*FAMILIES.values(), *WITHIN.values()):
        assert language.say(phrase)


def test_every_family_that_could_be_lifted_has_a_name() -> None:
    removable = {kind for kind, family in REGISTRY.items() if family.REMOVABLE} - {"budget", "ended"}
    assert FAMILIES.keys() == WITHIN.keys() == removable | {FUND}


def test_every_condition_has_a_name_of_its_own() -> None:
    for asked in (example.every_family()[0], example.over_time()[0]):
        keys = {key for price in found(asked).single for key in price.keys}
        assert len({named(asked, key, ENGLISH) for key in keys}) == len(keys)


def test_no_effect_of_a_single_output_is_published() -> None:
    asked, _ = example.every_family()
    table = report.block(asked, found(asked), ENGLISH)
    assert isinstance(table, Table)
    said = " ".join(str(plain(cell)) for row in table.rows for cell in row.cells)
    assert not re.search(r"B\.1|A\.2", said)
    assert "Minimum allocation of component A" in said


def test_sentences_read_aloud() -> None:
    assert sentences(scenario(), found(scenario()), ENGLISH) == (
        "Without the minimum allocations, the priority reached would be 77.8% higher.",
        "Without the links between outputs, the priority reached would be 33.3% higher.",
        "The commitments make no difference.",
        "These effects do not add up.",
    )
    poorer = scenario(5, 3)  # B.2, B.3 and A.2 are worth 85; with B.1 instead of B.2 it is 95, with A.1 instead of A.2 115
    assert sentences(poorer, found(poorer), ENGLISH)[:2] == (
        "Without the links between outputs, the priority reached would be 35.3% higher.",
        "Without the commitments, the priority reached would be 11.8% higher.",
    )


def test_records_are_exact() -> None:
    record = report.records(scenario(), found(scenario()))
    assert record["every"]["gain"] == {"figure": "value", "by": Fraction(80)}
    assert record["every"]["saved"] == 4
    assert [one["conditions"] for one in record["single"]] == [["floor[B]"], ["committed[B.2]"], ["requires[A.1,A.2]"]]
    assert record["every"]["kind"] == module.EVERY
