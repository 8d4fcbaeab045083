"""The table for the paper: what is funded, in part, or subject to additional resources, component by component."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.allocation import Delivery
from optimizer.files.results import ALLOCATION
from optimizer.plan import Component, Output
from optimizer.report import robustness, wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, maxima, minima, shown_maximum, shown_minimum
from optimizer.report.robustness_words import assumptions
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table

NAME = "Prioritisation"
ON_PAPER = 2  # tag columns
PAYMENTS = "Payments"  # the sheet of payments
AMOUNTS = ("estimated", "allocated", "additional")


def sheet(dossier: Dossier) -> Sheet:
    say = dossier.language.say
    about = say("Each output: amounts, status, expected result")
    return Sheet(NAME, about, (table(dossier, in_workbook=True),), front=True, tab=say(NAME))


def table(dossier: Dossier, in_workbook: bool = False) -> Table:
    """`in_workbook`: other sheets of the same workbook may be named.

    On paper there is room for the first two tag columns, the others stand in the table of coverage; and for short titles where
    categories of funds have columns.
    """
    plan, language = dossier.plan, dossier.language
    return Table(
        language.say("Prioritisation of outputs: {plan}", plan=plan.titled(language.code)),
        _columns(dossier, in_workbook),
        tuple(_rows(dossier, in_workbook)),
        lead=(dossier.under_title, wording.amounts_and_notice(language, plan)),
        notes=(
            objective_note(dossier),
            rounding_note(dossier, in_workbook),
            *_result_note(dossier),
            *_label_note(dossier),
        ),
        unit=wording.unit(language, plan),
    )


def objective_note(dossier: Dossier) -> str:
    """What the allocation is best at, and under which weights."""
    language = dossier.language
    objective = wording.objective(language, dossier.result.scenario)
    return f"{language.say('Objective: {objective}.', objective=objective)} {wording.weights(language, dossier.plan)}"


def rounding_note(dossier: Dossier, in_workbook: bool = False) -> str:
    """How the figures add up, and what the dash means."""
    say, plan = dossier.language.say, dossier.plan
    note = say("–: nil.")
    if plan.display_unit == 1:
        return note
    sums = ["outputs add up to subtotals", "subtotals to the total", "allocated and additional to estimated requirements"]
    if dossier.categories:
        sums.append("categories of funds to allocated")
    amount = wording.money(dossier.language, plan, plan.display_unit)
    sums_said = dossier.language.enumeration([say(one) for one in sums])
    rounded = say(
        "Amounts are rounded, up or down by less than {amount}, so that {sums} as shown.", amount=amount, sums=sums_said
    )
    if not in_workbook:
        return f"{note} {rounded}"
    if dossier.categories:
        exact = say("Exact amounts stand on the sheets {first} and {second}.", first=ALLOCATION, second=PAYMENTS)
    else:
        exact = say("Exact amounts stand on the sheet {sheet}.", sheet=ALLOCATION)
    return f"{note} {rounded} {exact}"


def category_key(name: str) -> str:
    """The key of a category's column."""
    return f"category:{name}"


def expected_result(dossier: Dossier, index: int, delivery: Delivery) -> str:
    """What the responsible unit has typed for the level funded; nothing is inferred."""
    output = dossier.plan.outputs[index]
    if not delivery.funded:
        return ""
    if output.explicit_levels:
        typed = next((l.result for l in output.explicit_levels if (l.amount, l.share) == (delivery.amount, delivery.share)), "")
        return typed or (output.result_full if delivery.share == 100 else "")
    if delivery.share == 100:
        return output.result_full
    if delivery.amount < output.minimum or not output.result_minimum:  # less than the minimum is what is spent, in a re-plan
        return ""
    if delivery.amount == output.minimum:
        return output.result_minimum
    return dossier.language.say("At least: {result}", result=output.result_minimum)


def _result_note(dossier: Dossier) -> Iterator[str]:
    say = dossier.language.say
    if not dossier.results_typed:
        yield say("Expected results at each level of funding have not been entered in the plan.")
    elif any(d.funded and not expected_result(dossier, i, d) for i, d in enumerate(dossier.result.allocation)):
        yield say("Expected results are as the responsible units have entered them; blank: none has been entered for that level.")


def _labels(dossier: Dossier) -> tuple[str, ...] | None:
    """Under how many of the assumptions examined each output is prioritised; None where none were examined."""
    found = dossier.analyses.robustness if dossier.analyses else None
    return None if found is None else robustness.labels(found, dossier.language)


def _label_note(dossier: Dossier) -> Iterator[str]:
    found = dossier.analyses.robustness if dossier.analyses else None
    if found is not None:
        assumed = assumptions(dossier.result.scenario, found, dossier.language)
        yield f"{dossier.language.say('Assumptions under which outputs are prioritised, in full or in part:')} {assumed}"


