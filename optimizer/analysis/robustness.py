"""Which outputs are funded whatever is assumed about weights and costs, and which allocation stands up best to it.

The core index of Liesiö, Mild and Salo (2007, 2008), over assumptions drawn from a seed; decision rules over weightings;
resources protected against costs that exceed their estimates (Bertsimas and Sim 2004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from multiprocessing import get_context

from optimizer.allocation import Allocation, Delivery
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, known
from optimizer.analysis.chance import interval
from optimizer.analysis.protection import Protection, protections
from optimizer.analysis.regret import Weighted, least_worst, under, worst
from optimizer.analysis.sampled import Samples, sampled
from optimizer.analysis.uncertain import Assumptions, Draw, Weights, draws, extremes
from optimizer.objectives import TIERS
from optimizer.scenario import Scenario


class Label(StrEnum):
    """Under how many of the assumptions examined an output is funded, in full or in part."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class Rule(StrEnum):
    """How an allocation is chosen for several weightings."""

    PRESENT = "present"  # the best under the scenario's own weights
    MAXIMIN = "maximin"  # its smallest share of the best value is largest
    MINIMAX_REGRET = "minimax regret"  # the most that it loses against the best value is least


@dataclass(frozen=True, slots=True)
class Index:
    """In how many of the samples with an allocation an output is funded, and in how many in full; likewise of the weightings."""

    funded: int
    in_full: int
    weightings: int


@dataclass(frozen=True, slots=True)
class Weighting:
    """Weights of the criteria, and the best value under them (for *balanced*, at the best smallest coverage).

    `name` is that of the scenario of the plan that has these weights; empty for an extreme of the weights assumed.
    """

    name: str
    weights: Weights
    best: Fraction


@dataclass(frozen=True, slots=True)
class Choice:
    """One allocation for all weightings. `values` are what it is worth under each; the other figures are over all of them.

    None where it was not established in time.
    """

    rule: Rule
    deliveries: tuple[Delivery, ...]
    values: tuple[Fraction, ...]
    smallest_share: Fraction
    largest_loss: Fraction


@dataclass(frozen=True, slots=True)
class Robustness:
    """All by position of the output; `present` is the best allocation of the scenario itself.

    `answered` samples have an allocation, in `infeasible` ones none satisfies the rules, the others were not reached in time.
    `labels` are over the scenario itself, the answered samples and the weightings that have a name; an extreme, all weight on a
    few criteria, is more than any sample assumes. `whole_region`: the weightings are all extremes of the weights assumed, so that
    the smallest shares and largest losses hold for every weighting between them. `choices` and `protections` that were not
    established in time are left out and named in `unknown_rules` and `unknown_gammas`; `impossible_gammas` no allocation
    survives. `programmes`, samples `resolved` by exact bounds (optimizer/resolving), and `solves` are what it took.
    """

    assumed: Assumptions
    present: tuple[Delivery, ...]
    answered: int
    infeasible: int
    indices: tuple[Index, ...]
    labels: tuple[Label, ...]
    weightings: tuple[Weighting, ...]
    whole_region: bool
    choices: tuple[Choice, ...]
    unknown_rules: tuple[Rule, ...]
    protections: tuple[Protection, ...]
    impossible_gammas: tuple[int, ...]
    unknown_gammas: tuple[int, ...]
    programmes: int
    resolved: int
    solves: int

    @property
    def unreached(self) -> int:
        """Samples that were not reached in time."""
        return self.assumed.samples - self.answered - self.infeasible

    @property
    def complete(self) -> bool:
        return not (self.unreached or self.unknown_rules or self.unknown_gammas)

    def interval(self, count: int) -> tuple[Fraction, Fraction]:
        """The 95 per cent confidence interval of the share that so many answered samples are."""
        low, high = interval(count, self.answered) if self.answered else (0, 1000)
        return Fraction(low, 1000), Fraction(high, 1000)


def robustness(
    scenario: Scenario,
    assumed: Assumptions | None = None,
    gammas: Sequence[int] | None = None,
    named: Sequence[tuple[str, Weights]] = (),
    seconds: float = 600.0,
    processes: int = 1,
    allocation: Allocation | None = None,
) -> Robustness | None:
    """The whole analysis of a scenario; None where no allocation satisfies its rules.

    `gammas` are the numbers of outputs protected against, by default 0, 1, 2, 4, 8 and every output; `named` are weightings
    besides the extremes of the region assumed, see `named_weightings`. `seconds` bounds it all; raises best.OutOfTime where not
    even the scenario itself was answered by then. With more `processes` than one the samples are shared among so many of their
    own, beside this one; a script that asks for it keeps its own code under `if __name__ == "__main__"`. The same arguments give
    the same figures, whatever their number. `allocation` is the optimizer's own, where it is there already.
    """
    assumed = assumed or Assumptions()
    reoptimizer = Reoptimizer(seconds, known(scenario, allocation))
    present = reoptimizer.best(scenario)
    if present is None:
        return None
    drawn = Counter(draws(scenario, assumed))
    shares = [tuple(drawn)[start::processes] for start in range(processes)]
    asked = (scenario.plan, scenario.spec, scenario.resources, scenario.keys, reoptimizer.left)
    if processes > 1:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            waiting = [pool.submit(sampled, *asked, share) for share in shares]
            found = _of_rules(present, assumed, gammas, named, reoptimizer)
            samples = [one.result() for one in waiting]
    else:
        samples = [sampled(*asked, *shares)]
        found = _of_rules(present, assumed, gammas, named, reoptimizer)
    return _put_together(present, assumed, drawn, samples, found, reoptimizer)


