"""The summary of a batch, and its scenarios, as tables: for the screen and for a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from optimizer.batch.answer import Answer
from optimizer.batch.blocks import VERSION, Batch
from optimizer.batch.rows import NO_ANSWER, columns, rows
from optimizer.batch.store import Asked
from optimizer.batch.summary import RANKS, Spread, Summary
from optimizer.files.results import RUN
from optimizer.report.record import facts
from optimizer.report.table import Book, Cell, Column, Kind, Row, Sheet, Table
from optimizer.rounding import nearest

MOST_ROWS = 20_000  # scenarios in a workbook; other forms hold any number
MOST_EFFECTS, MOST_LISTED = 5, 30  # assumptions of a group, and scenarios, on the screen
CORE, BORDERLINE, NEVER = "all", "some", "none"


def standing(funded: int, of: int) -> str:
    """Whether an output is funded under all, some or none of the assumptions examined."""
    return CORE if funded == of else BORDERLINE if funded else NEVER


def overview(found: Sequence[Summary]) -> Table:
    """One line a group: how its scenarios ended, and how value and spend spread."""
    head = (
        Column("name", "Scenarios", Kind.TEXT, 34),
        Column("count", "Number", Kind.COUNT),
        Column("allocations", "With an allocation", Kind.COUNT),
        Column("unproved", "Not proved", Kind.COUNT),
        *(Column(f"value {rank}", f"Value, {_rank(rank)}", Kind.NUMBER) for rank in (0, 50, 100)),
        *(Column(f"spend {rank}", f"Spend, {_rank(rank)}", Kind.MONEY, 15) for rank in (0, 50, 100)),
        *(Column(word, f"Outputs funded in {word}", Kind.COUNT) for word in (CORE, BORDERLINE, NEVER)),
    )
    body = []
    for group in found:
        stand = [standing(core.funded, group.allocations) for core in group.core] if group.allocations else []
        spreads = ((spread.ranks if spread else (None,) * len(RANKS)) for spread in (group.value, group.spend))
        value, spend = ([ranks[RANKS.index(rank)] for rank in (0, 50, 100)] for ranks in spreads)
        counts = [stand.count(word) if stand else None for word in (CORE, BORDERLINE, NEVER)]
        money = [None if one is None else int(one) for one in spend]
        body.append(Row((group.name, group.count, group.allocations, group.unproved, *value, *money, *counts)))
    return Table("Answers", head, tuple(body))


def distribution(found: Sequence[Summary]) -> Table:
    """Value and spend of each group: ranks and mean."""
    head = (
        Column("name", "Scenarios", Kind.TEXT, 34),
        Column("what", "Of"),
        *(Column(f"rank {rank}", _rank(rank), Kind.NUMBER, 15) for rank in RANKS),
        Column("mean", "mean", Kind.NUMBER, 15),
    )
    body = []
    for group in found:
        if group.value is not None and group.spend is not None:
            body.append(Row((group.name, "value", *group.value.ranks, group.value.mean)))
            spend = (*map(int, group.spend.ranks), nearest(group.spend.mean))
            body.append(Row((group.name, "spend", *spend), kind=Kind.MONEY))
    notes = (
        "Each rank is an answer that was given: so many per cent of the answers are no greater. Means of money are rounded.",
    )
    return Table("Value and spend", head, tuple(body), notes=notes)


def assumptions(found: Sequence[Summary], most: int | None = None) -> Table:
    """Which assumption moves the answer most, by group; `most` of each."""
    head = (
        Column("name", "Scenarios", Kind.TEXT, 34),
        Column("assumption", "Assumption", Kind.TEXT, 40),
        Column("value", "Of the variation of the value", Kind.PERCENT, 16),
        Column("funding", "Of the variation of what is funded", Kind.PERCENT, 16),
    )
    body = (
        Row((group.name, effect.assumption, _share(effect.of_value), _share(effect.of_funding)))
        for group in found
        for effect in group.effects[:most]
    )
    notes = ("The share of the variation that goes with this assumption alone: exact for a sweep, estimated from samples.",)
    return Table("What moves the answer most", head, tuple(body), notes=notes)


def each(batch: Batch, answered: Iterable[tuple[Asked, Answer | None]]) -> Table:
    """One line a scenario with what matters of its answer, for few of them."""
    head = (
        Column("name", "Scenario", Kind.TEXT, 34),
        Column("value", "Value", Kind.NUMBER),
        Column("spend", "Spend", Kind.MONEY, 15),
        Column("in_full", "In full", Kind.COUNT),
        Column("in_part", "In part", Kind.COUNT),
        Column("answer", "Answer", Kind.TEXT, 40),
    )
    body = []
    for (_, name, _, _), answer in answered:
        found = answer or NO_ANSWER
        figures = (found.value, found.spend, found.in_full, found.in_part) if found.allocated else (None,) * 4
        body.append(Row((name, *figures, ": ".join(filter(None, (found.ending, found.message))))))
    return Table("Scenarios", head, tuple(body))


def core(batch: Batch, found: Sequence[Summary]) -> Table:
    """The core index: in which share of the allocations of each group an output is funded."""
    groups = [group for group in found if group.allocations]
    head = (
        Column("output", "Output", Kind.ID),
        Column("title", "Title", Kind.TEXT, 48),
        *(
            column
            for group in groups
            for column in (
                Column(f"funded {group.name}", f"{group.name}: funded", Kind.PERCENT, 14, bar=True),
                Column(f"full {group.name}", f"{group.name}: in full", Kind.PERCENT, 14),
                Column(f"standing {group.name}", f"{group.name}: funded in", Kind.TEXT, 10),
            )
        ),
    )
    body = []
    for i, output in enumerate(batch.plan.outputs):
        cells: list[Cell] = [output.id, output.name]
        for group in groups:
            one, of = group.core[i], group.allocations
            cells += [Fraction(one.funded, of), Fraction(one.in_full, of), standing(one.funded, of)]
        body.append(Row(tuple(cells)))
    return Table("Core index: funded under all, some or none of the assumptions examined", head, tuple(body))


def listed(batch: Batch, answered: Iterable[tuple[Asked, Answer | None]]) -> Table:
    """One line a scenario: what it assumes, its answer, what each output receives."""
    return Table("Scenarios", columns(batch), tuple(map(Row, rows(batch, answered))), unit=batch.plan.currency)


def book(batch: Batch, found: Sequence[Summary], answered: Iterable[tuple[Asked, Answer | None]]) -> Book:
    """A workbook with all of it."""
    sheets = (
        Sheet("Summary", "How scenarios ended, how value and spend spread", (overview(found), distribution(found)), front=True),
        Sheet("Core", "What is funded whatever is assumed", (core(batch, found),), front=True, frozen=2),
        Sheet("Assumptions", "Which assumption moves the answer most", (assumptions(found),), front=True),
        Sheet("Scenarios", "Every scenario with its answer", (listed(batch, answered),), frozen=2),
        Sheet(RUN, "File and version", (_run(batch),)),
    )
    return Book(f"Batch: {batch.title}", batch.title, sheets)


def _run(batch: Batch) -> Table:
    """What optimizer verify holds against the plan."""
    file, digest = batch.workbook
    pairs = (("Plan", batch.plan.title), ("Input file", file), ("SHA-256 of it", digest), ("optimizer", VERSION))
    return facts("Run", tuple(pair for pair in pairs if pair[1]))


def data(batch: Batch, found: Sequence[Summary]) -> dict[str, Any]:
    """The summary for JSON: exact, fractions as text."""
    return {
        "title": batch.title,
        "scenarios": len(batch),
        "groups": [
            {
                "name": group.name,
                "scenarios": group.count,
                "endings": dict(group.endings),
                "allocations": group.allocations,
                "not_proved": group.unproved,
                **{what: _spread(spread) for what, spread in (("value", group.value), ("spend", group.spend))},
                "core": {one.output: {"funded": one.funded, "in_full": one.in_full} for one in group.core},
                "assumptions": [
                    {"assumption": effect.assumption, "of_value": effect.of_value, "of_funding": effect.of_funding}
                    for effect in group.effects
                ],
            }
            for group in found
        ],
    }


def _spread(spread: Spread | None) -> dict[str, str] | None:
    if spread is None:
        return None
    return {**dict(zip(map(_rank, RANKS), map(str, spread.ranks), strict=True)), "mean": str(spread.mean)}


def _rank(rank: int) -> str:
    return {0: "least", 50: "median", 100: "greatest"}.get(rank, f"{rank} per cent")


def _share(part: float) -> Fraction:
    return Fraction(round(part * 1000), 1000)
