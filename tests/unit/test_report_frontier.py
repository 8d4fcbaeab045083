"""The frontier as tables: every breakpoint with what comes and goes, and what a step more or less changes."""

from dataclasses import replace

import pytest

from optimizer.analysis.frontier import frontier, leavers
from optimizer.report import frontier as report
from optimizer.report.language import LANGUAGES
from optimizer.report.offline_curve import whole
from tests import dossiers, example

PLAN = replace(example.PLAN, components=tuple(replace(component, maximum=None) for component in example.PLAN.components))
SCENARIO = dossiers.question(PLAN, 9000)
FOUND = frontier(SCENARIO)


@pytest.mark.parametrize("code", LANGUAGES)
def test_breakpoints_are_those_of_the_frontier(code: str) -> None:
    table = report.breakpoints(SCENARIO, FOUND, LANGUAGES[code])
    full = whole(SCENARIO)
    assert list(table.cells("resources")) == [point.resources for point in FOUND.points]
    assert list(table.cells("share")) == [point.value / full for point in FOUND.points]
    more = [cell for cell in table.cells("more") if isinstance(cell, int)]
    assert FOUND.points[0].resources + sum(more) == FOUND.points[-1].resources
    assert list(table.cells("funded")) == [int((levels > 0).sum()) for levels in FOUND.levels]


def test_what_comes_and_goes_is_told_at_its_breakpoint() -> None:
    table = report.breakpoints(SCENARIO, FOUND, LANGUAGES["en"])
    ids = [output.id for output in SCENARIO.plan.outputs]
    gone = {(ids[leaver.i], k) for leaver in leavers(FOUND) for k in leaver.at}
    told = {(name, k) for k, cell in enumerate(table.cells("leaving")) for name in str(cell).split(", ") if name}
    assert told == gone


def test_changes_begin_with_the_scenario_itself() -> None:
    table = report.block(SCENARIO, FOUND, LANGUAGES["en"])
    changes = list(table.cells("change"))
    assert changes[0] == 0
    assert [row.cells[0] for row in table.rows] == changes
    for change, resources in zip(changes, table.cells("resources"), strict=True):
        assert isinstance(change, int)
        assert resources == SCENARIO.resources + change


def test_records_hold_every_level() -> None:
    records = report.records(SCENARIO, FOUND)["breakpoints"]
    assert isinstance(records, list)
    assert [list(each["levels"].values()) for each in records] == FOUND.levels.tolist()
