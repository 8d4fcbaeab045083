"""The effect of each condition: what could be reached without it, and how much less money would then suffice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from optimizer.analysis.prices import Approach, Price, Prices
from optimizer.audit import first_change
from optimizer.balance import NAME as COVERAGE
from optimizer.report import wording
from optimizer.report.language import Language
from optimizer.report.prices_words import FAMILIES, figure_of, named, sentences
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

NAME = "Effect of conditions"
APPROACHES = {
    "across-the-board": "Across-the-board",
    "all at minimum": "All outputs phased at their minimum",
    "by score": "In order of priority",
    "by score per money": "In order of priority per amount",
    "nested list": "One list in phases",
}
PUBLISHED = ("floor", "ceiling", "fund")  # conditions that are published one by one; of others only the family


def sheet(scenario: Scenario, found: Prices, language: Language) -> Sheet:
    say = language.say
    about = say("What could be reached without each condition, and how much less would then suffice")
    tables = (in_short(scenario, found, language), *tables_of(scenario, found, language))
    return Sheet(NAME, about, tables, front=True, frozen=1, tab=say(NAME))


def tables_of(scenario: Scenario, found: Prices, language: Language) -> tuple[Table, ...]:
    return effects(scenario, found, language), others(scenario, found, language)


def block(scenario: Scenario, found: Prices, language: Language) -> Table:
    """For a paper: whole families, and what concerns a component or a fund; no effect of a single output is printed."""
    lead = (wording.under_title(language, scenario), wording.amounts_and_notice(language, scenario.plan))
    return replace(_effects(scenario, found, language, PUBLISHED), title=_title(scenario, language), lead=lead)


def in_short(scenario: Scenario, found: Prices, language: Language) -> Table:
    rows = tuple(Row((text,), Style.NOTE) for text in sentences(scenario, found, language))
    lead = (wording.under_title(language, scenario),)
    return Table(_title(scenario, language), (Column("text", "", width=12, span=4),), rows, lead=lead, headed=False)


def effects(scenario: Scenario, found: Prices, language: Language) -> Table:
    """Every condition, under its family."""
    kinds = tuple(price.kind for price in found.families)
    return _effects(scenario, found, language, kinds)


def _title(scenario: Scenario, language: Language) -> str:
    return language.say("Effect of each condition: {plan}", plan=scenario.plan.titled(language.code))


def _effects(scenario: Scenario, found: Prices, language: Language, kinds: tuple[str, ...]) -> Table:
    plan, say = scenario.plan, language.say
    rows: list[Row] = []
    for whole in found.families:
        single = [price for price in found.single if price.kind == whole.kind and whole.kind in kinds]
        if len(single) > 1:
            rows.append(Row((say(FAMILIES[whole.kind]),), Style.HEADING))
            for price in single:
                rows.append(Row((named(scenario, price.keys[0], language), *_figures(scenario, found, price, language))))
            name, style = say("All of these together"), Style.SUBTOTAL
        else:
            name = named(scenario, whole.keys[0], language) if single else say(FAMILIES[whole.kind])
            style = Style.BODY
        rows.append(Row((name, *_figures(scenario, found, whole, language)), style))
    if found.every is None:
        rows.append(Row((say("There is no condition but the available resources."),), Style.NOTE))
    elif len(found.families) > 1:
        every = say("All conditions together")
        rows.append(Row((every, *_figures(scenario, found, found.every, language)), Style.TOTAL))
    return Table(
        say("Condition by condition"),
        tuple(_columns(scenario, found, language)),
        tuple(rows),
        lead=(wording.amounts_and_notice(language, plan),),
        notes=tuple(_notes(scenario, found, language)),
        unit=wording.unit(language, plan),
    )


def _columns(scenario: Scenario, found: Prices, language: Language) -> Iterator[Column]:
    say = language.say
    yield Column("condition", say("Without this condition"), width=62)
    if len(found.attained) > 1:
        yield Column("figure", say("What changes"), width=28)
    yield Column("gain", say("Gain, in points"), Kind.NUMBER, 16)
    yield Column("share", say("Gain, %"), Kind.PERCENT, 12)
    if _with_money(found):
        yield Column("saved", say("Or resources that would not be needed for the same"), Kind.MONEY, 20)


def _notes(scenario: Scenario, found: Prices, language: Language) -> Iterator[str]:
    say = language.say
    yield say("Each line is the best allocation without that condition alone, all others as they are.")
    if len(found.single) > 1:
        yield say("Effects do not add up: a condition can have none by itself and still have one together with another.")
    yield say("Points measure the following: {objective}.", objective=wording.objective(language, scenario))
    if _with_money(found) and any(price.saved is None for price in (*found.families, *found.single)):
        yield say("Resources are left blank where they cannot be worked out one by one.")


def _with_money(found: Prices) -> bool:
    """Whether for any condition it is known how much less would suffice."""
    return any(price.saved is not None for price in (*found.families, *found.single))


def _figures(scenario: Scenario, found: Prices, price: Price, language: Language) -> tuple[Cell, ...]:
    """What changes, where that can be one of several; the gain; its share of what is reached; the money where any is known."""
    gain = found.gain(price)
    figure: Cell = None
    points: Cell = language.say("no effect")
    share: Cell = None
    if gain is None:
        points = language.say("not established")
    elif gain[1]:
        name, by = gain
        before = dict(found.attained)[name]
        figure = figure_of(scenario, name, language)
        points = "" if name == COVERAGE else _points(by, language)
        share = language.share(by if name == COVERAGE else by / before) if before or name == COVERAGE else None
    saved = None if price.saved is None else _rounded(scenario, price.saved, language)
    several = (figure,) if len(found.attained) > 1 else ()
    return (*several, points, share, *((saved,) if _with_money(found) else ()))


def _points(points: Fraction, language: Language) -> Cell:
    return points if points >= Fraction(1, 200) else language.say("under {share}", share=language.rounded(Fraction(1, 100), 2))


def _rounded(scenario: Scenario, amount: int, language: Language) -> Cell:
    unit = scenario.plan.display_unit
    shown = nearest(Fraction(amount, unit))
    return shown if shown or not amount else language.say("under {share}", share=wording.money_shown(language, scenario.plan, 1))


def others(scenario: Scenario, found: Prices, language: Language) -> Table:
    """Other ways to arrive at an allocation, and what they would lose."""
    say, name = language.say, found.attained[0][0]
    rows = tuple(_other(found, one, language) for one in found.approaches if one.name in APPROACHES)
    measure = figure_of(scenario, name, language)
    return Table(
        say("Other ways to arrive at an allocation"),
        (
            Column("approach", say("Approach"), width=62),
            Column("value", measure, Kind.PERCENT if name == COVERAGE else Kind.NUMBER, 18),
            Column("difference", say("Difference from the allocation shown"), Kind.PERCENT, 18),
            Column("breached", say("Conditions not respected"), Kind.COUNT, 14),
        ),
        rows,
        notes=(
            say("Where conditions are not respected the difference is not an effect of the approach alone."),
            say("Outputs below their minimum viable amount deliver nothing."),
        ),
    )


def _other(found: Prices, one: Approach, language: Language) -> Row:
    name, before = found.attained[0]
    value = dict(one.attained)[name]
    change = value - before if name == COVERAGE else (value - before) / before if before else None
    broken = sum(not key.startswith("level[") for key in one.breached)
    return Row((language.say(APPROACHES[one.name]), value, change, broken))


def records(scenario: Scenario, found: Prices) -> dict[str, Any]:
    """Exact data, in technical words."""

    def of_price(price: Price | None) -> dict[str, Any] | None:
        if price is None:
            return None
        gain = found.gain(price)
        return {
            "kind": price.kind,
            "conditions": list(price.keys),
            "attained": None if price.attained is None else dict(price.attained),
            "gain": None if gain is None else {"figure": gain[0], "by": gain[1]},
            "saved": price.saved,
        }

    return {
        "scenario": scenario.name,
        "attained": dict(found.attained),
        "spend": found.spend,
        "every": of_price(found.every),
        "families": [of_price(price) for price in found.families],
        "single": [of_price(price) for price in found.single],
        "approaches": [
            {
                "name": one.name,
                "attained": dict(one.attained),
                "spend": one.spend,
                "lost": dict([first_change(one.attained, found.attained)]),
                "breached": list(one.breached),
            }
            for one in found.approaches
        ],
        "known": found.known,
        "programmes": found.programmes,
        "solves": found.solves,
    }
