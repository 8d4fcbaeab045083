"""Exact figures in whole units of the currency: components, for every reader; every rule with its slack, in English."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.report import wording
from optimizer.report.charts import LONGEST_LABEL, MOST, scale
from optimizer.report.dossier import Dossier
from optimizer.report.figures import maxima, minima, ratio
from optimizer.report.language import ENGLISH, Language
from optimizer.report.table import Cell, Chart, Column, Fill, Form, Kind, Row, Sheet, Style, Table
from optimizer.report.wording import Extent, extent

COMPONENTS = "Components"
EXTENT_COLUMNS = {Extent.IN_FULL: "in_full", Extent.IN_PART: "in_part", Extent.SUBJECT: "subject"}


def components(dossier: Dossier) -> Sheet:
    plan, scenario, audit = dossier.plan, dossier.result.scenario, dossier.result.audit
    language, say = dossier.language, dossier.language.say
    least, most = minima(scenario), maxima(scenario)
    rows = []
    for component in plan.components:
        estimate, received = plan.estimate(component.id), audit.received[component.id]
        rule = wording.limit_text(language, plan, component.minimum)
        texts = (component.id, component.titled(language.code), rule, least.get(component.id, 0))
        maximum = (most.get(component.id),) if most else ()
        money = (estimate, received, ratio(received, estimate), estimate - received)
        counts = _extents(dossier, plan.members[component.id])
        rows.append(Row((*texts, *maximum, *money, *counts, component.comment)))
    no_maximum: tuple[Cell, ...] = (None,) if most else ()
    everything = _extents(dossier, range(len(plan.outputs)))
    whole = (plan.cost, audit.spend, ratio(audit.spend, plan.cost), plan.cost - audit.spend)
    rows.append(Row((None, say("Total"), None, sum(least.values()), *no_maximum, *whole, *everything, None), Style.TOTAL))
    for label, amount in (("Available resources", scenario.resources), ("Unallocated balance", scenario.resources - audit.spend)):
        rows.append(Row((None, say(label), None, None, *no_maximum, None, amount, *(None,) * 6), Style.SUBTOTAL))
    exact = say("Exact amounts in {currency}.", currency=language.term(plan.currency))
    asked = say("Scenario {name}", name=wording.scenario_name(language, scenario))
    lead = (f"{exact} {asked}.",)
    table = Table(
        say(COMPONENTS), _component_columns(language, bool(most)), tuple(rows), lead, (wording.weights(language, plan),)
    )
    about = say("Each component: minimum allocation, allocated, additional resources needed")
    charts = tuple(_chart(dossier, table, with_minimum=any(least.values())))
    return Sheet(COMPONENTS, about, (table,), front=True, tab=say(COMPONENTS), charts=charts)


def _chart(dossier: Dossier, table: Table, with_minimum: bool) -> Iterator[Chart]:
    """Nothing for too many components. Titles that are too long stand in the table only; the chart then has the ids."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    if len(plan.components) > MOST:
        return
    drawn = {"estimate": Fill.PALE, **({"minimum": Fill.STRIPED} if with_minimum else {}), "allocated": Fill.DARK}
    figures = language.enumeration([table.columns[table.position(key)].header for key in drawn])
    short = all(len(component.titled(language.code)) <= LONGEST_LABEL for component in plan.components)
    shown = scale(max(plan.estimate(component.id) for component in plan.components))
    scenario = say("Scenario {name}", name=wording.scenario_name(language, dossier.result.scenario))
    yield Chart(
        Form.BARS,
        f"{say('Estimated requirements and allocated resources by component')}. {scenario}",
        say("Bar chart. For each component: {figures}. All figures stand in the table above it.", figures=figures),
        "title" if short else "id",
        tuple(drawn),
        (0, len(plan.components) - 1),
        tuple(drawn.values()),
        scale=shown,
        axis=wording.axis(language, plan, shown),
        rows_axis="" if short else say("Component"),
    )


def _component_columns(language: Language, with_maximum: bool) -> tuple[Column, ...]:
    say = language.say
    return (
        Column("id", say("Component"), Kind.ID, 11),
        Column("title", say("Title"), width=46),
        Column("rule", say("Minimum allocation: basis"), width=20),
        Column("minimum", say("Minimum allocation"), Kind.MONEY, 15),
        *((Column("maximum", say("Maximum allocation"), Kind.MONEY, 15),) if with_maximum else ()),
        Column("estimate", say("Estimated requirements"), Kind.MONEY, 15),
        Column("allocated", say("Allocated"), Kind.MONEY, 15),
        Column("percent", say("Allocated, % of estimate"), Kind.PERCENT, 11, bar=True),
        Column("additional", say("Additional resources needed"), Kind.MONEY, 15),
        Column("in_full", say("Outputs in full"), Kind.COUNT, 9),
        Column("in_part", say("Outputs in part"), Kind.COUNT, 9),
        Column("subject", say("Outputs subject to additional resources"), Kind.COUNT, 15),
        Column("comment", say("Comment"), width=30),
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
        lead=(
            f"Every rule of scenario {wording.scenario_name(ENGLISH, dossier.result.scenario)}, "
            "with how the allocation stands to it.",
        ),
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
