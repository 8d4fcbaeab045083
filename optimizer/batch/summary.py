"""What thousands of answers come to: how many ended how, how value and spend spread, what is core, what moves the answer.

The answers of a sweep or a Monte Carlo block are summed up together, and all single scenarios of a file as one more group.
Nothing is held but a few numbers a scenario, so that a hundred thousand fit.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from optimizer.batch.answer import Answer
from optimizer.batch.blocks import Batch, MonteCarlo
from optimizer.batch.store import Asked

SINGLE = "Single scenarios"
BINS, SMALLEST = 10, 5  # at most so many groups of samples, and at least so many samples in a group
RANKS = (0, 5, 25, 50, 75, 95, 100)  # per cent of the answers that are no greater


@dataclass(frozen=True, slots=True)
class Spread:
    """Ranks are answers that were really given (nearest rank), in the order of RANKS; all exact."""

    ranks: tuple[Fraction, ...]
    mean: Fraction


@dataclass(frozen=True, slots=True)
class Effect:
    """The share of the variation that goes with one assumption alone, 0 to 1: of the value, and of which outputs are funded.

    The correlation ratio, a first-order Sobol index: exact for a sweep, which has all combinations; for samples an estimate from
    groups of equal size, adjusted for their number (Kelley 1935). Assumptions that only matter together have less; those that
    vary together have the same.
    """

    assumption: str
    of_value: float
    of_funding: float


@dataclass(frozen=True, slots=True)
class Core:
    """In how many of the allocations an output is funded, and funded in full."""

    output: str
    funded: int
    in_full: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One group. `endings` counts scenarios, with those that have no answer yet under the empty text.

    `allocations` is how many have one; the spreads are None where none has.
    """

    name: str
    count: int
    endings: tuple[tuple[str, int], ...]
    allocations: int
    unproved: int
    value: Spread | None
    spend: Spread | None
    core: tuple[Core, ...]
    effects: tuple[Effect, ...]


def summaries(batch: Batch, answered: Iterable[tuple[Asked, Answer | None]]) -> tuple[Summary, ...]:
    """One for each group, in the order of the file. Effects come with the greatest on the value first."""
    groups: dict[str, _Group] = {}
    for (position, _, _, values), answer in answered:
        block, _ = batch.block(position)
        name = block.name if block.count > 1 else SINGLE
        group = groups.setdefault(name, _Group(name, isinstance(block, MonteCarlo)))
        group.add(zip(block.assumed, values, strict=True), answer)
    outputs = [output.id for output in batch.plan.outputs]
    return tuple(group.summary(outputs) for group in groups.values())


@dataclass
class _Group:
    """The answers of a group as they come in."""

    name: str
    sampled: bool
    endings: Counter[str] = field(default_factory=Counter)
    unproved: int = 0
    values: list[Fraction] = field(default_factory=list)
    spends: array[int] = field(default_factory=lambda: array("q"))
    funded: bytearray = field(default_factory=bytearray)
    in_full: bytearray = field(default_factory=bytearray)
    assumed: dict[str, _Assumed] = field(default_factory=dict)

    def add(self, assumptions: Iterable[tuple[str, str]], answer: Answer | None) -> None:
        self.endings[answer.ending if answer else ""] += 1
        if answer is None or answer.value is None:
            return
        self.unproved += not answer.proved
        self.values.append(answer.value)
        self.spends.append(answer.spend)
        self.funded += bytes(amount > 0 or share > 0 for amount, share in zip(answer.amounts, answer.shares, strict=True))
        self.in_full += bytes(share == 100 for share in answer.shares)
        for key, text in assumptions:
            self.assumed.setdefault(key, _Assumed()).add(text)

    def summary(self, outputs: list[str]) -> Summary:
        n = len(self.values)
        funded = np.frombuffer(self.funded, dtype=np.uint8).reshape(n, len(outputs))
        in_full = np.frombuffer(self.in_full, dtype=np.uint8).reshape(n, len(outputs))
        counts = zip(outputs, funded.sum(axis=0, dtype=np.int64), in_full.sum(axis=0, dtype=np.int64), strict=True)
        return Summary(
            self.name,
            sum(self.endings.values()),
            tuple(sorted(self.endings.items())),
            n,
            self.unproved,
            _spread(self.values),
            _spread([Fraction(spend) for spend in self.spends]),
            tuple(Core(output, int(some), int(full)) for output, some, full in counts),
            tuple(sorted(self._effects(funded), key=lambda effect: (-effect.of_value, -effect.of_funding, effect.assumption))),
        )

    def _effects(self, funded: Any) -> Iterator[Effect]:
        values = np.array([float(value) for value in self.values], dtype=float).reshape(-1, 1)
        for key, assumed in self.assumed.items():
            groups = assumed.groups(self.sampled)
            if len(groups) == len(self.values) and len(set(groups)) > 1:
                of_value = _explained(groups, values, self.sampled)
                yield Effect(key, of_value, _explained(groups, funded.astype(float), self.sampled))


@dataclass
class _Assumed:
    """The values of one assumption; `texts` are those that are no numbers, by their place in the order of coming."""

    numbers: array[float] = field(default_factory=lambda: array("d"))
    texts: dict[str, int] = field(default_factory=dict)

    def add(self, text: str) -> None:
        number = text.partition("%")[0]
        try:
            self.numbers.append(float(number))
        except ValueError:
            self.numbers.append(-1.0 - self.texts.setdefault(text, len(self.texts)))

    def groups(self, sampled: bool) -> Any:
        """For each answer the group that it belongs to: one for each value; of samples with many values, some by rank."""
        numbers = np.array(self.numbers)
        known, place = np.unique(numbers, return_inverse=True)
        bins = max(min(BINS, len(numbers) // SMALLEST), 2)
        if not sampled or self.texts or len(known) <= bins:
            return place
        ranks = np.empty(len(numbers), dtype=np.int64)
        ranks[np.argsort(numbers, kind="stable")] = np.arange(len(numbers))
        return ranks * bins // len(numbers)


def _spread(values: list[Fraction]) -> Spread | None:
    if not values:
        return None
    ordered = sorted(values)
    ranks = tuple(ordered[max(-(-len(ordered) * rank // 100), 1) - 1] for rank in RANKS)
    return Spread(ranks, sum(ordered, Fraction(0)) / len(ordered))


def _explained(groups: Any, figures: Any, sampled: bool) -> float:
    """The share of the sum of squares, over all columns, that lies between the groups."""
    n, sizes = len(groups), np.bincount(groups)
    k = int((sizes > 0).sum())
    centred = figures - figures.mean(axis=0)
    total = float((centred**2).sum())
    if not total:
        return 0.0
    sums = np.zeros((len(sizes), figures.shape[1]))
    np.add.at(sums, groups, centred)
    between = float((sums[sizes > 0] ** 2 / sizes[sizes > 0, None]).sum())
    if sampled and n > k:
        between -= (k - 1) * (total - between) / (n - k)
    return min(max(between / total, 0.0), 1.0)
