"""Scenarios at a glance: one line a scenario, and charts of the lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from optimizer.plan import Plan
from optimizer.report import wording
from optimizer.report.charts import MOST, scale
from optimizer.report.language import Language
from optimizer.report.table import Chart, Column, Fill, Form, Kind, Sheet, Table, plain

NAME = "Overview"
COLUMNS = {  # headers and widths for paper
    "name": ("Scenario", 34),
    "resources": ("Available resources", 15),
    "allocated": ("Allocated", 15),
    "in_full": ("Outputs in full", 12),
    "in_part": ("Outputs in part", 12),
    "subject": ("Outputs subject to additional resources", 16),
    "priority": ("Priority delivered, % of full costing", 16),
    "answer": ("Answer", 66),
}
PRIORITY = (
    "Priority delivered: priority of each output times the share of it delivered, as a percentage of what full costing delivers; "
    "under the weights of each scenario."
)
TOO_MANY = "For more than {number} rows no chart is drawn."
ALT = "Bar chart. For each scenario: {figures}. All figures stand in the table above it."


def sheet(language: Language, plan: Plan, overview: Table) -> Sheet:
    """`overview` has the columns named above; of more than so many scenarios there are no charts."""
    say = language.say
    columns = tuple(_column(language, column) for column in overview.columns)
    few = 1 < len(overview.rows) <= MOST
    notes = (say(PRIORITY), *(() if len(overview.rows) <= MOST else (say(TOO_MANY, number=MOST),)))
    title = say("Scenarios: {plan}", plan=plan.titled(language.code))
    table = replace(overview, title=title, columns=columns, notes=notes)
    charts = tuple(_charts(language, plan, table)) if few else ()
    return Sheet(
        NAME, say("Resources, outputs and priority of each scenario, with charts"), (table,), True, charts=charts, tab=say(NAME)
    )


TOO_MANY = "For more than {number} rows no chart is drawn."


def _column(language: Language, column: Column) -> Column:
    header, width = COLUMNS[column.key]
    return replace(column, header=language.say(header), width=width)


def _charts(language: Language, plan: Plan, table: Table) -> Iterator[Chart]:
    say, rows = language.say, (0, len(table.rows) - 1)
    money = [n for key in ("resources", "allocated") for n in map(plain, table.cells(key)) if isinstance(n, int)]
    shown = scale(max(money), plan.display_unit)

    def alt(*keys: str) -> str:
        return say(ALT, figures=language.enumeration([say(COLUMNS[key][0]) for key in keys]))

    yield Chart(
        Form.BARS,
        say("Available and allocated resources"),
        alt("resources", "allocated"),
        "name",
        ("resources", "allocated"),
        rows,
        (Fill.PALE, Fill.DARK),
        scale=shown,
        axis=wording.axis(language, plan, plan.display_unit * shown, noticed=False),
    )
    counts = ("in_full", "in_part", "subject")
    fills = (Fill.DARK, Fill.STRIPED, Fill.PALE)
    yield Chart(Form.ADDED_BARS, say("Number of outputs"), alt(*counts), "name", counts, rows, fills, Kind.COUNT)
    title = say(COLUMNS["priority"][0])
    yield Chart(Form.BARS, title, alt("priority"), "name", ("priority",), rows, (Fill.MIDDLE,), Kind.PERCENT)
