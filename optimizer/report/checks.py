"""Live formulas that derive the result again from the other sheets: anybody with a spreadsheet program sees TRUE or FALSE.

Only functions that every spreadsheet program knows. Ids are compared with `=` inside SUMPRODUCT: SUMIFS would take 1.10 for 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optimizer.findings import Finding
from optimizer.report.layout import Placed, place
from optimizer.report.prioritisation import AMOUNTS
from optimizer.report.record import findings_table
from optimizer.report.table import Column, Formula, Kind, Row, Sheet, Style, Table, plain
from optimizer.report.technical import EXTENT_COLUMNS

NAME = "Checks"
SIGNS = {"=": "=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence, two sides and how they should compare."""

    says: str
    left: Formula
    sign: str
    right: Formula | int

    @property
    def holds(self) -> bool:
        left, right = _figure(self.left.value), _figure(plain(self.right))
        return {"=": left == right, "≤": left <= right, "≥": left >= right}[self.sign]


def sheet(allocation: Sheet, components: Sheet, prioritisation: Sheet, unit: int, findings: tuple[Finding, ...]) -> Sheet:
    """Built on the sheets as they stand. `unit` is what one of the published amounts counts."""
    source = Sources(place(allocation)[0], place(components)[0], place(prioritisation)[0], unit)
    tables = (_table(tuple(source.checks())), findings_table(findings))
    return Sheet(NAME, "Totals, minimum allocations and resources derived again by live formulas; notes on the input", tables)


def verdict(checks: Sheet) -> Formula:
    """The last line of the sheet in words, for another sheet."""
    placed = place(checks)[0]
    last = len(placed.table.rows) - 1
    yes, no = f"All {last} checks on the sheet {NAME} hold.", f"A check on the sheet {NAME} does not hold."
    holds = plain(placed.table.rows[last].cells[-1])
    return Formula(f'=IF({placed.cell(last, "holds")},"{yes}","{no}")', yes if holds else no)


def _table(checks: tuple[Check, ...]) -> Table:
    columns = (
        Column("says", "Check", width=64),
        Column("left", "Left side", Kind.COUNT, 18),
        Column("sign", "", width=5),
        Column("right", "Right side", Kind.COUNT, 18),
        Column("holds", "Holds", Kind.FLAG, 12),
    )
    at = Placed(NAME, Table(NAME, columns, ()), 0)
    rows = [
        Row((c.says, c.left, c.sign, c.right, Formula(f"={at.cell(i, 'left')}{SIGNS[c.sign]}{at.cell(i, 'right')}", c.holds)))
        for i, c in enumerate(checks)
    ]
    every = Formula(f"=AND({at.range('holds', 0, len(checks) - 1)})", all(check.holds for check in checks))
    rows.append(Row(("All checks hold", None, None, None, every), Style.TOTAL))
    return Table(NAME, columns, tuple(rows))


