"""What the analyses of a scenario add to its workbook, to its paper and to its data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from optimizer.report import alternatives, frontier, ladder, prices, reasons, robustness
from optimizer.report.dossier import Dossier
from optimizer.report.table import Block, Sheet

# By name of the analysis, in the order in which a reader wants them.
REPORTS: Mapping[str, ModuleType] = {
    "reasons": reasons,
    "ladder": ladder,
    "frontier": frontier,
    "robustness": robustness,
    "alternatives": alternatives,
    "prices": prices,
}


def answered(dossier: Dossier) -> Iterator[tuple[str, Any]]:
    """The analyses that have an answer, by name."""
    if dossier.analyses is not None:
        found = ((name, getattr(dossier.analyses, name)) for name in REPORTS)
        yield from ((name, one) for name, one in found if one is not None)


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    for name, found in answered(dossier):
        yield REPORTS[name].sheet(dossier.result.scenario, found, dossier.language)


def block(name: str) -> Callable[[Dossier], Block]:
    """What builds the table or the passage of one analysis for a paper."""

    def build(dossier: Dossier) -> Block:
        made: Block = REPORTS[name].block(dossier.result.scenario, dict(answered(dossier))[name], dossier.language)
        return made

    return build


def records(dossier: Dossier) -> dict[str, Any]:
    """Exact data of each, and why the others have none."""
    if dossier.analyses is None:
        return {}
    found = {name: REPORTS[name].records(dossier.result.scenario, one) for name, one in answered(dossier)}
    return {"analyses": {**found, "without": dict(dossier.analyses.without)}}


def costs(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What each analysis took, and why some have no answer; in English."""
    for name, found in answered(dossier):
        if name == "frontier":
            yield f"Analysis: {name}", f"{len(found.points):,} breakpoints, by {found.method}"
        elif name == "robustness":
            took = f"{found.programmes} dynamic programmes, {found.resolved} samples by exact bounds, {found.solves} solves"
            yield f"Analysis: {name}", took
        else:
            yield f"Analysis: {name}", f"{found.programmes} dynamic programmes, {found.solves} solves"
    if dossier.analyses is not None:
        yield from ((f"Analysis: {name}", why) for name, why in dossier.analyses.without)
