"""The plan: what could be delivered, at which price, in which order of priority. Frozen, exact, standard library only.

Money is whole units of the plan's currency (int). Shares are whole percentage points (int, 0 to 100). Weights, scores and
percentages typed by people are exact fractions. Every collection keeps the order of the workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

from optimizer.fund import Fund
from optimizer.target import Target
from optimizer.timing import Period, ProfileRow, Variant, timing, variants
from optimizer.titles import Titled, Titles


class Status(StrEnum):
    """What has been decided about an output before the optimizer is asked."""

    OPEN = "open"  # to be decided
    COMMITTED = "committed"  # funded at least to its committed amount
    DEFERRED = "deferred"  # not funded in this plan


class Basis(StrEnum):
    """What a limit is measured in."""

    AMOUNT = "amount"
    ESTIMATE = "% of estimate"
    RESOURCES = "% of resources"
    FUNDS = "% of funds"


@dataclass(frozen=True, slots=True)
class Limit:
    """A minimum, a maximum or the resources, as typed: an amount, or a percentage (0 to 100) of a base."""

    basis: Basis
    value: Fraction

    def of(self, estimate: int, resources: int, funds: int = 0) -> Fraction:
        """The limit in money, not yet rounded to whole units."""
        if self.basis is Basis.AMOUNT:
            return self.value
        base = {Basis.ESTIMATE: estimate, Basis.RESOURCES: resources, Basis.FUNDS: funds}[self.basis]
        return self.value * base / 100


@dataclass(frozen=True, slots=True)
class Criterion(Titled):
    id: str
    title: str
    weight: Fraction
    meaning_of_0: str = ""
    meaning_of_100: str = ""
    comment: str = ""
    titles: Titles = ()


@dataclass(frozen=True, slots=True)
class Component(Titled):
    """A part of the plan. `minimum` and `maximum` limit what its outputs receive together; None where there is no limit."""

    id: str
    title: str
    weight: Fraction = Fraction(1)
    minimum: Limit | None = None
    maximum: Limit | None = None
    comment: str = ""
    titles: Titles = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A priced way to deliver an output: the amount, and the share of the output's priority that it delivers."""

    amount: int
    share: int
    result: str = ""


