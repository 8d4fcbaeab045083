"""What commands print: answers on standard output in the format asked for, messages on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from optimizer.analysis.replan import Replan
    from optimizer.findings import Finding
    from optimizer.report.table import Table
    from optimizer.run import Finished, Request
    from optimizer.scenario import Scenario

MOST_FINDINGS = 200


def tell(findings: Iterable[Finding]) -> None:
    findings = list(findings)
    for finding in findings[:MOST_FINDINGS]:
        click.echo(finding, err=True)
    if len(findings) > MOST_FINDINGS:
        click.echo(f"and {len(findings) - MOST_FINDINGS} more", err=True)


def progress(each: Finished) -> str:
    from optimizer.result import Result

    name, seconds = each.scenario.name, f"{each.seconds:.1f} s"
    if each.path is None:
        limit = "" if each.conflict else "; the time limit was reached, raise --time-limit"
        return f"{name}: {each.outcome.termination} ({seconds}){limit}"
    if isinstance(each.outcome, Result) and not each.proved:
        return f"{name}: {each.outcome.proof.statement}. Checked in {seconds}, written to {each.path}"
    return f"{name}: solved, proved and checked in {seconds}, written to {each.path}"


def shown(each: Finished, form: str) -> str:
    """The answer to one scenario on standard output; for a question without an answer, why."""
    if each.dossier is None:
        return _unanswered(each, form)
    if form == "json":
        from optimizer.report.data import json_text

        return json_text(each.dossier)
    if form == "text":
        from optimizer.report.text import terminal

        return terminal(each.dossier)
    from optimizer.report import plain, prioritisation

    table = prioritisation.table(each.dossier)
    return plain.csv_text(table) if form == "csv" else plain.markdown_text(table)


def _unanswered(each: Finished, form: str) -> str:
    record = _unanswered_data(each)
    if form == "json":
        return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    lines = [f"{record['scenario']}: {record['termination']}.", *record["reasons"]]
    if record["clash"]:
        lines.append("These conditions cannot all hold; without any one of them they could:")
        lines += [f"  {rule}" for rule in record["clash"]]
    return "\n".join(lines) + "\n"


def _unanswered_data(each: Finished) -> dict[str, Any]:
    conflict = each.conflict
    return {
        "scenario": each.scenario.name,
        "termination": str(each.outcome.termination),
        "reasons": list(conflict.reasons) if conflict else [],
        "clash": [rule.describe(each.scenario.plan) for rule in conflict.clash] if conflict else [],
    }


def compared(asked: Request, finished: list[Finished], form: str) -> str:
    from optimizer.report import scenarios
    from optimizer.run import comparison

    if form == "json":
        from optimizer.report.data import data

        records = [data(each.dossier) if each.dossier else _unanswered_data(each) for each in finished]
        return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
    return _table(scenarios.overview(comparison(asked, finished)), form)


def replanned(found: Replan, scenario: Scenario, form: str) -> str:
    from optimizer.report import replan

    table = replan.steps_table(scenario, found)
    return replan.json_text(scenario, found) if form == "json" else _table(table, form)


def _table(table: Table, form: str) -> str:
    from optimizer.report import plain, text

    return {"text": text.aligned, "csv": plain.csv_text, "markdown": plain.markdown_text}[form](table)
