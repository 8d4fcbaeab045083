"""One page: what the available resources allow, component by component, beside what other approaches would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.audit import Audit
from optimizer.objectives import TIERS
from optimizer.plan import Plan
from optimizer.report import changes, inversions, wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import (
    Figures,
    minima,
    priority_delivered,
    ratio,
    shown_by_category,
    shown_minimum,
    shown_resources,
)
from optimizer.report.table import Cell, Column, Formula, Kind, Link, Row, Sheet, Style, Table
from optimizer.report.wording import Extent
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

NAME = "Summary"
LABEL, FIGURE, GRID = 42, 13, 8  # widths of the first and the other columns, and how many there are


def sheet(dossier: Dossier, others: Iterable[Sheet], verdict: Formula) -> Sheet:
    """`others` are the sheets that follow; `verdict` says whether the checks hold."""
    tables = (
        _heading(dossier),
        _outputs(dossier),
        *resources_by_category(dossier),
        _components(dossier),
        comparison(dossier),
        _assurance(dossier, verdict),
        _contents(others),
    )
    return Sheet(NAME, "The result on one page", tables, front=True, one_page=True, portrait=True)


def statement(dossier: Dossier) -> str:
    """The result in a sentence."""
    audit, plan = dossier.result.audit, dossier.plan
    subject = plan.cost - audit.spend
    text = (
        f"The Office has identified, within the available resources of {plan.money(dossier.result.scenario.resources)}, "
        f"{wording.count(audit.in_full, 'output')} to be delivered in full and {audit.in_part:,} in part"
    )
    if not subject:
        return text + "."
    rest = f"; {audit.deferred:,} {'is' if audit.deferred == 1 else 'are'} subject to the mobilization of additional resources"
    return f"{text}{rest if audit.deferred else ''}. Additional resources needed: {plan.money(subject)}."


def comparison(dossier: Dossier) -> Table:
    """The prioritised allocation beside what other approaches would give."""
    plan, scenario, result = dossier.plan, dossier.result.scenario, dossier.result
    approaches = [_Approach(c.published, c.allocation, c.audit) for c in dossier.comparators]
    approaches.insert(1, _Approach("Prioritised", result.allocation, result.audit))
    of_funds = ", what funds may pay for and when" if dossier.categories else ""
    notes = (
        "Priority delivered: priority of each output times the share of it delivered. Other conditions: "
        f"resources{of_funds}, commitments, maximum allocations, links between outputs. An approach that does not respect every "
        "condition can show a higher priority than the prioritised one, which respects them all.",
    )
    return Table(
        "Approaches side by side",
        (
            Column("approach", f"Approach ({wording.unit(plan)})", width=LABEL),
            Column("total", "Total", Kind.MONEY, FIGURE),
            Column("in_full", "Outputs in full", Kind.COUNT, FIGURE),
            Column("in_part", "Outputs in part", Kind.COUNT, FIGURE),
            Column("priority", "Priority delivered, % of full costing", Kind.PERCENT, FIGURE),
            Column("minima", "Minimum allocations not respected (component)", Kind.ID, FIGURE),
            Column("below", "Outputs below their minimum viable amount", Kind.COUNT, FIGURE),
            Column("other", "Other conditions not respected", Kind.COUNT, FIGURE),
        ),
        tuple(
            Row(approach.cells(plan, scenario), Style.SUBTOTAL if approach.name == "Prioritised" else Style.BODY)
            for approach in approaches
        ),
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Approach:
    name: str
    allocation: Allocation
    audit: Audit

    def cells(self, plan: Plan, scenario: Scenario) -> tuple[Cell, ...]:
        below = sum(0 < d.amount < levels[0].amount for d, levels in zip(self.allocation, plan.levels, strict=True))
        components = {f"floor[{component.id}]": component.id for component in plan.components}
        missed = [components[breach.rule] for breach in self.audit.breaches if breach.rule in components]
        other = sum(breach.kind not in ("floor", "level") for breach in self.audit.breaches)
        return (
            self.name,
            nearest(Fraction(self.audit.spend, plan.display_unit)),
            self.audit.in_full,
            self.audit.in_part,
            priority_delivered(plan, self.allocation),
            ", ".join(missed) or "none",
            below,
            other,
        )


def _heading(dossier: Dossier) -> Table:
    plan, scenario = dossier.plan, dossier.result.scenario
    version = ", ".join(filter(None, (plan.version_label, plan.status)))
    facts = (
        ("Scenario", wording.scenario_name(scenario)),
        ("Available resources", wording.resources(scenario)),
        ("Objective", wording.sentence(wording.objective(scenario))),
        ("Version of the inputs", version),
        ("Costing", " ".join(filter(None, (plan.costing_date and f"{plan.costing_date}.", wording.notice(plan))))),
    )
    columns = (Column("name", "", width=LABEL), Column("text", "", width=FIGURE, span=GRID - 1))
    lead = tuple(filter(None, (plan.reference, statement(dossier))))
    return Table(plan.title, columns, tuple(Row(fact) for fact in facts if fact[1]), lead=lead, headed=False)


def _outputs(dossier: Dossier) -> Table:
    audit, plan, shown = dossier.result.audit, dossier.plan, dossier.shown
    labels = {
        Extent.IN_FULL: ("Delivered in full", audit.in_full),
        Extent.IN_PART: ("Delivered in part", audit.in_part),
        Extent.SUBJECT: ("Subject to the mobilization of additional resources", audit.deferred),
    }
    rows = [Row((label, count, *_amounts(shown.extents[kind]))) for kind, (label, count) in labels.items()]
    rows.append(Row(("Total", len(plan.outputs), *_amounts(shown.total)), Style.TOTAL))
    resources = shown_resources(plan, dossier.result.scenario.resources)
    rows.append(Row(("Available resources", None, None, resources, None)))
    rows.append(Row(("Unallocated balance", None, None, resources - shown.total.allocated, None)))
    columns = (
        Column("label", f"Outputs ({wording.unit(plan)})", width=LABEL),
        Column("count", "Number", Kind.COUNT, FIGURE),
        *_amount_columns(),
    )
    return Table("Outputs", columns, tuple(rows))


def resources_by_category(dossier: Dossier) -> Iterator[Table]:
    """What each category of funds has, what of it is allocated, and what nothing uses; no table where no funds pay."""
    plan, funding = dossier.plan, dossier.result.funding
    if funding is None:
        return
    shown = shown_by_category(plan, funding, dossier.shown)
    rows = [Row((name, *amounts)) for name, amounts in shown.items()]
    rows.append(Row(("Total", *map(sum, zip(*shown.values(), strict=True))), Style.TOTAL))
    columns = (
        Column("category", f"Categories of funds ({wording.unit(plan)})", width=LABEL),
        Column("available", "Available", Kind.MONEY, FIGURE),
        Column("allocated", "Allocated", Kind.MONEY, FIGURE),
        Column("balance", "Balance not used", Kind.MONEY, FIGURE),
    )
    yield Table("Available resources by category", columns, tuple(rows))


def _amount_columns() -> Iterator[Column]:
    yield Column("estimated", "Estimated requirements", Kind.MONEY, FIGURE)
    yield Column("allocated", "Allocated", Kind.MONEY, FIGURE)
    yield Column("additional", "Additional resources needed", Kind.MONEY, FIGURE)


def _amounts(figures: Figures) -> tuple[int, int, int]:
    return figures.estimated, figures.allocated, figures.additional


def _components(dossier: Dossier) -> Table:
    plan, least, shown = dossier.plan, minima(dossier.result.scenario), dossier.shown
    minimum = {key: shown_minimum(plan, amount) for key, amount in least.items()}
    received = dossier.result.audit.received
    rows = [
        Row(
            (
                f"{component.id}. {component.title}",
                shown.components[component.id].estimated,
                minimum.get(component.id, 0),
                shown.components[component.id].allocated,
                ratio(received[component.id], plan.estimate(component.id)),
                shown.components[component.id].additional,
            )
        )
        for component in plan.components
    ]
    share = ratio(dossier.result.audit.spend, plan.cost)
    total = ("Total", shown.total.estimated, sum(minimum.values()), shown.total.allocated, share, shown.total.additional)
    estimated, allocated, additional = _amount_columns()
    columns = (
        Column("component", f"Components ({wording.unit(plan)})", width=LABEL),
        estimated,
        Column("minimum", "Minimum allocation", Kind.MONEY, FIGURE),
        allocated,
        Column("percent", "Allocated, % of estimate", Kind.PERCENT, FIGURE, bar=True),
        additional,
    )
    return Table("Components", columns, (*rows, Row(total, Style.TOTAL)), notes=(_rounding(plan),))


def _rounding(plan: Plan) -> str:
    nil = "–: nil."
    return nil if plan.display_unit == 1 else f"{nil} Amounts are rounded to {wording.unit(plan)} so that they add up as shown."


def _assurance(dossier: Dossier, verdict: Formula) -> Table:
    columns = (Column("name", "", width=LABEL), Column("text", "", width=FIGURE, span=GRID - 1))
    rows: tuple[tuple[str, Cell], ...] = (
        ("Is another choice better?", wording.assurance(dossier.result)),
        ("Is another as good?", wording.uniqueness(dossier.result)),
        (changes.NAME, changes.summary(dossier)),
        *_progress(dossier),
        *((("Order of classes", inversions.summary(dossier)),) if dossier.result.scenario.objective is TIERS else ()),
        ("Checks", verdict),
        ("Weights", wording.weights(dossier.plan)),
    )
    return Table("Assurance", columns, tuple(map(Row, rows)), headed=False)


def _progress(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What is past and, where amounts have been adopted, how many outputs differ from them."""
    plan = dossier.plan
    if plan.first_open_year is None:
        return
    text = f"Decided from {plan.first_open_year} on; {plan.money(sum(output.spent for output in plan.outputs))} spent before."
    if any(output.adopted is not None for output in plan.outputs):
        pairs = [(d.amount, o.adopted or 0) for d, o in zip(dossier.result.allocation, plan.outputs, strict=True)]
        less, more = sum(now < before for now, before in pairs), sum(now > before for now, before in pairs)
        text += f" Against the adopted amounts {less:,} {'is' if less == 1 else 'are'} lower and {more:,} higher."
    yield "Progress", text


def _contents(others: Iterable[Sheet]) -> Table:
    columns = (Column("sheet", "", width=LABEL), Column("about", "", width=FIGURE, span=GRID - 1))
    return Table("In this workbook", columns, tuple(Row((Link(other.name), other.about)) for other in others), headed=False)
