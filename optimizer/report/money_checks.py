"""Checks of time and money: payments against outputs, components, funds and periods, and the rounded tables against payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.files.results import ALLOCATION
from optimizer.report import formulas, funds, payments, periods, wording
from optimizer.report.dossier import Dossier
from optimizer.report.formulas import Check, figure
from optimizer.report.language import ENGLISH
from optimizer.report.layout import Placed
from optimizer.report.prioritisation import NAME as PRIORITISATION
from optimizer.report.prioritisation import category_key
from optimizer.report.table import Formula, Style, plain
from optimizer.report.technical import COMPONENTS

Term = tuple[str, str, object]  # a column of the payments, a reference to a cell, and what that cell holds


def checks(dossier: Dossier, placed: Mapping[str, Placed]) -> Iterator[Check]:
    """`placed` is the first table of each sheet by name. Nothing where there are no payments."""
    if payments.NAME in placed and formulas.body(placed[payments.NAME]):
        source = _Money(dossier, placed, placed[payments.NAME])
        yield from source.exact()
        if funds.NAME in placed:
            yield from source.funds(placed[funds.NAME])
        yield from source.published(placed[periods.NAME])


@dataclass(frozen=True)
class _Money:
    dossier: Dossier
    placed: Mapping[str, Placed]
    payments: Placed

    def exact(self) -> Iterator[Check]:
        allocation, components = self.placed[ALLOCATION], self.placed[COMPONENTS]
        paid = formulas.added(self.payments, "amount", formulas.body(self.payments))
        yield Check("Payments add up to the total", paid, "=", formulas.last(allocation, "amount"))
        yield Check("Payments add up to the amount of each output", self._of_outputs(allocation), "=", 0)
        for index in formulas.body(components):
            key = formulas.cell(components, index, "id")
            found = self._paid([("component", key.text[1:], key.value)])
            wanted = formulas.cell(components, index, "allocated")
            yield Check(f"Component {key.value}: payments add up", found, "=", wanted)

    def _of_outputs(self, allocation: Placed) -> Formula:
        """Line by line: a payment knows the line of its output, and a number cannot be taken for another as 1.10 for 1.1."""
        amounts, line = allocation.body("amount"), self.payments.body("line")
        numbers = f"ROW({amounts})-ROW({allocation.cell(0, 'amount')})+1"
        text = f"=SUMPRODUCT(ABS(SUMIF({line},{numbers},{self.payments.body('amount')})-{amounts}))"
        paid = [0] * len(formulas.body(allocation))
        for number, amount in zip(self.payments.table.cells("line"), self.payments.table.cells("amount"), strict=True):
            paid[figure(number) - 1] += figure(amount)
        return Formula(text, sum(abs(a - figure(b)) for a, b in zip(paid, allocation.table.cells("amount"), strict=True)))

    def _paid(self, terms: Sequence[Term]) -> Formula:
        return formulas.where(self.payments, "amount", terms)

    def funds(self, money: Placed) -> Iterator[Check]:
        own, paid = (formulas.last(money, key) for key in ("own", "paid"))
        components = self.placed[COMPONENTS]
        resources = formulas.cell(components, len(formulas.body(components)) + 1, "allocated")
        yield Check("Money of the funds adds up to the available resources", own, "=", resources)
        yield Check("What the funds pay adds up to the total", paid, "=", formulas.last(self.placed[ALLOCATION], "amount"))
        for index, row in enumerate(money.table.rows):
            if row.style is Style.BODY:
                fund, period = (formulas.cell(money, index, key) for key in ("id", "period"))
                found = self._paid([("fund", fund.text[1:], fund.value), ("period", period.text[1:], period.value)])
                yield Check(f"{fund.value}, {period.value}: payments add up", found, "=", formulas.cell(money, index, "paid"))
        yield Check("Funds: own and carried in are paid, carried out or not used", _balanced(money), "=", 0)
        yield Check("Funds: what is carried in was carried out of the period before", _carried(money), "=", 0)
        yield Check("Funds: nothing is paid, carried or left below nil", _below_nil(money), "=", 0)

    def published(self, shown: Placed) -> Iterator[Check]:
        names = [column.key for column in shown.table.columns if column.key.startswith(periods.key(""))]
        across = formulas.apart(shown, "total", names)
        yield Check(
            f"{periods.NAME}: {wording.period(ENGLISH, self.dossier.plan, several=True)} add up to the total on every line",
            across,
            "=",
            0,
        )
        yield from self._added_down(shown, [*names, "total"])
        yield from self._same_as_outputs(shown)
        lines = sum(row.style is Style.BODY for row in shown.table.rows)
        for key in names:
            period = key.removeprefix(periods.key(""))
            exact = self._paid([("period", formulas.literal(period), period)])
            yield self._rounded(f"{periods.NAME}, {period}", formulas.last(shown, key), exact, lines)
        for name in self.dossier.categories:
            money = self.placed[funds.NAME]
            index = next(i for i, row in enumerate(money.table.rows) if row.cells[money.table.position("category")] == name)
            exact = self._paid([("category", money.cell(index, "category"), name)])
            total = formulas.last(self.placed[PRIORITISATION], category_key(name))
            yield self._rounded(f"{PRIORITISATION}, of which: {name}", total, exact, len(self.dossier.plan.outputs))

    def _added_down(self, shown: Placed, columns: Sequence[str]) -> Iterator[Check]:
        """Components add up to the total; where their lines are categories, these to each component, and over all of them."""
        rows = shown.table.rows
        subtotals = [i for i, row in enumerate(rows) if row.style is Style.SUBTOTAL]
        begins = [0, *(i + 1 for i in subtotals)]
        for key in columns:
            name = f"{periods.NAME}, {shown.table.columns[shown.table.position(key)].header}"
            total = formulas.last(shown, key)
            if not subtotals:
                yield Check(f"{name}: components add up", formulas.added(shown, key, formulas.body(shown)), "=", total)
                continue
            for begin, end, component in zip(begins, subtotals, self.dossier.plan.components, strict=False):
                lines = formulas.added(shown, key, range(begin, end))
                yield Check(f"{name}, component {component.id}: lines add up", lines, "=", formulas.cell(shown, end, key))
            both = formulas.added(shown, key, range(begins[-1]))
            twice = Formula(f"=2*{total.text[1:]}", 2 * figure(total.value))
            yield Check(f"{name}: lines and subtotals of components add up to twice the total", both, "=", twice)
            every = formulas.added(shown, key, range(begins[-1], len(rows) - 1))
            yield Check(f"{name}: categories of all components add up to the total", every, "=", total)

    def _same_as_outputs(self, shown: Placed) -> Iterator[Check]:
        """The last column is what the table of outputs shows of each component and each category."""
        published = self.placed[PRIORITISATION]
        rows = shown.table.rows
        subtotals = [i for i, row in enumerate(rows) if row.style is Style.SUBTOTAL] or list(formulas.body(shown))
        theirs = [i for i, row in enumerate(published.table.rows) if row.style is Style.SUBTOTAL]
        for mine, other, component in zip(subtotals, theirs, self.dossier.plan.components, strict=True):
            name = f"{periods.NAME}, component {component.id}: the total is that on the sheet {PRIORITISATION}"
            yield Check(name, formulas.cell(shown, mine, "total"), "=", formulas.cell(published, other, "allocated"))
        begin = len(rows) - 1 - len(self.dossier.categories)
        for index, name in enumerate(self.dossier.categories, start=begin):
            says = f"{periods.NAME}, {name}: the total is that on the sheet {PRIORITISATION}"
            yield Check(says, formulas.cell(shown, index, "total"), "=", formulas.last(published, category_key(name)))

    def _rounded(self, name: str, total: Formula, exact: Formula, lines: int) -> Check:
        """A total that is added up from rounded lines is off by what they are off; mostly that is less than one unit."""
        unit = self.dossier.plan.display_unit
        off = Formula(f"=ABS({unit}*{total.text[1:]}-{exact.text[1:]})", abs(unit * figure(total.value) - figure(exact.value)))
        if figure(off.value) <= unit:
            return Check(f"{name}: the total is the exact one, rounded", off, "≤", unit)
        return Check(f"{name}: the total is the exact one but for the rounding of its lines", off, "≤", 2 * unit * lines)


def _balanced(money: Placed) -> Formula:
    keys = ("own", "carried_in", "paid", "carried_out", "unused")
    columns = [list(formulas.values(money, key, range(len(money.table.rows)))) for key in keys]
    own, carried_in, *out = (money.range(key) for key in keys)
    return Formula(
        f"=SUMPRODUCT(ABS({own}+{carried_in}-{'-'.join(out)}))",
        sum(abs(a + b - sum(rest)) for a, b, *rest in zip(*columns, strict=True)),
    )


def _carried(money: Placed) -> Formula:
    """Shifted by one line; subtotals, between the funds, carry nothing."""
    last = len(money.table.rows) - 1
    carried_in, carried_out = (list(formulas.values(money, key, range(last + 1))) for key in ("carried_in", "carried_out"))
    return Formula(
        f"=SUMPRODUCT(ABS({money.range('carried_in', 1, last)}-{money.range('carried_out', 0, last - 1)}))",
        sum(abs(a - b) for a, b in zip(carried_in[1:], carried_out[:-1], strict=True)),
    )


def _below_nil(money: Placed) -> Formula:
    keys = ("paid", "carried_in", "carried_out", "unused")
    found = sum(figure(plain(cell)) < 0 for key in keys for cell in money.table.cells(key))
    return Formula("=" + "+".join(f'COUNTIF({money.body(key)},"<0")' for key in keys), found)
