"""Live formulas that derive the result again from the other sheets: anybody with a spreadsheet program sees TRUE or FALSE.

Only functions that every spreadsheet program knows. Ids are compared as texts inside SUMPRODUCT: SUMIFS would take 1.10 for 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optimizer.files.results import ALLOCATION
from optimizer.report import formulas, money_checks
from optimizer.report.dossier import Dossier
from optimizer.report.formulas import SIGNS, Check, figure, literal
from optimizer.report.language import Language
from optimizer.report.layout import Placed, place
from optimizer.report.prioritisation import AMOUNTS, category_key
from optimizer.report.prioritisation import NAME as PRIORITISATION
from optimizer.report.record import findings_table
from optimizer.report.table import Column, Formula, Kind, Row, Sheet, Style, Table, plain
from optimizer.report.technical import COMPONENTS, EXTENT_COLUMNS

NAME = "Checks"
HEADERS = {"estimated": "estimated requirements", "allocated": "allocated", "additional": "additional resources needed"}


def sheet(dossier: Dossier, sheets: Iterable[Sheet]) -> Sheet:
    """Built on the sheets as they stand."""
    placed = {one.name: place(one)[0] for one in sheets}
    columns = (*AMOUNTS, *map(category_key, dossier.categories))
    unit = dossier.plan.display_unit
    source = Sources(placed[ALLOCATION], placed[COMPONENTS], placed[PRIORITISATION], columns, unit, dossier.language)
    tables = (_table((*source.checks(), *money_checks.checks(dossier, placed))), findings_table(dossier.workbook.findings))
    about = "Totals, minimum allocations, resources and payments derived again by live formulas; notes on the input"
    return Sheet(NAME, about if dossier.categories else about.replace(", resources and payments", " and resources"), tables)


def verdict(language: Language, checks: Sheet) -> Formula:
    """The last line of the sheet in words, for another sheet."""
    placed = place(checks)[0]
    last = len(placed.table.rows) - 1
    yes = language.say("All {number} checks on the sheet {sheet} hold.", number=last, sheet=NAME)
    no = language.say("A check on the sheet {sheet} does not hold.", sheet=NAME)
    holds = plain(placed.table.rows[last].cells[-1])
    return Formula(f"=IF({placed.cell(last, 'holds')},{literal(yes)},{literal(no)})", yes if holds else no)


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
    """The tables that the formulas look at. What a formula comes to is added up here from the same cells.

    `columns` are the published amounts, `unit` is what one of them counts.
    """

    allocation: Placed
    components: Placed
    published: Placed
    columns: tuple[str, ...]
    unit: int
    language: Language

    def checks(self) -> Iterator[Check]:
        yield from self._totals()
        for index in range(len(formulas.body(self.components))):
            yield from self._component(index)
        yield from self._outputs()
        yield from self._statuses()
        yield from self._published()

    def _totals(self) -> Iterator[Check]:
        """Under the components, their sheet has the total, the resources and the balance."""
        components = formulas.body(self.components)
        total, resources, balance = (formulas.cell(self.components, len(components) + i, "allocated") for i in range(3))
        spent = formulas.added(self.allocation, "amount", formulas.body(self.allocation))
        yield Check("Amounts of outputs add up to the total", spent, "=", formulas.last(self.allocation, "amount"))
        costs = formulas.added(self.allocation, "cost", formulas.body(self.allocation))
        yield Check("Costs of outputs add up to the total", costs, "=", formulas.last(self.allocation, "cost"))
        yield Check(
            "Amounts of components add up to the same total", formulas.added(self.components, "allocated", components), "=", spent
        )
        yield Check("The total on the sheet Components is the same", total, "=", spent)
        yield Check("The total is within the available resources", spent, "≤", resources)
        left = Formula(f"{resources.text}-{spent.text[1:]}", figure(resources.value) - figure(spent.value))
        yield Check("Resources less the total leave the unallocated balance", left, "=", balance)

    def _component(self, index: int) -> Iterator[Check]:
        key = str(plain(self.components.table.rows[index].cells[0]))
        name = f"Component {key}"
        received, cost = (self._of_component(index, key, column) for column in ("amount", "cost"))
        yield Check(f"{name}: amounts of its outputs add up", received, "=", formulas.cell(self.components, index, "allocated"))
        yield Check(f"{name}: costs of its outputs add up", cost, "=", formulas.cell(self.components, index, "estimate"))
        yield Check(f"{name} receives its minimum allocation", received, "≥", formulas.cell(self.components, index, "minimum"))
        if any(column.key == "maximum" for column in self.components.table.columns):
            most = formulas.cell(self.components, index, "maximum")
            if most.value is not None:
                yield Check(f"{name} stays within its maximum allocation", received, "≤", most)

    def _of_component(self, index: int, key: str, column: str) -> Formula:
        ids, amounts = self.allocation.body("component"), self.allocation.body(column)
        text = f"=SUMPRODUCT(({ids}={self.components.cell(index, 'id')})*{amounts})"
        pairs = zip(self.allocation.table.cells("component"), self.allocation.table.cells(column), strict=True)
        return Formula(text, sum(figure(plain(amount)) for component, amount in pairs if component == key))

    def _outputs(self) -> Iterator[Check]:
        at = self.allocation.body
        rows = list(
            zip(
                *(map(figure, self.allocation.table.cells(key)) for key in ("cost", "amount", "additional", "minimum")),
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
        total = len(formulas.body(self.components))
        for status, key in EXTENT_COLUMNS.items():
            counted = formulas.cell(self.components, total, key)
            yield Check(f"{status}: outputs counted on the sheet Allocation", _count(self.allocation, status), "=", counted)
            published = _count(self.published, self.language.say(status))
            yield Check(f"{status}: outputs counted on the sheet {PRIORITISATION}", published, "=", counted)

    def _published(self) -> Iterator[Check]:
        subtotals = [i for i, row in enumerate(self.published.table.rows) if row.style is Style.SUBTOTAL]
        begins = [0, *(i + 1 for i in subtotals)]
        for column in self.columns:
            header = HEADERS.get(column, column)
            for index, (begin, end) in enumerate(zip(begins, subtotals, strict=False)):
                lines = formulas.added(self.published, column, range(begin, end))
                name = f"Component {plain(self.components.table.rows[index].cells[0])}"
                yield Check(
                    f"{PRIORITISATION}, {header}, {name}: lines add up", lines, "=", formulas.cell(self.published, end, column)
                )
            total = formulas.last(self.published, column)
            twice = Formula(f"=2*{total.text[1:]}", 2 * figure(total.value))
            both = formulas.added(self.published, column, range(subtotals[-1] + 1))
            yield Check(f"{PRIORITISATION}, {header}: lines and subtotals add up to twice the total", both, "=", twice)
        for column, exact in (("estimated", "cost"), ("allocated", "amount")):
            total = formulas.last(self.allocation, exact)
            rounded = Formula(f"=ROUND({total.text[1:]}/{self.unit},0)", (2 * figure(total.value) + self.unit) // (2 * self.unit))
            yield Check(
                f"Prioritisation: the total {column} is the exact one, rounded",
                rounded,
                "=",
                formulas.last(self.published, column),
            )
        across = formulas.apart(self.published, AMOUNTS[0], AMOUNTS[1:])
        yield Check("Prioritisation: estimated is allocated and additional on every line", across, "=", 0)
        if self.columns != AMOUNTS:
            shares = formulas.apart(self.published, AMOUNTS[1], self.columns[len(AMOUNTS) :])
            yield Check("Prioritisation: categories of funds add up to allocated on every line", shares, "=", 0)


def _count(placed: Placed, status: str) -> Formula:
    """A published status may go on with a reason."""
    found = sum(str(cell).startswith(status) for cell in placed.table.cells("status"))
    return Formula(f'=COUNTIFS({placed.range("status")},"{status}*")', found)
