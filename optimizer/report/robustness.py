"""Robustness for every reader: how often each output is prioritised, which allocation stands up best, what costs may do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.allocation import Allocation, Delivery
from optimizer.analysis.protection import Protection
from optimizer.analysis.robustness import Choice, Label, Robustness, Rule
from optimizer.objectives import MONEY_WEIGHTED
from optimizer.report import wording
from optimizer.report.figures import in_full_and_in_part, priority_delivered
from optimizer.report.language import Language
from optimizer.report.robustness_records import records
from optimizer.report.robustness_words import (
    assumptions,
    chance,
    choice_name,
    label_text,
    passage_of,
    rounded_down,
    unestablished,
)
from optimizer.report.table import Cell, Column, Kind, Passage, Row, Sheet, Style, Table
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

NAME = "Robustness"
__all__ = ["NAME", "block", "choices", "labels", "outputs", "protections", "records", "sheet", "weightings"]


def sheet(scenario: Scenario, found: Robustness, language: Language) -> Sheet:
    about = language.say("Which outputs are prioritised under other weights and costs, and how the allocation stands up to them")
    tables = (
        outputs(scenario, found, language),
        *((choices(scenario, found, language), weightings(scenario, found, language)) if found.choices else ()),
        *((protections(scenario, found, language),) if found.assumed.costs else ()),
    )
    return Sheet(NAME, about, tables, front=True, frozen=2, tab=language.say(NAME))


def block(scenario: Scenario, found: Robustness, language: Language) -> Passage:
    """The findings in sentences."""
    return passage_of(scenario, found, language)


def labels(found: Robustness, language: Language) -> tuple[str, ...]:
    """What the table of prioritisation says of each output."""
    words = {Label.ALL: "all assumptions", Label.SOME: "some assumptions", Label.NONE: "no assumptions"}
    return tuple(language.say(words[one]) for one in found.labels)


def outputs(scenario: Scenario, found: Robustness, language: Language) -> Table:
    """How often each output is prioritised: component by component."""
    plan, say = scenario.plan, language.say
    rows: list[Row] = []
    for component in plan.components:
        rows.append(Row((wording.heading(language, component),), Style.HEADING))
        rows += [_output(scenario, found, language, i) for i in plan.members[component.id]]
    return Table(
        say("Prioritisation under other assumptions: {plan}", plan=plan.titled(language.code)),
        (
            Column("id", say("Output"), Kind.ID, 8),
            Column("title", say("Title"), width=48),
            Column("status", say("Status"), width=28, tones=wording.tones(language)),
            Column("label", say("Prioritised"), width=36),
            Column("funded", say("Prioritised, % of assumptions drawn"), Kind.PERCENT, 13),
            Column("low", say("95% interval: from"), Kind.PERCENT, 10),
            Column("high", say("95% interval: to"), Kind.PERCENT, 10),
            Column("in_full", say("In full, % of assumptions drawn"), Kind.PERCENT, 13),
            Column("weightings", say("Weightings under which it is prioritised"), Kind.COUNT, 13),
        ),
        tuple(rows),
        lead=(wording.under_title(language, scenario), assumptions(scenario, found, language)),
        notes=tuple(_notes(found, language)),
    )


def _output(scenario: Scenario, found: Robustness, language: Language, i: int) -> Row:
    output, index = scenario.plan.outputs[i], found.indices[i]
    status = wording.short_status(language, scenario.plan, output, found.present[i])
    drawn: tuple[Cell, ...] = (None, None, None, None)
    if found.answered:
        low, high = found.interval(index.funded)
        drawn = (Fraction(index.funded, found.answered), low, high, Fraction(index.in_full, found.answered))
    title = output.named(language.code)
    return Row((output.id, title, status, label_text(language, found.labels[i]), *drawn, index.weightings))


def _notes(found: Robustness, language: Language) -> Iterator[str]:
    say = language.say
    yield say("Prioritised: funded in full or in part.")
    yield say(
        "All, some or none: of the assumptions drawn, of the scenario itself, and of the plan's other scenarios that differ in "
        "weights only."
    )
    yield say(
        "95% interval: where the share would lie with any number of such assumptions; exact, rounded outwards (Clopper and "
        "Pearson)."
    )
    if found.weightings:
        yield say("Weightings: the {number} listed below, with all costs as estimated.", number=len(found.weightings))
    yield from unestablished(found, language)
    yield say(
        "Worked out with {programmes} dynamic programmes and {solves} further exact calculations.",
        programmes=found.programmes,
        solves=found.resolved + found.solves,
    )


def choices(scenario: Scenario, found: Robustness, language: Language) -> Table:
    """One allocation for all weightings: the prioritised one, and those by the two decision rules."""
    say = language.say
    money = scenario.objective is MONEY_WEIGHTED
    lost = (
        say("Largest loss under any weighting (priority-weighted money)")
        if money
        else say("Largest loss under any weighting (priority points)")
    )
    notes = [
        say("Share: what the allocation delivers under a weighting, of what the best allocation for that weighting delivers."),
        say("All respect the same resources and conditions; costs are as estimated."),
    ]
    if found.whole_region:
        notes.append(
            say(
                "The weightings are the outer limits of all those assumed: no weighting between them gives a smaller share or a "
                "larger loss."
            )
        )
    return Table(
        say("One allocation for every weighting"),
        (
            Column("id", say("Chosen for"), span=2, width=8),
            Column("total", say("Total"), Kind.MONEY, 13),
            Column("changed", say("Outputs with another amount than prioritised"), Kind.COUNT, 13),
            Column("in_full", say("Outputs in full"), Kind.COUNT, 13),
            Column("in_part", say("Outputs in part"), Kind.COUNT, 10),
            Column("share", say("Smallest share under any weighting"), Kind.PERCENT, 10),
            Column("loss", lost, Kind.NUMBER, 13),
        ),
        tuple(_choice(scenario, found, language, one) for one in found.choices),
        lead=(wording.amounts_and_notice(language, scenario.plan),),
        notes=tuple(notes),
        unit=wording.unit(language, scenario.plan),
    )


def _choice(scenario: Scenario, found: Robustness, language: Language, one: Choice) -> Row:
    changed = sum(own.amount != was.amount for own, was in zip(one.deliveries, found.present, strict=True))
    total, *counts = _figures(scenario, one.deliveries)
    style = Style.SUBTOTAL if one.rule is Rule.PRESENT else Style.BODY
    return Row(
        (choice_name(language, one.rule), total, changed, *counts, rounded_down(one.smallest_share), one.largest_loss), style
    )


def _figures(scenario: Scenario, deliveries: tuple[Delivery, ...]) -> tuple[int, int, int]:
    """Total in the unit of the tables, outputs in full, in part."""
    total = nearest(Fraction(sum(delivery.amount for delivery in deliveries), scenario.plan.display_unit))
    return total, *in_full_and_in_part(deliveries)


def weightings(scenario: Scenario, found: Robustness, language: Language) -> Table:
    """The weightings with their weights, and what each allocation delivers of the best under them."""
    say = language.say
    return Table(
        say("The weightings, and the share that each allocation delivers under them"),
        (
            Column("id", say("Weighting"), span=2, width=8),
            Column("weights", say("Weights of the criteria, in per cent"), span=2, width=28),
            *(Column(f"share:{one.rule}", choice_name(language, one.rule), Kind.PERCENT, 10) for one in found.choices),
        ),
        tuple(_weighting(scenario, found, language, w) for w in range(len(found.weightings))),
    )


def _weighting(scenario: Scenario, found: Robustness, language: Language, w: int) -> Row:
    one = found.weightings[w]
    whole = sum(one.weights, Fraction(0)) or Fraction(1)
    pairs = zip(scenario.plan.criteria, one.weights, strict=True)
    said = ", ".join(
        f"{criterion.titled(language.code)} {language.number(100 * weight / whole, 1)}" for criterion, weight in pairs if weight
    )
    shares = (choice.values[w] / one.best if one.best else Fraction(1) for choice in found.choices)
    name = language.say("Weighting {number}", number=w + 1)
    return Row((f"{name} ({one.name})" if one.name else name, said, *shares))


def protections(scenario: Scenario, found: Robustness, language: Language) -> Table:
    """What it takes to keep within the resources when some outputs cost more than estimated."""
    say = language.say
    more = language.points(found.assumed.costs)
    notes = [
        say(
            "Probability: each output costs {share} more or {share} less than estimated, both equally likely and independent of "
            "the other outputs; exact. At most: for any other independent costs within that range that are as likely above the "
            "estimate as below it (Bertsimas and Sim).",
            share=more,
        ),
        say("The first line is the prioritised allocation, without protection.") if _unprotected(found) else "",
    ]
    return Table(
        say("Resources protected against higher costs"),
        (
            Column("id", say("Outputs that may cost {share} more at once", share=more), Kind.COUNT, span=2, width=8),
            Column("total", say("Total"), Kind.MONEY, 13),
            Column("most", say("The most that it may then cost"), Kind.MONEY, 13),
            Column("in_full", say("Outputs in full"), Kind.COUNT, 13),
            Column("in_part", say("Outputs in part"), Kind.COUNT, 10),
            Column("priority", say("Priority delivered, % of full costing"), Kind.PERCENT, 10),
            Column("overrun", say("Probability that costs exceed the resources"), Kind.PERCENT, 13),
            Column("bound", say("At most"), Kind.PERCENT, 13),
        ),
        tuple(_protection(scenario, one, language) for one in found.protections),
        lead=(wording.amounts_and_notice(language, scenario.plan),),
        notes=tuple(filter(None, notes)),
        unit=wording.unit(language, scenario.plan),
    )


def _unprotected(found: Robustness) -> bool:
    return bool(found.protections) and found.protections[0].gamma == 0


def _protection(scenario: Scenario, one: Protection, language: Language) -> Row:
    total, in_full, in_part = _figures(scenario, one.deliveries)
    most = -(-one.most // scenario.plan.display_unit)
    priority = priority_delivered(scenario.plan, Allocation(one.deliveries))
    risk: Cell = language.say("not established") if one.overrun is None else _risk(one.overrun, language)
    return Row((one.gamma, total, most, in_full, in_part, priority, risk, _risk(_rounded_up(one.bound), language)))


def _rounded_up(share: Fraction) -> Fraction:
    """To a tenth of a per cent, unless it is less than that: "at most" has to hold as shown."""
    return share if share < Fraction(1, 1000) else Fraction(-(-1000 * share // 1), 1000)


def _risk(probability: Fraction, language: Language) -> Cell:
    """A probability that is there is not shown as none."""
    return chance(language, probability) if 0 < probability < Fraction(1, 1000) else probability
