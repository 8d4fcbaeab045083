"""Which paragraphs, programme outputs and targets the funded outputs serve, tag by tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from optimizer.report.dossier import Dossier
from optimizer.report.table import Column, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent

NAME = "Coverage"


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where no output carries a tag."""
    if any(tags for output in dossier.plan.outputs for tags in output.tags):
        say = dossier.language.say
        about = say("What the funded outputs serve, reference by reference")
        yield Sheet(NAME, about, (table(dossier),), front=True, tab=say(NAME))


def table(dossier: Dossier) -> Table:
    """One line for each tag, under a heading for each tag column."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    rows = [row for number in range(len(plan.tag_columns)) for row in _of_column(dossier, number)]
    alone = any(len(row.cells) > 1 and row.cells[1] == 1 for row in rows)
    notes = [say("Outputs in brackets are funded in part; those subject to additional resources are not listed as funded.")]
    if alone:
        notes.append(say("A reference with one output is served by that output alone."))
    return Table(
        say("Coverage by funded outputs: {plan}", plan=plan.titled(language.code)),
        (
            Column("tag", say("Reference"), Kind.ID, 16),
            Column("outputs", say("Outputs that serve it"), Kind.COUNT, 12),
            Column("in_full", say("In full"), Kind.COUNT, 12),
            Column("in_part", say("In part"), Kind.COUNT, 12),
            Column("subject", say("Subject to additional resources"), Kind.COUNT, 14),
            Column("funded", say("Funded outputs"), width=60),
            Column("not_funded", say("Outputs subject to additional resources"), width=30),
        ),
        tuple(rows),
        lead=(dossier.under_title,),
        notes=tuple(notes),
    )


def _of_column(dossier: Dossier, number: int) -> Iterator[Row]:
    plan, language, allocation = dossier.plan, dossier.language, dossier.result.allocation
    carriers: dict[str, list[int]] = {}
    for i, output in enumerate(plan.outputs):
        for tag in output.tags[number] if output.tags else ():
            carriers.setdefault(tag, []).append(i)
    if carriers:
        yield Row((language.named(plan.tag_columns[number]),), Style.HEADING)
    for tag in sorted(carriers, key=in_order):
        kinds = [extent(allocation[i]) for i in carriers[tag]]
        names = [plan.outputs[i].id for i in carriers[tag]]
        funded = [
            f"({name})" if kind is Extent.IN_PART else name
            for name, kind in zip(names, kinds, strict=True)
            if kind is not Extent.SUBJECT
        ]
        others = [name for name, kind in zip(names, kinds, strict=True) if kind is Extent.SUBJECT]
        counts = (len(names), *(kinds.count(kind) for kind in Extent))
        yield Row((tag, *counts, ", ".join(funded), ", ".join(others)))


def in_order(tag: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts 3.8 before 10.4, and 1.4 before 1.a."""
    parts = re.findall(r"[0-9]+|[^0-9]+", tag)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def fully_served(dossier: Dossier) -> tuple[int, int]:
    """How many tags at least one funded output carries, and how many there are."""
    plan, allocation = dossier.plan, dossier.result.allocation
    every = {(k, tag) for output in plan.outputs for k, tags in enumerate(output.tags) for tag in tags}
    served = {
        (k, tag)
        for output, delivery in zip(plan.outputs, allocation, strict=True)
        if delivery.funded
        for k, tags in enumerate(output.tags)
        for tag in tags
    }
    return len(served), len(every)
