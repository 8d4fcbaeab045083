"""Published words: all translated, none of the inside, figures as each language writes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.plan import Plan
from optimizer.report import published, wording
from optimizer.report.book import results_book
from optimizer.report.dossier import Answer, Dossier
from optimizer.report.language import LANGUAGES, UnknownPhrase, catalogue, placeholders
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.table import Block, Passage, Table, plain
from tests import example
from tests.dossiers import by_hand, dossier, drawn, full, full_odd, over_time, paid, question, workbook

EN, FR, ES = LANGUAGES["en"], LANGUAGES["fr"], LANGUAGES["es"]
SOURCES = sorted(Path(published.__file__).parent.rglob("*.py"))

# design.md, section 2: words for the inside are not words for the paper.
INSIDE = (
    "floor", "floors", "optimal", "optimum", "score", "scores", "deferred", "rejected", "cut", "cuts", "low priority",
    "shortfall", "regret", "displaced", "the model", "infeasible", "incumbent", "breach", "breaches", "solver",
    "objective value", "slack",
)  # fmt: skip
INSIDE_FR = ("plancher", "optimal", "score", "rejeté", "coupe", "déficit", "regret", "solveur", "infaisable")
INSIDE_ES = ("piso", "óptimo", "puntaje", "rechazado", "recorte", "déficit", "solver", "inviable")


def phrases_said() -> set[str]:
    """Every literal that stands in a call of say or count."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("say", "count"):
                    arguments = [arg for arg in node.args if isinstance(arg, ast.Constant | ast.IfExp)]
                    literals = (one for arg in arguments for one in ast.walk(arg) if isinstance(one, ast.Constant))
                    found |= {one.value for one in literals if isinstance(one.value, str) and " " in one.value}
    return found


@pytest.mark.parametrize("code", ["fr", "es"])
def test_everything_said_is_translated(code: str) -> None:
    said = phrases_said()
    assert len(said) > 80
    outside = {"output", "outputs"}
    assert not {phrase for phrase in said - catalogue(code).keys() - outside if "empty" not in phrase}


def test_catalogues_have_the_same_phrases_with_the_same_names() -> None:
    french, spanish = catalogue("fr"), catalogue("es")
    assert french.keys() == spanish.keys()
    for phrase in french:
        for translation in (french[phrase], spanish[phrase]):
            wanted = placeholders(phrase) or placeholders(translation) & {"number"}  # "1 million {currency}" counts
            assert placeholders(translation) | {"number"} == wanted | {"number"}, phrase