@lru_cache(maxsize=4096)  # every scenario, its rules and its audit ask for the same ones
def _steps(full: Level, minimum: int, result_minimum: str, step: int, unit_of_account: int) -> tuple[Level, ...]:
    """The levels that a delivery step gives, up to the full one."""
    cost = full.amount
    if minimum >= cost:
        return (full,)
    lowest = 100 * minimum // cost
    levels = [Level(minimum, lowest, result_minimum)]
    for share in range((lowest // step + 1) * step, 100, step):
        levels.append(Level(-(-cost * share // (100 * unit_of_account)) * unit_of_account, share))
    levels.append(full)
    return (*(level for level, dearer in pairwise(levels) if level.amount < min(dearer.amount, cost)), full)


@dataclass(frozen=True, slots=True)
class Output(Titled):
    """One line of the plan. `minimum` is the minimum viable amount; equal to `cost` it makes the output all-or-nothing.

    `scores` follow the plan's criteria and `tags` its tag columns. `explicit_levels`, where given, replace the levels that the
    plan's delivery step would give. `tier` is its class under the objective *tiers*, 1 the first. `spent` and `delivered` (per
    cent) are its progress, which counts in a re-plan; `adopted` is the amount last adopted, from which changes are counted.
    """

    id: str
    component: str
    title: str
    cost: int
    minimum: int
    scores: tuple[Fraction, ...]
    short_title: str = ""
    unit: str = ""
    cost_basis: str = ""
    status: Status = Status.OPEN
    committed: int = 0
    reason: str = ""
    earliest_start: int | None = None
    start: int | None = None
    end: int | None = None
    tags: tuple[tuple[str, ...], ...] = ()
    judged: tuple[bool, ...] = ()
    result_full: str = ""
    result_minimum: str = ""
    explicit_levels: tuple[Level, ...] = ()
    profile: tuple[ProfileRow, ...] = ()
    tier: int | None = None
    spent: int = 0
    delivered: int = 0
    adopted: int | None = None
    comment: str = ""
    titles: Titles = ()
    short_titles: Titles = ()

    @property
    def name(self) -> str:
        return self.short_title or self.title

    def named(self, language: str) -> str:
        """Its short title in a language, else its title in it, else its name."""
        return {language: self.name, **dict(self.titles), **dict(self.short_titles)}[language]

    def levels(self, step: int, unit_of_account: int) -> tuple[Level, ...]:
        """The ways to deliver the output, cheapest first (docs/model.md, Levels).

        Without explicit levels: the minimum viable amount, every multiple of `step` percentage points above it (amount rounded
        up to `unit_of_account`), and 100 per cent at exactly the cost. A step that rounding makes as dear as the next better
        level is left out: nobody would choose it.
        """
        if self.explicit_levels:
            return self.explicit_levels
        return _steps(Level(self.cost, 100, self.result_full), self.minimum, self.result_minimum, step, unit_of_account)

    def with_progress(self, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        """The levels that are left once `spent` is spent: no more than that, or a level that costs and delivers more."""
        if not self.spent:
            return levels
        more = (level for level in levels if level.amount > self.spent and level.share > self.delivered)
        return (Level(self.spent, self.delivered), *more)


@dataclass(frozen=True, slots=True)
class Link:
    """`output` can be funded only if `requires` is delivered to at least `share` per cent (0: funded at any level)."""

    output: str
    requires: str
    share: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """At most, or at least, `k` of `members` are funded."""

    name: str
    at_most: bool
    k: int
    members: tuple[str, ...]
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """At least `least` funded outputs carry `tag` in the tag column of that name."""

    tag_column: str
    tag: str
    least: int


@dataclass(frozen=True)
class Plan(Titled):
    """A plan as read from its workbook, or as a scenario has changed it."""

    title: str
    currency: str
    components: tuple[Component, ...]
    criteria: tuple[Criterion, ...]
    outputs: tuple[Output, ...]
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    tag_columns: tuple[str, ...] = ()
    delivery_step: int = 5
    unit_of_account: int = 1
    display_unit: int = 1
    reference: str = ""
    notice: str = ""
    version_label: str = ""
    status: str = "draft"
    costing_date: str = ""
    prepared_by: str = ""
    published_by: str = ""  # as within a sentence; empty: the Office
    publishers: Titles = ()  # the same in other languages
    periods: tuple[Period, ...] = ()
    funds: tuple[Fund, ...] = ()
    first_open_year: int | None = None  # years before it are closed: a re-plan
    later_start: bool = False
    continuity: bool = False
    allowed_changes: int | None = None
    allowed_drops: int | None = None
    targets: tuple[Target, ...] = ()
    titles: Titles = ()

    @cached_property
    def levels(self) -> tuple[tuple[Level, ...], ...]:
        """The levels of each output; in a re-plan what is spent already is the lowest."""
        return tuple(self.levels_of(output) for output in self.outputs)

    def levels_of(self, output: Output) -> tuple[Level, ...]:
        """The same for one output."""
        levels = output.levels(self.delivery_step, self.unit_of_account)
        return levels if self.first_open_year is None else output.with_progress(levels)

    @cached_property
    def variants(self) -> tuple[tuple[Variant, ...], ...]:
        """For each output the periods in which it may begin, as planned first, with the split of each level over the periods.

        Later starts are there where the plan allows them and nothing is committed or spent.
        """
        return tuple(self.variants_of(output, levels) for output, levels in zip(self.outputs, self.levels, strict=True))

    def variants_of(self, output: Output, levels: tuple[Level, ...]) -> tuple[Variant, ...]:
        """The same for one output with its levels."""
        later = self.later_start and output.status is Status.OPEN
        return variants(self.periods, output.profile, levels, timing(output, self.first_open_year, later))

    @cached_property
    def payers(self) -> tuple[tuple[int, ...], ...]:
        """For each output the positions of the funds that may pay for it."""
        return tuple(tuple(f for f, fund in enumerate(self.funds) if fund.pays(output)) for output in self.outputs)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each output by id."""
        return {output.id: i for i, output in enumerate(self.outputs)}

    @cached_property
    def members(self) -> dict[str, tuple[int, ...]]:
        """Positions of the outputs of each component, by component id."""
        found: dict[str, list[int]] = {component.id: [] for component in self.components}
        for i, output in enumerate(self.outputs):
            found[output.component].append(i)
        return {key: tuple(positions) for key, positions in found.items()}

    @cached_property
    def priorities(self) -> tuple[Fraction, ...]:
        """Priority of each output: its weighted average score (0 to 100) times the weight of its component."""
        return tuple(self.each_priority())

    def each_priority(self) -> Iterator[Fraction]:
        """The same, one after the other."""
        total = sum((criterion.weight for criterion in self.criteria), Fraction(0))
        component_weight = {component.id: component.weight for component in self.components}
        for output in self.outputs:
            score = sum((c.weight * score for c, score in zip(self.criteria, output.scores, strict=True)), Fraction(0))
            yield component_weight[output.component] * score / total if total else Fraction(0)

    @property
    def cost(self) -> int:
        """The full estimate of the plan."""
        return sum(output.cost for output in self.outputs)

    def estimate(self, component: str) -> int:
        """The full estimate of a component: the sum of its outputs' costs."""
        return sum(self.outputs[i].cost for i in self.members[component])

    def money(self, amount: int) -> str:
        """An amount as it stands in text: US$237,000,000, CHF 5,000."""
        return f"{self.currency}{' ' if self.currency[-1:].isalnum() else ''}{amount:,}"

    def component(self, key: str) -> Component:
        return next(component for component in self.components if component.id == key)
