"""Charts of the results workbooks: they show cells that are there, say so in words, and stand below them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.allocation import Allocation, Delivery
from optimizer.optimize import optimize
from optimizer.plan import Component, Criterion, Output, Plan
from optimizer.report import xlsx
from optimizer.report.book import results_book
from optimizer.report.charts import MOST, scale
from optimizer.report.dossier import Answer, Dossier
from optimizer.report.language import LANGUAGES
from optimizer.report.paper import pages
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.table import Book
from tests import example
from tests.dossiers import FACTS, by_hand, dossier, nasty, over_time, question, workbook

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # openpyxl on data bars
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def compared(language: str = "en") -> Book:
    poor = optimize(question(example.PLAN, 100))
    base = dossier().result
    richer = replace(base, scenario=replace(base.scenario, spec=replace(base.scenario.spec, name="=More's")))
    answers = (Answer(base), Answer(richer), Answer(poor, ("Too little.",)))
    return comparison_book(Comparison(workbook(example.PLAN), answers, LANGUAGES[language]), FACTS)


def parts(book: Book, pattern: str) -> Iterator[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(book))) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(pattern, name):
                yield ElementTree.fromstring(archive.read(name))


def many(count: int, title: str = "Title", largest: int = 10**10) -> Dossier:
    components = tuple(Component(f"{k}", f"{title} {k}") for k in range(1, count + 1))
    outputs = tuple(Output(f"{c.id}.1", c.id, "An output", largest, largest, (Fraction(1),)) for c in components)
    plan = Plan("Many", "CHF", components, (Criterion("c", "Criterion", Fraction(1)),), outputs, display_unit=1)
    return by_hand(plan, Allocation(tuple(Delivery(largest, 100) for _ in components)))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: results_book(dossier()), 1),
        (lambda: results_book(replace(over_time(), language=LANGUAGES["fr"])), 2),
        (lambda: results_book(nasty()), 1),
        (compared, 3),
        (lambda: compared("es"), 3),
    ],
    ids=["base", "over time in French", "nasty texts", "scenarios", "scenarios in Spanish"],
)
def test_charts_hold_what_the_cells_hold(made: Callable[[], Book], expected: int) -> None:
    book = made()
    cells = openpyxl.load_workbook(io.BytesIO(xlsx.render(book)), data_only=True)
    charts = list(parts(book, r"xl/charts/chart\d+\.xml"))
    assert len(charts) == expected
    for chart in charts:
        references = [one for one in chart.iter() if one.tag in (C + "numRef", C + "strRef")]
        assert len(references) >= 3
        for reference in references:
            name, area = (reference.findtext(C + "f") or "").rsplit("!", 1)
            sheet = cells[name.strip("'").replace("''", "'")]
            assert isinstance(sheet, Worksheet)
            found = sheet[area.replace("$", "")]
            line = [cell for row in found for cell in row] if isinstance(found, tuple) else [found]
            cache = {int(point.get("idx", "")): point.findtext(C + "v") for point in reference.iter(C + "pt")}
            assert cache, "programs that do not read the cells show the copy"
            for index, cell in enumerate(line):
                held = cache.get(index)
                if isinstance(cell.value, int | float):
                    assert held is not None
                    assert float(held) == cell.value
                else:
                    assert held == cell.value, "a blank cell has no point"
        assert all(reference.tag == C + "numRef" for values in chart.iter(C + "val") for reference in values)
        assert "".join(chart.find(f"{C}chart/{C}title").itertext()).strip()  # type: ignore[union-attr]


def test_charts_are_described_and_cover_no_cell() -> None:
    for book in (results_book(over_time("tiers")), compared("fr")):
        cells = openpyxl.load_workbook(io.BytesIO(xlsx.render(book)))
        below = [cells[sheet.shown].max_row for sheet in book.sheets if sheet.charts]
        drawings = list(parts(book, r"xl/drawings/drawing\d+\.xml"))
        assert len(drawings) == len(below) >= 1
        for drawing, last in zip(drawings, below, strict=True):
            for anchor in drawing:
                assert int(anchor.findtext(f"{DRAWING}from/{DRAWING}row") or "") > last - 1
                named = next(anchor.iter(DRAWING + "cNvPr"))
                assert len(named.get("descr", "")) > 40


def test_the_same_content_gives_the_same_charts() -> None:
    first, second = ([ElementTree.tostring(part) for part in parts(compared(), "xl/(charts|drawings)/.*xml")] for _ in range(2))
    assert first == second
    assert first


def test_long_titles_and_many_components() -> None:
    def drawn(found: Dossier) -> tuple[str, str]:
        (chart,) = results_book(found).sheet("Components").charts
        return chart.labels, chart.rows_axis

    assert drawn(many(3)) == ("title", "")
    assert drawn(many(3, title="long " * 50)) == ("id", "Component")
    assert not results_book(many(MOST + 1)).sheet("Components").charts
    for count in (1, MOST):
        sheet = results_book(many(count)).sheet("Components")
        found = pages(sheet, 60, {}, [15.0] * 12, 0)
        assert all(spot.x + spot.width <= 12 * 110 for spot in found.spots), "within the width of the table"
        assert (found.most == 1) is (found.apart is None)


@pytest.mark.parametrize(
    ("largest", "unit", "expected"),
    [
        (1, 1, 1),
        (9_999, 1, 1),
        (10_000, 1, 1_000),
        (237_000, 1_000, 1_000),
        (10**10, 1, 10**9),
        (10**9, 10**6, 1_000),
        (9, 500, 1),
    ],
)
def test_axes_are_short(largest: int, unit: int, expected: int) -> None:
    assert scale(largest, unit) == expected
    assert len(str(largest // expected)) <= 7 - 2 * (unit == 1)
