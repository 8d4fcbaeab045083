"""The sheet Allocation: each output in exact amounts, with its level, its priority and how far it is funded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimizer.files.results import ALLOCATION
from optimizer.plan import Output
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.language import ENGLISH
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table


@dataclass(frozen=True, slots=True)
class _Field:
    """A column with what stands in it for each output (by position) and in the total."""

    column: Column
    of: Callable[[int], Cell]
    total: Cell = None


def sheet(dossier: Dossier) -> Sheet:
    plan, scenario = dossier.plan, dossier.result.scenario
    fields = tuple(_fields(dossier))
    rows = [Row(tuple(field.of(i) for field in fields)) for i in range(len(plan.outputs))]
    rows.append(Row(tuple(field.total for field in fields), Style.TOTAL))
    table = Table(
        ALLOCATION,
        tuple(field.column for field in fields),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=(
            f"Objective: {scenario.objective.name}, {wording.attained(ENGLISH, dossier.result)}. Priority is the weighted "
            "average of the scores (0 to 100) times the weight of the component; contributions to the value are in "
            f"{scenario.objective.measure}.",
            wording.weights(ENGLISH, plan),
            *_notes(dossier),
        ),
    )
    return Sheet(ALLOCATION, "Each output: exact amounts, level, priority, status", (table,))


def _fields(dossier: Dossier) -> Iterator[_Field]:
    plan, outputs = dossier.plan, dossier.plan.outputs
    yield _Field(Column("id", "Output", Kind.ID, 8), lambda i: outputs[i].id)
    yield _Field(Column("component", "Component", Kind.ID, 11), lambda i: outputs[i].component)
    yield _Field(Column("title", "Title", width=48), lambda i: outputs[i].name, "Total")
    if any(output.tier is not None for output in outputs):
        yield _Field(Column("tier", "Tier", Kind.COUNT, 6), lambda i: outputs[i].tier)
    yield _Field(Column("cost", "Cost", Kind.MONEY, 15), lambda i: outputs[i].cost, plan.cost)
    lowest = "Minimum viable amount" if plan.first_open_year is None else "Minimum viable amount, or what is spent"
    yield _Field(Column("minimum", lowest, Kind.MONEY, 15), lambda i: plan.levels[i][0].amount)
    if plan.first_open_year is not None:
        yield from _progress(outputs)
    yield from _delivery(dossier)
    if any(output.adopted is not None for output in outputs):
        yield from _adopted(dossier)
    yield from _worth(dossier)
    yield from _status(dossier)


def _progress(outputs: tuple[Output, ...]) -> Iterator[_Field]:
    spent = sum(output.spent for output in outputs)
    yield _Field(Column("spent", "Spent", Kind.MONEY, 15), lambda i: outputs[i].spent, spent)
    yield _Field(Column("delivered", "Delivered so far", Kind.PERCENT, 10), lambda i: Fraction(outputs[i].delivered, 100))


def _delivery(dossier: Dossier) -> Iterator[_Field]:
    plan, allocation = dossier.plan, dossier.result.allocation
    yield _Field(Column("level", "Level", Kind.COUNT, 7), lambda i: level(dossier, i))
    yield _Field(Column("levels", "Levels", Kind.COUNT, 7), lambda i: len(plan.levels[i]))
    yield _Field(Column("share", "Share delivered", Kind.PERCENT, 10), lambda i: Fraction(allocation[i].share, 100))
    yield _Field(Column("amount", "Amount", Kind.MONEY, 15), lambda i: allocation[i].amount, allocation.spend)
    additional = plan.cost - allocation.spend
    yield _Field(
        Column("additional", "Additional needed", Kind.MONEY, 15),
        lambda i: plan.outputs[i].cost - allocation[i].amount,
        additional,
    )


def _adopted(dossier: Dossier) -> Iterator[_Field]:
    """An output without an adopted amount had none: it was to receive nothing."""
    adopted = [output.adopted or 0 for output in dossier.plan.outputs]
    change = [delivery.amount - before for delivery, before in zip(dossier.result.allocation, adopted, strict=True)]
    yield _Field(Column("adopted", "Adopted amount", Kind.MONEY, 15), lambda i: adopted[i], sum(adopted))
    yield _Field(Column("change", "Change", Kind.MONEY, 15), lambda i: change[i], sum(change))


def _worth(dossier: Dossier) -> Iterator[_Field]:
    priorities, worth = dossier.plan.priorities, dossier.result.scenario.objective.worth
    allocation, value = dossier.result.allocation, dossier.result.audit.value
    yield _Field(Column("priority", "Priority", Kind.NUMBER, 10), lambda i: priorities[i])
    contribution = Column("contribution", "Contribution to the value", Kind.NUMBER, 14)
    yield _Field(contribution, lambda i: priorities[i] * worth(allocation[i]), value)


def _status(dossier: Dossier) -> Iterator[_Field]:
    plan, result = dossier.plan, dossier.result
    status = Column("status", "Status", width=26, tones=wording.tones(ENGLISH))
    yield _Field(status, lambda i: wording.timed_extent(plan, result.allocation[i]))
    yield _Field(Column("plan_status", "Status in the plan", width=12), lambda i: str(plan.outputs[i].status))
    yield _Field(Column("reason", "Reason or authority", width=30), lambda i: wording.reason(result.scenario, plan.outputs[i]))
    unlocking = unlocked(dossier)
    if unlocking:
        remark = Column("remark", "Remark", width=30)
        yield _Field(remark, lambda i: f"Lowest level; required by {wording.enumeration(unlocking[i])}" if i in unlocking else "")
    alike = {key: f"any of {', '.join(group)}" for group in result.ties.identical for key in group}
    if alike:
        yield _Field(Column("alike", "Identical outputs", width=20), lambda i: alike.get(plan.outputs[i].id, ""))


def level(dossier: Dossier, index: int) -> int:
    """Which of its levels an output is funded at, from 1; 0 for none."""
    delivery = dossier.result.allocation[index]
    reached = [(one.amount, one.share) == (delivery.amount, delivery.share) for one in dossier.plan.levels[index]]
    return reached.index(True) + 1 if any(reached) else 0


def unlocked(dossier: Dossier) -> dict[int, tuple[str, ...]]:
    """Outputs at the lowest of several levels (positions) that funded outputs require (ids): perhaps funded for them alone."""
    plan, found = dossier.plan, dict[int, tuple[str, ...]]()
    for link in plan.links:
        i = plan.index[link.requires]
        if len(plan.levels[i]) > 1 and level(dossier, i) == 1 and dossier.result.allocation[plan.index[link.output]].funded:
            found[i] = (*found.get(i, ()), link.output)
    return found


def _notes(dossier: Dossier) -> Iterator[str]:
    if unlocked(dossier):
        yield "Required by: it may be funded at its lowest level only so that the outputs named can be funded."
    if any(output.adopted is not None for output in dossier.plan.outputs):
        yield "Change: the amount less the adopted amount; an output without an adopted amount was to receive nothing."
