"""The cheapest ways out of a clash of rules, in money: each rule moved as little as makes an allocation possible.

Policy order: more resources first, then minimum allocations, maximum allocations, commitments, and last the rules that are not
about money. A rule that mends the clash alone stands in every minimal set that clashes, so only those of one set are tried.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.analysis import frontier_programme
from optimizer.analysis.clashes import Clash, is_possible
from optimizer.dynamic import NotApplicable
from optimizer.formulate import Formulation, formulate
from optimizer.fund import Fund
from optimizer.plan import Plan
from optimizer.program import Column, Goal, Program, Row, Termination
from optimizer.rules import (
    AtLeast,
    AtMost,
    Budget,
    Ceiling,
    Changes,
    Committed,
    Drops,
    Ended,
    Floor,
    FundMoney,
    LevelColumns,
    Rule,
    TagCoverage,
)
from optimizer.scenario import Scenario, asked_again, without
from optimizer.search import Search

Measured = Budget | Floor | Ceiling | Committed | AtMost | AtLeast | TagCoverage | Changes | Drops
IN_MONEY = Budget | Floor | Ceiling | Committed
LONGEST_MOVE = 5.0  # seconds for one way out by solving
WORTHWHILE = Fraction(9, 10)  # of the cheapest way by one rule: what moving several may cost to be worth the words
ORDER: tuple[type[Rule], ...] = (FundMoney, Budget, Floor, Ceiling, Committed, AtLeast, AtMost, TagCoverage, Changes, Drops)


@dataclass(frozen=True)
class Move:
    """A rule and by how much its limit moves, in money or outputs; None: it does not hold at all any more."""

    rule: Rule
    by: int | None


@dataclass(frozen=True)
class Repair:
    """Moves that together make an allocation possible, none of them larger than it must be.

    `money` is what they come to; None where one of them is not about money.
    """

    moves: tuple[Move, ...]

    @property
    def money(self) -> int | None:
        if not all(isinstance(move.rule, IN_MONEY | FundMoney) and move.by is not None for move in self.moves):
            return None
        return sum(move.by or 0 for move in self.moves)

    def text(self, plan: Plan) -> str:
        """What to do, named as in the workbook, to follow "either"."""
        parts = [_text(move, plan) for move in self.moves]
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def repairs(scenario: Scenario, clash: Clash, deadline: float) -> tuple[Repair, ...]:
    """Ways out of the clashes of a scenario, `clash` being one of them: by one rule, in policy order, the cheapest first.

    Where moving several rules about money together costs clearly less than any one of them alone, that comes last. Ways that were
    not proved by `deadline` are left out.
    """
    plan, money = scenario.plan, any(isinstance(rule, Budget) for rule in clash)
    movable = [rule for rule in clash if not _settled(plan, rule) and not (money and isinstance(rule, FundMoney))]
    found = [repair for rule in movable for repair in _alone(scenario, rule, deadline)]
    found.sort(key=lambda repair: (_place(repair.moves[0].rule), repair.money or repair.moves[0].by or 0))
    cheapest = min((repair.money for repair in found if repair.money is not None), default=None)
    in_money = [rule for rule in scenario.rules if isinstance(rule, IN_MONEY) and not _settled(plan, rule)]
    together = _moved(scenario, in_money, deadline)
    if together is not None and len(together.moves) > 1 and (cheapest is None or (together.money or 0) < WORTHWHILE * cheapest):
        found.append(together)
    if not found:
        found += _several(scenario, deadline)
    return tuple(found)


def _several(scenario: Scenario, deadline: float) -> Iterator[Repair]:
    """A way out by several rules of any kind: as many as can hold together are kept, those that policy gives up last first."""
    always = tuple(rule for rule in scenario.rules if not rule.REMOVABLE or _settled(scenario.plan, rule))
    kept: list[Rule] = []
    given_up: list[Rule] = []
    try:
        for rule in sorted((rule for rule in scenario.rules if rule not in always), key=_place, reverse=True):
            fits = is_possible(replace(scenario, rules=(*always, *kept, rule)), deadline)
            (kept if fits else given_up).append(rule)
    except TimeoutError:
        return
    measured = [rule for rule in given_up if isinstance(rule, Measured)]
    gone = [rule for rule in given_up if not isinstance(rule, Measured)]
    moved = _moved(without(scenario, gone), measured, deadline)
    if moved is not None or not measured:
        yield Repair((*(moved.moves if moved else ()), *(Move(rule, None) for rule in gone)))


def _settled(plan: Plan, rule: Rule) -> bool:
    """Whether nobody can move it: money that is spent, years that are over."""
    return isinstance(rule, Ended) or (isinstance(rule, Committed) and rule.amount <= _spent(plan, rule))


def _spent(plan: Plan, rule: Committed) -> int:
    return plan.outputs[rule.i].spent if plan.first_open_year is not None else 0


def _place(rule: Rule) -> int:
    return next((place for place, family in enumerate(ORDER) if isinstance(rule, family)), len(ORDER))


def _alone(scenario: Scenario, rule: Rule, deadline: float) -> Iterator[Repair]:
    """What moving one rule alone takes, if it can be enough."""
    try:
        if isinstance(rule, FundMoney | Budget) and scenario.plan.funds:
            more = _more_money(scenario, deadline)
            if more is not None:
                yield Repair((Move(next(r for r in scenario.rules if isinstance(r, FundMoney)), more),))
            return
        if isinstance(rule, Measured):
            by = _least_move(scenario, rule, deadline)
            if by is not None:
                yield Repair((Move(rule, by),))
        elif is_possible(without(scenario, [rule]), deadline):
            yield Repair((Move(rule, None),))
    except TimeoutError:
        return


def _least_move(scenario: Scenario, rule: Measured, deadline: float) -> int | None:
    """By how much one rule has to move, the others staying; None where that is not enough, or not proved in time.

    By halving the range where the dynamic programme can tell at once what is possible, else by solving.
    """
    try:
        frontier_programme.is_possible(scenario, {})
    except NotApplicable:
        moved = _moved(scenario, [rule], deadline)
        return None if moved is None else moved.moves[0].by
    most = _room(scenario.plan, rule)
    if not is_possible(_with(scenario, rule, most), deadline):
        return None
    return _halved(lambda by: is_possible(_with(scenario, rule, by), deadline), most)


def _room(plan: Plan, rule: Measured) -> int:
    """By how much a rule can move: until it says nothing any more; a commitment, down to what is spent."""
    if isinstance(rule, Committed):
        return rule.amount - _spent(plan, rule)
    return plan.cost if isinstance(rule, Budget | Ceiling) else max(rule.limit, len(plan.outputs))


def _halved(enough: Callable[[int], bool], most: int) -> int:
    """The least whole number that is enough, above 0; `most` is."""
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _with(scenario: Scenario, rule: Measured, by: int) -> Scenario:
    """The scenario with the limit of one rule moved."""
    if isinstance(rule, Committed):
        if by >= rule.amount:
            return without(scenario, [rule])
        moved: Rule = replace(rule, amount=rule.amount - by)
    else:
        moved = replace(rule, limit=rule.limit + (by if rule.SENSE == "at most" else -by))
    return replace(scenario, rules=tuple(moved if other.key == rule.key else other for other in scenario.rules))


def _moved(scenario: Scenario, rules: Sequence[Measured], deadline: float) -> Repair | None:
    """The least total by which some rules have to move; None where that is not enough, or not proved by then.

    Each rule has a column for what it is moved by; their sum is minimised, and once more with other settings.
    """
    left = min(deadline - time.monotonic(), LONGEST_MOVE)
    if left <= 0 or not rules:
        return None
    rest = without(scenario, rules)
    base = formulate(rest)
    program, goal = _elastic(base, scenario.plan, rules)
    search = Search(rest, replace(base, program=program), left)
    if search.stage_twice(goal) is not Termination.OPTIMAL or search.point is None or not search.stages[-1].confirmed:
        return None
    allocation = base.allocation(search.point[: len(base.program.columns)])
    moves = (Move(rule, _missing(rule, scenario.plan, allocation)) for rule in rules)
    return Repair(tuple(move for move in moves if move.by))


def _elastic(base: Formulation, plan: Plan, rules: Sequence[Measured]) -> tuple[Program, Goal]:
    """The program with one column more for each rule, in the common unit of all amounts, and their sum as the goal."""
    columns = base.columns
    unit = math.gcd(*(level.amount for levels in columns.levels for level in levels), *(_limit(rule) for rule in rules)) or 1
    extra, rows = [], []
    for place, rule in enumerate(rules, start=len(base.program.columns)):
        size = unit if isinstance(rule, IN_MONEY) else 1
        for row in _row(rule, columns):
            sign = size if row.lower is not None else -size
            rows.append(replace(row, terms=(*row.terms, (place, sign))).reduced())
            extra.append(Column(f"moved[{rule.key}]", 0, -(-_room(plan, rule) // size)))
    goal = Goal("moves", False, tuple((len(base.program.columns) + k, 1) for k in range(len(extra))))
    return Program((*base.program.columns, *extra), (*base.program.rows, *rows)), goal


def _limit(rule: Measured) -> int:
    return rule.amount if isinstance(rule, Committed) else rule.limit


def _row(rule: Measured, columns: LevelColumns) -> Iterator[Row]:
    """The rule as one row over amounts or counts, which it can be moved in."""
    if isinstance(rule, Committed):
        yield Row(rule.key, tuple(columns.amount(rule.i)), lower=rule.amount)
    else:
        yield from rule.rows(columns)


def _missing(rule: Measured, plan: Plan, allocation: Allocation) -> int:
    return max(0, -rule.measure(plan, allocation).slack)


def _more_money(scenario: Scenario, deadline: float) -> int | None:
    """The least unrestricted money, available in every period, that makes an allocation possible; None where none is enough."""
    unit = math.gcd(*(level.amount for levels in scenario.plan.levels for level in levels)) or 1
    most = -(-scenario.plan.cost // unit)
    if not is_possible(_with_money(scenario, most * unit), deadline):
        return None
    return unit * _halved(lambda units: is_possible(_with_money(scenario, units * unit), deadline), most)


def _with_money(scenario: Scenario, amount: int) -> Scenario:
    """The scenario with one fund more, which may pay for everything and carries over what is left."""
    plan = scenario.plan
    later = (0,) * (len(plan.periods) - 1)
    fund = Fund("additional resources", "", plan.funds[0].category, (amount, *later), carry_over=True)
    asked = asked_again(scenario, replace(plan, funds=(*plan.funds, fund)))
    money = {rule.key: rule for rule in asked.rules if isinstance(rule, FundMoney | Budget)}
    return replace(asked, rules=tuple(money.get(rule.key, rule) for rule in scenario.rules))


def _text(move: Move, plan: Plan) -> str:
    rule, by = move.rule, move.by
    if by is None:
        return f"give up this condition: {rule.describe(plan)}"
    money = plan.money(by)
    match rule:
        case FundMoney():
            text = f"add {money} of unrestricted funds that can be used in every period"
        case Budget():
            text = f"add {money}"
        case Floor():
            text = f"lower the minimum allocation of component {rule.component} by {money}"
        case Ceiling():
            text = f"raise the maximum allocation of component {rule.component} by {money}"
        case Committed() if by >= rule.amount:
            text = f"withdraw the commitment to output {rule.output}, {money}"
        case Committed():
            text = f"reduce the commitment to output {rule.output} by {money}"
        case AtLeast() | TagCoverage():
            text = f"ask for {by} fewer: {rule.describe(plan)}"
        case _:
            text = f"allow {by} more: {rule.describe(plan)}"
    return text
