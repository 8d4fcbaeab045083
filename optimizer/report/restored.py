"""A result from the text of its sheet Record, with everything worked out again that can be, and refused where that differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimizer.allocation import Allocation
from optimizer.analysis.comparators import comparators
from optimizer.analysis.frontier import BY_PROGRAMME, Frontier, from_levels, frontier
from optimizer.analysis.full import Analyses, disagreement
from optimizer.analysis.funds import FundAnalysis, FundWorth, step_of
from optimizer.audit import audit
from optimizer.files.codec import loads
from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.results import Earlier
from optimizer.funding import pay
from optimizer.objectives import BALANCED
from optimizer.plan import Basis, Plan
from optimizer.report.dossier import Answer, Dossier
from optimizer.report.language import LANGUAGES, Language
from optimizer.report.stored import (
    SEAL,
    ComparisonRecord,
    Found,
    Minima,
    Record,
    ResultRecord,
    Run,
    Solved,
    Source,
    Unsolved,
    Walked,
    Worth,
    seal,
)
from optimizer.result import Outcome, Result, Unanswered
from optimizer.rules import Balance
from optimizer.scenario import Scenario, ScenarioSpec, derive


class Contradicted(ValueError):
    """A record that says one thing where its own plan, scenario and allocation come to another."""


def read(text: str) -> ResultRecord | ComparisonRecord:
    """Raises codec.Malformed."""
    return loads(text, Record).of


def decode(text: str, cells: Sequence[InputCell]) -> Dossier:
    """The dossier, with the cells as read back from their sheets. Raises codec.Malformed, Contradicted and InputRefused."""
    record = read(text)
    if not isinstance(record, ResultRecord):
        raise Contradicted("it is the record of several scenarios")
    return dossier(record, cells)


def dossier(record: ResultRecord, cells: Sequence[InputCell]) -> Dossier:
    """As `decode`."""
    if foreign(record, cells):
        raise Contradicted("the cells are not those that were read")
    read_cells = _exact(record, cells)
    workbook = document(record.source, read_cells)
    result = _restored(workbook.plan, record.answer)
    assert isinstance(result, Result)
    before = record.earlier
    earlier = Earlier(before.file, before.question, before.outputs, _cells(before.cells, read_cells)) if before else None
    asked = comparators(derive(workbook.plan, record.answer.spec))
    funds, known, language = _funds(record.funds, result), _analyses(record.analyses, result), _language(record.language)
    return Dossier(workbook, result, asked, earlier, record.facts, funds, language, known)


def answers(record: ComparisonRecord) -> tuple[InputWorkbook, tuple[Answer, ...], Language]:
    """What stands side by side; the workbook is without cells. Raises Contradicted and InputRefused."""
    workbook = document(record.source, ())
    found = tuple(Answer(_restored(workbook.plan, reply.outcome), reply.reasons) for reply in record.answers)
    return workbook, found, _language(record.language)


def foreign(record: ResultRecord, cells: Sequence[InputCell]) -> tuple[int, ...]:
    """The positions of cells that are not those that were read; where some were added or removed, that of the first too many."""
    found = _exact(record, cells)
    seals = [record.seals[at : at + SEAL] for at in range(0, len(record.seals), SEAL)]
    wrong = [i for i, (cell, known) in enumerate(zip(found, seals, strict=False)) if seal(cell) != known]
    return tuple(wrong) if len(found) == len(seals) else (*wrong, min(len(found), len(seals)))


def document(source: Source, cells: tuple[InputCell, ...]) -> InputWorkbook:
    return InputWorkbook(
        source.file,
        source.sha256,
        source.plan,
        source.scenarios,
        source.base_scenario,
        source.adopted,
        source.soft_links,
        cells,
        source.findings,
    )


def _restored(plan: Plan, stored: Solved | Unsolved) -> Outcome:
    """The outcome, with its allocation audited once more."""
    scenario = _scenario(plan, stored.spec, stored.balance)
    if isinstance(stored, Unsolved):
        return Unanswered(scenario, stored.termination, stored.stages, stored.solver)
    if len(stored.deliveries) != len(scenario.plan.outputs):
        raise Contradicted(f"{len(stored.deliveries)} amounts stand for {len(scenario.plan.outputs)} outputs")
    allocation = Allocation(stored.deliveries)
    checked = audit(scenario, allocation)
    if checked.breaches:
        raise Contradicted(f"the allocation does not respect {checked.breaches[0].rule}: {checked.breaches[0].message}")
    if (checked.spend, checked.value) != (stored.spend, stored.value):
        raise Contradicted(
            f"the allocation comes to {checked.spend:,} and {checked.value}, not {stored.spend:,} and {stored.value}"
        )
    funding = pay(scenario.plan, allocation) if scenario.plan.funds else None
    return Result(
        scenario, allocation, checked, stored.termination, stored.proof, stored.ties, stored.stages, stored.solver, funding
    )


def _scenario(plan: Plan, spec: ScenarioSpec, balance: Minima) -> Scenario:
    """The question as it was answered: under *balanced*, with the rules that its first stage has come to."""
    scenario = derive(plan, spec)
    members = scenario.plan.members
    if balance and (scenario.objective is not BALANCED or not members.keys() >= dict(balance).keys()):
        raise Contradicted("it has rules of balanced coverage that the scenario does not ask for")
    more = (Balance(key, Basis.ESTIMATE, members[key], amount) for key, amount in balance)
    return replace(scenario, rules=(*scenario.rules, *more)) if balance else scenario


def _funds(stored: tuple[Worth, ...] | None, result: Result) -> FundAnalysis | None:
    plan, funding = result.scenario.plan, result.funding
    if stored is None:
        return None
    if funding is None or len(stored) != len(plan.funds):
        raise Contradicted(f"{len(stored)} funds are said to pay, the scenario has {len(plan.funds)}")
    unused = (tuple(balance.unused for balance in balances) for balances in funding.balances)
    worths = zip(plan.funds, unused, stored, strict=True)
    found = tuple(FundWorth(fund, money, worth.stranded_by, worth.more) for fund, money, worth in worths)
    return FundAnalysis(step_of(plan), result.audit.attained, found)


def _analyses(stored: Found | None, result: Result) -> Analyses | None:
    if stored is None:
        return None
    walked = None if stored.frontier is None else _walked(stored.frontier, result.scenario)
    known = Analyses(walked, stored.ladder, stored.reasons, stored.prices, stored.alternatives, stored.robustness, stored.without)
    other = disagreement(known, result)
    if other:
        raise Contradicted(f"its {other} are of another allocation")
    return known


def _walked(stored: Walked, scenario: Scenario) -> Frontier:
    if stored.method == BY_PROGRAMME:
        return frontier(scenario, 0.0)
    plan, levels = scenario.plan, stored.levels
    most = [len(of_output) for of_output in plan.levels]
    if any(len(line) != len(most) or any(not 0 <= l <= m for l, m in zip(line, most, strict=True)) for line in levels):
        raise Contradicted("its frontier has levels that the outputs have not")
    return from_levels(scenario, levels, stored.method, stored.complete, stored.known_to)


def _language(code: str) -> Language:
    if code not in LANGUAGES:
        raise Contradicted(f"there is no language {code}")
    return LANGUAGES[code]


def _exact(record: ResultRecord, cells: Sequence[InputCell]) -> tuple[InputCell, ...]:
    exact = dict(record.exact)
    return tuple(exact.get(i, cell) for i, cell in enumerate(cells))


def _cells(runs: Iterable[Run | InputCell], cells: Sequence[InputCell]) -> tuple[InputCell, ...]:
    found: list[InputCell] = []
    for run in runs:
        if isinstance(run, InputCell):
            found.append(run)
            continue
        first, count = run
        if first < 0 or count < 1 or first + count > len(cells):
            raise Contradicted(f"there are no cells from {first} to {first + count}")
        found += cells[first : first + count]
    return tuple(found)
