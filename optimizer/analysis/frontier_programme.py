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


def every_breakpoint(scenario: Scenario) -> Found:
    """All breakpoints of a scenario whose resources are the plan's full cost; none where no allocation satisfies the rules.

    Raises dynamic.NotApplicable where the structure does not allow it, or it would take too long.
    """
    programme, numbers = Programme(scenario), _Numbers(scenario)
    work = _Work()
    blocks = []
    for clusters, limits in programme.blocks():
        choices = [programme.options(cluster) for cluster in clusters]
        least, most = programme.room(limits, choices)
        chain = Chain(least, most)
        for options in choices:
            work.add(chain, np.array([o.spend for o in options], np.int64), np.array([o.worth for o in options], np.int64))
        if not len(chain.points.spend):
            return [], [], np.zeros((0, len(numbers.index)), dtype=np.int64)
        blocks.append(_Block(clusters, choices, chain))
    blocks.sort(key=lambda block: len(block.chain.points.spend))
    whole = Chain(0, programme.most)
    for block in blocks:
        work.add(whole, block.chain.points.spend, block.chain.points.worth)
    points = whole.points
    value = -(-points.worth // programme.scale)
    rises = np.ones(len(value), dtype=bool)
    rises[1:] = value[1:] > value[:-1]
    levels = _chosen(whole, np.flatnonzero(rises), blocks, numbers)
    return (points.spend[rises] * programme.unit).tolist(), value[rises].tolist(), levels


class _Work:
    """What the chains have cost so far."""

    def __init__(self) -> None:
        self.additions = self.states = 0

    def add(self, chain: Chain, spend: np.ndarray, worth: np.ndarray) -> None:
        self.additions += chain.work(len(spend))
        if self.additions > MOST_WORK or self.states > MOST_STATES:
            raise NotApplicable
        chain.add(spend, worth)
        self.states += len(chain.states[-1].spend)


def _chosen(whole: Chain, at: np.ndarray, blocks: list[_Block], numbers: _Numbers) -> np.ndarray:
    """The levels of all outputs at some points of the whole."""
    ranks: list[Ranks] = []
    of_block = []
    for block in blocks:
        last, points = block.chain.states[-1], block.chain.points
        own = [
            [numbers.rank(cluster, option) for option in options]
            for cluster, options in zip(block.clusters, block.choices, strict=True)
        ]
        choice = block.chain.choose(np.arange(len(last.spend) - len(points.spend), len(last.spend)), own)
        ranks.append(choice.ranks)
        of_block.append(block.levels(choice.parts, numbers))
    levels = np.zeros((len(at), len(numbers.index)), dtype=np.int64)
    if len(at):
        picked = whole.choose(at, ranks).parts
        for t, block_levels in enumerate(of_block):
            levels += block_levels[picked[:, t]]
    return levels
