"""Phases in tables: what each adds, sums that hold as shown, what one list costs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer.analysis.ladder import Ladder, ladder_of
from optimizer.report import ladder as report
from optimizer.report.language import LANGUAGES
from optimizer.report.table import Style
from tests import dossiers, example

PLAN = replace(example.PLAN, components=tuple(replace(component, maximum=None) for component in example.PLAN.components))
SCENARIO = dossiers.question(PLAN, 9000)
FOUND = ladder_of(SCENARIO)
assert isinstance(FOUND, Ladder)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("unit", [1, 1000])
def test_phases_and_what_remains_add_up_as_shown(code: str, unit: int) -> None:
    scenario = replace(SCENARIO, plan=replace(PLAN, display_unit=unit))
    table = report.block(scenario, FOUND, LANGUAGES[code])
    columns = ["estimated", *(f"phase:{n}" for n in range(1, len(FOUND.rungs) + 1)), "left"]
    places = [table.position(key) for key in columns]
    subtotal, total = [0] * len(places), [0] * len(places)
    for row in table.rows:
        if row.full_width:
            continue
        amounts = [cell for cell in (row.cells[place] for place in places) if isinstance(cell, int)]
        assert amounts[0] == sum(amounts[1:])
        if row.style is Style.BODY:
            subtotal = [a + b for a, b in zip(subtotal, amounts, strict=True)]
        elif row.style is Style.SUBTOTAL:
            assert amounts == subtotal
            total, subtotal = [a + b for a, b in zip(total, subtotal, strict=True)], [0] * len(places)
        else:
            assert amounts == total
    if unit == 1:
        added = [tuple(table.cells(f"phase:{n}")) for n in range(1, len(FOUND.rungs) + 1)]
        assert added == list(FOUND.added)


def test_levels_show_what_one_list_costs() -> None:
    scenario = replace(SCENARIO, plan=replace(PLAN, display_unit=1))
    table = report.levels(scenario, FOUND, LANGUAGES["en"])
    assert list(table.cells("resources")) == [rung.resources for rung in FOUND.rungs]
    assert list(table.cells("weight")) == [Fraction(1, len(FOUND.rungs))] * len(FOUND.rungs)
    prices = [rung.price[1] for rung in FOUND.rungs if rung.price]
    assert list(table.cells("cost")) == [price or "none" for price in prices]
    assert any(prices)


def test_records_have_what_each_level_has() -> None:
    records = report.records(SCENARIO, FOUND)
    assert [sum(level["amounts"].values()) for level in records["levels"]] == [rung.allocation.spend for rung in FOUND.rungs]


def test_a_paper_is_told_what_one_list_costs_at_most() -> None:
    note = report.block(SCENARIO, FOUND, LANGUAGES["en"]).notes[-1]
    lost = max(rung.price[1] / dict(rung.alone)[rung.price[0]] for rung in FOUND.rungs if rung.price and rung.alone)
    assert float(note.partition("more than ")[2].partition("%")[0]) >= float(100 * lost) > 0