def _put_together(
    present: Best,
    assumed: Assumptions,
    drawn: Counter[Draw],
    samples: Sequence[Samples],
    found: _Found,
    reoptimizer: Reoptimizer,
) -> Robustness:
    answers = [(drawn[draw], allocation) for one in samples for draw, allocation in one.answers]
    allocations = [allocation for count, allocation in answers for _ in range(count) if allocation is not None]
    under_weights = [one.best.allocation for one in found.weightings]
    examined = [present.allocation, *allocations, *(one.best.allocation for one in found.weightings if one.name)]
    outputs = range(len(present.scenario.plan.outputs))
    choices, unknown_rules = found.choices
    kept, impossible_gammas, unknown_gammas = found.protections
    return Robustness(
        assumed,
        present.allocation.deliveries,
        answered=len(allocations),
        infeasible=sum(count for count, allocation in answers if allocation is None),
        indices=tuple(_index(i, allocations, under_weights) for i in outputs),
        labels=tuple(_label(i, examined) for i in outputs),
        weightings=tuple(Weighting(one.name, one.weights, one.value) for one in found.weightings),
        whole_region=found.whole,
        choices=choices,
        unknown_rules=unknown_rules,
        protections=kept,
        impossible_gammas=impossible_gammas,
        unknown_gammas=unknown_gammas,
        programmes=reoptimizer.programmes,
        resolved=sum(one.resolved for one in samples),
        solves=reoptimizer.solves + sum(one.solves for one in samples),
    )


@dataclass(frozen=True)
class _Found:
    """The weightings, whether they are all extremes; choices and rules without; protections, gammas impossible and unknown."""

    weightings: tuple[Weighted, ...]
    whole: bool
    choices: tuple[tuple[Choice, ...], tuple[Rule, ...]]
    protections: tuple[tuple[Protection, ...], tuple[int, ...], tuple[int, ...]]


def _of_rules(
    present: Best,
    assumed: Assumptions,
    gammas: Sequence[int] | None,
    named: Sequence[tuple[str, Weights]],
    reoptimizer: Reoptimizer,
) -> _Found:
    """What needs the solver."""
    outer, whole = extremes(present.scenario.plan, assumed)
    asked = [*(("", weights) for weights in outer), *named]
    weightings, complete = _weightings(present.scenario, asked, reoptimizer)
    choices = _choices(present, weightings, complete, reoptimizer)
    return _Found(weightings, whole and complete, choices, protections(present, assumed.costs, gammas, reoptimizer))


def named_weightings(scenario: Scenario, others: Iterable[Scenario]) -> Iterator[tuple[str, Weights]]:
    """The weights of those of some other scenarios that ask the same question with other weights of the criteria."""
    asked = (scenario.resources, scenario.objective.name)
    for other in others:
        weights = tuple(criterion.weight for criterion in other.plan.criteria)
        same = replace(other.plan, criteria=scenario.plan.criteria) == scenario.plan
        if same and other.plan.criteria != scenario.plan.criteria and (other.resources, other.objective.name) == asked:
            yield other.name, weights


def _index(i: int, allocations: Sequence[Allocation], under_weights: Sequence[Allocation]) -> Index:
    funded, in_full = (sum(a[i].funded for a in allocations), sum(a[i].share == 100 for a in allocations))
    return Index(funded, in_full, sum(a[i].funded for a in under_weights))


def _label(i: int, allocations: Sequence[Allocation]) -> Label:
    funded = sum(allocation[i].funded for allocation in allocations)
    return Label.ALL if funded == len(allocations) else Label.SOME if funded else Label.NONE


def _weightings(
    scenario: Scenario, named: list[tuple[str, Weights]], reoptimizer: Reoptimizer
) -> tuple[tuple[Weighted, ...], bool]:
    """The weightings with their best allocations, and whether all were answered in time."""
    found: list[Weighted] = []
    try:
        for one in named:
            found += under(scenario, [one], reoptimizer)
    except OutOfTime:
        return tuple(found), False
    return tuple(found), True


def _choices(
    present: Best, weightings: tuple[Weighted, ...], complete: bool, reoptimizer: Reoptimizer
) -> tuple[tuple[Choice, ...], tuple[Rule, ...]]:
    """The allocations by decision rule, and the rules that were not settled in time. None at all for *tiers*."""
    if present.scenario.objective is TIERS:
        return (), ()
    found, unknown = [_choice(Rule.PRESENT, present.allocation, weightings)] if weightings else [], []
    for rule in (Rule.MAXIMIN, Rule.MINIMAX_REGRET):
        try:
            if not complete:
                raise OutOfTime
            allocation = least_worst(present.scenario, weightings, rule is Rule.MAXIMIN, reoptimizer)
            found.append(_choice(rule, allocation, weightings))
        except OutOfTime:
            unknown.append(rule)
    return tuple(found), tuple(unknown)


def _choice(rule: Rule, allocation: Allocation, weightings: tuple[Weighted, ...]) -> Choice:
    return Choice(
        rule,
        allocation.deliveries,
        tuple(one.reached(allocation) for one in weightings),
        1 - worst(weightings, allocation, relative=True),
        worst(weightings, allocation, relative=False),
    )