def test_every_phrase_of_the_catalogue_is_used() -> None:
    literals = {
        node.value
        for path in Path(published.__file__).parent.parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    composed = re.compile(r"1? ?\{?(number|currency)\}? |all \{items\}|\{kind\} \{item\}|plan: |1 |of [A-Z]")
    words_of_plans = {
        "US$", "CHF", "EUR", "RBSA", "Regular budget", "Existing projects", "To be mobilized", "Conclusions paragraphs",
        "P&B outputs", "SDG targets", "Extrabudgetary development cooperation", "Regular Budget Supplementary Account (RBSA)",
        "Illustrative split: replace with the Office's costing", "amount {period}", "score {criterion}",
    }  # fmt: skip
    unused = {phrase for phrase in catalogue("fr") if phrase not in literals | words_of_plans and not composed.match(phrase)}
    assert not unused


def texts(blocks: tuple[Block, ...] | list[Table]) -> Iterator[str]:
    for block in blocks:
        yield block.title
        if isinstance(block, Passage):
            yield from block.paragraphs
        else:
            yield from (*block.lead, *block.notes, *(column.header for column in block.columns))
            yield from (str(plain(cell)) for row in block.rows for cell in row.cells if isinstance(plain(cell), str))


def plain_plan(plan: Plan) -> Plan:
    """With texts that have none of our words."""
    outputs = tuple(replace(output, title=f"Work {output.id}", reason="", comment="") for output in plan.outputs)
    return replace(plan, outputs=outputs)


DOSSIERS = {
    "every rule": lambda: dossier(plain_plan(example.PLAN)),
    "analysed": lambda: full(plain_plan(example.PLAN)),
    "with a frontier": full_odd,
    "funds": lambda: over_time(plan=plain_plan(example.OVER_TIME)),
    "classes": lambda: over_time("tiers", plain_plan(example.OVER_TIME)),
    "balanced": lambda: over_time("balanced", plain_plan(example.OVER_TIME)),
    "drawn": lambda: by_hand(*drawn(3, size=9)),
    "paid": lambda: by_hand(*paid(5)),
}


def all_published(found: Dossier) -> Iterator[str]:
    every = [build(found) for name, build in published.OF_SCENARIO.items() if published.offered(found, name)]
    yield from texts(tuple(every))
    book = results_book(found)
    for sheet in book.sheets:
        if sheet.front:
            yield from (sheet.shown, sheet.about)
            yield from texts(list(sheet.tables))


def compared(found: Dossier) -> Comparison:
    return Comparison(workbook(found.plan), (Answer(found.result),), found.language)


@pytest.mark.parametrize(("code", "inside"), [("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)])
@pytest.mark.parametrize("name", DOSSIERS)
def test_no_inside_word_is_published(name: str, code: str, inside: tuple[str, ...]) -> None:
    found = replace(DOSSIERS[name](), language=LANGUAGES[code])
    words = re.compile(rf"\b({'|'.join(inside)})\b", re.IGNORECASE)
    said = [*all_published(found), *texts(published.compared(compared(found)))]
    assert len(said) > 100
    assert not [text for text in said if words.search(text)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_sentences_end_once(code: str) -> None:
    for build in DOSSIERS.values():
        found = replace(build(), language=LANGUAGES[code])
        assert not [text for text in all_published(found) if re.search(r"\.\.|  | \.|\{|\}", text)]


def test_comparisons_speak_every_language() -> None:
    for language in LANGUAGES.values():
        book = comparison_book(replace(compared(dossier()), language=language), dossier().facts)
        assert book.sheet("Scenarios").shown == language.say("Scenarios")


def test_an_unknown_phrase_is_a_fault() -> None:
    with pytest.raises(UnknownPhrase, match="no translation into 'fr' of: Never said"):
        FR.say("Never said")
    assert EN.say("Never said") == "Never said"


def test_figures() -> None:
    thin = "\u00a0"
    assert EN.money("US$", 237_000_000) == "US$237,000,000"
    assert EN.money("US$", 237, 1_000_000) == f"US$237{thin}million"
    assert FR.money("US$", 803_548_920) == f"803{thin}548{thin}920{thin}dollars{thin}É.-U."
    assert ES.money("US$", 797_388_828) == f"797{thin}388{thin}828{thin}dólares de los Estados Unidos"
    assert FR.money("EUR", 5, 1_000_000) == f"5{thin}millions d’euros"
    assert FR.money("US$", 1) == f"1{thin}dollar{thin}É.-U."
    assert EN.money("CHF", -5_000) == f"\N{MINUS SIGN}CHF{thin}5,000"
    assert [language.ratio(Fraction(5, 8)) for language in (EN, FR, ES)] == ["62.5%", f"62,5{thin}%", f"62,5{thin}%"]
    assert [language.span(2022, 2023) for language in (EN, FR, ES)] == ["2022–23", "2022-23", "2022-2023"]
    years = ((1999, 2001), (2022, 2022), (None, 2026), (None, None))
    assert [EN.span(*pair) for pair in years] == ["1999–2001", "2022", "2026", ""]
    assert ES.period("2020–21") == "2020-2021"
    assert FR.period("First half") == "First half"
    assert EN.rounded(Fraction(1, 8), 2) == "0.13", "halves away from nil"
    assert ES.enumeration(["educación", "información"]) == "educación e información"
    assert ES.enumeration(["agua", "hielo"]) == "agua y hielo"
    assert FR.say("Additional resources needed: {amount}.", amount=FR.money("US$", 2)).endswith("É.-U.")


def test_a_share_short_of_the_whole_is_never_shown_as_the_whole() -> None:
    almost = Fraction(99_999, 100_000)
    assert [EN.ratio(almost), wording.percent(EN, almost)] == ["99.9%", "99.9%"]
    assert [EN.ratio(1), EN.ratio(Fraction(999, 1000)), EN.ratio(Fraction(1001, 1000))] == ["100.0%", "99.9%", "100.1%"]


def test_titles_of_the_plan_come_in_its_languages() -> None:
    titled = replace(example.PLAN, titles=(("fr", "Exemple"),))
    found = replace(by_hand(titled, dossier().result.allocation), language=FR)
    assert published.OF_SCENARIO["prioritisation"](found).title == "Hiérarchisation des produits: Exemple"
    assert question(titled).plan.titled("es") == "Example"
