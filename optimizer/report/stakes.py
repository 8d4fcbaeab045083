"""Results at stake: the measurable targets of outputs that are not delivered in full."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.table import Column, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent
from optimizer.target import Target

NAME = "Results at stake"


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing where the plan states no targets."""
    if dossier.plan.targets:
        say = dossier.language.say
        about = say("Measurable targets of outputs that are not delivered in full")
        yield Sheet(NAME, about, (table(dossier),), front=True, frozen=2, tab=say(NAME))


def at_stake(dossier: Dossier) -> list[tuple[int, Target]]:
    """Targets of outputs (by position) that are not delivered in full, in the order of the plan."""
    plan, allocation = dossier.plan, dossier.result.allocation
    of_output = ((plan.index[target.output], target) for target in plan.targets)
    return sorted(((i, t) for i, t in of_output if extent(allocation[i]) is not Extent.IN_FULL), key=lambda pair: pair[0])


def table(dossier: Dossier) -> Table:
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    found = at_stake(dossier)
    kept = len(plan.targets) - len(found)
    notes = [
        language.count(
            kept,
            "{number} other measurable target belongs to an output delivered in full.",
            "{number} other measurable targets belong to outputs delivered in full.",
        )
        if kept
        else say("No measurable target belongs to an output delivered in full."),
        say("Targets are as stated in the plan; what is reached of them with less than full funding is not estimated."),
    ]
    return Table(
        say("Results at stake: {plan}", plan=plan.titled(language.code)),
        (
            Column("id", say("Output"), Kind.ID, 8),
            Column("title", say("Title"), width=40),
            Column("measure", say("Measurable target"), width=44),
            Column("target", say("Target"), width=24),
            Column("deadline", say("Time frame"), width=18),
            Column("status", say("Status"), width=30, tones=wording.tones(language)),
            Column("additional", say("Additional resources needed"), Kind.MONEY, 14),
        ),
        tuple(_rows(dossier, found)),
        lead=(dossier.under_title, wording.amounts_and_notice(language, plan)),
        notes=tuple(notes),
        unit=wording.unit(language, plan),
    )


def _rows(dossier: Dossier, found: list[tuple[int, Target]]) -> Iterator[Row]:
    """What an output needs is said once, on the first of its targets."""
    plan, language, said = dossier.plan, dossier.language, set[int]()
    if not found:
        nothing = language.say("Every output with a measurable target is delivered in full.")
        yield Row((nothing,), Style.NOTE)
    for i, target in found:
        output, delivery = plan.outputs[i], dossier.result.allocation[i]
        status = wording.short_status(language, plan, output, delivery)
        additional = None if i in said else dossier.shown.outputs[i].additional
        said.add(i)
        yield Row((output.id, output.named(language.code), target.measure, target.target, target.deadline, status, additional))
