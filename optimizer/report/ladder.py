"""The ladder for every reader: what each phase funds on top of the phases before, and what keeping to one order costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from optimizer.analysis.ladder import Ladder, Rung
from optimizer.balance import NAME as COVERAGE
from optimizer.report import wording
from optimizer.report.digits import Data, exact
from optimizer.report.figures import in_full_and_in_part, in_groups, priority_delivered
from optimizer.report.language import Language
from optimizer.report.prices_words import figure_of
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.rounding import nearest
from optimizer.scenario import Scenario

NAME = "Phases"


def sheet(scenario: Scenario, found: Ladder, language: Language) -> Sheet:
    about = language.say("One list for several amounts of resources: what each phase adds")
    return Sheet(NAME, about, tables(scenario, found, language), front=True, frozen=2, tab=language.say(NAME))


def tables(scenario: Scenario, found: Ladder, language: Language) -> tuple[Table, ...]:
    return phases(scenario, found, language), levels(scenario, found, language)


def block(scenario: Scenario, found: Ladder, language: Language) -> Table:
    """For a paper: the phases, with what keeping to one order costs in a note."""
    table = phases(scenario, found, language)
    return replace(table, notes=(*table.notes, _cost(found, language)))


def phases(scenario: Scenario, found: Ladder, language: Language) -> Table:
    """What each output receives in each phase on top of the phases before; phases and what is left add up to the estimate."""
    plan, say = scenario.plan, language.say
    lines = _shown(scenario, found)
    rows: list[Row] = []
    for component in plan.components:
        rows.append(Row((wording.heading(language, component),), Style.HEADING))
        members = plan.members[component.id]
        for i in members:
            output = plan.outputs[i]
            rows.append(Row((output.id, output.named(language.code), *lines[i], sum(lines[i]))))
        label = say("Subtotal, component {id}", id=component.id)
        rows.append(_sum(label, [lines[i] for i in members], Style.SUBTOTAL, len(found.rungs)))
    rows.append(_sum(say("Total"), lines, Style.TOTAL, len(found.rungs)))
    return Table(
        say("Phases of funding: {plan}", plan=plan.titled(language.code)),
        (
            Column("id", say("Output"), Kind.ID, 8),
            Column("title", say("Title"), width=52),
            *(Column(f"phase:{n}", _header(scenario, n, rung, language), Kind.MONEY, 16) for n, rung in _numbered(found)),
            Column("left", say("Subject to additional resources"), Kind.MONEY, 16),
            Column("estimated", say("Estimated requirements"), Kind.MONEY, 14),
        ),
        tuple(rows),
        lead=(wording.under_title(language, scenario), wording.amounts_and_notice(language, plan)),
        notes=tuple(_notes(scenario, found, language)),
        unit=wording.unit(language, plan),
    )


def _numbered(found: Ladder) -> Iterator[tuple[int, Rung]]:
    return enumerate(found.rungs, start=1)


def _header(scenario: Scenario, number: int, rung: Rung, language: Language) -> str:
    amount = wording.money(language, scenario.plan, rung.resources)
    return language.say("Phase {number}: resources up to {amount}", number=number, amount=amount)


def _shown(scenario: Scenario, found: Ladder) -> list[tuple[int, ...]]:
    """In the unit of the tables, so that phases add up to subtotals and to the estimate as shown."""
    plan, unit = scenario.plan, scenario.plan.display_unit
    exact_lines = [
        tuple(Fraction(amount, unit) for amount in (*added, output.cost - sum(added)))
        for output, added in zip(plan.outputs, zip(*found.added, strict=True), strict=True)
    ]
    return in_groups(exact_lines, plan.members.values(), Fraction(found.rungs[-1].allocation.spend, unit))


def _sum(label: str, lines: list[tuple[int, ...]], style: Style, count: int) -> Row:
    sums = tuple(map(sum, zip(*lines, strict=True))) if lines else (0,) * (count + 1)
    return Row((None, label, *sums, sum(sums)), style)


def _notes(scenario: Scenario, found: Ladder, language: Language) -> Iterator[str]:
    say = language.say
    yield say("What a phase funds stays funded in all later phases; each phase shows what it adds.")
    if len({rung.weight for rung in found.rungs}) == 1:
        yield say("The phases are chosen together and count equally.")
    else:
        weights = [language.ratio(rung.weight) for rung in found.rungs]
        yield say("The phases are chosen together and count as follows: {weights}.", weights=language.enumeration(weights))
    if found.left_out:
        amounts = [wording.money(language, scenario.plan, amount) for amount in found.left_out]
        yield say("No allocation satisfies the conditions with {amounts}.", amounts=language.enumeration(amounts))
    if not found.proof.proved:
        yield say("This is the best list found; that there is no better one has not been established.")


def _cost(found: Ladder, language: Language) -> str:
    """What keeping to one order costs, in a sentence."""
    say = language.say
    shares = [_lost(rung) for rung in found.rungs]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares):
        return say("What a phase could deliver by itself has not been established for all of them in the time allowed.")
    if not any(known):
        return say("In every phase the list delivers as much as the best allocation of its resources by itself would.")
    return say(
        "In no phase does the list deliver more than {share} less than the best allocation of its resources by itself would.",
        share=_rounded_up(max(known), language),
    )


def _lost(rung: Rung) -> Fraction | None:
    """What nesting costs at a level, as a share of what the level could have by itself; of a coverage, in its own points."""
    price = rung.price
    if price is None or rung.alone is None:
        return None
    name, by = price
    whole = dict(rung.alone)[name]
    return by if name == COVERAGE else by / whole if whole else Fraction(0)


def _rounded_up(share: Fraction, language: Language) -> str:
    """To a tenth of a per cent: "no more than" has to hold as shown."""
    return language.ratio(Fraction(-(-1000 * share // 1), 1000))


def levels(scenario: Scenario, found: Ladder, language: Language) -> Table:
    """Phase by phase what is reached with all resources up to it, beside the best allocation of these resources by itself."""
    plan, say = scenario.plan, language.say
    several = len(found.rungs[0].attained) > 1
    return Table(
        say("What each phase reaches, and what keeping to one list costs"),
        (
            Column("phase", say("Phase"), Kind.ID, 8),
            Column("name", say("Scenario"), width=52),
            Column("resources", say("Available resources"), Kind.MONEY, 16),
            Column("allocated", say("Allocated"), Kind.MONEY, 16),
            Column("weight", say("Weight of the phase"), Kind.PERCENT, 16),
            Column("in_full", say("Outputs in full"), Kind.COUNT, 12),
            Column("in_part", say("Outputs in part"), Kind.COUNT, 12),
            Column("priority", say("Priority delivered, % of full costing"), Kind.PERCENT, 14),
            *((Column("figure", say("What changes"), width=28),) if several else ()),
            Column("cost", say("Less than by itself, in points"), Kind.NUMBER, 16),
            Column("share", say("Less than by itself, %"), Kind.PERCENT, 12),
        ),
        tuple(_level(scenario, n, rung, language, several) for n, rung in _numbered(found)),
        lead=(wording.amounts_and_notice(language, plan),),
        notes=(
            _cost(found, language),
            say("By itself: the best allocation of the same resources that need not fit any other phase."),
            say("Points measure the following: {objective}.", objective=wording.objective(language, scenario)),
        ),
        unit=wording.unit(language, plan),
    )


def _level(scenario: Scenario, number: int, rung: Rung, language: Language, several: bool) -> Row:
    plan, say = scenario.plan, language.say
    in_full, in_part = in_full_and_in_part(rung.allocation)
    money = (nearest(Fraction(amount, plan.display_unit)) for amount in (rung.resources, rung.allocation.spend))
    delivered = priority_delivered(plan, rung.allocation)
    figure: Cell = None
    points: Cell = say("not established")
    share: Cell = None
    if rung.price is not None:
        name, by = rung.price
        lost = _lost(rung)
        assert lost is not None
        figure = figure_of(scenario, name, language) if by else None
        points = say("none") if not by else None if name == COVERAGE else by
        share = language.share(lost) if by else None
    shown: tuple[Cell, ...] = (str(number), rung.name, *money, rung.weight, in_full, in_part, delivered)
    return Row((*shown, *((figure,) if several else ()), points, share))


def records(scenario: Scenario, found: Ladder) -> dict[str, Any]:
    """Everything, exactly; outputs by id, phase by phase what each receives in all."""
    ids = [output.id for output in scenario.plan.outputs]
    return {
        "scenario": scenario.name,
        "objective": scenario.objective.name,
        "attained": {name: exact(value) for name, value in found.attained},
        "price": _priced(found.price),
        "levels": [
            {
                "scenario": rung.name,
                "resources": rung.resources,
                "weight": exact(rung.weight),
                "spend": rung.allocation.spend,
                "attained": {name: exact(value) for name, value in rung.attained},
                "alone": None if rung.alone is None else {name: exact(value) for name, value in rung.alone},
                "price": _priced(rung.price),
                "amounts": {key: delivery.amount for key, delivery in zip(ids, rung.allocation, strict=True)},
                "shares": {key: delivery.share for key, delivery in zip(ids, rung.allocation, strict=True)},
            }
            for rung in found.rungs
        ],
        "left_out": list(found.left_out),
        "proved": found.proof.proved,
        "proof": found.proof.statement,
        "settled": found.settled,
        "programmes": found.programmes,
        "solves": found.solves,
    }


def _priced(price: tuple[str, Fraction] | None) -> Data | None:
    return None if price is None else {"figure": price[0], "by": exact(price[1])}
