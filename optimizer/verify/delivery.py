"""Levels of outputs, and when their money falls due: docs/model.md, Levels and Periods, written down a second time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.verify.plan import Output, Plan

Level = tuple[int, int]  # amount and share
Due = dict[tuple[int, str], int]  # what falls due, by period (position) and the only fund that may pay ("" for any)


@dataclass(frozen=True)
class Delivery:
    """What an output receives. `start` is the position of the period in which it begins, None as planned."""

    amount: int
    share: int
    start: int | None = None

    @property
    def funded(self) -> bool:
        return self.amount > 0 or self.share > 0

    @property
    def level(self) -> Level:
        return self.amount, self.share


def spent(plan: Plan, output: Output) -> int:
    """What counts as spent: nothing unless the plan is decided again."""
    return output.spent if plan.first_open_year is not None else 0


def levels(plan: Plan, output: Output) -> list[Level]:
    """The ways to deliver an output, cheapest first."""
    found = list(output.levels) or _steps(plan, output)
    past = spent(plan, output)
    if not past:
        return found
    return [(past, output.delivered), *((a, s) for a, s in found if a > past and s > output.delivered)]


def _steps(plan: Plan, output: Output) -> list[Level]:
    if output.minimum >= output.cost:
        return [(output.cost, 100)]
    lowest = 100 * output.minimum // output.cost
    found = [(output.minimum, lowest)]
    for share in range(plan.step, 100, plan.step):
        if share > lowest:
            found.append((plan.unit * math.ceil(Fraction(output.cost * share, 100 * plan.unit)), share))
    kept = []
    for here, above in zip(found, [*found[1:], (output.cost, 100)], strict=True):
        if here[0] < output.cost and here[0] < above[0]:
            kept.append(here)
    return [*kept, (output.cost, 100)]


def priority(plan: Plan, output: Output) -> Fraction:
    total = sum(plan.criteria.values(), Fraction(0))
    weight = next(component.weight for component in plan.components if component.id == output.component)
    score = sum((plan.criteria[key] * score for key, score in output.scores.items()), Fraction(0))
    return weight * score / total if total else Fraction(0)


def later(plan: Plan, output: Output) -> list[int]:
    """The later periods in which an output may begin; none unless the plan allows it."""
    if not (plan.later_start and output.status == "open" and not spent(plan, output)):
        return []
    found, last = [], _begin(plan, output, None)
    for t in range(last + 1, len(plan.periods)):
        begin = _begin(plan, output, t)
        if begin > last and any(due(plan, output, level, t) for level in levels(plan, output)):
            found.append(begin)
            last = begin
    return found


def _begin(plan: Plan, output: Output, start: int | None) -> int:
    """The first period in which any level has money."""
    dues = [due(plan, output, level, start) or {} for level in levels(plan, output)]
    return min((t for each in dues for t, _ in each), default=len(plan.periods) - 1)


def _years(plan: Plan, output: Output, start: int | None) -> tuple[int, int, int]:
    """The first year, the first that is open to the output, and the last."""
    years = [year for year in (output.start, output.earliest_start) if year is not None]
    first = max(years) if years else plan.periods[0].first
    last = output.end if output.end is not None else plan.periods[-1].last
    return first, max(first, plan.first_open_year or first) if start is None else plan.periods[start].first, last


def has_time(plan: Plan, output: Output, level: Level, start: int | None = None) -> bool:
    """Whether a year is left for what a level costs beyond what is spent."""
    _, opening, last = _years(plan, output, start)
    return level[0] == spent(plan, output) or bool(_weights(plan, output, level[1], opening, last))


def due(plan: Plan, output: Output, level: Level, start: int | None = None) -> Due | None:
    """What a level needs by period; `start` leaves out what is before that period. None where no year is left for it.

    What is spent falls on closed years, the rest on those still open.
    """
    if not has_time(plan, output, level, start):
        return None
    first, opening, last = _years(plan, output, start)
    past, found = spent(plan, output), dict[tuple[int, str], int]()
    if past:
        closed = _weights(plan, output, level[1], first, min(opening - 1, last)) or _last_closed(plan, opening)
        _add(found, split(past, closed))
    _add(found, split(level[0] - past, _weights(plan, output, level[1], opening, last)))
    return found


def _last_closed(plan: Plan, opening: int) -> list[tuple[int, str, Fraction]]:
    before = plan.first_open_year or opening
    closed = [t for t, period in enumerate(plan.periods) if period.first < before]
    return [(closed[-1] if closed else 0, "", Fraction(1))]


def _weights(plan: Plan, output: Output, share: int, first: int, last: int) -> list[tuple[int, str, Fraction]]:
    """Proportions by period and fund: rows of Profile for the level, else those for every level, else years of the time frame."""
    rows = [row for row in output.profile if row.level == share] or [row for row in output.profile if row.level is None]
    found = []
    for t, period in enumerate(plan.periods):
        years = min(period.last, last) - max(period.first, first) + 1
        if years > 0:
            found += [(t, row.fund, row.parts[t]) for row in rows] or [(t, "", Fraction(years))]
    return [part for part in found if part[2]]


def split(amount: int, parts: Sequence[tuple[int, str, Fraction]]) -> Due:
    """Whole units in these proportions: all rounded down, then one more for the largest remainders, earlier parts first."""
    if not amount:
        return {}
    whole = sum(size for _, _, size in parts)
    exact = [amount * size / whole for _, _, size in parts]
    units = [math.floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda k: (units[k] - exact[k], k))
    for k in order[: amount - sum(units)]:
        units[k] += 1
    found: Due = {}
    for (t, fund, _), part in zip(parts, units, strict=True):
        if part:
            found[t, fund] = found.get((t, fund), 0) + part
    return found


def _add(total: Due, more: Due) -> None:
    for key, amount in more.items():
        total[key] = total.get(key, 0) + amount
