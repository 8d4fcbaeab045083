"""Published instances of the multidimensional knapsack problem, written as plans: each resource is a period of one fund.

An item is an output that is all or nothing; its profile says in amounts what it takes of each resource, so that its cost is the
sum. The fund has the capacities, pays for everything and carries nothing over. Values become scores, divided by a power of ten.

Data, in the format of the OR-Library (J. E. Beasley, "OR-Library: distributing test problems by electronic mail", Journal of the
Operational Research Society 41(11), 1990, 1069-1072; people.brunel.ac.uk/~mastjjb/jeb/orlib/mknapinfo.html): items, resources,
optimum; values; what the items take of each resource in turn; capacities.

- mknap1.txt: C. C. Petersen, "Computational experience with variants of the Balas algorithm applied to the selection of R&D
  projects", Management Science 13(9), 1967, 736-750.
- weing.txt: WEING1 to WEING8 of mknap2.txt, rewritten in the format of mknap1; H. M. Weingartner and D. N. Ness, "Methods for the
  solution of the multidimensional 0/1 knapsack problem", Operations Research 15(1), 1967, 83-103.
- mknapcb1_1.txt: the first problem of mknapcb1.txt, 5.100-00; P. C. Chu and J. E. Beasley, "A genetic algorithm for the
  multidimensional knapsack problem", Journal of Heuristics 4, 1998, 63-86, where 24,381 is the best value found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from optimizer.fund import Fund
from optimizer.plan import Basis, Component, Criterion, Limit, Output, Plan
from optimizer.scenario import ScenarioSpec
from optimizer.timing import Period, ProfileRow

DATA = Path(__file__).parent / "data"
BY_FUNDS = ScenarioSpec("Published", Limit(Basis.FUNDS, Fraction(100)))
FIRST_YEAR = 2001


@dataclass(frozen=True)
class Knapsack:
    """`weights` by resource, then by item; `best` is the published optimum, or the best value known."""

    name: str
    values: tuple[Fraction, ...]
    weights: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]
    best: Fraction

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> int:
        """A power of ten by which values are divided to become scores of at most 100."""
        return next(10**n for n in range(9) if max(self.values) <= 100 * 10**n)

    @property
    def plan(self) -> Plan:
        periods = periods_of(len(self.capacities))
        return Plan(
            title=self.name,
            currency="US$",
            components=(Component("1", "All"),),
            criteria=(Criterion("value", "Value", Fraction(1)),),
            outputs=tuple(self._output(i) for i in range(len(self.values))),
            periods=periods,
            funds=(Fund("all", "Capacities", "resources", self.capacities),),
        )

    def _output(self, i: int) -> Output:
        needs = [of_resource[i] for of_resource in self.weights]
        profile = (ProfileRow(tuple(map(Fraction, needs)), by_amount=True),)
        score = self.values[i] / self.scale
        return Output(f"1.{i + 1:03d}", "1", f"Item {i + 1}", sum(needs), sum(needs), (score,), profile=profile)


def periods_of(count: int) -> tuple[Period, ...]:
    return tuple(Period(f"resource {t + 1}", FIRST_YEAR + t, FIRST_YEAR + t) for t in range(count))


def read(file: str) -> Iterator[Knapsack]:
    """The problems of a file of the OR-Library."""
    words = iter((DATA / file).read_text(encoding="utf-8").split())
    for number in range(1, int(next(words)) + 1):
        items, resources, best = int(next(words)), int(next(words)), Fraction(next(words))
        values = tuple(Fraction(next(words)) for _ in range(items))
        weights = tuple(tuple(int(next(words)) for _ in range(items)) for _ in range(resources))
        capacities = tuple(int(next(words)) for _ in range(resources))
        yield Knapsack(f"{Path(file).stem} {number}", values, weights, capacities, best)
    assert next(words, None) is None, f"{file} has more numbers than it says"
