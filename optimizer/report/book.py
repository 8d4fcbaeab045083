"""The results workbook of one scenario: which sheets, in which order."""

from __future__ import annotations

from optimizer.report import changes, checks, prioritisation, record, summary, technical
from optimizer.report.dossier import Dossier
from optimizer.report.table import Book
from optimizer.report.wording import scenario_name


def results_book(dossier: Dossier) -> Book:
    published, components = prioritisation.sheet(dossier), technical.components(dossier)
    allocation = technical.allocation(dossier)
    checked = checks.sheet(allocation, components, published, dossier.plan.display_unit, dossier.workbook.findings)
    sheets = (
        published,
        changes.sheet(dossier),
        components,
        allocation,
        technical.rules(dossier),
        checked,
        *record.inputs(dossier),
        record.run(dossier),
    )
    first = summary.sheet(dossier, sheets, checks.verdict(checked))
    footer = ". ".join(filter(None, (f"Scenario {scenario_name(dossier.result.scenario)}", dossier.plan.notice)))
    return Book(dossier.plan.title, footer, (first, *sheets))
