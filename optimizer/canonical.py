"""The canonical choice among equally good allocations, from content alone; and whether there was any choice at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from optimizer.program import Goal, Row, Termination, Terms, activity
from optimizer.result import Ties
from optimizer.rules import LevelColumns
from optimizer.scenario import Scenario
from optimizer.search import Search

LARGEST_BLOCK = 2**20  # values of one stage: small enough for the solver to tell every two apart


@dataclass(frozen=True, slots=True)
class Digit:
    """A sum of columns that the canonical choice makes as large as it can be, before any later digit; 0 <= sum <= most."""

    terms: Terms
    most: int


def settle(search: Search, digits: Sequence[Digit] | None = None) -> tuple[Termination, Ties]:
    """Leave the search at the canonical point among all that are as good as its point.

    `digits` is what is settled, in order; else what its scenario says.

    First the columns that differ in any of them are found, by asking for the point that differs in most, until none is
    left. Then, in the order of the content keys: which outputs are funded, then at which levels, several in one stage.
    """
    varying = _varying(search)
    if varying is None:
        return Termination.FEASIBLE, Ties(False, ())
    assert search.point is not None
    search.fix({j: search.point[j] for j in search.program.open_columns if j not in varying})
    if digits is None:
        digits = canonical_digits(search.scenario, search.formulation.columns)
    for block in _blocks(_open(search, digits)):
        goal = _block_goal(block)
        if search.stage(goal) is not Termination.OPTIMAL:
            return Termination.FEASIBLE, Ties(False, ())
        search.require([Row("settled", d.terms, *(activity(d.terms, search.point),) * 2) for d in block])
    return Termination.OPTIMAL, Ties(not varying and not _split_identical(search), _split_identical(search))


def _varying(search: Search) -> set[int] | None:
    """The open columns that are not the same in all equally good points; None when time ran out."""
    varying: set[int] = set()
    assert search.point is not None
    base = search.point
    while True:
        rest = [j for j in search.program.open_columns if j not in varying]
        goal = Goal("difference", True, tuple((j, -1 if base[j] else 1) for j in rest))
        if not rest:
            return varying
        termination, point = search.farthest(goal)
        if termination is not Termination.OPTIMAL or point is None:
            return None
        if point == base and search.challenge(goal) is None:
            point = search.point  # the second opinion knows one that differs
        different = {j for j in rest if point[j] != base[j]}
        if not different:
            return varying
        varying |= different


def weights(scenario: Scenario, columns: LevelColumns) -> dict[int, int]:
    """A weight for each column: among equally good allocations the canonical one has the largest sum of weights."""
    return dict(_block_goal(canonical_digits(scenario, columns)).terms)


def _open(search: Search, digits: Sequence[Digit]) -> list[Digit]:
    """What is settled, in order, as far as it is open."""
    open_columns = set(search.program.open_columns)
    return [digit for digit in digits if any(j in open_columns for j, _ in digit.terms)]


def canonical_digits(scenario: Scenario, columns: LevelColumns) -> list[Digit]:
    """Funded outputs by key, levels, starts by key, then which of several with the same key, by id."""
    keys, outputs = scenario.keys, scenario.plan.outputs
    by_key = [
        list(same) for _, same in groupby(sorted(range(len(keys)), key=lambda i: (keys[i], outputs[i].id)), key=lambda i: keys[i])
    ]
    digits = [Digit(tuple((columns.funded(i), 1) for i in same), len(same)) for same in by_key]
    for same in by_key:
        depth = len(columns.levels[same[0]])
        if len(same) == 1:
            digits.append(Digit(tuple((columns.at_least(same[0], l), 1) for l in range(1, depth + 1)), depth))
            continue
        deepest = max(len(columns.levels[i]) for i in same)
        for l in range(1, deepest + 1):
            at_level = [i for i in same if l <= len(columns.levels[i])]
            digits.append(Digit(tuple((columns.at_least(i, l), 1) for i in at_level), len(at_level)))
    digits += [digit for same in by_key for digit in _starts(columns, same)]
    for same in by_key:
        if len(same) > 1:
            digits += [Digit(((column, 1),), 1) for i in same for column in columns.of_output(i)]
    return digits


def _starts(columns: LevelColumns, same: list[int]) -> Iterator[Digit]:
    """How many of some outputs with the same key begin at each later start, level by level."""
    late = [columns.of_output(i)[len(columns.levels[i]) :] for i in same]
    for j in range(max(map(len, late))):
        beginning = [of_output[j] for of_output in late if j < len(of_output)]
        yield Digit(tuple((column, 1) for column in beginning), len(beginning))


def _blocks(digits: list[Digit]) -> list[list[Digit]]:
    """Consecutive digits whose values together fit one stage."""
    blocks: list[list[Digit]] = []
    size = LARGEST_BLOCK
    for digit in digits:
        if size * (digit.most + 1) > LARGEST_BLOCK:
            blocks.append([])
            size = 1
        blocks[-1].append(digit)
        size *= digit.most + 1
    return blocks


def _block_goal(block: list[Digit]) -> Goal:
    """The digits as one number, the first one the most significant."""
    weight, terms = 1, Counter[int]()
    for digit in reversed(block):
        terms.update({j: weight * c for j, c in digit.terms})
        weight *= digit.most + 1
    return Goal("canonical choice", True, tuple(sorted(terms.items())))


def _split_identical(search: Search) -> tuple[tuple[str, ...], ...]:
    assert search.point is not None
    allocation = search.formulation.allocation(search.point)
    outputs = search.scenario.plan.outputs
    return tuple(
        tuple(outputs[i].id for i in group) for group in search.formulation.identical if len({allocation[i] for i in group}) > 1
    )
