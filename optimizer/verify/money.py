"""Payments: what outputs need by period against what the sheet Payments says, and the money of the funds that pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.verify.delivery import Delivery, due, later
from optimizer.verify.plan import Fund, Plan


@dataclass(frozen=True)
class Payment:
    """A line of the sheet Payments; positions of output, period and fund (None where no funds pay)."""

    output: int
    period: int
    fund: int | None
    amount: int


@dataclass(frozen=True)
class Balance:
    """A fund in a period: own and carried in are paid, carried out or not used."""

    own: int
    carried_in: int
    paid: int
    carried_out: int
    unused: int


def begun(plan: Plan, i: int, delivery: Delivery, payments: Sequence[Payment]) -> Delivery:
    """The delivery with the later start that its payments tell, where they are not as planned."""
    output = plan.outputs[i]
    paid = _by_period(payments)
    if delivery.funded and paid != _periods(due(plan, output, delivery.level)):
        for start in later(plan, output):
            if paid == _periods(due(plan, output, delivery.level, start)):
                return Delivery(delivery.amount, delivery.share, start)
    return delivery


def mispaid(plan: Plan, given: Sequence[Delivery], payments: Sequence[Payment]) -> Iterator[str]:
    """What is not paid as it falls due, or by a fund that may not pay it, in words."""
    own: dict[int, list[Payment]] = {i: [] for i in range(len(plan.outputs))}
    for payment in payments:
        own[payment.output].append(payment)
    for i, (output, delivery) in enumerate(zip(plan.outputs, given, strict=True)):
        needed = due(plan, output, delivery.level, delivery.start) if delivery.funded else {}
        if needed is None or _by_period(own[i]) != _periods(needed):
            yield f"output {output.id} is not paid as its money falls due"
            continue
        for t in {payment.period for payment in own[i]}:
            yield from _by_whom(plan, i, t, [payment for payment in own[i] if payment.period == t], needed)


def _by_whom(plan: Plan, i: int, t: int, payments: Sequence[Payment], needed: dict[tuple[int, str], int]) -> Iterator[str]:
    """Parts that only one fund may pay are paid by it; the rest by funds that may pay for the output."""
    output, period = plan.outputs[i], plan.periods[t].name
    for payment in payments:
        if payment.fund is None:
            continue
        fund = plan.funds[payment.fund]
        tied = needed.get((t, fund.id), 0)
        if payment.amount < tied:
            yield f"{fund.id} pays {payment.amount:,} for output {output.id} in {period}, of which it alone may pay {tied:,}"
        if payment.amount > tied and not fund.pays(output):
            yield f"{fund.id} may not pay for output {output.id} in {period}"
    if plan.funds:
        payers = {plan.funds[payment.fund].id for payment in payments if payment.fund is not None}
        for when, name in needed:
            if when == t and name and name not in payers:
                yield f"{name} does not pay for output {output.id} in {period}, as it alone may"


def _by_period(payments: Sequence[Payment]) -> dict[int, int]:
    found: dict[int, int] = {}
    for payment in payments:
        found[payment.period] = found.get(payment.period, 0) + payment.amount
    return found


def _periods(needed: dict[tuple[int, str], int] | None) -> dict[int, int]:
    found: dict[int, int] = {}
    for (t, _), amount in (needed or {}).items():
        found[t] = found.get(t, 0) + amount
    return found


def balances(plan: Plan, f: int, payments: Sequence[Payment]) -> list[Balance]:
    """The money of a fund, period after period."""
    fund, carried, found = plan.funds[f], 0, []
    for t, own in enumerate(fund.amounts):
        paid = sum(payment.amount for payment in payments if payment.fund == f and payment.period == t)
        rest = own + carried - paid
        onward = _onward(fund, rest) if t + 1 < len(fund.amounts) else 0
        found.append(Balance(own, carried, paid, onward, rest - onward))
        carried = onward
    return found


def _onward(fund: Fund, rest: int) -> int:
    if not fund.carry_over:
        return 0
    return rest if fund.cap is None else min(rest, fund.cap)


def overdrawn(plan: Plan, payments: Sequence[Payment]) -> Iterator[str]:
    for f, fund in enumerate(plan.funds):
        for period, balance in zip(plan.periods, balances(plan, f, payments), strict=True):
            if balance.unused < 0 or balance.carried_out < 0:
                yield f"{fund.id} pays more in {period.name} than it has"
