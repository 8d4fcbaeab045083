"""What else would do as well, or nearly: how many, how often each output is among what is funded, and the most different."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from optimizer.analysis.alternatives import Alternatives, Different, Near
from optimizer.analysis.alternatives_count import Count
from optimizer.analysis.best import allocation_of
from optimizer.audit import Attained
from optimizer.report import wording
from optimizer.report.alternatives_words import floored, ids_of, sentences, share_of
from optimizer.report.language import LEAST_SHARE, Language
from optimizer.report.table import Cell, Column, Kind, Passage, Row, Sheet, Style, Table
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

NAME = "Alternatives"


def sheet(scenario: Scenario, found: Alternatives, language: Language) -> Sheet:
    say = language.say
    tables = (in_short(scenario, found, language), *tables_of(scenario, found, language))
    return Sheet(NAME, say("How many other allocations do as well, or nearly"), tables, front=True, frozen=1, tab=say(NAME))


def tables_of(scenario: Scenario, found: Alternatives, language: Language) -> tuple[Table, ...]:
    return (
        numbers(scenario, found, language),
        outputs(scenario, found, language),
        different(scenario, found, language),
    )


def block(scenario: Scenario, found: Alternatives, language: Language) -> Passage:
    """For a paper: the sentences."""
    text = " ".join(sentences(scenario, found, language))
    return Passage(_title(scenario, language), (wording.under_title(language, scenario), text))


def in_short(scenario: Scenario, found: Alternatives, language: Language) -> Table:
    said = sentences(scenario, found, language)
    title = _title(scenario, language)
    rows = tuple(Row((text,), Style.NOTE) for text in said)
    return Table(
        title, (Column("text", "", width=8, span=5),), rows, lead=(wording.under_title(language, scenario),), headed=False
    )


def _title(scenario: Scenario, language: Language) -> str:
    return language.say("Other allocations as good or nearly as good: {plan}", plan=scenario.plan.titled(language.code))


def _cell(count: Count | None, language: Language) -> Cell:
    if count is None:
        return language.say("not established")
    return count.number if count.exact else language.say("at least {number}", number=floored(count.number))


def numbers(scenario: Scenario, found: Alternatives, language: Language) -> Table:
    """How many do as well in every respect, as well in priority, and nearly."""
    say = language.say
    lines = [(say("Same priority, same resources, as many outputs funded in part"), found.alike)]
    lines.append((say("Same priority"), found.equal))
    for near in (found.near, found.closer):
        if near is not None and near.within:
            lines.append((say("Within {share} of the priority", share=share_of(language, near.within)), near))
    rows = tuple(Row((text, _cell(near.allocations, language), _cell(near.portfolios, language))) for text, near in lines)
    return Table(
        say("How many there are"),
        (
            Column("compared", say("Compared with the allocation shown"), width=8, span=2),
            Column("allocations", say("Allocations"), Kind.COUNT, 34),
            Column("sets", say("Sets of funded outputs"), Kind.COUNT, 24),
        ),
        rows,
        notes=(
            say("The allocation shown is counted in every line. Numbers are exact unless they say otherwise."),
            say("Two allocations can fund the same outputs at different levels: then they are one set of funded outputs."),
            say("Priority is as compared in this scenario: {objective}.", objective=wording.objective(language, scenario)),
        ),
    )


def outputs(scenario: Scenario, found: Alternatives, language: Language) -> Table:
    """For each output in how many of them it is funded, as far as they are counted."""
    plan, say = scenario.plan, language.say
    sets, every = found.near.portfolios, _counted(found.near, found.closer)
    columns = [
        Column("id", say("Output"), Kind.ID, 8),
        Column("title", say("Title"), width=52),
        Column("status", say("Status"), width=34, tones=wording.tones(language)),
    ]
    shares: list[tuple[tuple[int, ...], int]] = []
    if sets is not None and sets.funded is not None:
        header = "Share of the {number} sets of funded outputs within {share} that include it"
        within = share_of(language, found.near.within)
        columns.append(Column("sets", say(header, number=sets.number, share=within), Kind.PERCENT, 24, bar=True))
        shares.append((sets.funded, sets.number))
    if every is not None and every.allocations is not None and every.allocations.funded is not None:
        header = "Share of the {number} allocations within {share} that fund it"
        within, number = share_of(language, every.within), every.allocations.number
        columns.append(Column("allocations", say(header, number=number, share=within), Kind.PERCENT, 24, bar=True))
        shares.append((every.allocations.funded, number))
    deliveries = allocation_of(scenario, list(found.levels))
    rows: list[Row] = []
    for component in plan.components:
        rows.append(Row((wording.heading(language, component),), Style.HEADING))
        for i in plan.members[component.id]:
            status = wording.short_status(language, plan, plan.outputs[i], deliveries[i])
            parts = (Fraction(funded[i], number) for funded, number in shares)
            rows.append(Row((plan.outputs[i].id, plan.outputs[i].named(language.code), status, *parts)))
    unknown = "In how many of them each output is funded has not been established: there are too many."
    notes = [] if shares else [say(unknown)]
    if any(0 < Fraction(times, number) < LEAST_SHARE for funded, number in shares for times in funded):
        notes.append(say("A share of {nil} can also be a very small one.", nil=language.ratio(0)))
    return Table(say("How often each output is funded in them"), tuple(columns), tuple(rows), notes=tuple(notes))


def _counted(*around: Near | None) -> Near | None:
    """The first in which allocations are counted exactly."""
    return next((near for near in around if near and near.allocations and near.allocations.exact), None)


def different(scenario: Scenario, found: Alternatives, language: Language) -> Table:
    """The most different sets of funded outputs."""
    plan, say, share = scenario.plan, language.say, share_of(language, found.near.within)
    rows = [_different_row(scenario, found, n, one, language) for n, one in enumerate(found.different, start=1)]
    if not rows and found.settled and found.asked:
        rows.append(Row((say("No other set of outputs comes within {share} of the priority.", share=share),), Style.NOTE))
    notes = [
        say("Each is the one that differs in most outputs, funded or not, from the allocation shown and from those above it."),
        wording.amounts_and_notice(language, plan),
    ]
    if not found.settled:
        notes.insert(0, say("Further ones were not established in the time allowed."))
    return Table(
        say("The most different sets of funded outputs within {share}", share=share),
        (
            Column("number", say("Set"), Kind.ID, 8),
            Column("entering", say("Funded in it and not in the allocation shown"), width=52),
            Column("leaving", say("Subject to additional resources in it and not in the allocation shown"), width=34),
            Column("differs", say("Outputs that differ"), Kind.COUNT, 24),
            Column("priority", say("Priority, % of the allocation shown"), Kind.PERCENT, 14),
            Column("spend", say("Allocated"), Kind.MONEY, 15),
        ),
        tuple(rows),
        notes=tuple(notes),
        unit=wording.unit(language, plan),
    )


def _different_row(scenario: Scenario, found: Alternatives, number: int, one: Different, language: Language) -> Row:
    share = _least_share(found.attained, one.attained)
    spend = nearest(Fraction(one.spend, scenario.plan.display_unit))
    none = language.say("none")
    ids = [ids_of(scenario, positions, language) or none for positions in (one.entering, one.leaving)]
    return Row((str(number), *ids, len(one.entering + one.leaving), share, spend))


def _least_share(best: Attained, other: Attained) -> Fraction:
    """The smallest share of what is compared that is reached; of nothing all is reached."""
    return min((now / before for (_, before), (_, now) in zip(best, other, strict=True) if before), default=Fraction(1))


def records(scenario: Scenario, found: Alternatives) -> dict[str, Any]:
    """Exact data, in technical words."""
    ids = [output.id for output in scenario.plan.outputs]

    def of_count(count: Count | None) -> dict[str, Any] | None:
        if count is None:
            return None
        funded = None if count.funded is None else dict(zip(ids, count.funded, strict=True))
        return {"number": count.number, "exact": count.exact, "funded": funded}

    def of_near(near: Near | None) -> dict[str, Any] | None:
        if near is None:
            return None
        return {
            "within": near.within,
            "allocations": of_count(near.allocations),
            "portfolios": of_count(near.portfolios),
        }

    return {
        "scenario": scenario.name,
        "attained": dict(found.attained),
        "spend": found.spend,
        "partial": found.partial,
        "alike": of_near(found.alike),
        "equal": of_near(found.equal),
        "near": of_near(found.near),
        "closer": of_near(found.closer),
        "different": [
            {
                "funded": [key for key, level in zip(ids, one.levels, strict=True) if level],
                "entering": [ids[i] for i in one.entering],
                "leaving": [ids[i] for i in one.leaving],
                "apart": list(one.apart),
                "attained": dict(one.attained),
                "spend": one.spend,
            }
            for one in found.different
        ],
        "settled": found.settled,
        "method": found.method,
        "programmes": found.programmes,
        "solves": found.solves,
    }
