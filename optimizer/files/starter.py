"""An empty workbook: every sheet with its headers, and as little in it as lets somebody begin."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.files import sheets
from optimizer.files.template import Cell, Content, Row

_SETTINGS: dict[str, Cell] = {
    "display_unit": 1,
    "unit_of_account": 1,
    "delivery_step": 5,
    "schema_version": sheets.SCHEMA_VERSION,
    "status": "draft",
    "base_scenario": "Base",
}
_FIRST = dict.fromkeys(("title", "currency"), "To be filled in.")
_SUGGESTED = "A suggestion."
_CRITERIA: tuple[Row, ...] = (
    {"id": "need", "title": "Need", "weight": 1, "meaning_of_0": "Nobody needs it", "meaning_of_100": "It cannot wait",
     "comment": _SUGGESTED},
    {"id": "reach", "title": "People reached", "weight": 1, "meaning_of_0": "Nobody", "meaning_of_100": "Everybody concerned",
     "comment": _SUGGESTED},
    {"id": "ready", "title": "Readiness", "weight": 1, "meaning_of_0": "Not yet designed", "meaning_of_100": "Can begin at once",
     "comment": _SUGGESTED},
)  # fmt: skip
_ABOUT = (
    (
        "Suggested",
        "The criteria where they say so, and the scenario Base, whose resources are to be typed. Nothing else is filled in.",
    ),
    (
        "Columns by criterion",
        "Outputs has two columns for each criterion, named after its id: Score: need and Source: need. Whoever changes an id on "
        "the sheet Criteria changes it in these headers too, and adds such columns for a criterion that is added.",
    ),
    (
        "Columns by period",
        "Only where money is stated by source and period: for each row of Periods, Funds needs a column Amount: PERIOD, and "
        "Profile may have a column Part: PERIOD, with the period's name.",
    ),
    (
        "Columns of tags",
        "Outputs may have any number of columns Tags: NAME, for instance Tags: SDG targets; the sheet Coverage and the "
        "restrictions on the sheet Funds can then name what stands in them.",
    ),
)


def empty(criteria: Sequence[str] = (), periods: Sequence[str] = (), tag_columns: Sequence[str] = ()) -> Content:
    """With columns for these criteria, else for some that are suggested, and for these periods and tags.

    They decide which columns the workbook has, which a program adds more easily than a person does.
    """
    rows: dict[str, Sequence[Row]] = {
        sheets.CRITERIA.name: [{"id": key, "weight": 1} for key in criteria] or _CRITERIA,
        sheets.PERIODS.name: [{"name": name} for name in periods],
        sheets.SCENARIOS.name: [{"name": "Base", "resources_basis": "% of estimate", "objective": "delivery"}],
    }
    return Content(_SETTINGS, rows, tuple(tag_columns), _FIRST, _ABOUT, every_sheet=True)
