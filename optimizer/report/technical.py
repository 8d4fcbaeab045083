"""Exact figures in whole units of the currency: components, every rule with its slack."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import maxima, minima, ratio
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent

COMPONENTS = "Components"
EXTENT_COLUMNS = {Extent.IN_FULL: "in_full", Extent.IN_PART: "in_part", Extent.SUBJECT: "subject"}


def components(dossier: Dossier) -> Sheet:
    plan, scenario, audit = dossier.plan, dossier.result.scenario, dossier.result.audit
    least, most = minima(scenario), maxima(scenario)
    rows = []
    for component in plan.components:
        estimate, received = plan.estimate(component.id), audit.received[component.id]
        texts = (component.id, component.title, wording.limit_text(plan, component.minimum), least.get(component.id, 0))
        maximum = (most.get(component.id),) if most else ()
        counts = _extents(dossier, plan.members[component.id])
        rows.append(
            Row(
                (
                    *texts,
                    *maximum,
                    estimate,
                    received,
                    ratio(received, estimate),
                    estimate - received,
                    *counts,
                    component.comment,
                )
            )
        )
    no_maximum: tuple[Cell, ...] = (None,) if most else ()
    everything = _extents(dossier, range(len(plan.outputs)))
    money = (plan.cost, audit.spend, ratio(audit.spend, plan.cost), plan.cost - audit.spend)
    rows.append(Row((None, "Total", None, sum(least.values()), *no_maximum, *money, *everything, None), Style.TOTAL))
    for label, amount in (("Available resources", scenario.resources), ("Unallocated balance", scenario.resources - audit.spend)):
        rows.append(Row((None, label, None, None, *no_maximum, None, amount, *(None,) * 6), Style.SUBTOTAL))
    table = Table(
        COMPONENTS,
        _component_columns(bool(most)),
        tuple(rows),
        lead=(f"Exact amounts in {plan.currency}. Scenario {wording.scenario_name(scenario)}.",),
        notes=(wording.weights(plan),),
    )
    return Sheet(COMPONENTS, "Each component: minimum allocation, allocated, additional resources needed", (table,), front=True)


def _component_columns(with_maximum: bool) -> tuple[Column, ...]:
    return (
        Column("id", "Component", Kind.ID, 11),
        Column("title", "Title", width=46),
        Column("rule", "Minimum allocation: basis", width=20),
        Column("minimum", "Minimum allocation", Kind.MONEY, 15),
        *((Column("maximum", "Maximum allocation", Kind.MONEY, 15),) if with_maximum else ()),
        Column("estimate", "Estimated requirements", Kind.MONEY, 15),
        Column("allocated", "Allocated", Kind.MONEY, 15),
        Column("percent", "% of estimate", Kind.PERCENT, 11, bar=True),
        Column("additional", "Additional resources needed", Kind.MONEY, 15),
        Column("in_full", "Outputs in full", Kind.COUNT, 9),
        Column("in_part", "Outputs in part", Kind.COUNT, 9),
        Column("subject", "Outputs subject to additional resources", Kind.COUNT, 12),
        Column("comment", "Comment", width=30),
    )


def _extents(dossier: Dossier, members: range | tuple[int, ...]) -> tuple[int, ...]:
    found = [extent(dossier.result.allocation[i]) for i in members]
    return tuple(found.count(kind) for kind in EXTENT_COLUMNS)


def rules(dossier: Dossier) -> Sheet:
    plan = dossier.plan
    table = Table(
        "Rules",
        (
            Column("key", "Rule", Kind.ID, 26),
            Column("kind", "Family", width=12),
            Column("sentence", "What it asks", width=70),
            Column("sense", "Must be", width=9),
            Column("limit", "Limit", Kind.COUNT, 15),
            Column("value", "Value", Kind.COUNT, 15),
            Column("slack", "Slack", Kind.COUNT, 15),
            Column("unit", "Unit", width=10),
            Column("binding", "Binding", width=9),
        ),
        tuple(_rules(dossier)),
        lead=(f"Every rule of scenario {wording.scenario_name(dossier.result.scenario)}, with how the allocation stands to it.",),
        notes=(
            f"Besides, each of the {wording.count(len(plan.outputs), 'output')} is delivered at one of its levels or not at all. "
            "Binding: the value is at the limit.",
        ),
    )
    return Sheet("Rules", "Each condition, and how far it is met", (table,))


def _rules(dossier: Dossier) -> Iterator[Row]:
    plan = dossier.plan
    for rule, measure in dossier.measures:
        unit = plan.currency if measure.unit == "money" else measure.unit
        figures = (measure.sense, measure.limit, measure.value, measure.slack, unit)
        yield Row((rule.key, rule.KIND, rule.describe(plan), *figures, "yes" if measure.binding else "no"))
