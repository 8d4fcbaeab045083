"""One page: what the available resources allow, component by component, beside what other approaches would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.objectives import TIERS
from optimizer.report import changes, inversions, wording
from optimizer.report.approaches import comparison
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, minima, ratio, shown_by_category, shown_minimum, shown_resources
from optimizer.report.language import Language
from optimizer.report.table import Cell, Column, Formula, Kind, Link, Row, Sheet, Style, Table
from optimizer.report.wording import Extent

NAME = "Summary"
LABEL, FIGURE, GRID = 42, 13, 8  # widths of the first and the other columns, and how many there are


def sheet(dossier: Dossier, others: Iterable[Sheet], verdict: Formula) -> Sheet:
    """`others` are the sheets that follow; `verdict` says whether the checks hold."""
    say = dossier.language.say
    tables = (
        _heading(dossier),
        outputs(dossier),
        *resources_by_category(dossier),
        components(dossier),
        comparison(dossier),
        _assurance(dossier, verdict),
        _contents(dossier.language, others),
    )
    return Sheet(NAME, say("The result on one page"), tables, front=True, one_page=True, portrait=True, tab=say(NAME))


def statement(dossier: Dossier) -> str:
    """The result in two or three sentences."""
    audit, plan, language = dossier.result.audit, dossier.plan, dossier.language
    resources = wording.money(language, plan, dossier.result.scenario.resources)
    if not audit.in_full + audit.in_part:
        none = language.say("No output can be delivered within the available resources of {resources}.", resources=resources)
        return " ".join((none, *_still_needed(dossier)))
    identified = language.say(
        "{office} has identified, within the available resources of {resources}, {outputs} to be delivered in full and "
        "{in_part} in part.",
        office=wording.office(language, plan),
        resources=resources,
        outputs=language.count(audit.in_full, "{number} output", "{number} outputs"),
        in_part=audit.in_part,
    )
    return " ".join((identified[:1].upper() + identified[1:], *_still_needed(dossier)))


def _still_needed(dossier: Dossier) -> Iterator[str]:
    audit, plan, language = dossier.result.audit, dossier.plan, dossier.language
    if audit.deferred and audit.in_full + audit.in_part:
        yield language.count(
            audit.deferred,
            "A further output is subject to the mobilization of additional resources.",
            "A further {number} outputs are subject to the mobilization of additional resources.",
        )
    if plan.cost > audit.spend:
        amount = wording.money(language, plan, plan.cost - audit.spend)
        yield language.say("Additional resources needed: {amount}.", amount=amount)


def _heading(dossier: Dossier) -> Table:
    plan, scenario, language, say = dossier.plan, dossier.result.scenario, dossier.language, dossier.language.say
    version = ", ".join(filter(None, (plan.version_label, language.term(plan.status))))
    facts = (
        (say("Scenario"), wording.scenario_name(language, scenario)),
        (say("Available resources"), wording.resources(language, scenario)),
        (say("Objective"), wording.sentence(wording.objective(language, scenario))),
        (say("Version of the inputs"), version),
        (
            say("Costing"),
            " ".join(filter(None, (plan.costing_date and f"{plan.costing_date}.", wording.notice(language, plan)))),
        ),
    )
    columns = (Column("name", "", width=LABEL), Column("text", "", width=FIGURE, span=GRID - 1))
    lead = tuple(filter(None, (plan.reference, statement(dossier))))
    rows = tuple(Row(fact) for fact in facts if fact[1])
    return Table(plan.titled(language.code), columns, rows, lead=lead, headed=False)


def outputs(dossier: Dossier) -> Table:
    """How many outputs are delivered how far, and for how much."""
    audit, plan, shown, say = dossier.result.audit, dossier.plan, dossier.shown, dossier.language.say
    labels = {
        Extent.IN_FULL: (say("Delivered in full"), audit.in_full),
        Extent.IN_PART: (say("Delivered in part"), audit.in_part),
        Extent.SUBJECT: (say("Subject to the mobilization of additional resources"), audit.deferred),
    }
    rows = [Row((label, count, *_amounts(shown.extents[kind]))) for kind, (label, count) in labels.items()]
    rows.append(Row((say("Total"), len(plan.outputs), *_amounts(shown.total)), Style.TOTAL))
    resources = shown_resources(plan, dossier.result.scenario.resources)
    rows.append(Row((say("Available resources"), None, None, resources, None)))
    rows.append(Row((say("Unallocated balance"), None, None, resources - shown.total.allocated, None)))
    columns = (
        Column("label", say("Outputs ({unit})", unit=wording.unit(dossier.language, plan)), width=LABEL),
        Column("count", say("Number"), Kind.COUNT, FIGURE),
        *_amount_columns(dossier.language),
    )
    return Table(say("Outputs"), columns, tuple(rows))


def resources_by_category(dossier: Dossier) -> Iterator[Table]:
    """What each category of funds has, what of it is allocated, and what nothing uses; no table where no funds pay."""
    plan, funding, language, say = dossier.plan, dossier.result.funding, dossier.language, dossier.language.say
    if funding is None:
        return
    shown = shown_by_category(plan, funding, dossier.shown)
    rows = [Row((language.term(name), *amounts)) for name, amounts in shown.items()]
    rows.append(Row((say("Total"), *map(sum, zip(*shown.values(), strict=True))), Style.TOTAL))
    columns = (
        Column("category", say("Categories of funds ({unit})", unit=wording.unit(language, plan)), width=LABEL),
        Column("available", say("Available"), Kind.MONEY, FIGURE),
        Column("allocated", say("Allocated"), Kind.MONEY, FIGURE),
        Column("balance", say("Balance not used"), Kind.MONEY, FIGURE),
    )
    yield Table(say("Available resources by category"), columns, tuple(rows))


def _amount_columns(language: Language) -> Iterator[Column]:
    yield Column("estimated", language.say("Estimated requirements"), Kind.MONEY, FIGURE)
    yield Column("allocated", language.say("Allocated"), Kind.MONEY, FIGURE)
    yield Column("additional", language.say("Additional resources needed"), Kind.MONEY, FIGURE)


def _amounts(figures: Figures) -> tuple[int, int, int]:
    return figures.estimated, figures.allocated, figures.additional


def components(dossier: Dossier) -> Table:
    """What each component receives, in the unit of the published tables."""
    plan, least, shown = dossier.plan, minima(dossier.result.scenario), dossier.shown
    language, say = dossier.language, dossier.language.say
    minimum = {key: shown_minimum(plan, amount) for key, amount in least.items()}
    received = dossier.result.audit.received
    rows = [
        Row(
            (
                wording.titled_id(language, component),
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
    total = (say("Total"), shown.total.estimated, sum(minimum.values()), shown.total.allocated, share, shown.total.additional)
    estimated, allocated, additional = _amount_columns(language)
    columns = (
        Column("component", say("Components ({unit})", unit=wording.unit(language, plan)), width=LABEL),
        estimated,
        Column("minimum", say("Minimum allocation"), Kind.MONEY, FIGURE),
        allocated,
        Column("percent", say("Allocated, % of estimate"), Kind.PERCENT, FIGURE, bar=True),
        additional,
    )
    return Table(say("Components"), columns, (*rows, Row(total, Style.TOTAL)), notes=(wording.rounding(language, plan),))


def _assurance(dossier: Dossier, verdict: Formula) -> Table:
    language, say = dossier.language, dossier.language.say
    columns = (Column("name", "", width=LABEL), Column("text", "", width=FIGURE, span=GRID - 1))
    tiers = dossier.result.scenario.objective is TIERS
    rows: tuple[tuple[str, Cell], ...] = (
        (say("Is another choice better?"), wording.assurance(language, dossier.result)),
        (say("Is another as good?"), wording.uniqueness(language, dossier.result)),
        (say(changes.NAME), changes.summary(dossier)),
        *_progress(dossier),
        *(((say("Order of classes"), inversions.summary(dossier)),) if tiers else ()),
        (say("Checks"), verdict),
        (say("Weights"), wording.weights(language, dossier.plan)),
    )
    return Table(say("Assurance"), columns, tuple(map(Row, rows)), headed=False)


def _progress(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What is past and, where amounts have been adopted, how many outputs differ from them."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    if plan.first_open_year is None:
        return
    spent = wording.money(language, plan, sum(output.spent for output in plan.outputs))
    text = say("Decided from {year} on; {amount} spent before.", year=str(plan.first_open_year), amount=spent)
    if any(output.adopted is not None for output in plan.outputs):
        pairs = [(d.amount, o.adopted or 0) for d, o in zip(dossier.result.allocation, plan.outputs, strict=True)]
        less, more = sum(now < before for now, before in pairs), sum(now > before for now, before in pairs)
        text += " " + say("Outputs that receive less than adopted: {less}; more: {more}.", less=less, more=more)
    yield say("Progress"), text


def _contents(language: Language, others: Iterable[Sheet]) -> Table:
    columns = (Column("sheet", "", width=LABEL), Column("about", "", width=FIGURE, span=GRID - 1))
    rows = tuple(Row((Link(other.shown), other.about)) for other in others)
    return Table(language.say("In this workbook"), columns, rows, headed=False)
