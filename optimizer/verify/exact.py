"""The sheets in exact amounts: Allocation, Payments, Funds, Rules, Levels. Their words are English in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer.verify.cells import File
from optimizer.verify.delivery import Delivery, Level, due, levels, priority
from optimizer.verify.ledger import Ledger, Table, table
from optimizer.verify.money import Balance, Payment, balances, begun, mispaid, overdrawn
from optimizer.verify.plan import Output, Plan
from optimizer.verify.question import Question
from optimizer.verify.rules import Standing, misdelivered, standings

ALLOCATION, PAYMENTS, FUNDS, RULES, LEVELS = "Allocation", "Payments", "Funds", "Rules", "Levels"
IN_FULL, IN_PART, SUBJECT = "Funded", "Partially funded", "Subject to additional resources"


@dataclass
class Answer:
    """What a results workbook says: the question it answers, and what each output receives, from whom and when."""

    question: Question
    given: list[Delivery]
    payments: list[Payment] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        return self.question.plan

    @property
    def spend(self) -> int:
        return sum(delivery.amount for delivery in self.given)

    def pairs(self) -> Iterator[tuple[Output, Delivery]]:
        return zip(self.plan.outputs, self.given, strict=True)

    def worth(self, i: int) -> Fraction:
        """What an output contributes to the value."""
        delivery = self.given[i]
        of = delivery.amount if self.question.objective == "money-weighted" else delivery.share
        return priority(self.plan, self.plan.outputs[i]) * of / 100

    def value(self, tier: int | None = None) -> Fraction:
        wanted = (i for i, output in enumerate(self.plan.outputs) if tier is None or output.tier == tier)
        return sum((self.worth(i) for i in wanted), Fraction(0))


def extent(delivery: Delivery) -> str:
    if delivery.share == 100:
        return IN_FULL
    return IN_PART if delivery.funded else SUBJECT


def answer(ledger: Ledger, question: Question) -> Answer | None:
    """What the sheets Allocation and Payments say is given. None where the outputs are not those of the plan."""
    sheet = ledger.sheet(ALLOCATION)
    found = table(ledger, sheet, ("Output", "Amount", "Share delivered", "Status"))
    if found is None:
        return None
    given = []
    for i, output in enumerate(question.plan.outputs):
        ledger.expect(sheet, found.row(i), found.columns["Output"], output.id)
        share = found.at(i, "Share delivered")
        amount = ledger.whole(sheet, found.row(i), found.columns["Amount"])
        percent = share.number * 100 if share is not None and share.number is not None else Fraction(-1)
        given.append(Delivery(amount, round(percent)))
        if abs(percent - round(percent)) > Fraction(1, 10**12):
            ledger.fault(f"{ALLOCATION}, output {output.id}: its share is no whole percentage")
    said = Answer(question, given)
    if question.plan.periods:
        said.payments = list(_payments(ledger, said))
        said.given = [
            begun(question.plan, i, delivery, [p for p in said.payments if p.output == i]) for i, delivery in enumerate(given)
        ]
    return said


def _payments(ledger: Ledger, said: Answer) -> Iterator[Payment]:
    plan, sheet = said.plan, ledger.sheet(PAYMENTS)
    by_funds = bool(plan.funds)
    amounts = "Paid" if by_funds else "Amount due"
    found = table(ledger, sheet, ("Output", amounts, "Line on the sheet Allocation", *(("Fund", "Category") if by_funds else ())))
    if found is None:
        return
    columns, index = found.columns, 0
    position = {output.id: i for i, output in enumerate(plan.outputs)}
    periods, funds = [period.name for period in plan.periods], [fund.id for fund in plan.funds]
    when = columns["Title"] + 1
    while (cell := sheet.at(found.row(index), columns["Output"])) is not None and cell.text in position:
        row, i = found.row(index), position[cell.text]
        output, period, fund = plan.outputs[i], sheet.at(row, when), sheet.at(row, columns["Fund"]) if by_funds else None
        ledger.expect(sheet, row, columns["Output"], output.id)
        ledger.expect(sheet, row, columns["Component"], output.component)
        ledger.expect(sheet, row, columns["Title"], output.name)
        ledger.expect(sheet, row, columns["Line on the sheet Allocation"], i + 1)
        amount = ledger.whole(sheet, row, columns[amounts])
        ledger.derived |= {(sheet.name, row, columns[amounts]), (sheet.name, row, when)}
        known = period is not None and period.text in periods and (fund is None or fund.text in funds)
        if not known or (by_funds and fund is None) or amount <= 0:
            ledger.fault(f"{PAYMENTS}, row {row}: it tells no payment by a fund and in a period of the plan")
        elif period is not None:
            payer = funds.index(fund.text) if fund is not None else None
            if payer is not None:
                ledger.derived.add((sheet.name, row, columns["Fund"]))
                ledger.expect(sheet, row, columns["Category"], plan.funds[payer].category)
            yield Payment(i, periods.index(period.text), payer, amount)
        index += 1
    ledger.expect(sheet, found.row(index), columns["Title"], "Total")
    ledger.expect(sheet, found.row(index), columns[amounts], said.spend)


def check(ledger: Ledger, said: Answer) -> None:
    """Every rule, and every figure of the exact sheets."""
    plan = said.plan
    for text in misdelivered(plan, said.given):
        ledger.fault(text)
    if plan.periods:
        for text in (*mispaid(plan, said.given, said.payments), *overdrawn(plan, said.payments)):
            ledger.fault(text)
    _allocation(ledger, said)
    _rules(ledger, said)
    if plan.funds:
        _funds(ledger, said)
    if any(output.levels for output in plan.outputs):
        _levels(ledger, said)


def _allocation(ledger: Ledger, said: Answer) -> None:
    sheet = ledger.sheet(ALLOCATION)
    found = table(ledger, sheet, ("Output", "Amount", "Share delivered", "Status"))
    if found is None:
        return
    totals: dict[str, Fraction] = {}
    for i, (output, delivery) in enumerate(said.pairs()):
        for header, wanted in _line(said, i, output, delivery):
            if header in found.columns:
                ledger.expect(sheet, found.row(i), found.columns[header], wanted)
            if isinstance(wanted, int | Fraction):
                totals[header] = totals.get(header, Fraction(0)) + wanted
        begins = "" if delivery.start is None else f", beginning in {said.plan.periods[delivery.start].name}"
        ledger.expect(sheet, found.row(i), found.columns["Status"], extent(delivery) + begins)
    last = found.row(len(said.given))
    ledger.expect(sheet, last, found.columns["Title"], "Total")
    for header in ("Cost", "Spent", "Amount", "Additional needed", "Adopted amount", "Change", "Contribution to the value"):
        if header in found.columns:
            ledger.expect(sheet, last, found.columns[header], totals[header])


def _line(said: Answer, i: int, output: Output, delivery: Delivery) -> Iterator[tuple[str, str | int | Fraction | None]]:
    own = levels(said.plan, output)
    yield "Component", output.component
    yield "Title", output.name
    yield "Tier", output.tier
    yield "Cost", output.cost
    for header in ("Minimum viable amount", "Minimum viable amount, or what is spent"):
        yield header, own[0][0]
    yield "Spent", output.spent
    yield "Delivered so far", Fraction(output.delivered, 100)
    yield "Level", own.index(delivery.level) + 1 if delivery.level in own else 0
    yield "Levels", len(own)
    yield "Share delivered", Fraction(delivery.share, 100)
    yield "Amount", delivery.amount
    yield "Additional needed", output.cost - delivery.amount
    yield "Adopted amount", output.adopted or 0
    yield "Change", delivery.amount - (output.adopted or 0)
    yield "Priority", priority(said.plan, output)
    yield "Contribution to the value", said.worth(i)
    yield "Status in the plan", output.status


def _rules(ledger: Ledger, said: Answer) -> None:
    sheet = ledger.sheet(RULES)
    found = table(ledger, sheet, ("Rule", "Family", "Must be", "Limit", "Value", "Slack", "Unit", "Binding"))
    derived = {standing.key: standing for standing in standings(said.question, said.given)}
    for standing in derived.values():
        if not standing.respected:
            said_so = f"{standing.value:,} is not {standing.sense} {standing.limit:,}"
            ledger.fault(f"the rule {standing.key} is not respected: {said_so}")
    if found is None:
        return
    index, listed = 0, set[str]()
    while (cell := found.at(index, "Must be")) is not None and (key := found.at(index, "Rule")) is not None:
        row = found.row(index)
        standing_or_none = derived.get(key.text)
        if standing_or_none is None or key.text in listed:
            ledger.fault(f"{RULES}, row {row}: the plan has no rule {key.text}, or it stands here twice ({cell.text})")
        else:
            standing = _as_reached(ledger, found, index, standing_or_none)
            _standing(ledger, found, index, standing, said.plan.currency)
        listed.add(key.text)
        index += 1
    for key_missing in derived.keys() - listed:
        ledger.fault(f"{RULES}: the rule {key_missing} is missing")


def _as_reached(ledger: Ledger, found: Table, index: int, standing: Standing) -> Standing:
    """Balanced coverage asks for the largest share that all can reach; where time ran out, for one reached on the way to it."""
    cell = found.at(index, "Limit")
    less = cell is not None and cell.number is not None and 0 <= cell.number < standing.limit
    if standing.family != "balance" or not less or _optimal(ledger.file):
        return standing
    return replace(standing, limit=ledger.whole(found.sheet, found.row(index), found.columns["Limit"]))


def _optimal(file: File) -> bool:
    """Whether the sheet Run says that the answer is the best."""
    sheet = file.sheets.get("Run")
    rows = sheet.rows.values() if sheet is not None else ()
    return any(cells[1].text == "Termination" and cells[2].text == "optimal" for cells in rows if 1 in cells and 2 in cells)


def _standing(ledger: Ledger, found: Table, index: int, standing: Standing, currency: str) -> None:
    wanted: dict[str, str | int] = {
        "Rule": standing.key,
        "Family": standing.family,
        "Must be": standing.sense,
        "Limit": standing.limit,
        "Value": standing.value,
        "Slack": standing.slack,
        "Unit": currency if standing.unit == "money" else standing.unit,
        "Binding": "yes" if standing.slack == 0 else "no",
    }
    for header, value in wanted.items():
        ledger.expect(found.sheet, found.row(index), found.columns[header], value)


def _funds(ledger: Ledger, said: Answer) -> None:
    plan, sheet = said.plan, ledger.sheet(FUNDS)
    found = table(ledger, sheet, ("Fund", "Own money", "Carried in", "Paid", "Carried out", "Not used"))
    if found is None:
        return
    index, sums = 0, [0, 0, 0]
    for f, fund in enumerate(plan.funds):
        every = balances(plan, f, said.payments)
        for period, b in zip(plan.periods, every, strict=True):
            figures = (("Own money", b.own), ("Carried in", b.carried_in), ("Paid", b.paid), ("Carried out", b.carried_out))
            words = (("Fund", fund.id), ("Category", fund.category), ("Not used", b.unused))
            for header, value in (*figures, *words):
                ledger.expect(sheet, found.row(index), found.columns[header], value)
            ledger.expect(sheet, found.row(index), found.columns["Own money"] - 1, period.name)
            index += 1
        own = _totals(every)
        _sum(ledger, found, index, own)
        sums = [a + b for a, b in zip(sums, own, strict=True)]
        index += 1
    _sum(ledger, found, index, sums)
    worth = table(ledger, sheet, ("Fund", "Own money", "Paid", "Not used", "May pay for"), after=found.row(index))
    for f in range(len(plan.funds)) if worth is not None else ():
        every = balances(plan, f, said.payments)
        assert worth is not None
        ledger.expect(sheet, worth.row(f), worth.columns["Fund"], plan.funds[f].id)
        for header, value in zip(("Own money", "Paid", "Not used"), _totals(every), strict=True):
            ledger.expect(sheet, worth.row(f), worth.columns[header], value)


def _totals(every: Sequence[Balance]) -> list[int]:
    return [sum(b.own for b in every), sum(b.paid for b in every), sum(b.unused for b in every)]


def _sum(ledger: Ledger, found: Table, index: int, sums: Sequence[int]) -> None:
    for header, value in zip(("Own money", "Paid", "Not used"), sums, strict=True):
        ledger.expect(found.sheet, found.row(index), found.columns[header], value)


def _levels(ledger: Ledger, said: Answer) -> None:
    plan, sheet, index = said.plan, ledger.sheet(LEVELS), 0
    found = table(ledger, sheet, ("Output", "Level", "Amount", "Share that the step adds", "Chosen"))
    if found is None:
        return
    for output, delivery in said.pairs():
        below: Level = (0, 0)
        for number, level in enumerate(levels(plan, output) if output.levels else (), start=1):
            chosen = "chosen" if delivery.funded and delivery.level == level else ""
            share, added = Fraction(level[1], 100), Fraction(level[1] - below[1], 100)
            wanted: dict[str, str | int | Fraction] = {
                "Output": output.id,
                "Level": number,
                "Amount": level[0],
                "Share of the priority delivered": share,
                "Amount that the step adds": level[0] - below[0],
                "Share that the step adds": added,
                "Chosen": chosen,
            }
            for header, value in wanted.items():
                ledger.expect(sheet, found.row(index), found.columns[header], value)
            needed = due(plan, output, level, delivery.start) if plan.periods else None
            for t in range(len(plan.periods)):
                paid = None if needed is None else sum(amount for (when, _), amount in needed.items() if when == t)
                ledger.expect(sheet, found.row(index), found.columns["Expected result"] + 1 + t, paid)
            below = level
            index += 1
