"""The results workbook of one scenario: which sheets, in which order."""

from __future__ import annotations

from optimizer.report import (
    allocation,
    changes,
    checks,
    funds,
    inversions,
    levels,
    payments,
    periods,
    prioritisation,
    record,
    summary,
    technical,
)
from optimizer.report.dossier import Dossier
from optimizer.report.table import Book
from optimizer.report.wording import scenario_name


def results_book(dossier: Dossier) -> Book:
    published, components = prioritisation.sheet(dossier), technical.components(dossier)
    by_period, exact = tuple(periods.sheets(dossier)), allocation.sheet(dossier)
    money = (*payments.sheets(dossier), *funds.sheets(dossier))
    checked = checks.sheet(dossier, (published, *by_period, components, exact, *money))
    sheets = (
        published,
        *by_period,
        changes.sheet(dossier),
        components,
        exact,
        *money,
        *levels.sheets(dossier),
        *inversions.sheets(dossier),
        technical.rules(dossier),
        checked,
        *record.inputs(dossier.workbook),
        record.run(dossier),
    )
    first = summary.sheet(dossier, sheets, checks.verdict(checked))
    footer = ". ".join(filter(None, (f"Scenario {scenario_name(dossier.result.scenario)}", dossier.plan.notice)))
    return Book(dossier.plan.title, footer, (first, *sheets))
