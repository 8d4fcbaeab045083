"""Who can pay for what, and who pays: money by fund and period against what outputs need, in whole units.

An output's part of a period may be paid by the funds that may pay for the output, or by the one fund that its profile names.
Parts with the same payers and period are one need. A fund's money of a period may wait for later ones where it carries over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from optimizer.allocation import Allocation, Delivery
from optimizer.flow import UNLIMITED, Network
from optimizer.fund import Fund
from optimizer.plan import Level, Plan
from optimizer.timing import Part, timing, variants

Payers = tuple[int, ...]  # positions of funds, in order
Need = tuple[Payers, int]  # who may pay, and the period's position
Split = Callable[[Plan, int, Delivery], tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Payment:
    """What a fund pays for an output in a period; positions in the plan's outputs, periods and funds."""

    output: int
    period: int
    fund: int
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A fund in a period. available = own + carried in = paid + carried out + unused; `unused` is lost to later periods."""

    own: int
    carried_in: int
    paid: int
    carried_out: int
    unused: int


@dataclass(frozen=True, slots=True)
class Funding:
    """Who pays what and when. `balances` by fund, then by period."""

    payments: tuple[Payment, ...]
    balances: tuple[tuple[Balance, ...], ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Needs that the funds which may pay for them cannot meet: what is needed, and the most that could be paid."""

    needs: frozenset[Need]
    needed: int
    payable: int


class NoSplit(ValueError):
    """A delivery that the plan does not know, so that nobody can say when it is spent."""


def parts(plan: Plan, i: int, delivery: Delivery) -> tuple[Part, ...]:
    """What a delivery needs by period. Raises NoSplit for an amount that is none of the output's levels or a start it has not."""
    if not delivery.funded:
        return ()
    variants = plan.variants[i]
    start = variants[0].start if delivery.start is None else delivery.start
    for variant in variants:
        for level, split in zip(plan.levels[i], variant.splits, strict=True):
            if (variant.start, level.amount, level.share) == (start, delivery.amount, delivery.share) and split is not None:
                return split
    raise NoSplit(f"output {plan.outputs[i].id} has no level of {delivery.amount:,} that begins then")


def presumed(plan: Plan, i: int, delivery: Delivery) -> tuple[Part, ...]:
    """The same of somebody's own amount: what is no level falls on the periods as levels without a profile of their own do."""
    try:
        return parts(plan, i, delivery)
    except NoSplit:
        output, amount = plan.outputs[i], delivery.amount
    when = timing(output, plan.first_open_year, later=False)
    general = [row for row in output.profile if row.level is None]
    (planned,) = variants(plan.periods, general, (Level(amount, 0),), replace(when, spent=min(when.spent, amount)))
    return planned.splits[0] or ()  # where no time is left another rule says so


def needs(plan: Plan, allocation: Allocation, split: Split = parts) -> dict[Need, int]:
    """What must be paid, by who may pay and by period; `split` says what a delivery needs by period."""
    who, position = plan.payers, {fund.id: f for f, fund in enumerate(plan.funds)}
    found: dict[Need, int] = defaultdict(int)
    for i, delivery in enumerate(allocation):
        for part in split(plan, i, delivery):
            found[need_of(part, who[i], position)] += part.amount
    return dict(found)


def need_of(part: Part, able: Payers, position: Mapping[str, int]) -> Need:
    return ((position[part.fund],) if part.fund else able, part.period)


@dataclass
class Market:
    """Money and needs as a network: source -> fund's money of a period -> its payments then -> needs -> sink."""

    funds: Sequence[Fund]
    periods: int
    demand: Mapping[Need, int]
    network: Network = field(init=False)
    paying: dict[tuple[int, int], int] = field(default_factory=dict)  # fund, period -> arc
    meeting: dict[tuple[int, Need], int] = field(default_factory=dict)  # fund, need -> arc
    sinks: dict[Need, int] = field(default_factory=dict)  # need -> node

    SOURCE, SINK = 0, 1

    def __post_init__(self) -> None:
        count = len(self.funds) * self.periods
        self.network = Network(2 + 2 * count + len(self.demand))
        for f, fund in enumerate(self.funds):
            for t in range(self.periods):
                money = 2 + 2 * (f * self.periods + t)
                self.network.arc(self.SOURCE, money, fund.amounts[t])
                self.paying[f, t] = self.network.arc(money, money + 1, UNLIMITED)
                if fund.carry_over and t + 1 < self.periods:
                    self.network.arc(money, money + 2, UNLIMITED if fund.cap is None else fund.cap)
        for node, need in enumerate(sorted(self.demand), start=2 + 2 * count):
            self.sinks[need] = node
            able, t = need
            for f in able:
                self.meeting[f, need] = self.network.arc(2 + 2 * (f * self.periods + t) + 1, node, UNLIMITED)
            self.network.arc(node, self.SINK, self.demand[need])

    def pay(self) -> int:
        """Pay as much as can be paid; how much that is."""
        return self.network.push(self.SOURCE, self.SINK)


