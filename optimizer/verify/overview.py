"""The tables for every reader that count and add up: Components, Summary, Coverage, Results at stake."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from optimizer.verify.cells import Sheet
from optimizer.verify.delivery import Level, levels, priority
from optimizer.verify.exact import IN_FULL, IN_PART, SUBJECT, Answer, extent
from optimizer.verify.ledger import Ledger, Table, table
from optimizer.verify.published import Shown, nearest, shares
from optimizer.verify.question import in_money
from optimizer.verify.words import Words

COMPONENTS, SUMMARY, COVERAGE, STAKES = "Components", "Summary", "Coverage", "Results at stake"
Cells = Sequence[int | Fraction | None]


def minima(said: Answer) -> list[int]:
    """By component, 0 where there is none."""
    found = []
    for component in said.plan.components:
        limit, estimate = component.minimum, said.plan.estimate(component.id)
        found.append(math.ceil(in_money(limit, estimate, said.question.resources)) if limit is not None else 0)
    return found


def maxima(said: Answer) -> list[int | None]:
    limits = [(c.maximum, said.plan.estimate(c.id)) for c in said.plan.components]
    return [None if m is None else math.floor(in_money(m, e, said.question.resources)) for m, e in limits]


def counts(said: Answer, members: Sequence[int]) -> tuple[int, int, int]:
    """Outputs in full, in part, subject to additional resources."""
    found = [extent(said.given[i]) for i in members]
    return found.count(IN_FULL), found.count(IN_PART), found.count(SUBJECT)


def components(ledger: Ledger, said: Answer, words: Words) -> None:
    plan, sheet = said.plan, ledger.sheet(words.say(COMPONENTS))
    headers = [words.say(text) for text in ("Component", "Minimum allocation", "Estimated requirements")]
    found = table(ledger, sheet, headers)
    if found is None:
        return
    least, most = minima(said), maxima(said)
    limited, first = any(limit is not None for limit in most), found.columns[headers[1]]
    for k, component in enumerate(plan.components):
        members, estimate = plan.of(component.id), plan.estimate(component.id)
        received = sum(said.given[i].amount for i in members)
        ledger.expect(sheet, found.row(k), 1, component.id)
        money = (estimate, received, shares(received, estimate), estimate - received)
        _row(ledger, sheet, found.row(k), first, (least[k], *((most[k],) if limited else ()), *money, *counts(said, members)))
    last, every = found.row(len(plan.components)), range(len(plan.outputs))
    money = (plan.cost, said.spend, shares(said.spend, plan.cost), plan.cost - said.spend)
    _row(ledger, sheet, last, first, (sum(least), *((None,) if limited else ()), *money, *counts(said, every)))
    allocated = found.columns[headers[2]] + 1
    ledger.expect(sheet, last + 1, allocated, said.question.resources)
    ledger.expect(sheet, last + 2, allocated, said.question.resources - said.spend)


def _row(ledger: Ledger, sheet: Sheet, row: int, first: int, wanted: Cells) -> None:
    for column, value in enumerate(wanted, start=first):
        ledger.expect(sheet, row, column, value)


def summary(shown: Shown) -> None:
    """How far outputs are delivered and for how much; components; approaches as far as they need no ranking."""
    ledger, said, words = shown.ledger, shown.said, shown.words
    sheet = next(iter(ledger.file.sheets.values()))
    found = table(ledger, sheet, [words.say(text) for text in ("Number", "Estimated requirements", "Allocated")])
    if found is not None:
        _extents(shown, found)
    share = words.say("Allocated, % of estimate")
    found = table(ledger, sheet, (words.say("Minimum allocation"), share))
    if found is not None:
        least = [amount // shown.unit for amount in minima(said)]
        for k, (component, figures) in enumerate(zip(said.plan.components, shown.components, strict=True)):
            exact = shown.exact(said.plan.of(component.id))
            line = (figures[0], least[k], figures[1], shares(exact[1], exact[0]), figures[-1])
            _row(ledger, sheet, found.row(k), 2, line)
        total = shown.total
        line = (total[0], sum(least), total[1], shares(said.spend, said.plan.cost), total[-1])
        _row(ledger, sheet, found.row(len(shown.components)), 2, line)
    found = table(ledger, sheet, [words.say(text) for text in ("Total", "Priority delivered, % of full costing")])
    if found is not None:
        _approaches(ledger, found, said)


def _extents(shown: Shown, found: Table) -> None:
    said, sheet = shown.said, found.sheet
    for at, (kind, count) in enumerate(zip((IN_FULL, IN_PART, SUBJECT), counts(said, range(len(said.given))), strict=True)):
        lines = [figures for figures, delivery in zip(shown.outputs, said.given, strict=True) if extent(delivery) == kind]
        estimated, allocated, additional = (sum(line[column] for line in lines) for column in (0, 1, -1))
        _row(shown.ledger, sheet, found.row(at), 2, (count, estimated, allocated, additional))
    total, resources = shown.total, nearest(said.question.resources, shown.unit)
    _row(shown.ledger, sheet, found.row(3), 2, (len(said.given), total[0], total[1], total[-1]))
    shown.ledger.expect(sheet, found.row(4), 4, resources)
    shown.ledger.expect(sheet, found.row(5), 4, resources - total[1])


def _approaches(ledger: Ledger, found: Table, said: Answer) -> None:
    """Full costing, prioritised, across-the-board, all at their minimum: totals, outputs in full and in part, priority."""
    plan = said.plan
    own = [levels(plan, output) for output in plan.outputs]
    across = list(_across(said, own))
    every = ([each[-1] for each in own], [d.level for d in said.given], across, [each[0] for each in own])
    weights = [priority(plan, output) for output in plan.outputs]
    for index, approach in enumerate(every):
        full = sum(share == 100 for _, share in approach)
        part = sum((amount > 0 or share > 0) and share != 100 for amount, share in approach)
        points = sum((v * share for v, (_, share) in zip(weights, approach, strict=True)), Fraction(0))
        delivered = points / (100 * sum(weights)) if sum(weights) else Fraction(0)
        total = nearest(sum(amount for amount, _ in approach), plan.display)
        _row(ledger, found.sheet, found.row(index), 2, (total, full, part, delivered))
        below = sum(0 < amount < each[0][0] for (amount, _), each in zip(approach, own, strict=True))
        ledger.expect(found.sheet, found.row(index), 7, below)


def _across(said: Answer, own: Sequence[Sequence[Level]]) -> Iterator[Level]:
    """The same share of its cost for each output, largest remainder; what is below its minimum delivers nothing."""
    plan = said.plan
    money = min(said.question.resources, plan.cost)
    exact = [Fraction(money * output.cost, plan.cost or 1) for output in plan.outputs]
    amounts = [math.floor(amount) for amount in exact]
    order = sorted(range(len(exact)), key=lambda i: (amounts[i] - exact[i], i))
    for i in order[: money - sum(amounts)]:
        amounts[i] += 1
    for output, amount, each in zip(plan.outputs, amounts, own, strict=True):
        share = 100 * amount // output.cost if output.cost else 100
        yield amount, share if amount >= each[0][0] else 0


def coverage(ledger: Ledger, said: Answer, words: Words) -> None:
    """For each tag the outputs that carry it, how many how far, and which."""
    plan = said.plan
    columns = list(plan.outputs[0].tags)
    if not any(output.tags[column] for output in plan.outputs for column in columns):
        return
    sheet = ledger.sheet(words.say(COVERAGE))
    found = table(ledger, sheet, [words.say(text) for text in ("Reference", "Outputs that serve it", "In full")])
    if found is None:
        return
    row = found.header
    for column in columns:
        carriers: dict[str, list[int]] = {}
        for i, output in enumerate(plan.outputs):
            for tag in output.tags[column]:
                carriers.setdefault(tag, []).append(i)
        row += bool(carriers)
        for _ in range(len(carriers)):
            row += 1
            cell = sheet.at(row, 1)
            members = carriers.pop(cell.text if cell is not None else "", None)
            if members is None:
                ledger.fault(f"{sheet.name}, row {row}: no output carries such a tag, or it stands twice")
                continue
            ledger.derived.add((sheet.name, row, 1))
            _row(ledger, sheet, row, 2, (len(members), *counts(said, members)))
            kinds = {i: extent(said.given[i]) for i in members}
            ids = {i: plan.outputs[i].id for i in members}
            funded = [f"({ids[i]})" if kinds[i] == IN_PART else ids[i] for i in members if kinds[i] != SUBJECT]
            ledger.expect(sheet, row, 6, ", ".join(funded))
            ledger.expect(sheet, row, 7, ", ".join(ids[i] for i in members if kinds[i] == SUBJECT))


def stakes(shown: Shown) -> None:
    """What outputs with targets need additionally, once for each."""
    ledger, said, words = shown.ledger, shown.said, shown.words
    sheet = ledger.file.sheets.get(words.say(STAKES))
    if sheet is None:
        return
    headers = [words.say(text) for text in ("Output", "Status", "Additional resources needed")]
    found = table(ledger, sheet, headers)
    position, seen, index = {output.id: i for i, output in enumerate(said.plan.outputs)}, set[int](), 0
    while found is not None and (cell := found.at(index, headers[0])) is not None and found.at(index, headers[1]) is not None:
        i = position.get(cell.text)
        if i is None or extent(said.given[i]) == IN_FULL:
            ledger.fault(f"{sheet.name}, row {found.row(index)}: no output that is not delivered in full")
        else:
            ledger.derived.add((sheet.name, found.row(index), 1))
            ledger.begins(sheet, found.row(index), found.columns[headers[1]], words.say(extent(said.given[i])))
            wanted = None if i in seen else shown.outputs[i][-1]
            ledger.expect(sheet, found.row(index), found.columns[headers[2]], wanted)
            seen.add(i)
        index += 1
