"""Outputs with priced levels of their own: what each level costs, delivers and adds, and which one is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.analysis.funds import step_of
from optimizer.report.dossier import Dossier
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Table

NAME = "Levels"
CHOSEN = "chosen"


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where no output has levels of its own."""
    if any(output.explicit_levels for output in dossier.plan.outputs):
        yield Sheet(NAME, "Outputs with levels of their own: amount, result and what each step adds", (table(dossier),), frozen=2)


def table(dossier: Dossier) -> Table:
    plan = dossier.plan
    per = plan.money(step_of(plan))
    rows = [row for i, output in enumerate(plan.outputs) if output.explicit_levels for row in _rows(dossier, i)]
    notes = [
        "What a step adds is counted from the level below it, at first from nothing. Points: priority of the output times the "
        "share of it delivered. Where the points for the same money fall from step to step, returns diminish.",
    ]
    if plan.first_open_year is not None:
        notes.append("What is spent already is the lowest level.")
    if any(cell is None for row in rows for cell in row.cells[len(row.cells) - len(plan.periods) :]):
        notes.append("Blank amounts: no time is left for that level.")
    return Table(
        NAME,
        (
            Column("id", "Output", Kind.ID, 8),
            Column("title", "Title", width=40),
            Column("level", "Level", Kind.COUNT, 7),
            Column("amount", "Amount", Kind.MONEY, 14),
            Column("share", "Share of the priority delivered", Kind.PERCENT, 12),
            Column("added_amount", "Amount that the step adds", Kind.MONEY, 14),
            Column("added_share", "Share that the step adds", Kind.PERCENT, 11),
            Column("points", f"Points that the step adds, per {per}", Kind.NUMBER, 15),
            Column("chosen", "Chosen", width=10, tones=((CHOSEN, "good"),)),
            Column("result", "Expected result", width=44),
            *(Column(f"period:{period.name}", period.name, Kind.MONEY, 14) for period in plan.periods),
        ),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=tuple(notes),
    )


def _rows(dossier: Dossier, i: int) -> Iterator[Row]:
    """Amounts by period are those of the start that is chosen."""
    plan, delivery, output = dossier.plan, dossier.result.allocation[i], dossier.plan.outputs[i]
    planned, *later = plan.variants[i]
    variant = next((one for one in later if one.start == delivery.start), planned)
    below, delivered = 0, 0
    for number, (level, split) in enumerate(zip(plan.levels[i], variant.splits, strict=True), start=1):
        amount, share = level.amount - below, Fraction(level.share - delivered, 100)
        points = plan.priorities[i] * share * step_of(plan) / amount if amount else None
        chosen = delivery.funded and (level.amount, level.share) == (delivery.amount, delivery.share)
        cells = (output.id, output.name, number, level.amount, Fraction(level.share, 100), amount, share, points)
        result = level.result or (output.result_full if level.share == 100 else "")
        by_period: Iterator[Cell] = (
            None if split is None else sum(part.amount for part in split if part.period == t) for t in range(len(plan.periods))
        )
        yield Row((*cells, CHOSEN if chosen else "", result, *by_period))
        below, delivered = level.amount, level.share
