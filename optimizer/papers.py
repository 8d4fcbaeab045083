"""What is published beside a results workbook or made from one later: Word documents, the page, single tables, figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from optimizer.allocation import Delivery
from optimizer.analysis.frontier import Frontier, NotOffered, frontier
from optimizer.files.publish import as_written, publish
from optimizer.findings import Finding, InputRefused, Severity, quoted
from optimizer.report import html, offline, pictures, plain, png, published, svg, wording
from optimizer.report.docx import save_docx
from optimizer.report.dossier import Dossier
from optimizer.report.language import LANGUAGES
from optimizer.report.reread import read_results_workbook
from optimizer.report.scenarios import Comparison
from optimizer.report.scene import Scene
from optimizer.report.table import Block, Passage
from optimizer.scenario import Scenario

AT_ONCE = 0.0  # seconds that the page of a run waits for the solver: so it has the same frontier, or none, on every machine
ASKED = 600.0  # seconds that a figure of the frontier may take


@dataclass(frozen=True, slots=True)
class House:
    """How an organisation's papers look and which language they speak (en, fr, es); `template` is a Word document of its own."""

    language: str = "en"
    template: Path | None = None


PLAIN = House()


def save_papers(dossier: Dossier, path: Path, house: House, never: Iterable[Path]) -> tuple[Path, ...]:
    """The Word document and the page of a result, beside the workbook at `path`; their paths.

    Raises OutputRefused, CheckFailed, TemplateRefused.
    """
    document, page = path.with_suffix(".docx"), path.with_suffix(".html")
    save_docx(published.document(dossier), document, dossier.language, house.template, never=never)
    walked = dossier.analyses.frontier if dossier.analyses else _known(dossier.result.scenario)
    content = offline.render(dossier, walked).encode()
    publish(page, content, as_written(content), never)
    return document, page


def save_comparison_paper(comparison: Comparison, path: Path, house: House, never: Iterable[Path]) -> Path:
    """The Word document of scenarios side by side."""
    document = path.with_suffix(".docx")
    save_docx(published.compared(comparison), document, comparison.language, house.template, never=never)
    return document


def _known(scenario: Scenario) -> Frontier | None:
    """The frontier where the dynamic programme gives it."""
    try:
        found = frontier(scenario, AT_ONCE)
    except NotOffered:
        return None
    return found if found.complete and found.points else None


def reread(path: Path, language: str | None) -> Dossier | Comparison:
    """What a results workbook was made from, in another language where one is named. Raises InputRefused and Altered."""
    found = read_results_workbook(path)
    return found if language is None else replace(found, language=LANGUAGES[language])


def blocks(found: Dossier | Comparison, names: Sequence[str]) -> tuple[Block, ...]:
    """Tables by name; without any name those of the Word document. Raises InputRefused for one that is not to be had."""
    if isinstance(found, Comparison):
        offered = tuple(published.OF_COMPARISON)
        _refuse_others(found.workbook.path, names, offered)
        return tuple(published.OF_COMPARISON[name](found) for name in names or offered)
    offered = tuple(name for name in published.OF_SCENARIO if published.offered(found, name))
    _refuse_others(found.workbook.path, names, offered)
    return tuple(published.OF_SCENARIO[name](found) for name in names) if names else published.document(found)


def _refuse_others(place: str, names: Sequence[str], offered: Sequence[str]) -> None:
    missing = [name for name in names if name not in offered]
    if missing:
        expected = f"one of these tables is expected: {', '.join(offered)}"
        raise InputRefused([Finding("no-table", Severity.ERROR, place, "--table", "", quoted(missing[0]), expected)])


def text(made: Sequence[Block], found: Dossier | Comparison, form: str) -> str:
    """Tables as html, markdown or csv; of csv one table. Raises InputRefused for a passage of text as csv."""
    language = found.language
    if form == "html":
        return html.document(made, language, made[0].title)
    if form == "markdown":
        return "\n".join(plain.markdown_text(block, language=language) for block in made)
    (block,) = made
    if isinstance(block, Passage):
        expected = "a table is expected; a text is to be had as docx, html or markdown"
        raise InputRefused([Finding("no-table", Severity.ERROR, found.workbook.path, "--table", "", "a text as csv", expected)])
    return plain.csv_text(block, language=language)


def picture(found: Dossier, name: str) -> Scene:
    """The figure *components* or *frontier*. Raises NotOffered where there is no frontier."""
    if name == "components":
        return pictures.component_bars(found)
    known, language, scenario = frontier(found.result.scenario, ASKED), found.language, found.result.scenario
    if not known.points:
        raise NotOffered("No resources up to the full cost satisfy the rules.")
    plan = scenario.plan
    worth = scenario.objective.worth
    full = sum(
        (v * worth(Delivery(output.cost, 100)) for v, output in zip(plan.priorities, plan.outputs, strict=True)), Fraction(0)
    )
    points = [(point.resources, point.value / full if full else Fraction(0)) for point in known.points]
    lead = tuple(filter(None, (found.under_title, wording.notice(language, plan))))
    return pictures.frontier_steps(points, scenario.resources, language, plan.currency, lead=lead)


def drawn(scene: Scene, form: str) -> bytes:
    """A figure as svg or png."""
    return svg.render(scene).encode() if form == "svg" else png.render(scene)
