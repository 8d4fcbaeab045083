"""The tables for the paper: their figures are the exact ones rounded up or down, and every sum holds as shown.

How rounding is shared out is not worked out again: any figure that keeps these promises is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer.address import address
from optimizer.verify.cells import Sheet
from optimizer.verify.exact import Answer, extent
from optimizer.verify.ledger import Ledger, Table, table
from optimizer.verify.words import Words

PRIORITISATION, BY_PERIOD, FOR_WORD = "Prioritisation", "By period", "For Word"
NIL = "–"
_GROUPS = re.compile("[,.\u00a0\u202f]")  # what may stand between groups of three digits
Figures = tuple[int, ...]  # estimated, allocated, of it by category of funds, additional


@dataclass
class Shown:
    """What the table of outputs shows: by output, by component, in all; the names of the categories of funds that pay."""

    ledger: Ledger
    said: Answer
    words: Words
    categories: list[str] = field(default_factory=list)
    outputs: list[Figures] = field(default_factory=list)
    components: list[Figures] = field(default_factory=list)
    total: Figures = ()

    def __post_init__(self) -> None:
        self.categories = list(dict.fromkeys(fund.category for fund in self.said.plan.funds))

    @property
    def unit(self) -> int:
        return self.said.plan.display

    def exact(self, members: Sequence[int]) -> Figures:
        """In whole units of the currency."""
        plan, given = self.said.plan, self.said.given
        cost, amount = sum(plan.outputs[i].cost for i in members), sum(given[i].amount for i in members)
        paid = [sum(p.amount for p in self.said.payments if p.output in members and self.category(p.fund) == c) for c in self]
        return (cost, amount, *paid, cost - amount)

    def __iter__(self) -> Iterator[str]:
        return iter(self.categories)

    def category(self, fund: int | None) -> str:
        return "" if fund is None else self.said.plan.funds[fund].category


def nearest(amount: int, unit: int) -> int:
    """Halves upwards."""
    return (2 * amount + unit) // (2 * unit)


def prioritisation(ledger: Ledger, said: Answer, words: Words) -> Shown:
    """The table of outputs: lines within one unit of the exact amounts, that add up across and down."""
    shown = Shown(ledger, said, words)
    sheet = ledger.sheet(words.say(PRIORITISATION))
    headers = [words.say(text) for text in ("Output", "Estimated requirements", "Additional resources needed", "Status")]
    found = table(ledger, sheet, headers)
    if found is None:
        return shown
    first, width = found.columns[headers[1]], 3 + len(shown.categories)
    row = found.header
    for component in said.plan.components:
        members = said.plan.of(component.id)
        row += 3
        for row, i in enumerate(members, start=row):  # noqa: B020 - the row goes on where the last one ends
            output = said.plan.outputs[i]
            ledger.expect(sheet, row, found.columns[headers[0]], output.id)
            status = words.say("{status}, committed") if output.status == "committed" else "{status}"
            begins = status.partition("{status}")[0] + words.say(extent(said.given[i]))
            ledger.begins(sheet, row, found.columns[headers[3]], begins)
            shown.outputs.append(_line(shown, sheet, row, first, [i]))
        row += bool(members)
        lines = shown.outputs[len(shown.outputs) - len(members) :]
        shown.components.append(_sum(shown, sheet, row, first, lines) if lines else (0,) * width)
        if not lines:
            _expect(ledger, sheet, row, first, (0,) * width)
    row += 1
    shown.total = _sum(shown, sheet, row, first, shown.components)
    for at, amount in ((0, said.plan.cost), (1, said.spend)):
        ledger.expect(sheet, row, first + at, nearest(amount, shown.unit))
    _in_order(shown)
    return shown


def _in_order(shown: Shown) -> None:
    """Outputs as read from the table come component by component; from here on in the order of the plan."""
    plan = shown.said.plan
    order = [i for component in plan.components for i in plan.of(component.id)]
    by_position = dict(zip(order, shown.outputs, strict=True))
    shown.outputs = [by_position[i] for i in range(len(plan.outputs))]


def _line(shown: Shown, sheet: Sheet, row: int, first: int, members: Sequence[int]) -> Figures:
    """A line with each figure within one unit of the exact one."""
    exact = shown.exact(members)
    figures = _figures(shown, sheet, row, first, len(exact))
    for column, (amount, figure) in enumerate(zip(exact, figures, strict=True), start=first):
        if abs(shown.unit * figure - amount) >= shown.unit:
            shown.ledger.fault(f"{sheet.name}!{address(row, column)}: {figure:,} is not {amount:,} rounded to {shown.unit:,}")
    return figures


def _figures(shown: Shown, sheet: Sheet, row: int, first: int, width: int) -> Figures:
    """Those of a row; allocated and additional come to the estimate, categories of funds to what is allocated."""
    figures = tuple(shown.ledger.whole(sheet, row, first + at) for at in range(width))
    shown.ledger.derived |= {(sheet.name, row, first + at) for at in range(width)}
    across = figures[0] == figures[1] + figures[-1]
    if not across or (shown.categories and figures[1] != sum(figures[2:-1])):
        shown.ledger.fault(f"{sheet.name}, row {row}: its amounts do not add up across")
    return figures


def _sum(shown: Shown, sheet: Sheet, row: int, first: int, lines: Sequence[Figures]) -> Figures:
    """A row of sums."""
    wanted = tuple(map(sum, zip(*lines, strict=True)))
    _expect(shown.ledger, sheet, row, first, wanted)
    _figures(shown, sheet, row, first, len(wanted))
    return wanted


def _expect(ledger: Ledger, sheet: Sheet, row: int, first: int, wanted: Sequence[int | None]) -> None:
    for column, amount in enumerate(wanted, start=first):
        ledger.expect(sheet, row, column, amount)


def by_period(shown: Shown) -> list[list[int]]:
    """The table by period, which adds up down and across, and to the table of outputs; its rows of figures."""
    ledger, plan, words = shown.ledger, shown.said.plan, shown.words
    sheet = ledger.sheet(words.say(BY_PERIOD))
    found = table(ledger, sheet, (words.say("Total"),))
    if found is None:
        return []
    row, rows, width = found.header, list[list[int]](), len(plan.periods)
    sums = {name: [0] * width for name in shown.categories or [""]}
    for k, component in enumerate(plan.components):
        members, lines = set(plan.of(component.id)), list[list[int]]()
        row += bool(shown.categories)
        for c, name in enumerate(sums):
            due = [0] * width
            for payment in shown.said.payments:
                if payment.output in members and shown.category(payment.fund) == name:
                    due[payment.period] += payment.amount
            total = shown.components[k][2 + c] if shown.categories else shown.components[k][1]
            if shown.categories and not total:
                continue
            row += 1
            lines.append(_period_line(shown, sheet, row, due, total))
            sums[name] = [a + b for a, b in zip(sums[name], lines[-1], strict=True)]
        rows += lines
        if shown.categories:
            row += 1
            rows.append(_added(ledger, sheet, row, lines, width))
    if shown.categories:
        row += 1
        for line in sums.values():
            row += 1
            rows.append(_added(ledger, sheet, row, [line], width))
    rows.append(_added(ledger, sheet, row + 1, list(sums.values()), width))
    return rows


def _period_line(shown: Shown, sheet: Sheet, row: int, due: Sequence[int], total: int) -> list[int]:
    """Nil stays nil; other figures are off by less than it takes to lose one, and they come to the total."""
    ledger, unit = shown.ledger, shown.unit
    line = [ledger.whole(sheet, row, 2 + t) for t in range(len(due))]
    ledger.derived |= {(sheet.name, row, 2 + t) for t in range(len(due))}
    for t, (amount, figure) in enumerate(zip(due, line, strict=True)):
        if abs(unit * figure - amount) >= 2 * unit or (figure and not amount):
            ledger.fault(f"{sheet.name}!{address(row, 2 + t)}: {figure:,} is not {amount:,} rounded to {unit:,}")
    if sum(line) != total:
        ledger.fault(f"{sheet.name}, row {row}: {sum(line):,} falls on the periods, {total:,} on the table of outputs")
    ledger.expect(sheet, row, 2 + len(due), total)
    return line


def _added(ledger: Ledger, sheet: Sheet, row: int, lines: Sequence[Sequence[int]], width: int) -> list[int]:
    wanted = [sum(line[t] for line in lines) for t in range(width)]
    _expect(ledger, sheet, row, 2, (*wanted, sum(wanted)))
    return wanted


def for_word(shown: Shown) -> None:
    """The sheet of tables as texts: the figures of the table of outputs, digit by digit."""
    ledger, plan, words = shown.ledger, shown.said.plan, shown.words
    sheet = ledger.sheet(words.say(FOR_WORD))
    headers = [words.say(text) for text in ("Output", "Estimated requirements", "Allocated")]
    found = table(ledger, sheet, [*headers, words.say("Status")])
    if found is not None:
        _texts(shown, found, headers[1], 3 + len(shown.categories), 2)
        found = table(ledger, sheet, headers[:1], after=found.header + 3 * len(plan.components) + len(plan.outputs))
    if found is not None:
        _texts(shown, found, min(found.columns, key=lambda text: abs(found.columns[text] - 3)), 2, 1)


def _texts(shown: Shown, found: Table, header: str, width: int, lead: int) -> None:
    """Outputs, subtotals and total of a table as texts, `lead` lines before the outputs of each component."""
    plan, row, first = shown.said.plan, found.header, found.columns[header]
    for k, component in enumerate(plan.components):
        row += lead
        lines = [shown.outputs[i] for i in plan.of(component.id)]
        for figures in (*lines, shown.components[k]):
            row += 1
            _digits(shown.ledger, found.sheet, row, first, figures[:width])
    _digits(shown.ledger, found.sheet, row + 1, first, shown.total[:width])


def _digits(ledger: Ledger, sheet: Sheet, row: int, first: int, wanted: Sequence[int]) -> None:
    for column, amount in enumerate(wanted, start=first):
        cell = sheet.at(row, column)
        text = cell.text if cell is not None else "nothing"
        ledger.derived.add((sheet.name, row, column))
        if (_GROUPS.sub("", text) if amount else text) != (str(amount) if amount else NIL):
            ledger.fault(f"{sheet.name}!{address(row, column)}: {text} stands where {amount:,} is derived")


def shares(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
