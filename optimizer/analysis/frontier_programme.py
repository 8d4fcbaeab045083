"""Every breakpoint at once: the dynamic programme of optimizer/dynamic.py over all budgets up to the plan's full cost.

The outputs of each component form a chain, the components another (optimizer/chain.py). At each breakpoint the choice is the one
that the optimizer itself makes there: fewest partial deliveries, then the canonical choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.canonical import weights
from optimizer.chain import Chain, Ranks
from optimizer.dynamic import NotApplicable, Programme
from optimizer.rules import LevelColumns
from optimizer.scenario import Scenario
from optimizer.tables import Option

MOST_WORK = 1_500_000_000  # additions in all chains: about ten seconds
A_SECOND = 150_000_000  # the same for one question of many
MOST_STATES = 20_000_000  # kept at once

Found = tuple[list[int], list[int], np.ndarray]  # resources, value in the objective's whole numbers, levels[breakpoint, output]


@dataclass(frozen=True)
class _Block:
    """A component, or several that linked outputs tie together: clusters of outputs, their options, and the chain of them."""

    clusters: list[list[int]]
    choices: list[list[Option]]
    chain: Chain

    def levels(self, picked: np.ndarray, numbers: _Numbers) -> np.ndarray:
        """The level of each output for some picks of one option of each cluster; 0 for outputs of other blocks."""
        levels = np.zeros((len(picked), len(numbers.index)), dtype=np.int64)
        for t, (cluster, options) in enumerate(zip(self.clusters, self.choices, strict=True)):
            of_option = np.array([numbers.levels(cluster, option) for option in options])
            levels[:, cluster] = of_option[picked[:, t]]
        return levels


class _Numbers:
    """From what an option delivers to level numbers (0 for nothing) and to its rank in the canonical choice."""

    def __init__(self, scenario: Scenario) -> None:
        columns = LevelColumns.of(scenario.plan)
        weight = weights(scenario, columns)
        self.index = [
            {(level.amount, level.share): l for l, level in enumerate(levels, start=1)} for levels in scenario.plan.levels
        ]
        self.ranks = [[0] for _ in self.index]
        for i, ranks in enumerate(self.ranks):
            for l in range(1, len(self.index[i]) + 1):
                ranks.append(ranks[-1] + weight[columns.at_least(i, l)])

    def levels(self, cluster: list[int], option: Option) -> list[int]:
        pairs = zip(cluster, option.deliveries, strict=True)
        return [self.index[i][given.amount, given.share] if given.funded else 0 for i, given in pairs]

    def rank(self, cluster: list[int], option: Option) -> int:
        return sum(self.ranks[i][l] for i, l in zip(cluster, self.levels(cluster, option), strict=True))


@dataclass(frozen=True)
class _Joined:
    """All blocks of a scenario, and the chain of what they reach together."""

    blocks: list[_Block]
    whole: Chain
    programme: Programme

    @property
    def values(self) -> np.ndarray:
        """The value of each point of the whole, in the objective's whole numbers."""
        return -(-self.whole.points.worth // self.programme.scale)

    def levels(self, at: np.ndarray) -> np.ndarray:
        """The levels of all outputs at some points of the whole."""
        scenario = self.programme.scenario
        levels = np.zeros((len(at), len(scenario.plan.outputs)), dtype=np.int64)
        if not len(at):
            return levels
        numbers = _Numbers(scenario)
        chosen: list[tuple[list[int], np.ndarray]] = []

        def ranks(t: int, parts: list[int]) -> Ranks:
            block = self.blocks[t]
            last, points = block.chain.states[-1], block.chain.points
            own = [
                [numbers.rank(cluster, option) for option in options]
                for cluster, options in zip(block.clusters, block.choices, strict=True)
            ]
            place = np.array(parts, dtype=np.int64) + len(last.spend) - len(points.spend)
            choice = block.chain.choose(place, lambda link, some: [own[link][j] for j in some])
            chosen.append((parts, block.levels(choice.parts, numbers)))
            return choice.ranks

        picked = self.whole.choose(at, ranks).parts
        for t, (parts, of_block) in enumerate(chosen):
            levels += of_block[np.searchsorted(parts, picked[:, t])]
        return levels


Chains = dict[tuple[object, ...], Chain]  # of blocks, by what they are made from: for questions that have blocks in common


def every_breakpoint(scenario: Scenario) -> Found:
    """All breakpoints of a scenario whose resources are the plan's full cost; none where no allocation satisfies the rules.

    Raises dynamic.NotApplicable where the structure does not allow it, or it would take too long.
    """
    joined = _joined(scenario, {}, MOST_WORK)
    if joined is None:
        return [], [], np.zeros((0, len(scenario.plan.outputs)), dtype=np.int64)
    points, value = joined.whole.points, joined.values
    rises = np.ones(len(value), dtype=bool)
    rises[1:] = value[1:] > value[:-1]
    levels = joined.levels(np.flatnonzero(rises))
    return (points.spend[rises] * joined.programme.unit).tolist(), value[rises].tolist(), levels


def best_levels(scenario: Scenario, known: Chains) -> list[int] | None:
    """The level of each output, 0 for nothing, in the optimizer's own choice; None where no allocation satisfies the rules.

    `known` is filled and used again. Raises dynamic.NotApplicable.
    """
    joined = _joined(scenario, known, A_SECOND)
    if joined is None or not len(joined.values):
        return None
    cheapest = int(np.searchsorted(joined.values, joined.values[-1]))
    levels: list[int] = joined.levels(np.array([cheapest]))[0].tolist()
    return levels


def least_resources(scenario: Scenario, value: int, known: Chains) -> int:
    """The least spend at which a value is reached, in the objective's whole numbers; some allocation reaches it.

    `known` as above. Raises dynamic.NotApplicable.
    """
    joined = _joined(scenario, known, A_SECOND)
    assert joined is not None
    place = int(np.searchsorted(joined.values, value))
    return int(joined.whole.points.spend[place]) * joined.programme.unit


def is_possible(scenario: Scenario, known: Chains) -> bool:
    """Whether any allocation satisfies the rules. `known` as above. Raises dynamic.NotApplicable."""
    joined = _joined(scenario, known, A_SECOND)
    return joined is not None and len(joined.values) > 0


def _joined(scenario: Scenario, known: Chains, most: int) -> _Joined | None:
    """The blocks and their chain; None where a block has no allocation that satisfies its rules."""
    programme, work = Programme(scenario), _Work(most)
    blocks = []
    for clusters, limits in programme.blocks():
        choices = [programme.options(cluster) for cluster in clusters]
        chain = _chain(programme.room(limits, choices), choices, work, known)
        if not len(chain.points.spend):
            return None
        blocks.append(_Block(clusters, choices, chain))
    blocks.sort(key=lambda block: len(block.chain.points.spend))
    whole = Chain(0, programme.most)
    for block in blocks:
        work.add(whole, block.chain.points.spend, block.chain.points.worth)
    return _Joined(blocks, whole, programme)


def _chain(room: tuple[int, int], choices: list[list[Option]], work: _Work, known: Chains) -> Chain:
    """What the outputs of a block reach, from scratch or as it is known."""
    key = (*room, *(tuple((option.spend, option.worth) for option in options) for options in choices))
    if key not in known:
        chain = Chain(*room)
        for options in choices:
            work.add(chain, np.array([o.spend for o in options], np.int64), np.array([o.worth for o in options], np.int64))
        known[key] = chain
    return known[key]


class _Work:
    """What the chains have cost so far."""

    def __init__(self, most: int) -> None:
        self.most, self.additions, self.states = most, 0, 0

    def add(self, chain: Chain, spend: np.ndarray, worth: np.ndarray) -> None:
        self.additions += chain.work(len(spend))
        if self.additions > self.most or self.states > MOST_STATES:
            raise NotApplicable
        chain.add(spend, worth)
        self.states += len(chain.states[-1].spend)
