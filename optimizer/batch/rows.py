"""The scenarios of a batch with their answers, one row each, made as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.batch.answer import Answer
from optimizer.batch.blocks import Batch
from optimizer.batch.store import Asked
from optimizer.report.table import Column, Kind, Scalar

NO_ANSWER = Answer("not answered yet")


def columns(batch: Batch) -> tuple[Column, ...]:
    """Those of `rows`: assumptions by their settings, amounts and shares by output."""
    outputs = batch.plan.outputs
    return (
        Column("number", "Number", Kind.COUNT),
        Column("scenario", "Scenario", Kind.TEXT, 34),
        *(Column(f"assumption {key}", key, Kind.TEXT, 14) for key in assumed(batch)),
        Column("answer", "Answer", Kind.TEXT, 16),
        Column("value", "Value", Kind.NUMBER),
        Column("exact", "Value, exact", Kind.TEXT),
        Column("spend", "Spend", Kind.MONEY, 15),
        Column("in_full", "In full", Kind.COUNT),
        Column("in_part", "In part", Kind.COUNT),
        Column("proved", "Proved"),
        Column("method", "Method"),
        Column("says", "Proof or reason", Kind.TEXT, 40),
        *(Column(f"amount {output.id}", f"Amount {output.id}", Kind.MONEY, 13) for output in outputs),
        *(Column(f"share {output.id}", f"Share {output.id}", Kind.COUNT, 8) for output in outputs),
    )


def rows(batch: Batch, answered: Iterable[tuple[Asked, Answer | None]]) -> Iterator[tuple[Scalar, ...]]:
    """Cells in the order of `columns`; money in whole units, shares in percentage points, None where there is nothing to say."""
    keys, blank = assumed(batch), (None,) * len(batch.plan.outputs)
    for (position, name, _, values), answer in answered:
        given = dict(zip(batch.block(position)[0].assumed, values, strict=True))
        found = answer or NO_ANSWER
        figures = (found.value, str(found.value), found.spend, found.in_full, found.in_part) if found.allocated else (None,) * 5
        words = ("yes" if found.proved else "no", found.path, found.message or found.proof)
        body = (*(found.amounts or blank), *(found.shares or blank))
        yield (position + 1, name, *(given.get(key) for key in keys), found.ending, *figures, *words, *body)


def assumed(batch: Batch) -> list[str]:
    """Every assumption of any block, in order."""
    return list(dict.fromkeys(key for block in batch.blocks for key in block.assumed))
