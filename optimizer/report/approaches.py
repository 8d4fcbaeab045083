"""The prioritised allocation beside full costing, across-the-board and the other ways to arrive at one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.audit import Audit
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, Shown, priority_delivered, shown
from optimizer.report.table import Column, Kind, Row, Style, Table
from optimizer.rounding import nearest

LABEL, FIGURE = 42, 13  # widths
PRIORITISED, ACROSS = "Prioritised", "Across-the-board"
OTHER_CONDITIONS = "Other conditions: resources, commitments, maximum allocations, links between outputs."
OF_FUNDS = (
    "Other conditions: resources, what funds may pay for and when, commitments, maximum allocations, links between outputs."
)


@dataclass(frozen=True, slots=True)
class Approach:
    """`name` is the English one, by which it is known."""

    name: str
    allocation: Allocation
    audit: Audit


def approaches(dossier: Dossier) -> tuple[Approach, ...]:
    """Full costing first, then what is prioritised, then the others."""
    first, *others = (Approach(c.published, c.allocation, c.audit) for c in dossier.comparators)
    return first, Approach(PRIORITISED, dossier.result.allocation, dossier.result.audit), *others


def comparison(dossier: Dossier) -> Table:
    """One line for each approach: what it costs, what it delivers, and what it does not respect."""
    language, say = dossier.language, dossier.language.say
    rows = tuple(
        Row(_cells(dossier, one), Style.SUBTOTAL if one.name == PRIORITISED else Style.BODY) for one in approaches(dossier)
    )
    notes = (
        say("Priority delivered: priority of each output times the share of it delivered."),
        say(OF_FUNDS if dossier.categories else OTHER_CONDITIONS),
        say(
            "An approach that does not respect every condition can show a higher priority than the prioritised one, which "
            "respects them all."
        ),
    )
    return Table(
        say("Approaches side by side"),
        (
            Column("approach", say("Approach ({unit})", unit=wording.unit(language, dossier.plan)), width=LABEL),
            Column("total", say("Total"), Kind.MONEY, FIGURE),
            Column("in_full", say("Outputs in full"), Kind.COUNT, FIGURE),
            Column("in_part", say("Outputs in part"), Kind.COUNT, FIGURE),
            Column("priority", say("Priority delivered, % of full costing"), Kind.PERCENT, FIGURE),
            Column("minima", say("Minimum allocations not respected (component)"), Kind.ID, FIGURE),
            Column("below", say("Outputs below their minimum viable amount"), Kind.COUNT, FIGURE),
            Column("other", say("Other conditions not respected"), Kind.COUNT, FIGURE),
        ),
        rows,
        notes=(" ".join(notes),),
    )


def _cells(dossier: Dossier, one: Approach) -> tuple[str | int | Fraction, ...]:
    plan, say = dossier.plan, dossier.language.say
    below = sum(0 < d.amount < levels[0].amount for d, levels in zip(one.allocation, plan.levels, strict=True))
    components = {f"floor[{component.id}]": component.id for component in plan.components}
    missed = [components[breach.rule] for breach in one.audit.breaches if breach.rule in components]
    return (
        say(one.name),
        nearest(Fraction(one.audit.spend, plan.display_unit)),
        one.audit.in_full,
        one.audit.in_part,
        priority_delivered(plan, one.allocation),
        ", ".join(missed) or say("none"),
        below,
        sum(breach.kind not in ("floor", "level") for breach in one.audit.breaches),
    )


def side_by_side(dossier: Dossier) -> Table:
    """Each output under full costing, prioritised and across-the-board; every column adds up, and agrees with other tables."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    across = next(one for one in approaches(dossier) if one.name == ACROSS)
    notes = [wording.rounding(language, plan)]
    if across.audit.breaches:
        notes.append(
            say("Across-the-board: each output receives the same share of its estimate; not every condition is respected.")
        )
    return Table(
        say("Full costing, prioritised and across-the-board: {plan}", plan=plan.titled(language.code)),
        (
            Column("id", say("Output"), Kind.ID, 7),
            Column("title", say("Title"), width=62),
            *(Column(name, say(name), Kind.MONEY, 15) for name in ("Full costing", PRIORITISED, ACROSS)),
        ),
        tuple(_side_by_side(dossier, shown(plan, across.allocation))),
        lead=(dossier.under_title, wording.amounts_and_notice(language, plan)),
        notes=tuple(notes),
        unit=wording.unit(language, plan),
    )


def _side_by_side(dossier: Dossier, across: Shown) -> Iterator[Row]:
    plan, language, say, own = dossier.plan, dossier.language, dossier.language.say, dossier.shown

    def amounts(of_own: Figures, of_across: Figures) -> tuple[int, int, int]:
        return of_own.estimated, of_own.allocated, of_across.allocated

    for component in plan.components:
        key = component.id
        yield Row((wording.heading(language, component),), Style.HEADING)
        for i in plan.members[key]:
            output = plan.outputs[i]
            yield Row((output.id, output.named(language.code), *amounts(own.outputs[i], across.outputs[i])))
        label = say("Subtotal, component {id}", id=key)
        yield Row((None, label, *amounts(own.components[key], across.components[key])), Style.SUBTOTAL)
    yield Row((None, say("Total"), *amounts(own.total, across.total)), Style.TOTAL)
