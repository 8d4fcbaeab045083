"""Random small plans, aimed at edges: limits at and one unit beyond what some allocation reaches, ties, nothing, everything.

A plan is drawn around a random allocation, the witness: most limits are what the witness reaches, or one unit more or less, so
that plans are feasible often, and only just. About half have periods, and most of these funds (timed.py). The same seed always
gives the same plan.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from optimizer.findings import Severity
from optimizer.plan import Basis, Component, Coverage, Criterion, Group, Level, Limit, Link, Output, Plan, Status
from optimizer.sanity import contradictions
from optimizer.scenario import ScenarioSpec
from tests.oracle import NONE, Question, Received, is_funded, priced
from tests.timed import Time

MOST_OUTPUTS = 12
SCALES = (1, 10**3, 10**6, 10**9)
TAG_COLUMNS = ("conclusion", "target")
TAGS = ("p", "q", "r")


@cache
def question(seed: int) -> Question:
    """The plan and scenario of a seed; drawn again until no contradiction is left that would be refused before solving."""
    rng = random.Random(seed)
    while True:
        drawn = _Draft(rng).question()
        if not any(fact.severity is Severity.ERROR for fact in contradictions(drawn.plan)):
            return drawn


@dataclass
class _Draft:
    """The choices that shape one plan, and the outputs and witness as they grow."""

    rng: random.Random
    outputs: list[Output] = field(default_factory=list)
    witness: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.scale = rng.choice(SCALES)
        self.ragged = rng.random() < 0.4  # amounts without a common divisor
        self.flat = rng.random() < 0.35  # few different costs and scores: many ties
        self.unit = 1000 if self.scale > 1 and rng.random() < 0.4 else 1
        self.step = rng.choice((5, 10, 15, 20, 25, 30, 40, 50))
        self.time = Time(rng, self.step, self.unit)
        self.most = rng.choice((300, 1000, 3000) if self.time.periods else (300, 4000, 10_000, 25_000))
        self.criteria = tuple(
            Criterion(f"c{k}", f"Criterion {k}", self.decimal(rng.choice((1, 2, 5)))) for k in range(rng.randint(1, 3))
        )
        if len(self.criteria) > 1 and rng.random() < 0.2:
            self.criteria = (replace(self.criteria[0], weight=Fraction(0)), *self.criteria[1:])

    def decimal(self, most: int) -> Fraction:
        """A number above 0 with up to two decimals, as people type them; whole in flat plans."""
        if self.flat or self.rng.random() < 0.5:
            return Fraction(self.rng.randint(1, most))
        return Fraction(self.rng.randint(1, 100 * most), 100)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def nudge(self, value: int) -> int:
        """The value itself, mostly, or one unit more or less."""
        return value + self.rng.choice((0, 0, 0, 0, 0, 0, -1, 1))

    def question(self) -> Question:
        components = [f"k{n}" for n in range(self.rng.randint(1, 4))]
        self._draw_outputs(components)
        self._draw_witness()
        links = self._links() if self.chance(0.45) else ()
        outputs = tuple(self._with_status(i) for i in range(len(self.outputs))) if self.chance(0.6) else tuple(self.outputs)
        resources = self._resources(outputs)
        plan = Plan(
            title="Drawn",
            currency="US$",
            components=self._components(components, resources),
            criteria=self.criteria,
            outputs=outputs,
            links=links,
            groups=self._groups() if self.chance(0.45) else (),
            coverage=self._coverage() if self.chance(0.35) else (),
            tag_columns=TAG_COLUMNS,
            delivery_step=self.step,
            unit_of_account=self.unit,
            periods=self.time.periods,
            funds=self.time.funds,
            first_open_year=self.time.first_open_year,
            later_start=self.time.later,
            continuity=self.time.continuity,
        )
        objectives = ("delivery", "delivery", "delivery", "delivery", "money-weighted", "money-weighted", "tiers", "balanced")
        asked = Question(plan, ScenarioSpec("Drawn", resources, self.rng.choice(objectives)))
        return self._stable(asked) if self.chance(0.25) else asked

    def _stable(self, asked: Question) -> Question:
        """An adopted allocation from which the witness departs as often as it may, or once more or less."""
        outputs = [self._adopted(i, output) for i, output in enumerate(asked.plan.outputs)]
        if all(output.adopted is None for output in outputs):
            outputs[0] = replace(outputs[0], adopted=outputs[0].cost)
        asked = replace(asked, plan=replace(asked.plan, outputs=tuple(outputs)))
        pairs = [(received.amount, before) for received, before in zip(self.witness, asked.reference, strict=True)]
        changes, drops = sum(now != before for now, before in pairs), sum(now < before for now, before in pairs)
        limits = {"allowed_changes": max(self.nudge(changes), 0), "allowed_drops": max(self.nudge(drops), 0)}
        chosen = self.rng.choice((("allowed_changes",), ("allowed_changes",), ("allowed_drops",), tuple(limits)))
        return replace(asked, plan=replace(asked.plan, **{setting: limits[setting] for setting in chosen}))

    def _adopted(self, i: int, output: Output) -> Output:
        ways = self.time.ways(output)
        some = self.rng.choice(ways).amount
        return replace(output, adopted=self.rng.choice((None, 0, self.witness[i].amount, self.witness[i].amount, some, some + 1)))

    # Outputs

    def _draw_outputs(self, components: list[str]) -> None:
        size = 1
        names = self.rng.sample(range(10, 100), MOST_OUTPUTS)  # ids in no particular order
        for n in range(self.rng.choice((1, 2, 4, 6, 8, 9, 10, 11, 12))):
            component = self.rng.choice(components)
            output = self._output(f"{component}.{names[n]}", component, n)
            if size * self._ways(output) > self.most:
                output = replace(output, minimum=output.cost, explicit_levels=(), spent=0, profile=())
            if size * self._ways(output) > self.most:
                break
            size *= self._ways(output)
            self.outputs.append(output)
        self.time.draw_funds(self.outputs)
        self.outputs = [self.time.named(output) for output in self.outputs]

    def _ways(self, output: Output) -> int:
        """What an output could receive, at most."""
        return 1 + len(self.time.ways(output)) * self.time.starts

    def _draw_witness(self) -> None:
        for output in self.outputs:
            possible = self.time.possible(output)
            late = [received for received in possible if received.start is not None]
            if late and self.chance(0.5):
                possible = tuple(late)
            self.witness.append(self.rng.choice((NONE if NONE in possible else possible[0], *possible, possible[-1])))

    def _output(self, key: str, component: str, n: int) -> Output:
        if self.outputs and self.chance(0.25):
            return replace(self.rng.choice(self.outputs), id=key)  # alike in everything but the id
        cost = self._cost()
        output = Output(
            id=key,
            component=component,
            title=f"Output {n}",
            cost=cost,
            minimum=cost,
            scores=tuple(self._score() for _ in self.criteria),
            tags=tuple(tuple(tag for tag in TAGS if self.chance(0.4)) for _ in TAG_COLUMNS),
        )
        if cost and self.chance(0.4):
            two_levels = max(cost - cost * self.step // 100, 1)
            output = replace(
                output, minimum=self.rng.choice((1, two_levels, two_levels, cost // 2 or 1, self.rng.randint(1, cost)))
            )
        elif cost > 2 and self.chance(0.3):
            output = replace(output, explicit_levels=self._explicit_levels(cost))
        return self.time.placed(replace(output, tier=self.rng.choice((1, 1, 2, 3))))

    def _cost(self) -> int:
        if self.chance(0.06):
            return 0
        whole = self.rng.randint(1, 3 if self.flat else 40) * self.scale
        return whole + (self.rng.randrange(self.scale) if self.ragged else 0)

    def _score(self) -> Fraction:
        if self.chance(0.08):
            return Fraction(0)
        if self.flat:
            return Fraction(self.rng.choice((50, 100)))
        return min(self.decimal(100), Fraction(100))

    def _explicit_levels(self, cost: int) -> tuple[Level, ...]:
        count = self.rng.randint(1, min(3, cost - 1))
        amounts = sorted({self.rng.randint(1, cost - 1) for _ in range(count)})
        shares = sorted(self.rng.sample(range(100), len(amounts)))
        found = tuple(Level(amount, share) for amount, share in zip(amounts, shares, strict=True))
        return found if self.chance(0.15) else (*found, Level(cost, 100))  # some can never be delivered in full

    def _with_status(self, i: int) -> Output:
        output, received = self.outputs[i], self.witness[i]
        amount = received.amount
        if is_funded(received) and received.start is None and self.chance(0.25):
            dearest = priced(output, self.step, self.unit)[-1].amount
            committed = self.rng.choice((amount, amount, amount // 2, max(amount - 1, 0), min(amount + 1, dearest)))
            return replace(output, status=Status.COMMITTED, committed=committed)
        if self.chance(0.2 if amount <= self.time.calendar.spent(output) else 0.02):
            return replace(output, status=Status.DEFERRED)
        return output

    # Rules

    def _resources(self, outputs: tuple[Output, ...]) -> Limit:
        if self.time.funds and self.chance(0.95):
            part = Limit(Basis.FUNDS, Fraction(self.rng.choice((100, 100, 100, 90, 75, Fraction(667, 10)))))
            self.time.fill_funds(outputs, self.witness, part.value)
            return part
        spend = sum(received.amount for received in self.witness)
        estimate = sum(output.cost for output in self.outputs)
        if self.chance(0.2):
            return Limit(Basis.ESTIMATE, Fraction(self.rng.randint(0, 1000), 10))
        amount = self.rng.choice((spend, spend, spend, spend + 1, max(spend - 1, 0), self.rng.randint(0, estimate), 0, estimate))
        return Limit(Basis.AMOUNT, Fraction(amount))

    def _components(self, ids: list[str], resources: Limit) -> tuple[Component, ...]:
        estimate = sum(output.cost for output in self.outputs)
        money = resources.value if resources.basis is Basis.AMOUNT else resources.value * estimate // 100
        if resources.basis is Basis.FUNDS:
            money = sum(resources.value * amount // 100 for fund in self.time.funds for amount in fund.amounts)
        floors, ceilings = self.chance(0.5), self.chance(0.35)
        found = []
        for key in ids:
            members = [i for i, output in enumerate(self.outputs) if output.component == key]
            received = sum(self.witness[i].amount for i in members)
            bases = {Basis.AMOUNT: Fraction(100), Basis.ESTIMATE: Fraction(sum(self.outputs[i].cost for i in members))}
            bases[Basis.RESOURCES] = Fraction(money)
            weight = self.decimal(3) if self.chance(0.5) else Fraction(1)
            minimum = self._limit(received, bases) if floors and members and self.chance(0.6) else None
            maximum = self._limit(received, bases) if ceilings and members and self.chance(0.6) else None
            found.append(Component(key, f"Component {key}", weight, minimum, maximum))
        if self.chance(0.1):
            found.append(Component("empty", "Component without outputs"))
        return tuple(found)

    def _limit(self, received: int, bases: dict[Basis, Fraction]) -> Limit:
        """What the witness gives the component, or one unit off, or half of it, in one of the three bases."""
        amount = max(self.rng.choice((self.nudge(received), received, received // 2)), 0)
        basis, base = self.rng.choice([(basis, base) for basis, base in bases.items() if base])
        value = Fraction(amount * 100) / base
        if basis is not Basis.AMOUNT and self.chance(0.4):
            value = Fraction(value * 10 // 1, 10)  # a percentage as people type it
        return Limit(basis, value)

    def _links(self) -> tuple[Link, ...]:
        order = list(range(len(self.outputs)))
        self.rng.shuffle(order)  # requirements run along a random order, so without circles
        found = {}
        for position, i in enumerate(order):
            for j in self.rng.sample(order[position + 1 :], min(len(order) - position - 1, self.rng.choice((0, 0, 1, 1, 2)))):
                ways = self.time.ways(self.outputs[j])
                share = self.rng.choice((0, 0, 100, self.rng.choice(ways).share, min(self.rng.choice(ways).share + 1, 100)))
                kept = not is_funded(self.witness[i]) or (is_funded(self.witness[j]) and self.witness[j].share >= share)
                if kept or self.chance(0.15):
                    found[i, j] = Link(self.outputs[i].id, self.outputs[j].id, share)
        return tuple(found.values())

    def _groups(self) -> tuple[Group, ...]:
        found = []
        for n in range(self.rng.randint(1, 2)):
            members = self.rng.sample(range(len(self.outputs)), self.rng.randint(1, min(5, len(self.outputs))))
            k = self.nudge(sum(is_funded(self.witness[i]) for i in members))
            if k >= 0:
                found.append(Group(f"group {n}", self.chance(0.5), k, tuple(self.outputs[i].id for i in members)))
        return tuple(found)

    def _coverage(self) -> tuple[Coverage, ...]:
        column = self.rng.randrange(len(TAG_COLUMNS))
        return tuple(
            Coverage(TAG_COLUMNS[column], tag, max(self.nudge(self._carried(column, tag)), 0))
            for tag in self.rng.sample(TAGS, self.rng.randint(1, 2))
        )

    def _carried(self, column: int, tag: str) -> int:
        pairs = zip(self.outputs, self.witness, strict=True)
        return sum(tag in output.tags[column] and is_funded(received) for output, received in pairs)
