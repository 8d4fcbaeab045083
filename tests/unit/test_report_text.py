"""Results as text, as comma-separated values, as Markdown, as JSON, as a data frame."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import pytest

from optimizer.plan import Status
from optimizer.report import data, plain, prioritisation, text
from optimizer.report.frames import frame
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.table import Column, Kind, Passage, Row, Style, Table
from tests.dossiers import NASTY, by_hand, dossier, drawn, nasty


def test_terminal_shows_every_output_with_its_amounts() -> None:
    found = dossier()
    said = text.terminal(found)
    lines = said.splitlines()
    for output in found.plan.outputs:
        line = next(line for line in lines if line.split()[:1] == [output.id])
        assert output.name in line
        assert f"/ {output.cost:>6,}" in line
        assert ("committed" in line) == (output.status is Status.COMMITTED)
    assert any(line.split() == ["Total", f"{found.result.audit.spend:,}", "/", "16,000"] for line in lines)
    assert "No other allocation" in said
    assert max(map(len, lines)) <= 110


def test_terminal_of_a_large_plan_is_no_wider() -> None:
    found = by_hand(*drawn(5, size=60))
    rows = [line for line in text.terminal(found).splitlines() if " of " in line]
    assert max(map(len, rows)) <= 125


def test_terminal_escapes_what_a_terminal_would_obey() -> None:
    said = text.terminal(nasty())
    assert not [c for c in said if not c.isprintable() and c != "\n"]


def test_csv_is_data() -> None:
    found = dossier()
    rows = list(csv.DictReader(io.StringIO(plain.csv_text(prioritisation.table(found)))))
    assert [row["Output"] for row in rows] == [output.id for output in found.plan.outputs]
    assert [int(row["Allocated (US$)"]) for row in rows] == [delivery.amount for delivery in found.result.allocation]
    assert rows[0]["Component"] == "Component A: First"


@pytest.mark.parametrize("value", NASTY)
def test_csv_holds_no_formulas(value: str) -> None:
    table = Table("T", (Column("a", "A"),), (Row((value,)),))
    [[_], [said]] = list(csv.reader(io.StringIO(plain.csv_text(table), newline="")))
    assert said.removeprefix("'") == value.removeprefix("'")
    assert said[0] not in "=+-@\t\r＝＋－＠"


def test_markdown_has_one_line_a_row_and_no_markup_of_its_own() -> None:
    table = prioritisation.table(nasty())
    said = plain.markdown_text(table)
    lines = [line for line in said.splitlines() if line.startswith("|")]
    assert len(lines) == len(table.rows) + 2
    assert "<" not in said
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(table.columns) + 1}


def test_cells_as_they_read() -> None:
    assert ENGLISH.shown(0, Kind.MONEY) == "–"
    assert ENGLISH.shown(0, Kind.COUNT) == "0"
    assert ENGLISH.shown(1234567, Kind.MONEY) == "1,234,567"
    assert ENGLISH.shown(Fraction(2, 3), Kind.PERCENT) == "66.7%"
    assert ENGLISH.shown(Fraction(100, 3), Kind.NUMBER) == "33.33"
    assert ENGLISH.shown(True, Kind.FLAG) == "yes"
    assert ENGLISH.shown(None, Kind.MONEY) == ""
    assert [ENGLISH.shown(Fraction(n, 1000), Kind.PERCENT) for n in (-5, 5, 15, 1)] == ["−0.5%", "0.5%", "1.5%", "0.1%"]
    assert [ENGLISH.shown(Fraction(n, 2000), Kind.PERCENT) for n in (1, 3, 5)] == ["0.1%", "0.2%", "0.3%"], "halves go up"


def test_markdown_in_another_language() -> None:
    table = Table(
        "T",
        (Column("a", "Produit"), Column("b", "Montant", Kind.MONEY), Column("c", "Part", Kind.PERCENT)),
        (Row(("A",), Style.HEADING), Row(("x", 1234567, Fraction(3, 4)))),
    )
    said = plain.markdown_text(table, language=LANGUAGES["fr"])
    assert "| x | 1\u00a0234\u00a0567 | 75,0\u00a0% |" in said
    assert plain.csv_text(table, language=LANGUAGES["fr"]) == "Composante,Produit,Montant,Part\nA,x,1234567,0.75\n"


def test_markdown_of_a_passage_begins_no_list() -> None:
    said = plain.markdown_text(Passage("A *title*", ("1. First", "- two\nlines", "===", "1.10 &amp; P&B")))
    assert said == "## A \\*title\\*\n\n1\\. First\n\n\\- two lines\n\n\\===\n\n1.10 &amp;amp; P&B\n"


def test_json_has_the_exact_result() -> None:
    found = dossier()
    said = json.loads(data.json_text(found))
    assert [output["amount"] for output in said["outputs"]] == [delivery.amount for delivery in found.result.allocation]
    assert sum(Fraction(output["contribution"]) for output in said["outputs"]) == found.result.audit.value
    assert Fraction(said["totals"]["value"]) == found.result.audit.value
    assert sum(component["allocated"] for component in said["components"]) == said["totals"]["allocated"]
    assert len(said["comparators"]) == len(found.comparators)
    assert said["not_compared"]["times"] == {"Started": "2026-01-01T00:00:00Z"}


def test_json_of_any_text() -> None:
    assert json.loads(data.json_text(nasty()))["plan"]["title"] == "=1+1"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(75, 2), "37.5"),
        (Fraction(350, 9), "350/9"),
        (Fraction(40), "40"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 20), "0.05"),
    ],
)
def test_exact_numbers(value: Fraction, said: str) -> None:
    assert data.exact(value) == said
    assert Fraction(said) == value


def test_frames() -> None:
    found = dossier()
    by_output = frame(found.result)
    assert list(by_output.index) == [output.id for output in found.plan.outputs]
    assert by_output["amount"].sum() == found.result.audit.spend
    assert (by_output["amount"] + by_output["additional"] == by_output["cost"]).all()


def test_any_table_in_columns() -> None:
    table = Table("T", (Column("a", "Name"), Column("b", "Amount", Kind.MONEY)), (Row(("x", 1000)), Row(("longer", 0))))
    assert text.aligned(table) == "Name    Amount\nx        1,000\nlonger       –\n"
