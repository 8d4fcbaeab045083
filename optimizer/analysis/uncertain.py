"""What is assumed about weights and costs, and assumptions drawn from it: the same seed draws the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise, product

from optimizer.plan import Level, Output, Plan
from optimizer.scenario import Scenario, asked_again

WHOLE = 10_000  # weights drawn in rank order add up to it; factors of costs are in parts of it
Weights = tuple[Fraction, ...]  # one a criterion
EXACT = 2**53  # random() is a whole number of these parts, and the same for a seed for ever
MOST_EXTREMES = 64  # weightings at the extremes of a region: each is a question of its own


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`samples` are drawn, from `seed`. Ranges are in whole per cent, up and down, every whole per cent equally likely.

    `weights` is the range of each criterion's weight by itself; None: all weights that keep the rank order of the criteria are
    equally likely. `common` is the range of one factor on all costs, `costs` that of a further factor on each output's cost.
    Raises ValueError for what is no range.
    """

    samples: int = 200
    seed: int = 1
    weights: int | None = None
    costs: int = 20
    common: int = 10

    def __post_init__(self) -> None:
        if self.samples < 1 or not all(0 <= part < 100 for part in (self.weights or 0, self.costs, self.common)):
            raise ValueError("at least one sample, and ranges from 0 to 99 per cent, are expected")


@dataclass(frozen=True, slots=True)
class Draw:
    """One assumption: a weight for each criterion, of which only the proportions count, and a factor in ten thousandths for
    each output's cost.
    """

    weights: Weights
    factors: tuple[int, ...]


def draws(scenario: Scenario, assumed: Assumptions) -> Iterator[Draw]:
    """The samples in order; those of a smaller number come first. Ids and the order of the rows change nothing."""
    plan, drawn = scenario.plan, _Numbers(assumed.seed)
    outputs = sorted(range(len(plan.outputs)), key=lambda i: (scenario.keys[i], plan.outputs[i].id))
    for _ in range(assumed.samples):
        weights = _in_order(plan, drawn) if assumed.weights is None else _around(plan, drawn, assumed.weights)
        common, factors = 100 + drawn.within(assumed.common), [0] * len(outputs)
        for i in outputs:
            factors[i] = common * (100 + drawn.within(assumed.costs))
        yield Draw(weights, tuple(factors))


