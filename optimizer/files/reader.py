"""Reads an input workbook: either a plan and its scenarios, exact and consistent, or everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from optimizer.files.cells import Grid
from optimizer.files.changes import settings as change_settings
from optimizer.files.container import open_container
from optimizer.files.document import InputWorkbook
from optimizer.files.facts import say_contradictions
from optimizer.files.headers import distinct, names, output_columns, period_columns, title_columns
from optimizer.files.identity import check_ids, check_references
from optimizer.files.inputs import input_cells
from optimizer.files.links import Links, read_links
from optimizer.files.log import Log, Place
from optimizer.files.money import (
    check_periods_are_there,
    check_restrictions,
    ids_in_error,
    period_names,
    read_funds,
    read_periods,
)
from optimizer.files.parts import scan
from optimizer.files.profiles import ProfileReader, prices
from optimizer.files.results import is_results, refuse_results
from optimizer.files.rows import (
    OutputReader,
    check_estimates,
    read_components,
    read_coverage,
    read_criteria,
    read_levels,
    say_progress,
)
from optimizer.files.scenarios import asks_for_replan, check_funds_are_there, read_changes, read_scenarios, try_scenarios
from optimizer.files.schema import Column, Sheet
from optimizer.files.settings import Settings, read_settings
from optimizer.files.sheets import (
    AMOUNT_PREFIX,
    FUNDS,
    OUTPUTS,
    PART_PREFIX,
    PERIODS,
    PLAN,
    PROFILE,
    SCORE_PREFIX,
    SHEETS,
    TARGETS,
)
from optimizer.files.tables import Table, read_table
from optimizer.files.targets import read_targets, say_untranslated
from optimizer.files.workbook import read_sheets
from optimizer.findings import nearest, quoted, sort
from optimizer.keys import normalise
from optimizer.plan import Output, Plan
from optimizer.scenario import ScenarioSpec
from optimizer.values import name_key


def read_workbook(path: str | os.PathLike[str]) -> InputWorkbook:
    """Raises InputRefused with everything that is wrong; what did not stop the reading is in the result's findings."""
    container = open_container(path)
    refuse_results(container)
    parts = scan(container)
    log = Log(container.name, container.findings)
    grids = read_sheets(container, parts, log)
    settings = read_settings(grids[PLAN.name], log) if PLAN.name in grids else Settings({}, None, {})
    tables = _tables(grids, settings, log)
    for table in tables.values():
        if table.id_key:
            check_ids(table, log)
        say_untranslated(table, log)
    check_references(tables, log)
    if parts.manual_calculation and any(
        cell.formula for table in tables.values() for row in table.rows for cell in row.cells.values()
    ):
        log.warning(
            Place(""), "manual-calculation", "formulas are calculated by hand only", "they may be out of date", "press F9, save"
        )
    adopted = settings.text("adopted")
    if adopted and not is_results(Path(path).parent / adopted):
        expected = "a results workbook of this tool, beside this workbook, is expected"
        log.error(settings.place("adopted"), "adopted", f"last adopted results {quoted(adopted)}", expected, "or blank the cell")
    unread = {name for name in grids if name not in tables and name != PLAN.name}
    content = _content(tables, settings, unread, log)
    if content is None or log.refused:
        log.stop()
    plan, scenarios, links = content
    ordered = [settings.table, *(tables.get(sheet.name) for sheet in SHEETS)]
    return InputWorkbook(
        path=str(path),
        sha256=container.sha256,
        plan=plan,
        scenarios=scenarios,
        base_scenario=settings.text("base_scenario") or scenarios[0].name,
        adopted=adopted,
        soft_links=links.soft,
        cells=input_cells(table for table in ordered if table is not None),
        findings=sort(log.all()),
    )


def _tables(grids: Mapping[str, Grid], settings: Settings, log: Log) -> dict[str, Table]:
    """Every sheet but Plan that is there and can be read. Criteria come first: they say which columns Outputs has."""
    tables: dict[str, Table] = {}
    for sheet in sorted(SHEETS, key=lambda sheet: sheet is OUTPUTS):
        grid = grids.get(sheet.name)
        if grid is None or sheet is PLAN:
            continue
        columns = (*_columns(sheet, grid, tables), *title_columns(grid, sheet))
        table = read_table(grid, sheet, columns, settings.currency, log)
        if table is not None:
            tables[sheet.name] = table
    return tables


def _columns(sheet: Sheet, grid: Grid, tables: Mapping[str, Table]) -> tuple[Column, ...]:
    """Where criteria or periods cannot be told, the headers that name them say them: that error is told elsewhere."""
    if sheet is OUTPUTS:
        criteria = tables.get("Criteria")
        told = criteria is not None and criteria.tells_ids
        return output_columns(grid, distinct(criteria.by_id, normalise) if criteria and told else names(grid, SCORE_PREFIX))
    if sheet in (FUNDS, PROFILE):
        periods = tables.get(PERIODS.name)
        told = periods is not None and periods.tells_ids
        in_headers = names(grid, AMOUNT_PREFIX if sheet is FUNDS else PART_PREFIX)
        return period_columns(grid, sheet, distinct(periods.by_id if periods and told else in_headers, name_key))
    return sheet.columns


