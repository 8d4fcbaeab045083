"""Reads an input workbook: either a plan and its scenarios, exact and consistent, or everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from optimizer.files.cells import Grid
from optimizer.files.container import open_container
from optimizer.files.document import InputWorkbook
from optimizer.files.facts import say_contradictions
from optimizer.files.headers import header_key, headers, output_columns
from optimizer.files.identity import check_ids, check_references
from optimizer.files.inputs import input_cells
from optimizer.files.links import Links, read_links
from optimizer.files.log import Log, Place
from optimizer.files.parts import scan
from optimizer.files.results import is_results
from optimizer.files.rows import OutputReader, check_estimates, read_components, read_coverage, read_criteria, read_levels
from optimizer.files.scenarios import read_changes, read_scenarios, try_scenarios
from optimizer.files.schema import Column
from optimizer.files.settings import Settings, read_settings
from optimizer.files.sheets import COMMENT, OUTPUTS, PLAN, SCORE_PREFIX, SHEETS
from optimizer.files.tables import Table, read_table
from optimizer.files.workbook import read_sheets
from optimizer.findings import nearest, quoted, sort
from optimizer.keys import normalise
from optimizer.plan import Plan
from optimizer.scenario import ScenarioSpec


def read_workbook(path: str | os.PathLike[str]) -> InputWorkbook:
    """Raises InputRefused with everything that is wrong; what did not stop the reading is in the result's findings."""
    container = open_container(path)
    parts = scan(container)
    log = Log(container.name, container.findings)
    grids = read_sheets(container, parts, log)
    settings = read_settings(grids[PLAN.name], log) if PLAN.name in grids else Settings({}, None, {})
    tables = _tables(grids, settings, log)
    for table in tables.values():
        if table.id_key:
            check_ids(table, log)
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
    content = _content(tables, settings, log)
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
        columns = (
            sheet.columns if sheet is not OUTPUTS else (*sheet.columns, *_output_columns(grid, tables.get("Criteria")), COMMENT)
        )
        table = read_table(grid, sheet, columns, settings.currency, log)
        if table is not None:
            tables[sheet.name] = table
    return tables


def _output_columns(grid: Grid, criteria: Table | None) -> tuple[Column, ...]:
    """Where the criteria cannot be told, the score columns themselves say them: that error is told elsewhere."""
    if criteria is not None and criteria.tells_ids:
        first: dict[str, str] = {}
        for key in criteria.by_id:
            first.setdefault(normalise(key), key)
        return output_columns(grid, list(first.values()))
    prefix = header_key(SCORE_PREFIX)
    found = (text.partition(":")[2].strip() for text in headers(grid).values() if header_key(text).startswith(prefix))
    return output_columns(grid, list(dict.fromkeys(found)))


_ITEMS = {"output": "Outputs", "component": "Components", "criterion": "Criteria"}  # kind of a change -> where its items are
Content = tuple[Plan, tuple[ScenarioSpec, ...], Links]


def _content(tables: Mapping[str, Table], settings: Settings, log: Log) -> Content | None:
    """The plan, its scenarios and its links; None where whole sheets are missing. Errors in rows do not stop the checks."""
    if any(sheet.required and sheet is not PLAN and sheet.name not in tables for sheet in SHEETS):
        return None
    components = read_components(tables["Components"], log)
    criteria = read_criteria(tables["Criteria"])
    if not (components and criteria):
        return None
    outputs = OutputReader(tables["Outputs"], components, criteria, read_levels(tables.get("Levels")), log)
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
    )
    if not any(log.is_bad(outputs.table.name, row.number) for row in outputs.table.rows):
        check_estimates(tables["Components"], plan.outputs, log)
    say_contradictions(plan, tables, log)
    return plan, _scenarios(plan, tables, settings, log), links


def _scenarios(plan: Plan, tables: Mapping[str, Table], settings: Settings, log: Log) -> tuple[ScenarioSpec, ...]:
    table, changes = tables["Scenarios"], tables.get("Scenario changes")
    read = read_changes(changes, [criterion.id for criterion in plan.criteria], settings.currency, log)
    specs = read_scenarios(table, read, log)
    base = settings.text("base_scenario")
    if base and base not in table.by_id and table.tells_ids:
        expected = "the name of a scenario is expected"
        log.error(
            settings.place("base_scenario"), "unknown", f"base scenario {quoted(base)}", expected, nearest(base, table.by_id)
        )
    doubtful = {kind for kind, sheet in _ITEMS.items() if not tables[sheet].tells_ids}
    try_scenarios(plan, specs, table, doubtful, log)
    return specs