def _columns(dossier: Dossier, in_workbook: bool) -> tuple[Column, ...]:
    language, say = dossier.language, dossier.language.say
    results = [Column("result", say("Expected result at this level"), width=30)] if dossier.results_typed else []
    title, tags = (42, 12) if dossier.categories else (52, 14)  # more columns, narrower texts
    return (
        Column("id", say("Output"), Kind.ID, 7),
        Column("title", say("Title"), width=title),
        *(Column(f"tags:{name}", language.named(name), width=tags) for name in _tag_columns(dossier, in_workbook)),
        Column("time", say("Time frame"), width=9),
        *money_columns(dossier),
        Column("status", say("Status"), width=26, tones=wording.tones(language)),
        *(() if _labels(dossier) is None else (Column("label", say("Prioritised under"), width=15),)),
        *results,
    )


def _tag_columns(dossier: Dossier, in_workbook: bool) -> tuple[str, ...]:
    return dossier.plan.tag_columns if in_workbook else dossier.plan.tag_columns[:ON_PAPER]


def money_columns(dossier: Dossier) -> Iterator[Column]:
    say = dossier.language.say
    yield Column("estimated", say("Estimated requirements"), Kind.MONEY, 13)
    yield Column("allocated", say("Allocated"), Kind.MONEY, 12)
    for name in dossier.categories:
        yield Column(category_key(name), say("of which: {category}", category=dossier.language.term(name)), Kind.MONEY, 10)
    yield Column("additional", say("Additional resources needed"), Kind.MONEY, 12)


def _rows(dossier: Dossier, in_workbook: bool) -> Iterator[Row]:
    plan, say, tags = dossier.plan, dossier.language.say, len(_tag_columns(dossier, in_workbook))
    short = bool(dossier.categories) and not in_workbook
    for component in plan.components:
        yield Row((wording.heading(dossier.language, component),), Style.HEADING)
        yield Row((resource_line(dossier, component),), Style.NOTE)
        for i in plan.members[component.id]:
            output = plan.outputs[i]
            title = output.named(dossier.language.code) if short else output.titled(dossier.language.code)
            yield _output(dossier, i, (output.id, title, *_tags(output, tags)))
        label = say("Subtotal, component {id}", id=component.id)
        yield _sum(dossier, (label, tags), dossier.shown.components[component.id], Style.SUBTOTAL)
    yield _sum(dossier, (say("Total"), tags), dossier.shown.total, Style.TOTAL)


def resource_line(dossier: Dossier, component: Component) -> str:
    plan, scenario, language = dossier.plan, dossier.result.scenario, dossier.language
    figures = dossier.shown.components[component.id]
    minimum, maximum = minima(scenario).get(component.id), maxima(scenario).get(component.id)
    parts = (
        ("Estimated resource requirements: {amount}", figures.estimated),
        ("Minimum allocation: {amount}", None if minimum is None else shown_minimum(plan, minimum)),
        ("Maximum allocation: {amount}", None if maximum is None else shown_maximum(plan, maximum)),
        ("Allocated: {amount}", figures.allocated),
    )
    said = (language.say(phrase, amount=wording.money_shown(language, plan, n)) for phrase, n in parts if n is not None)
    return language.sentences(said)


def _output(dossier: Dossier, index: int, before: tuple[str, ...]) -> Row:
    output, delivery, language = dossier.plan.outputs[index], dossier.result.allocation[index], dossier.language
    before = (*before, language.span(output.start, output.end))
    status = wording.status(language, dossier.result.scenario, output, delivery)
    labels = _labels(dossier)
    after = (status, *(() if labels is None else (labels[index],)), expected_result(dossier, index, delivery))
    return Row(_line(dossier, before, dossier.shown.outputs[index], after))


def _tags(output: Output, count: int) -> Iterator[str]:
    return (", ".join(tags) for tags in (output.tags or ((),) * count)[:count])


def _sum(dossier: Dossier, label: tuple[str, int], figures: Figures, style: Style) -> Row:
    """The label, over so many tag columns and the time frame."""
    text, tags = label
    nothing = (None, None) if _labels(dossier) is None else (None, None, None)
    return Row(_line(dossier, (None, text, *(None,) * (tags + 1)), figures, nothing), style)


def _line(dossier: Dossier, before: tuple[Cell, ...], figures: Figures, after: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """`after` is status, label and expected result; the last goes where its column is left out."""
    amounts = (figures.estimated, figures.allocated, *figures.categories, figures.additional)
    return (*before, *amounts, *(after if dossier.results_typed else after[:-1]))
