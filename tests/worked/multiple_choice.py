"""A published instance of the multiple-choice multidimensional knapsack problem, written as plans in two ways.

Of each class exactly one item is taken, within the capacities of all resources. Once each class is an output and its items are
the output's levels, with what they take of each resource as a profile of their own; once each item is an output, and each class
a group of which exactly one is funded.

data/mmkp.txt: the fifteenth problem of the first test set (five groups, ten items, five knapsacks) of C. Hiremath and R. Hill,
"New greedy heuristics for the multiple-choice multi-dimensional knapsack problem", International Journal of Operational Research
2(4), 2007, 495-512; in the usual format: classes, items of each, resources; capacities; for each class its number and its items,
each with its value and what it takes. The optimum is that of complete enumeration, in the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import add

from optimizer.fund import Fund
from optimizer.plan import Component, Criterion, Group, Level, Output, Plan
from optimizer.timing import ProfileRow
from tests.worked.published import DATA, periods_of

Item = tuple[int, tuple[int, ...]]  # value, what it takes of each resource
DEAR = 1_000_000  # more than all money: the level in full of a class whose best item is worth less than 100


@dataclass(frozen=True)
class MultipleChoice:
    """Values are whole numbers up to 100 that rise within each class."""

    capacities: tuple[int, ...]
    classes: tuple[tuple[Item, ...], ...]

    def best(self) -> int:
        """By looking at every choice, without those that no further class could mend."""
        found: list[tuple[int, tuple[int, ...]]] = [(0, (0,) * len(self.capacities))]
        for items in self.classes:
            sums = ((value + more, tuple(map(add, taken, takes))) for value, taken in found for more, takes in items)
            found = [(value, taken) for value, taken in sums if all(a <= b for a, b in zip(taken, self.capacities, strict=True))]
        return max(value for value, _ in found)

    def as_levels(self) -> Plan:
        """The share that a level delivers is its value. One more period fills amounts up so that they rise with the values."""
        outputs = tuple(self._with_levels(c, items) for c, items in enumerate(self.classes))
        groups = (Group("one of each", False, len(outputs), tuple(output.id for output in outputs)),)
        money = Fund("all", "Capacities", "resources", (*self.capacities, DEAR - 1))
        return self._plan(outputs, groups, money)

    def _with_levels(self, c: int, items: tuple[Item, ...]) -> Output:
        levels, rows = [], []
        for n, (value, takes) in enumerate(items, start=1):
            amount = 1000 * n
            levels.append(Level(amount, value))
            rows.append(ProfileRow(tuple(map(Fraction, (*takes, amount - sum(takes)))), value, by_amount=True))
        if items[-1][0] < 100:
            levels.append(Level(DEAR, 100))
            rows.append(ProfileRow(tuple(map(Fraction, (*(0 for _ in self.capacities), DEAR))), 100, by_amount=True))
        cost = levels[-1].amount
        return Output(
            str(c + 1), "1", f"Class {c + 1}", cost, cost, (Fraction(100),), explicit_levels=tuple(levels), profile=tuple(rows)
        )

    def as_groups(self) -> Plan:
        outputs, groups = [], []
        for c, items in enumerate(self.classes, start=1):
            members = []
            for n, (value, takes) in enumerate(items):
                profile = (ProfileRow(tuple(map(Fraction, (*takes, 0))), by_amount=True),)
                members.append(f"{c}.{n}")
                title = f"Item {n} of class {c}"
                outputs.append(Output(f"{c}.{n}", "1", title, sum(takes), sum(takes), (Fraction(value),), profile=profile))
            groups += [
                Group(f"class {c}: {word}", at_most, 1, tuple(members)) for word, at_most in (("one", True), ("some", False))
            ]
        return self._plan(tuple(outputs), tuple(groups), Fund("all", "Capacities", "resources", (*self.capacities, 0)))

    def _plan(self, outputs: tuple[Output, ...], groups: tuple[Group, ...], fund: Fund) -> Plan:
        return Plan(
            title="Multiple choice",
            currency="US$",
            components=(Component("1", "All"),),
            criteria=(Criterion("value", "Value", Fraction(1)),),
            outputs=outputs,
            groups=groups,
            periods=periods_of(len(self.capacities) + 1),
            funds=(fund,),
        )


def read() -> MultipleChoice:
    words = map(int, (DATA / "mmkp.txt").read_text(encoding="utf-8").split())
    count, size, resources = next(words), next(words), next(words)
    capacities = tuple(next(words) for _ in range(resources))
    classes = []
    for c in range(count):
        assert next(words) == c + 1
        classes.append(tuple(_items(words, size, resources)))
    assert next(words, None) is None, "more numbers than the file says"
    return MultipleChoice(capacities, tuple(classes))


def _items(words: Iterator[int], size: int, resources: int) -> Iterator[Item]:
    for _ in range(size):
        value = next(words)
        yield value, tuple(next(words) for _ in range(resources))