@dataclass(frozen=True)
class Sources:
    """The tables that the formulas look at. What a formula comes to is added up here from the same cells."""

    allocation: Placed
    components: Placed
    published: Placed
    unit: int

    def checks(self) -> Iterator[Check]:
        yield from self._totals()
        for index in range(len(_body(self.components))):
            yield from self._component(index)
        yield from self._outputs()
        yield from self._statuses()
        yield from self._published()

    def _totals(self) -> Iterator[Check]:
        """Under the components, their sheet has the total, the resources and the balance."""
        components = _body(self.components)
        total, resources, balance = (_cell(self.components, len(components) + i, "allocated") for i in range(3))
        spent = _sum(self.allocation, "amount", _body(self.allocation))
        yield Check("Amounts of outputs add up to the total", spent, "=", _last(self.allocation, "amount"))
        costs = _sum(self.allocation, "cost", _body(self.allocation))
        yield Check("Costs of outputs add up to the total", costs, "=", _last(self.allocation, "cost"))
        yield Check("Amounts of components add up to the same total", _sum(self.components, "allocated", components), "=", spent)
        yield Check("The total on the sheet Components is the same", total, "=", spent)
        yield Check("The total is within the available resources", spent, "≤", resources)
        left = Formula(f"{resources.text}-{spent.text[1:]}", _figure(resources.value) - _figure(spent.value))
        yield Check("Resources less the total leave the unallocated balance", left, "=", balance)

    def _component(self, index: int) -> Iterator[Check]:
        key = str(plain(self.components.table.rows[index].cells[0]))
        name = f"Component {key}"
        received, cost = (self._of_component(index, key, column) for column in ("amount", "cost"))
        yield Check(f"{name}: amounts of its outputs add up", received, "=", _cell(self.components, index, "allocated"))
        yield Check(f"{name}: costs of its outputs add up", cost, "=", _cell(self.components, index, "estimate"))
        yield Check(f"{name} receives its minimum allocation", received, "≥", _cell(self.components, index, "minimum"))
        if any(column.key == "maximum" for column in self.components.table.columns):
            most = _cell(self.components, index, "maximum")
            if most.value is not None:
                yield Check(f"{name} stays within its maximum allocation", received, "≤", most)

    def _of_component(self, index: int, key: str, column: str) -> Formula:
        ids, amounts = self.allocation.body("component"), self.allocation.body(column)
        text = f"=SUMPRODUCT(({ids}={self.components.cell(index, 'id')})*{amounts})"
        pairs = zip(self.allocation.table.cells("component"), self.allocation.table.cells(column), strict=True)
        return Formula(text, sum(_figure(plain(amount)) for component, amount in pairs if component == key))

    def _outputs(self) -> Iterator[Check]:
        at = self.allocation.body
        rows = list(
            zip(
                *(map(_figure, self.allocation.table.cells(key)) for key in ("cost", "amount", "additional", "minimum")),
                strict=True,
            )
        )
        apart = Formula(
            f"=SUMPRODUCT(ABS({at('cost')}-{at('amount')}-{at('additional')}))",
            sum(abs(cost - amount - additional) for cost, amount, additional, _ in rows),
        )
        yield Check("Amount and additional needed add up to the cost on every line", apart, "=", 0)
        under = Formula(
            f"=SUMPRODUCT(({at('amount')}>0)*({at('amount')}<{at('minimum')}))",
            sum(0 < amount < minimum for _, amount, _, minimum in rows),
        )
        yield Check("No output is funded below its minimum viable amount", under, "=", 0)
        over = Formula(f"=SUMPRODUCT(({at('amount')}>{at('cost')})*1)", sum(amount > cost for cost, amount, _, _ in rows))
        yield Check("No output receives more than its cost", over, "=", 0)

    def _statuses(self) -> Iterator[Check]:
        total = len(_body(self.components))
        for status, key in EXTENT_COLUMNS.items():
            counted = _cell(self.components, total, key)
            yield Check(f"{status}: outputs counted on the sheet Allocation", _count(self.allocation, status), "=", counted)
            yield Check(f"{status}: outputs counted on the sheet Prioritisation", _count(self.published, status), "=", counted)

    def _published(self) -> Iterator[Check]:
        subtotals = [i for i, row in enumerate(self.published.table.rows) if row.style is Style.SUBTOTAL]
        begins = [0, *(i + 1 for i in subtotals)]
        for column in AMOUNTS:
            header = self.published.table.columns[self.published.table.position(column)].header
            for index, (begin, end) in enumerate(zip(begins, subtotals, strict=False)):
                lines = _sum(self.published, column, range(begin, end))
                name = f"Component {plain(self.components.table.rows[index].cells[0])}"
                yield Check(f"Prioritisation, {header}, {name}: lines add up", lines, "=", _cell(self.published, end, column))
            total = _last(self.published, column)
            twice = Formula(f"=2*{total.text[1:]}", 2 * _figure(total.value))
            both = _sum(self.published, column, range(subtotals[-1] + 1))
            yield Check(f"Prioritisation, {header}: lines and subtotals add up to twice the total", both, "=", twice)
        for column, exact in (("estimated", "cost"), ("allocated", "amount")):
            total = _last(self.allocation, exact)
            rounded = Formula(
                f"=ROUND({total.text[1:]}/{self.unit},0)", (2 * _figure(total.value) + self.unit) // (2 * self.unit)
            )
            yield Check(
                f"Prioritisation: the total {column} is the exact one, rounded", rounded, "=", _last(self.published, column)
            )
        yield Check("Prioritisation: estimated is allocated and additional on every line", self._apart(), "=", 0)

    def _apart(self) -> Formula:
        estimated, allocated, additional = (self.published.range(key) for key in AMOUNTS)
        rows = [row for row in self.published.table.rows if not row.full_width]
        at = [self.published.table.position(key) for key in AMOUNTS]
        figures = [[_figure(plain(row.cells[i])) for i in at] for row in rows]
        return Formula(f"=SUMPRODUCT(ABS({estimated}-{allocated}-{additional}))", sum(abs(e - a - n) for e, a, n in figures))


def _body(placed: Placed) -> range:
    """The body rows of a table that has them first."""
    return range(sum(row.style is Style.BODY for row in placed.table.rows))


def _figure(cell: object) -> int:
    return cell if isinstance(cell, int) else 0


def _cell(placed: Placed, index: int, key: str) -> Formula:
    return Formula("=" + placed.cell(index, key), plain(placed.table.rows[index].cells[placed.table.position(key)]))


def _last(placed: Placed, key: str) -> Formula:
    return _cell(placed, len(placed.table.rows) - 1, key)


def _sum(placed: Placed, key: str, rows: range) -> Formula:
    return Formula(f"=SUM({placed.range(key, rows[0], rows[-1])})", sum(_values(placed, key, rows)))


def _values(placed: Placed, key: str, rows: Iterable[int]) -> Iterator[int]:
    at = placed.table.position(key)
    return (_figure(plain(row.cells[at])) for row in map(placed.table.rows.__getitem__, rows) if not row.full_width)


def _count(placed: Placed, status: str) -> Formula:
    """A published status may go on with a reason."""
    found = sum(str(cell).startswith(status) for cell in placed.table.cells("status"))
    return Formula(f'=COUNTIFS({placed.range("status")},"{status}*")', found)