# Kind of a change -> the sheets that say which items and settings it has.
_ITEMS = {
    "output": ("Outputs",),
    "component": ("Components",),
    "criterion": ("Criteria",),
    "fund": (FUNDS.name, PERIODS.name),
    "rule": ("Components", "Links", "Coverage"),
}
Content = tuple[Plan, tuple[ScenarioSpec, ...], Links]


def _content(tables: Mapping[str, Table], settings: Settings, unread: Collection[str], log: Log) -> Content | None:
    """The plan, its scenarios and its links; None where whole sheets are missing. Errors in rows do not stop the checks.

    Sheets in `unread` are there but could not be read because of their headers.
    """
    if any(sheet.required and sheet is not PLAN and sheet.name not in tables for sheet in SHEETS):
        return None
    components = read_components(tables["Components"], log)
    criteria = read_criteria(tables["Criteria"])
    if not (components and criteria):
        return None
    outputs = OutputReader(tables["Outputs"], components, criteria, read_levels(tables.get("Levels")), log)
    periods = read_periods(tables.get(PERIODS.name))
    links = read_links(tables["Links"], tables["Outputs"].by_id, log) if "Links" in tables else Links()
    plan = Plan(
        title=settings.text("title"),
        currency=settings.text("currency"),
        components=components,
        criteria=criteria,
        outputs=outputs.read(),
        links=links.hard,
        groups=links.groups,
        coverage=read_coverage(tables.get("Coverage"), outputs.tag_columns, log),
        tag_columns=outputs.tag_columns,
        delivery_step=settings.whole("delivery_step", 5) or 5,
        unit_of_account=settings.whole("unit_of_account", 1) or 1,
        display_unit=settings.whole("display_unit", 1),
        reference=settings.text("reference"),
        notice=settings.text("notice"),
        version_label=settings.text("version_label"),
        status=settings.text("status") or "draft",
        costing_date=settings.text("costing_date"),
        prepared_by=settings.text("prepared_by"),
        published_by=settings.text("published_by"),
        publishers=settings.translations("published_by"),
        periods=periods,
        funds=read_funds(tables.get(FUNDS.name), periods),
        first_open_year=settings.number("first_open_year"),
        later_start=settings.text("later_start") == "yes",
        continuity=settings.text("continuity") == "yes",
        allowed_changes=settings.number("allowed_changes"),
        allowed_drops=settings.number("allowed_drops"),
        targets=read_targets(tables.get(TARGETS.name), log),
        titles=settings.translations("title"),
    )
    plan = replace(plan, outputs=_with_money(plan, tables, unread, log))
    if not any(log.is_bad(outputs.table.name, row.number) for row in outputs.table.rows):
        check_estimates(tables["Components"], plan.outputs, log)
    say_contradictions(plan, tables, settings, unread, log)
    return plan, _scenarios(plan, tables, settings, unread, log), links


def _with_money(plan: Plan, tables: Mapping[str, Table], unread: Collection[str], log: Log) -> tuple[Output, ...]:
    """The outputs with their profiles; what Funds and Profile say is checked."""
    check_periods_are_there(tables, unread, log)
    if FUNDS.name in tables:
        check_restrictions(tables[FUNDS.name], tables, plan.outputs, log)
    if PROFILE.name not in tables:
        return plan.outputs
    bad = ids_in_error(tables["Outputs"], "id", log) | ids_in_error(tables.get("Levels"), "output", log)
    priced = [output for output in plan.outputs if output.id not in bad and "Levels" not in unread]
    known = {output.id: prices(output, plan.delivery_step, plan.unit_of_account) for output in priced}
    return ProfileReader(tables[PROFILE.name], plan.periods, known, log).attach(plan.outputs)


def _scenarios(
    plan: Plan, tables: Mapping[str, Table], settings: Settings, unread: Collection[str], log: Log
) -> tuple[ScenarioSpec, ...]:
    table, changes = tables["Scenarios"], tables.get("Scenario changes")
    known = change_settings([criterion.id for criterion in plan.criteria], period_names(tables.get(FUNDS.name), plan.periods))
    specs = read_scenarios(table, read_changes(changes, known, settings.currency, log), log)
    if FUNDS.name not in unread:
        check_funds_are_there(table, specs, plan, log)
    if plan.first_open_year is None and not any(map(asks_for_replan, specs)):
        say_progress(tables["Outputs"], plan.outputs, log)
    base = settings.text("base_scenario")
    if base and base not in table.by_id and table.tells_ids:
        expected = "the name of a scenario is expected"
        log.error(
            settings.place("base_scenario"), "unknown", f"base scenario {quoted(base)}", expected, nearest(base, table.by_id)
        )
    doubtful = {kind for kind, sheets in _ITEMS.items() if any(_doubtful(sheet, tables, unread) for sheet in sheets)}
    if plan.funds and not plan.periods:
        doubtful.add("fund")
    try_scenarios(plan, specs, table, doubtful, log)
    return specs


def _doubtful(sheet: str, tables: Mapping[str, Table], unread: Collection[str]) -> bool:
    """Whether some of its ids could not be read."""
    table = tables.get(sheet)
    if table is None:
        return sheet in unread
    return not table.tells_ids and (table.sheet.required or bool(table.rows))
