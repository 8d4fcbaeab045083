"""The results workbook of one scenario: which sheets, in which order."""

from __future__ import annotations

from optimizer.report import (
    allocation,
    analyses,
    changes,
    checks,
    coverage,
    funds,
    inversions,
    levels,
    payments,
    periods,
    prioritisation,
    published,
    record,
    sealed,
    stakes,
    stored,
    summary,
    technical,
)
from optimizer.report.dossier import Dossier
from optimizer.report.table import Book
from optimizer.report.wording import notice, scenario_name


def results_book(dossier: Dossier) -> Book:
    outputs, components = prioritisation.sheet(dossier), technical.components(dossier)
    by_period, exact = tuple(periods.sheets(dossier)), allocation.sheet(dossier)
    money = (*payments.sheets(dossier), *funds.sheets(dossier))
    checked = checks.sheet(dossier, (outputs, *by_period, components, exact, *money))
    sheets = (
        outputs,
        *by_period,
        *stakes.sheets(dossier),
        *coverage.sheets(dossier),
        *analyses.sheets(dossier),
        published.for_word(dossier),
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
    first = summary.sheet(dossier, sheets, checks.verdict(dossier.language, checked))
    language = dossier.language
    asked = language.say("Scenario {name}", name=scenario_name(language, dossier.result.scenario))
    footer = ". ".join(filter(None, (asked, notice(language, dossier.plan))))
    return Book(dossier.plan.titled(language.code), footer, (first, *sheets, sealed.sheet(stored.encode(dossier))))
