"""Reasons by hand: each cause with its sentence, regret, break-even priority and cost; a published knapsack; three languages."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from optimizer.analysis.reasons import reasons
from optimizer.analysis.reasons_found import Move, Reason, Reasons, Why
from optimizer.files.codec import dumps, loads
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Coverage, Group, Limit, Link, Output, Status
from optimizer.report import reasons as report
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.plain import markdown_text
from optimizer.report.reasons_said import sentence
from optimizer.result import Result
from optimizer.scenario import Scenario, ScenarioSpec, derive
from tests.example import PLAN, every_family, output, over_time
from tests.oracle import Question
from tests.plans import question
from tests.property.test_invariance import exchanged, renamed
from tests.property.test_reasons import applies
from tests.unit.test_languages import INSIDE, INSIDE_ES, INSIDE_FR, plain_plan


def asked(resources: int, *outputs: Output, objective: str = "delivery", **more: object) -> Scenario:
    """All or nothing unless said otherwise, in components A and B."""
    components = (Component("A", "First"), Component("B", "Second"))
    plan = replace(PLAN, components=components, outputs=outputs, links=(), groups=(), coverage=(), unit_of_account=1)
    limit = Limit(Basis.AMOUNT, Fraction(resources))
    return derive(replace(plan, **more), ScenarioSpec("s", limit, objective))  # type: ignore[arg-type]


def found(scenario: Scenario) -> Reasons:
    answer = reasons(scenario)
    assert answer is not None
    assert answer.complete
    assert loads(dumps(answer), Reasons) == answer
    return answer


def one(cost: int, score: int, key: str, **more: object) -> Output:
    return output(key, key[0], cost, cost, score, tags=((),), **more)


THREE = asked(4, one(3, 60, "A.1"), one(2, 50, "A.2"), one(2, 40, "A.3"))


def test_by_hand() -> None:
    """4 buy the second and the third, 90 points. With the first there is 1 left over, without the third the first is best."""
    first, second, third = found(THREE).reasons
    assert first.turned is not None
    assert first.turned.regret == (("value", Fraction(30)),)
    assert first.turned.moves == (Move(1, 2, 0), Move(2, 2, 0))
    assert (first.break_even_priority, first.break_even_cost, first.extra) == (90, 2, 3)
    assert first.entries == ((3, 4), (5, None))
    assert second.turned is not None
    assert second.turned.moves == (Move(0, 0, 3), Move(2, 2, 0))
    assert third.turned is not None
    assert third.turned.loss == ("value", 30)
    assert (third.priority, third.break_even_priority, third.break_even_cost) == (40, 10, 2)
    assert (third.turned.level, third.extra) == (0, None)


def test_a_level_more() -> None:
    """Of 10, half pays for 50 per cent; 5 more would have to come from the other output."""
    scenario = asked(7, output("A.1", "A", 10, 5, 40, tags=((),)), one(2, 30, "B.1"))
    first, second = found(scenario).reasons
    assert (first.level, first.amount, first.share) == (1, 5, 50)
    assert first.raised is not None
    assert first.raised.regret is None, "10 are more than there is"
    assert first.extra == 5
    assert said(scenario, 0) == (
        "Output A.1 receives US$5 of its estimated US$10. It is among the outputs that deliver most of the plan's priorities for "
        "the money. Under the conditions of the plan it cannot be raised to US$10 with the same resources. With US$5 more, it "
        "could be raised to US$10 without reducing any other output. It is funded throughout from available resources of US$7."
    )
    assert second.break_even_priority == 0, "there is nothing else that the money could do"


def said(scenario: Scenario, i: int, code: str = "en") -> str:
    answer = found(scenario)
    reason = answer.of(i)
    assert reason is not None
    return sentence(scenario, answer, reason, LANGUAGES[code]).replace("\u00a0", " ")


HALF = Component("A", "First", minimum=Limit(Basis.AMOUNT, Fraction(2)))
ONE = Component("B", "Second", maximum=Limit(Basis.AMOUNT, Fraction(1)))
SECOND = Component("B", "Second")
POOR, RICH = one(2, 10, "A.1"), one(2, 50, "B.1")
LINK = (Link("B.1", "A.1"),)
EITHER = (Group("either", True, 1, ("A.1", "B.1")),)
BOTH = (Group("both", False, 2, ("A.1", "B.1")),)
TAGGED = (replace(POOR, tags=(("x",),)), RICH)
X = (Coverage("conclusions", "x", 1),)

CAUSES = {
    "minimum": (asked(2, POOR, RICH, components=(HALF, SECOND)), 1, Why.MINIMUM, "The minimum allocation of component A takes"),
    "its minimum": (asked(2, POOR, RICH, components=(HALF, SECOND)), 0, Why.MINIMUM, "It is part of the minimum allocation of"),
    "maximum": (asked(4, POOR, RICH, components=(HALF, ONE)), 1, Why.MAXIMUM, "The maximum allocation of component B leaves"),
    "requirement": (asked(2, POOR, RICH, links=LINK), 1, Why.REQUIREMENT, "It requires output A.1, which would have to be"),
    "required": (asked(4, POOR, RICH, one(2, 20, "A.2"), links=LINK), 0, Why.REQUIRED, "Output B.1 requires it"),
    "at most": (asked(4, POOR, RICH, groups=EITHER), 0, Why.GROUP, "The plan limits how many outputs of either are funded"),
    "at least": (asked(4, POOR, RICH, one(2, 90, "A.2"), groups=BOTH), 0, Why.GROUP, "The plan asks for a least number of"),
    "tag": (asked(2, *TAGGED, coverage=X), 0, Why.TAG, "It serves x, for which the plan asks for a least number"),
    "other tag": (asked(2, *TAGGED, coverage=X), 1, Why.TAG, "Outputs that serve x take precedence"),
    "remainder": (asked(3, POOR, RICH), 0, Why.REMAINDER, "The balance that is left of US$3 is less than its smallest"),
    "resources": (asked(1, RICH), 0, Why.RESOURCES, "Together with what has to be funded, it would exceed the available"),
    "tie": (asked(2, RICH, replace(RICH, id="B.2", title="Other")), None, Why.TIE, "equally well; the choice follows a fixed"),
    "no better": (asked(4, RICH, one(2, 0, "A.1")), 1, Why.SPEND, "Funding it would serve the plan's priorities no better"),
    "others": (asked(2, POOR, RICH), 0, Why.PRIORITY, "other outputs deliver more of the plan's priorities for the same money"),
    "deferred": (asked(4, POOR, replace(RICH, status=Status.DEFERRED)), 1, Why.DEFERRED, "This is set in the plan"),
    "commitments": (
        asked(2, replace(POOR, status=Status.COMMITTED, committed=2), RICH), 1, Why.COMMITMENTS, "Commitments to output A.1 take",
    ),
    "committed": (
        asked(2, replace(POOR, status=Status.COMMITTED, committed=2, reason="a promise"), RICH), 0, Why.COMMITTED,
        "It is committed. A promise.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_causes(name: str) -> None:
    scenario, i, why, words = CAUSES[name]
    for position in range(2) if i is None else [i]:
        reason = found(scenario).of(position)
        assert reason is not None
        assert [cause.why for cause in reason.causes] == [why]
        assert words in said(scenario, position)


def test_tables_without_an_output_are_counted() -> None:
    answer = found(THREE)
    assert (answer.programmes, answer.solves) == (1 + 3 + 3 + 1, 0), "the best, each turned, each left out, the frontier"
    some = reasons(THREE, [1])
    assert some is not None
    assert [reason.i for reason in some.reasons] == [1]
    assert some.reasons[0] == answer.of(1)


def test_what_is_there_already_is_taken() -> None:
    result = optimize(THREE)
    assert isinstance(result, Result)
    answer = reasons(THREE, allocation=result.allocation)
    assert answer is not None
    assert answer.reasons == found(THREE).reasons
    assert answer.programmes == found(THREE).programmes - 1


def test_where_time_runs_out_nothing_is_guessed() -> None:
    result = optimize(THREE)
    assert isinstance(result, Result)
    answer = reasons(THREE, seconds=0.0, allocation=result.allocation)
    assert answer is not None
    assert not answer.complete
    for reason in answer.reasons:
        assert (reason.known, reason.causes, reason.turned, reason.break_even_priority) == (False, (), None, None)
        assert sentence(THREE, answer, reason, ENGLISH).endswith("could be established in the time allowed.")
    assert "cells are blank" in report.table(THREE, answer, ENGLISH).notes[-1]


def test_nothing_to_explain_without_an_allocation() -> None:
    assert reasons(asked(1, POOR, RICH, components=(HALF, SECOND))) is None


def test_no_cost_is_named_under_money_weighted() -> None:
    """A dearer output is worth more there, so that there is no largest cost."""
    scenario = asked(4, one(3, 60, "A.1"), one(2, 50, "A.2"), one(2, 40, "A.3"), objective="money-weighted")
    answer = found(scenario)
    assert {reason.break_even_cost for reason in answer.reasons} == {None}
    assert "even_cost" not in [column.key for column in report.table(scenario, answer, ENGLISH).columns]
    # All 4 go to the second and the third: 1.8. With the first in: 1.8 as well.
    assert answer.reasons[0].break_even_priority == 60


VALUES, WEIGHTS, CAPACITY = (70, 20, 39, 37, 7, 5, 10), (31, 10, 20, 19, 4, 3, 6), 50


def test_a_published_knapsack() -> None:
    """S. Martello and P. Toth, Knapsack Problems, Wiley 1990, section 2.3: the best is 107, items 1 and 4."""
    outputs = [one(weight, value, f"A.{n}") for n, (value, weight) in enumerate(zip(VALUES, WEIGHTS, strict=True), start=1)]
    answer = found(asked(CAPACITY, *outputs))
    assert answer.now == (("value", Fraction(107)),)
    assert [reason.i for reason in answer.reasons if reason.level] == [0, 3]
    sets = [chosen for n in range(8) for chosen in combinations(range(7), n) if sum(WEIGHTS[i] for i in chosen) <= CAPACITY]
    for reason in answer.reasons:
        turned = [sum(VALUES[i] for i in chosen) for chosen in sets if (reason.i in chosen) is (reason.level == 0)]
        assert reason.turned is not None
        assert reason.turned.regret == (("value", Fraction(107 - max(turned))),)
        others = [sum(VALUES[i] for i in chosen if i != reason.i) for chosen in sets if reason.i in chosen]
        without = max(sum(VALUES[i] for i in chosen) for chosen in sets if reason.i not in chosen)
        assert reason.break_even_priority == max(without - max(others), 0)


def by_content(scenario: Scenario, answer: Reasons) -> dict[str, tuple[object, ...]]:
    """The reasons without positions: outputs by what they are."""
    outputs = scenario.plan.outputs

    def of(reason: Reason) -> tuple[object, ...]:
        causes = [(cause.why, sorted(outputs[i].title for i in cause.outputs)) for cause in reason.causes]
        moves = sorted((outputs[m.i].title, m.before, m.after) for m in reason.turned.moves) if reason.turned else None
        return causes, moves, replace(reason, i=0, causes=(), turned=None, raised=None)

    return {outputs[reason.i].title: of(reason) for reason in answer.reasons}


@pytest.mark.instances(60)
def test_other_ids_and_another_order_change_nothing(seeds: range) -> None:
    for seed in seeds:
        drawn = question(seed)
        scenario = derive(drawn.plan, drawn.spec)
        if len({one.title for one in drawn.plan.outputs}) < len(drawn.plan.outputs) or not applies(scenario):
            continue
        names = exchanged([one.id for one in drawn.plan.outputs], random.Random(seed))
        other = renamed(drawn, names)
        other = Question(replace(other.plan, outputs=other.plan.outputs[::-1]), other.spec)
        both = [derive(each.plan, each.spec) for each in (drawn, other)]
        first, second = (reasons(scenario) for scenario in both)
        assert (first is None) is (second is None), seed
        if first is not None and second is not None:
            assert by_content(both[0], first) == by_content(both[1], second), seed


SCENARIOS = {
    "every rule": lambda: derive(plain_plan(PLAN), every_family()[0].spec),
    "funds": lambda: over_time()[0],
    "classes": lambda: over_time("tiers")[0],
    "balanced": lambda: over_time("balanced")[0],
    **{f"drawn {seed}": lambda seed=seed: derive(question(seed).plan, question(seed).spec) for seed in (3, 5, 8, 11, 14, 21)},
    **{name: lambda name=name: CAUSES[name][0] for name in CAUSES},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_tables_in_every_language(name: str) -> None:
    scenario = SCENARIOS[name]()
    answer = reasons(scenario)
    if answer is None:
        return
    record = report.records(scenario, answer)
    assert len(record["outputs"]) == len(scenario.plan.outputs)  # type: ignore[arg-type]
    for code, inside in (("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)):
        language = LANGUAGES[code]
        tables = (report.table(scenario, answer, language), report.block(scenario, answer, language))
        texts = [markdown_text(table, language=language) for table in tables]
        texts.append(report.terminal(scenario, answer, language))
        for text in texts:
            assert not re.search(rf"\b({'|'.join(inside)})\b", text, re.IGNORECASE), text
            assert not re.search(r"\.\.|\{|\}| \.", re.sub(r"\n *", " ", text)), text


def test_in_french_and_spanish() -> None:
    scenario = CAUSES["minimum"][0]
    assert said(scenario, 1, "fr") == (
        "Le produit B.1 est subordonné à la mobilisation de ressources supplémentaires. L’allocation minimale de la composante A "
        "passe avant. Avec 2 dollars É.-U. de plus, soit son plus petit montant, il pourrait être financé sans réduire aucun "
        "autre produit. Selon les priorités du plan, il serait financé à partir de 4 dollars É.-U. de ressources disponibles."
    )
    assert said(scenario, 1, "es") == (
        "El producto B.1 está sujeto a la movilización de recursos adicionales. La asignación mínima del componente A tiene "
        "precedencia. Con 2 dólares de los Estados Unidos más, que es su importe más pequeño, podría financiarse sin reducir "
        "ningún otro producto. Según las prioridades del plan, se financiaría a partir de unos recursos disponibles de 4 dólares "
        "de los Estados Unidos."
    )


def test_amounts_read_aloud() -> None:
    thin = "\u00a0"
    amounts = (999_999, 1_000_000, 1_430_000, 113_817_000, 2_000_001)
    assert [ENGLISH.spoken("US$", amount) for amount in amounts] == [
        "US$999,999", f"US$1{thin}million", f"US$1.43{thin}million", f"US$113.817{thin}million", "US$2,000,001",
    ]  # fmt: skip
    assert LANGUAGES["fr"].spoken("EUR", 1_430_000) == f"1,43{thin}million d’euros"
    assert LANGUAGES["es"].spoken("EUR", 1_430_000) == f"1,43{thin}millones de euros"


def test_the_word_table_has_what_is_not_funded_in_full() -> None:
    table = report.block(THREE, found(THREE), ENGLISH)
    assert [row.cells[0] for row in table.rows] == ["Component A: First", "A.1"]
    assert table.notes == ("2 other outputs are funded in full.",)
    everything = asked(7, *THREE.plan.outputs)
    assert [row.cells for row in report.block(everything, found(everything), ENGLISH).rows] == [
        ("Every output is funded in full.",)
    ]