def payable(funds: Sequence[Fund], periods: int, wanted: Iterable[Need]) -> int:
    """The most that the funds could pay for some needs, however large these were."""
    return Market(funds, periods, dict.fromkeys(wanted, UNLIMITED)).pay()


def shortages(funds: Sequence[Fund], periods: int, demand: Mapping[Need, int]) -> tuple[Shortage, ...]:
    """Needs that cannot be met together: as few as there are, and as many where these are others. None: all can be met.

    By the theorem of Ford and Fulkerson (1956) the needs can all be met exactly when no set of them asks for more than the money
    that can reach it.
    """
    market = Market(funds, periods, demand)
    if market.pay() == sum(demand.values()):
        return ()
    short = market.network.reaching(market.SINK)
    fewest = frozenset(need for need, node in market.sinks.items() if node in short)
    reached = market.network.reached(market.SOURCE)
    most = frozenset(need for need, node in market.sinks.items() if node not in reached)
    return tuple(
        Shortage(which, sum(demand[need] for need in which), payable(funds, periods, which))
        for which in dict.fromkeys((fewest, most))
    )


def pay(plan: Plan, allocation: Allocation) -> Funding:
    """Who pays what and when; one answer, whatever the order of outputs (docs/model.md, Who pays).

    The most restricted money goes first: funds in order of how many outputs they may pay for, then of the workbook. First what
    each pays in each period, as much as it can and early periods first; then for what, first for what the fewest funds may pay
    for. Within that, outputs are paid in order of priority. Raises ValueError when the money does not suffice.
    """
    demand = needs(plan, allocation)
    market = Market(plan.funds, len(plan.periods), demand)
    if market.pay() != sum(demand.values()):
        raise ValueError("the funds cannot pay for the allocation")
    order = most_restricted_first(plan)
    rank = {f: place for place, f in enumerate(order)}
    for f in order:
        for t in range(len(plan.periods)):
            market.network.fill(market.paying[f, t])
    ranked = sorted(demand, key=lambda need: (len(need[0]), sorted(rank[f] for f in need[0]), need[1]))
    for f in order:
        for need in ranked:
            if (f, need) in market.meeting:
                market.network.fill(market.meeting[f, need])
    met = {key: market.network.flow(arc) for key, arc in market.meeting.items()}
    return Funding(tuple(_payments(plan, allocation, order, met)), _balances(plan, met))


def most_restricted_first(plan: Plan) -> list[int]:
    """Positions of the funds, those that may pay for the fewest outputs first; equal ones in the order of the workbook."""
    return sorted(range(len(plan.funds)), key=lambda f: sum(f in able for able in plan.payers))


def _payments(plan: Plan, allocation: Allocation, order: Sequence[int], met: Mapping[tuple[int, Need], int]) -> Iterable[Payment]:
    """What is paid for each need, handed out to its outputs one after the other."""
    left, who = dict(met), plan.payers
    position = {fund.id: f for f, fund in enumerate(plan.funds)}
    found: dict[tuple[int, int, int], int] = defaultdict(int)
    ranked = sorted(range(len(plan.outputs)), key=lambda i: (-plan.priorities[i], plan.outputs[i].title, plan.outputs[i].id))
    for i in ranked:
        for part in parts(plan, i, allocation[i]):
            need, due = need_of(part, who[i], position), part.amount
            for f in order:
                paid = min(due, left.get((f, need), 0))
                if paid:
                    left[f, need] -= paid
                    due -= paid
                    found[i, part.period, f] += paid
    return (Payment(i, t, f, amount) for (i, t, f), amount in sorted(found.items()))


def _balances(plan: Plan, met: Mapping[tuple[int, Need], int]) -> tuple[tuple[Balance, ...], ...]:
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for (f, (_, t)), amount in met.items():
        paid[f, t] += amount
    table = []
    for f, fund in enumerate(plan.funds):
        carried, row = 0, []
        for t, own in enumerate(fund.amounts):
            rest = own + carried - paid[f, t]
            onward = min(rest, rest if fund.cap is None else fund.cap) if fund.carry_over and t + 1 < len(fund.amounts) else 0
            row.append(Balance(own, carried, paid[f, t], onward, rest - onward))
            carried = onward
        table.append(tuple(row))
    return tuple(table)