class _Numbers:
    """Whole numbers, each equally likely."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def below(self, count: int) -> int:
        while True:
            number = int(self.random() * EXACT)
            if number < EXACT - EXACT % count:
                return number % count

    def within(self, most: int) -> int:
        """From -most to most."""
        return self.below(2 * most + 1) - most


def _positions(plan: Plan) -> list[int]:
    """Criteria in an order that does not depend on ids and rows."""
    return sorted(range(len(plan.criteria)), key=lambda c: (plan.criteria[c].title, plan.criteria[c].id))


def _around(plan: Plan, drawn: _Numbers, most: int) -> Weights:
    factors = {c: 100 + drawn.within(most) for c in _positions(plan)}
    return tuple(criterion.weight * factors[c] for c, criterion in enumerate(plan.criteria))


def _in_order(plan: Plan, drawn: _Numbers) -> Weights:
    """Uniform on the weights that add up to WHOLE and keep the rank order; ties in any order, a weight of 0 stays 0."""
    places = [c for c in _positions(plan) if plan.criteria[c].weight]
    for k in range(len(places) - 1, 0, -1):  # shuffled, so that criteria of equal weight come in any order
        j = drawn.below(k + 1)
        places[k], places[j] = places[j], places[k]
    places.sort(key=lambda c: -plan.criteria[c].weight)
    marks = [0, *sorted(drawn.below(WHOLE + 1) for _ in places[1:]), WHOLE]
    parts = sorted((after - before for before, after in pairwise(marks)), reverse=True)
    weight = dict(zip(places, parts, strict=False))
    return tuple(Fraction(weight.get(c, 0)) for c in range(len(plan.criteria)))


def varied(scenario: Scenario, draw: Draw) -> Scenario:
    """The same question under an assumption: resources stay, minima that are shares of estimates follow the costs."""
    outputs = tuple(
        _dearer(scenario.plan, output, levels, factor)
        for output, levels, factor in zip(scenario.plan.outputs, scenario.plan.levels, draw.factors, strict=True)
    )
    return asked_again(scenario, replace(weighted(scenario.plan, draw.weights), outputs=outputs))


def weighted(plan: Plan, weights: Weights) -> Plan:
    """The plan with other weights of its criteria."""
    pairs = zip(plan.criteria, weights, strict=True)
    return replace(plan, criteria=tuple(replace(criterion, weight=weight) for criterion, weight in pairs))


def _dearer(plan: Plan, output: Output, levels: tuple[Level, ...], factor: int) -> Output:
    """An output whose every level costs so many ten thousandths of what it did; shares, and what is spent, stay.

    Amounts are rounded up to the unit of account; of levels that come to cost the same the highest is left. What is committed or
    adopted is a level, not a sum: it follows.
    """
    if factor == WHOLE:
        return output
    spent = output.spent if plan.first_open_year is not None else 0

    def amount(before: int) -> int:
        parts = WHOLE * plan.unit_of_account
        return before if before <= spent else spent - (spent - before) * factor // parts * plan.unit_of_account

    def follows(before: int) -> int:
        covering = next((level.amount for level in levels if level.amount >= before), levels[-1].amount)
        return amount(covering) if before else 0

    scaled = [replace(level, amount=amount(level.amount)) for level in levels]
    left = (*(level for level, above in pairwise(scaled) if level.amount < above.amount), scaled[-1])
    return replace(
        output,
        cost=amount(output.cost),
        minimum=left[0].amount,
        explicit_levels=left,
        committed=follows(output.committed),
        adopted=None if output.adopted is None else follows(output.adopted),
    )


def extremes(plan: Plan, assumed: Assumptions) -> tuple[tuple[Weights, ...], bool]:
    """Weightings at the extremes of the region of weights that is assumed, and whether they are all of its extremes.

    Weights in rank order: the outer ones are those that give equal weight to a criterion of the first rank, or to all criteria
    of the first ranks and some of the next (the connected up-sets of the order). Ranges: every weight at an end of its range.
    """
    ranked = _up_sets(plan) if assumed.weights is None else _corners(plan, assumed.weights)
    if ranked is not None:
        return tuple(dict.fromkeys(ranked)), True
    few = _few_up_sets(plan) if assumed.weights is None else _few_corners(plan, assumed.weights)
    return tuple(dict.fromkeys(few)), False


def _ranks(plan: Plan) -> list[list[int]]:
    """Criteria by weight, the largest first; those of weight 0 are left out."""
    found: dict[Fraction, list[int]] = {}
    for c in sorted(range(len(plan.criteria)), key=lambda c: -plan.criteria[c].weight):
        if plan.criteria[c].weight:
            found.setdefault(plan.criteria[c].weight, []).append(c)
    return list(found.values())


def _equal(plan: Plan, chosen: list[int]) -> Weights:
    return tuple(Fraction(int(c in chosen), len(chosen) or 1) for c in range(len(plan.criteria)))


def _up_sets(plan: Plan) -> list[Weights] | None:
    ranks = _ranks(plan)
    if sum(2 ** min(len(rank), MOST_EXTREMES) - 1 if k else len(rank) for k, rank in enumerate(ranks)) > MOST_EXTREMES:
        return None
    found, before = [_equal(plan, [c]) for c in (ranks[0] if ranks else [])], ranks[0] if ranks else []
    for rank in ranks[1:]:
        found += [_equal(plan, [*before, *some]) for n in range(1, len(rank) + 1) for some in combinations(rank, n)]
        before = before + rank
    return found


def _few_up_sets(plan: Plan) -> list[Weights]:
    ranks, found, before = _ranks(plan), list[Weights](), list[int]()
    for rank in ranks:
        found += [_equal(plan, [*before, c]) for c in rank]
        before = before + rank
    return found[:MOST_EXTREMES]


def _corners(plan: Plan, most: int) -> list[Weights] | None:
    ends = [sorted({100 - most, 100 + most}) if criterion.weight else [100] for criterion in plan.criteria]
    if 2 ** sum(len(both) > 1 for both in ends) > MOST_EXTREMES:
        return None
    return [_whole(plan, factors) for factors in product(*ends)]


def _few_corners(plan: Plan, most: int) -> list[Weights]:
    """One weight up and all others down."""
    places = [c for c, criterion in enumerate(plan.criteria) if criterion.weight][:MOST_EXTREMES]
    count = len(plan.criteria)
    return [_whole(plan, tuple(100 + most if c == k else 100 - most for c in range(count))) for k in places]


def _whole(plan: Plan, factors: tuple[int, ...]) -> Weights:
    """Weights times factors, as parts of the whole; so that two in the same proportions are the same."""
    weights = [criterion.weight * factor for criterion, factor in zip(plan.criteria, factors, strict=True)]
    total = sum(weights, Fraction(0)) or Fraction(1)
    return tuple(weight / total for weight in weights)
