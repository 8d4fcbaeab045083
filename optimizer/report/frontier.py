"""The frontier as tables: what more or fewer resources change, every breakpoint, and the outputs that leave as resources grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from optimizer.analysis.frontier import Frontier, leavers, next_money
from optimizer.analysis.funds import step_of
from optimizer.report import wording
from optimizer.report.charts import scale
from optimizer.report.language import Language
from optimizer.report.offline_curve import STEP, TITLES, reached
from optimizer.report.table import Chart, Column, Fill, Form, Kind, Row, Sheet, Table
from optimizer.scenario import Scenario

NAME = "Frontier"
ROOM = 24  # rows for the curve
STEPS = (-10, -5, -1, 1, 5, 10)  # times one million of the currency, or less for a small plan
MOST_NAMED = 12  # outputs in one cell


def sheet(scenario: Scenario, frontier: Frontier, language: Language) -> Sheet:
    """What a step more or less brings, the curve, then every breakpoint."""
    say = language.say
    points = replace(breakpoints(scenario, frontier, language), room=ROOM)
    title, million = say(TITLES[scenario.objective.name]), scale(max(frontier.points[-1].resources, 1))
    axis = say("Available resources ({unit})", unit=language.unit(scenario.plan.currency, million))
    chart = Chart(
        Form.CURVE, title, f"{title}. {say(STEP)}", "resources", ("share",), (0, len(points.rows) - 1), (Fill.DARK,),
        kind=Kind.PERCENT, scale=million, axis=say("Share of full costing"), rows_axis=axis, steps="more",
    )  # fmt: skip
    about = say("Every amount of resources at which more can be delivered")
    return Sheet(NAME, about, (block(scenario, frontier, language), points), front=True, tab=say(NAME), charts=(chart,))


def block(scenario: Scenario, frontier: Frontier, language: Language) -> Table:
    """What the next million buys, and what goes first when one is lost."""
    plan, say = scenario.plan, language.say
    columns = (
        Column("change", say("Change in resources"), Kind.MONEY, 14),
        Column("resources", say("Available resources"), Kind.MONEY, 14),
        Column("share", say("Share of full costing"), Kind.PERCENT, 10),
        Column("entering", say("Newly funded"), width=28),
        Column("leaving", say("No longer funded"), width=28),
        Column("rising", say("More allocated"), width=28),
        Column("falling", say("Less allocated"), width=28),
    )
    return Table(
        say("What more or fewer resources change: {plan}", plan=plan.titled(language.code)),
        columns,
        tuple(_changes(scenario, frontier, language)),
        lead=(wording.under_title(language, scenario), wording.notice(language, plan)),
        notes=(say("Exact amounts in {currency}.", currency=plan.currency), say(STEP)),
        unit=plan.currency,
    )


def _changes(scenario: Scenario, frontier: Frontier, language: Language) -> Iterator[Row]:
    shares, size = reached(frontier), step_of(scenario.plan)
    for step in dict.fromkeys((0, *(times * size for times in STEPS))):
        try:
            bought = next_money(frontier, scenario.resources, step)
        except ValueError:  # the frontier is not known that far
            continue
        if bought is not None:
            moved = (bought.entering, bought.leaving, bought.rising, bought.falling)
            named = (_ids(scenario, which, language) for which in moved)
            yield Row((step, scenario.resources + step, shares[bought.after][1], *named))


def _ids(scenario: Scenario, which: Sequence[int], language: Language) -> str:
    names = [scenario.plan.outputs[i].id for i in which]
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return language.say("{list} and {number} more", list=", ".join(names[:MOST_NAMED]), number=len(names) - MOST_NAMED)


def breakpoints(scenario: Scenario, frontier: Frontier, language: Language) -> Table:
    """One row a breakpoint: from which resources on, what is delivered, which outputs come and go."""
    say, plan = language.say, scenario.plan
    columns = (
        Column("resources", say("Available resources"), Kind.MONEY, 14),
        Column("more", say("More than the line above"), Kind.MONEY, 14),
        Column("share", say("Share of full costing"), Kind.PERCENT, 10),
        Column("funded", say("Funded outputs"), Kind.COUNT, 12),
        Column("entering", say("Newly funded"), width=28),
        Column("leaving", say("No longer funded"), width=28),
    )
    gone = language.enumeration([plan.outputs[leaver.i].id for leaver in leavers(frontier)])
    notes = [say(STEP)]
    if gone:
        notes.append(say("At some point while resources grow, these outputs are no longer funded: {outputs}.", outputs=gone))
    if not frontier.complete:
        known = wording.money(language, plan, frontier.known_to)
        notes.append(say("Time was too short for all of it: nothing is known from {amount} on.", amount=known))
    rows = tuple(_points(scenario, frontier, language))
    title = say("Every amount of resources at which more can be delivered: {plan}", plan=plan.titled(language.code))
    return Table(title, columns, rows, lead=(wording.under_title(language, scenario),), notes=tuple(notes), unit=plan.currency)


def _points(scenario: Scenario, frontier: Frontier, language: Language) -> Iterator[Row]:
    before: list[int] = []
    last = 0
    for k, (resources, share) in enumerate(reached(frontier)):
        now = [i for i, level in enumerate(frontier.levels[k].tolist()) if level]
        entering = _ids(scenario, [i for i in now if k and i not in before], language)
        leaving = _ids(scenario, [i for i in before if i not in now], language)
        yield Row((resources, resources - last if k else None, share, len(now), entering, leaving))
        before, last = now, resources


def records(scenario: Scenario, frontier: Frontier) -> dict[str, object]:
    """Every breakpoint exactly: resources in whole money, value in the objective's own measure, the level of each output."""
    ids = [output.id for output in scenario.plan.outputs]
    return {
        "scenario": scenario.name,
        "method": frontier.method,
        "complete": frontier.complete,
        "known_to": frontier.known_to,
        "leavers": {ids[leaver.i]: [frontier.points[k].resources for k in leaver.at] for leaver in leavers(frontier)},
        "breakpoints": [
            {"resources": point.resources, "value": point.value, "levels": dict(zip(ids, levels, strict=True))}
            for point, levels in zip(frontier.points, frontier.levels.tolist(), strict=True)
        ],
    }
