"""Every rule of a scenario against a finished allocation, in whole numbers: docs/model.md, Rules, written down a second time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.verify.delivery import Delivery, Level, due, has_time, later, levels, spent
from optimizer.verify.plan import Output, Plan
from optimizer.verify.question import Question, in_money

AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True)
class Standing:
    """How an allocation stands to a rule, in the words of the sheet Rules."""

    key: str
    family: str
    sense: str
    limit: int
    value: int
    unit: str

    @property
    def slack(self) -> int:
        return self.limit - self.value if self.sense == AT_MOST else self.value - self.limit

    @property
    def respected(self) -> bool:
        return self.slack >= 0


Given = Sequence[Delivery]


def standings(question: Question, given: Given) -> Iterator[Standing]:
    """All but the levels and who pays; those of balanced coverage as the smallest coverage reached says."""
    plan = question.plan
    yield Standing("budget", "budget", AT_MOST, question.resources, sum(d.amount for d in given), "money")
    yield from _components(question, given)
    yield from _decided(plan, given)
    yield from _links(plan, given)
    yield from _timing(plan, given)
    if plan.funds:
        money = sum(sum(fund.amounts) for fund in plan.funds)
        yield Standing("funds", "funds", AT_MOST, money, sum(d.amount for d in given), "money")
    yield from _stable(plan, given)


def misdelivered(plan: Plan, given: Given) -> Iterator[str]:
    """Outputs that are delivered at none of their levels, or begin when they cannot, in words."""
    for output, d in zip(plan.outputs, given, strict=True):
        if d.funded and d.level not in levels(plan, output):
            yield f"output {output.id} receives {d.amount:,} for {d.share} per cent, which is none of its levels"
        if d.start is not None and d.start not in later(plan, output):
            yield f"output {output.id} begins in a period in which it cannot"


def coverage(plan: Plan, given: Given) -> Fraction:
    """The smallest share of its estimate that a component receives."""
    shares = (Fraction(_received(plan, given, c.id), plan.estimate(c.id)) for c in plan.components if plan.estimate(c.id))
    return min(shares, default=Fraction(1))


def _received(plan: Plan, given: Given, component: str) -> int:
    return sum(given[i].amount for i in plan.of(component))


def _components(question: Question, given: Given) -> Iterator[Standing]:
    plan = question.plan
    for component in plan.components:
        key, value = component.id, _received(plan, given, component.id)
        estimate = plan.estimate(key)
        if component.minimum is not None and component.minimum[1]:
            least = math.ceil(in_money(component.minimum, estimate, question.resources))
            yield Standing(f"floor[{key}]", "floor", AT_LEAST, least, value, "money")
        if component.maximum is not None:
            most = math.floor(in_money(component.maximum, estimate, question.resources))
            yield Standing(f"ceiling[{key}]", "ceiling", AT_MOST, most, value, "money")
    if question.objective == "balanced":
        reached = coverage(plan, given)
        unit = math.gcd(*(amount for output in plan.outputs for amount, _ in levels(plan, output))) or 1
        for component in plan.components:
            estimate = plan.estimate(component.id)
            if estimate:
                least, value = unit * math.ceil(reached * estimate / unit), _received(plan, given, component.id)
                yield Standing(f"balance[{component.id}]", "balance", AT_LEAST, least, value, "money")


def _decided(plan: Plan, given: Given) -> Iterator[Standing]:
    for output, d in zip(plan.outputs, given, strict=True):
        past = spent(plan, output)
        if output.status == "committed" or past:
            least = max(output.committed if output.status == "committed" else 0, past)
            yield Standing(f"committed[{output.id}]", "committed", AT_LEAST, least, d.amount if d.funded else -1, "money")
        if output.status == "deferred":
            value = d.amount if d.amount or past or not d.funded else 1  # what costs nothing must not be delivered either
            yield Standing(f"deferred[{output.id}]", "deferred", AT_MOST, past, value, "money")


def _links(plan: Plan, given: Given) -> Iterator[Standing]:
    by_id = {output.id: d for output, d in zip(plan.outputs, given, strict=True)}
    for (one, other), share in plan.links.items():
        asked, needed = by_id[one].funded, by_id[other]
        key, family = f"requires[{one},{other}]", "requires"
        if share:
            reached = needed.share if needed.funded else 0
            yield Standing(key, family, AT_LEAST, share if asked else 0, reached, "per cent")
        else:
            yield Standing(key, family, AT_LEAST, int(asked), int(needed.funded), "outputs")
    for group in plan.groups:
        count = sum(by_id[member].funded for member in group.members)
        yield Standing(f"{group.kind}[{group.name}]", group.kind, group.kind, group.k, count, "outputs")
    for column, tag, least in plan.coverage:
        count = sum(by_id[output.id].funded for output in plan.outputs if tag in output.tags.get(column, ()))
        yield Standing(f"coverage[{column}:{tag}]", "coverage", AT_LEAST, least, count, "outputs")


def _timing(plan: Plan, given: Given) -> Iterator[Standing]:
    """That an output begins when it can, has time left, and is not interrupted: how often it is not so, at most 0."""
    if not plan.periods:
        return
    for output, d in zip(plan.outputs, given, strict=True):
        starts = later(plan, output)
        own, late = levels(plan, output), [None, *starts]
        if starts:
            yield _never(f"start[{output.id}]", "start", d.start is not None and d.start not in starts)
        if any(_over(plan, output, level, start) for level in own for start in late):
            yield _never(f"ended[{output.id}]", "ended", d.funded and _over(plan, output, d.level, d.start))
        if plan.continuity and any(_paused(plan, output, level, start) for level in own for start in late):
            yield _never(f"continuity[{output.id}]", "continuity", d.funded and _paused(plan, output, d.level, d.start))


def _never(key: str, family: str, so: bool) -> Standing:
    return Standing(key, family, AT_MOST, 0, int(so), "outputs")


def _over(plan: Plan, output: Output, level: Level, start: int | None) -> bool:
    """No year is left for the level, or the time of the output is over and it would receive more than is spent."""
    closed = output.end is not None and plan.first_open_year is not None and output.end < plan.first_open_year
    return not has_time(plan, output, level, start) or (closed and level[0] > spent(plan, output))


def _paused(plan: Plan, output: Output, level: Level, start: int | None) -> bool:
    when = {t for t, _ in due(plan, output, level, start) or {}}
    closed = output.end is not None and plan.first_open_year is not None and output.end < plan.first_open_year
    over = closed and level[0] > spent(plan, output)
    return bool(when) and not over and len(when) <= max(when) - min(when)


def _stable(plan: Plan, given: Given) -> Iterator[Standing]:
    before = [_adopted(levels(plan, output), output.adopted or 0) for output in plan.outputs]
    differ: tuple[tuple[str, int | None, Callable[[int, int], bool]], ...] = (
        ("changes", plan.allowed_changes, lambda now, then: now != then),
        ("drops", plan.allowed_drops, lambda now, then: now < then),
    )
    for key, limit, differs in differ:
        if limit is not None:
            count = sum(differs(d.amount, then) for d, then in zip(given, before, strict=True))
            yield Standing(key, key, AT_MOST, limit, count, "outputs")


def _adopted(own: Sequence[Level], amount: int) -> int:
    """The amount of the smallest level that covers the adopted one, of the highest where none does."""
    if not amount:
        return 0
    return next((level[0] for level in own if level[0] >= amount), own[-1][0])
