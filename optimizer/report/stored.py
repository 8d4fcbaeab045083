"""A result as text, for the sheet Record of its own workbook: all that cannot be worked out again, and nothing else.

restored.py reads it and works out the rest: the question from the plan and the scenario, the audit, who pays, what other
approaches would give.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from optimizer.allocation import Delivery
from optimizer.analysis.alternatives import Alternatives
from optimizer.analysis.frontier import BY_SOLVER
from optimizer.analysis.full import Analyses
from optimizer.analysis.ladder import Ladder
from optimizer.analysis.prices import Prices
from optimizer.analysis.reasons_found import Reasons
from optimizer.analysis.robustness import Robustness
from optimizer.audit import Attained
from optimizer.files.codec import dumps
from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.recheck import as_read
from optimizer.files.results import EarlierOutput
from optimizer.findings import Finding
from optimizer.plan import Link, Plan
from optimizer.program import Termination
from optimizer.report import layout
from optimizer.report.dossier import Answer, Dossier, RunFacts
from optimizer.report.language import Language
from optimizer.result import Outcome, Proof, Result, Stage, Ties
from optimizer.rules import Balance
from optimizer.scenario import ScenarioSpec

SEAL = 8  # hexadecimal digits that stand for one cell
Run = tuple[int, int]  # so many cells of the workbook from a position on
Minima = tuple[tuple[str, int], ...]  # by component: what balanced coverage asks for


@dataclass(frozen=True)
class Source:
    """A workbook as read, but for its cells. `file` is its name alone: no folder of anybody's is published."""

    file: str
    sha256: str
    plan: Plan
    scenarios: tuple[ScenarioSpec, ...]
    base_scenario: str
    adopted: str
    soft_links: tuple[Link, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Solved:
    """`spend` and `value` are what the audit came to, and must come to again."""

    spec: ScenarioSpec
    deliveries: tuple[Delivery, ...]
    spend: int
    value: Fraction
    termination: Termination
    proof: Proof
    ties: Ties
    stages: tuple[Stage, ...]
    solver: str
    balance: Minima = ()


@dataclass(frozen=True)
class Unsolved:
    spec: ScenarioSpec
    termination: Termination
    stages: tuple[Stage, ...]
    solver: str
    balance: Minima = ()


@dataclass(frozen=True)
class Reply:
    outcome: Solved | Unsolved
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Before:
    """An earlier version: cells that are in the workbook too are named by their positions there."""

    file: str
    question: Mapping[str, str]
    outputs: Mapping[str, EarlierOutput]
    cells: tuple[Run | InputCell, ...]


@dataclass(frozen=True)
class Worth:
    stranded_by: str = ""
    more: Attained | None = None


@dataclass(frozen=True)
class Walked:
    """A frontier: its levels only where they are not those that the dynamic programme finds again."""

    method: str
    complete: bool
    known_to: int
    levels: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Found:
    """The analyses; `frontier` is worked out again where that takes no solver."""

    frontier: Walked | None
    ladder: Ladder | None
    reasons: Reasons | None
    prices: Prices | None
    alternatives: Alternatives | None
    robustness: Robustness | None
    without: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ResultRecord:
    """One result. The workbook's cells stand on sheets of their own; `seals` tells whether they are still the same.

    `exact` are those, by position, of which a sheet does not hold all: endless texts, and a few that are read as something else.
    """

    source: Source
    answer: Solved
    facts: RunFacts
    seals: str
    exact: tuple[tuple[int, InputCell], ...] = ()
    earlier: Before | None = None
    funds: tuple[Worth, ...] | None = None
    language: str = "en"
    analyses: Found | None = None


@dataclass(frozen=True)
class ComparisonRecord:
    """Several scenarios side by side."""

    source: Source
    answers: tuple[Reply, ...]
    facts: RunFacts
    language: str = "en"


@dataclass(frozen=True)
class Record:
    of: ResultRecord | ComparisonRecord


def encode(dossier: Dossier) -> str:
    """Everything that restored.decode needs, but for the workbook's cells."""
    funds, earlier, cells = dossier.funds, dossier.earlier, dossier.workbook.cells
    answer = _stored(dossier.result)
    assert isinstance(answer, Solved)
    record = ResultRecord(
        _source(dossier.workbook),
        answer,
        dossier.facts,
        "".join(map(seal, cells)),
        tuple((i, cell) for i, cell in enumerate(cells) if _read_back(cell) != cell),
        Before(earlier.file, earlier.question, earlier.outputs, tuple(_runs(cells, earlier.cells))) if earlier else None,
        tuple(Worth(worth.stranded_by, worth.more) for worth in funds.funds) if funds else None,
        dossier.language.code,
        _found(dossier.analyses) if dossier.analyses else None,
    )
    return dumps(Record(record))


def _found(known: Analyses) -> Found:
    walked, walk = None, known.frontier
    if walk is not None:
        levels = walk.levels.tolist() if walk.method == BY_SOLVER else []
        walked = Walked(walk.method, walk.complete, walk.known_to, tuple(map(tuple, levels)))
    return Found(walked, known.ladder, known.reasons, known.prices, known.alternatives, known.robustness, known.without)


def encode_answers(workbook: InputWorkbook, answers: Iterable[Answer], facts: RunFacts, language: Language) -> str:
    """The same for scenarios side by side, whose workbook has no sheet of the cells as read."""
    replies = tuple(Reply(_stored(answer.outcome), answer.reasons) for answer in answers)
    return dumps(Record(ComparisonRecord(_source(workbook), replies, facts, language.code)))


def _source(workbook: InputWorkbook) -> Source:
    return Source(
        PurePath(workbook.path).name,
        workbook.sha256,
        workbook.plan,
        workbook.scenarios,
        workbook.base_scenario,
        workbook.adopted,
        workbook.soft_links,
        workbook.findings,
    )


def _stored(outcome: Outcome) -> Solved | Unsolved:
    spec = outcome.scenario.spec
    balance = tuple((rule.component, rule.limit) for rule in outcome.scenario.rules if isinstance(rule, Balance))
    if not isinstance(outcome, Result):
        return Unsolved(spec, outcome.termination, outcome.stages, outcome.solver, balance)
    return Solved(
        spec,
        outcome.allocation.deliveries,
        outcome.audit.spend,
        outcome.audit.value,
        outcome.termination,
        outcome.proof,
        outcome.ties,
        outcome.stages,
        outcome.solver,
        balance,
    )


def seal(cell: InputCell) -> str:
    text = "\0".join((cell.sheet, cell.cell, cell.row, cell.column, cell.value))
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):0{SEAL}x}"


def _read_back(cell: InputCell) -> InputCell:
    """What becomes of a cell on a sheet."""
    texts = (layout.stored(text) for text in (cell.sheet, cell.cell, cell.row, cell.column, cell.value))
    return InputCell(*("" if text is None else as_read(str(text)) for text in texts))


def _runs(cells: Sequence[InputCell], earlier: Iterable[InputCell]) -> list[Run | InputCell]:
    """Cells of an earlier version: runs of those that the workbook has too, and the others as they are."""
    position = {cell: i for i, cell in reversed(list(enumerate(cells)))}
    found: list[Run | InputCell] = []
    for cell in earlier:
        last = found[-1] if found else cell
        if isinstance(last, tuple) and sum(last) < len(cells) and cells[sum(last)] == cell:
            found[-1] = (last[0], last[1] + 1)
        else:
            found.append((position[cell], 1) if cell in position else cell)
    return found
