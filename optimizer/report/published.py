"""The tables for the paper by name: what `optimizer table` offers, what the Word document and the sheet For Word hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from optimizer.report import analyses, approaches, coverage, periods, prioritisation, scenarios, stakes, summary
from optimizer.report.dossier import Dossier
from optimizer.report.language import Language
from optimizer.report.passage import passage
from optimizer.report.scenarios import Comparison
from optimizer.report.table import Block, Kind, Row, Sheet, Table, kind_of

FOR_WORD = "For Word"

OF_SCENARIO: Mapping[str, Callable[[Dossier], Block]] = {
    "summary": passage,
    "prioritisation": prioritisation.table,
    "side-by-side": approaches.side_by_side,
    "approaches": approaches.comparison,
    "outputs": summary.outputs,
    "components": summary.components,
    "periods": periods.table,
    "at-stake": stakes.table,
    "coverage": coverage.table,
    **{name: analyses.block(name) for name in analyses.REPORTS},
}
OF_COMPARISON: Mapping[str, Callable[[Comparison], Block]] = {"scenarios": scenarios.published, "amounts": scenarios.amounts}
SAME_GRID = ("prioritisation", "side-by-side", "periods", "approaches")  # whose columns stand well one under another
IN_DOCUMENT = ("summary", "prioritisation", "side-by-side", "approaches", "periods", "at-stake", "coverage", *analyses.REPORTS)


def document(dossier: Dossier) -> tuple[Block, ...]:
    """What a paper on one scenario needs, in order; what the plan has nothing for is left out."""
    return tuple(OF_SCENARIO[name](dossier) for name in IN_DOCUMENT if offered(dossier, name))


def compared(comparison: Comparison) -> tuple[Block, ...]:
    return tuple(build(comparison) for build in OF_COMPARISON.values())


def offered(dossier: Dossier, name: str) -> bool:
    """Whether the plan has what a table is about, and the analysis was asked for."""
    plan = dossier.plan
    needed = {
        "periods": bool(plan.periods),
        "at-stake": bool(plan.targets),
        "coverage": any(tags for output in plan.outputs for tags in output.tags),
        **{name: name in dict(analyses.answered(dossier)) for name in analyses.REPORTS},
    }
    return needed.get(name, True)


def for_word(dossier: Dossier) -> Sheet:
    """The tables as they read on a page, figures as text: what is copied from here looks the same everywhere."""
    language = dossier.language
    names = (name for name in SAME_GRID if offered(dossier, name))
    tables = tuple(
        _verbatim(block, language) for block in (OF_SCENARIO[name](dossier) for name in names) if isinstance(block, Table)
    )
    about = language.say("The tables as text, to copy from")
    return Sheet(FOR_WORD, about, tables, front=True, bare=True, tab=language.say(FOR_WORD))


def _verbatim(table: Table, language: Language) -> Table:
    """A label takes the columns that others have for id and title."""
    first, *others = (replace(column, bar=False, tones=()) for column in table.columns)
    label = first if first.kind is Kind.ID else replace(first, span=2, width=first.width // 2)
    return replace(table, columns=(label, *others), rows=tuple(_texts(table, language)))


def _texts(table: Table, language: Language) -> Iterator[Row]:
    for row in table.rows:
        if row.full_width:
            yield row
        else:
            placed = zip(table.columns, row.cells, strict=True)
            yield replace(row, cells=tuple(language.shown(cell, kind_of(column, row, cell)) for column, cell in placed))
