"""A planner's own list beside the optimum, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction

from optimizer.analysis.own_list import Scored
from optimizer.audit import Attained
from optimizer.report import wording
from optimizer.report.language import ENGLISH
from optimizer.report.table import Column, Kind, Row, Style, Table
from optimizer.scenario import Scenario


def tables(scenario: Scenario, scored: Scored) -> tuple[Table, ...]:
    """The figures side by side, the outputs that differ, the conditions that the list does not respect; exact, in English."""
    plan = scenario.plan
    lead = (wording.under_title(ENGLISH, scenario), wording.notice(ENGLISH, plan))
    figures = Table(
        "The list and the optimum",
        (
            Column("figure", "Figure", width=30),
            Column("own", "The list", Kind.NUMBER, 16),
            Column("best", "The optimum", Kind.NUMBER, 16),
            Column("gain", "Difference", Kind.NUMBER, 16),
        ),
        tuple(_figures(scenario, scored)),
        lead=lead,
        notes=("The optimum respects every condition of the scenario; a list that does not can come to more.",),
    )
    outputs = Table(
        "Outputs that differ",
        (
            Column("id", "Output", Kind.ID, 8),
            Column("title", "Title", width=44),
            Column("own", "The list", Kind.MONEY, 14),
            Column("best", "The optimum", Kind.MONEY, 14),
            Column("more", "Difference", Kind.MONEY, 14),
            Column("own_share", "Share, the list", Kind.PERCENT, 10),
            Column("best_share", "Share, the optimum", Kind.PERCENT, 10),
        ),
        tuple(_outputs(scenario, scored)),
        lead=lead,
        unit=plan.currency,
    )
    respected = "The list respects every condition of the scenario."
    breaches = Table(
        "Conditions that the list does not respect",
        (Column("rule", "Condition", width=30), Column("message", "What is not respected", width=80)),
        tuple(Row((breach.rule, breach.message)) for breach in scored.breaches),
        lead=lead,
        notes=() if scored.breaches else (respected,),
    )
    return figures, outputs, breaches


def _figures(scenario: Scenario, scored: Scored) -> Iterator[Row]:
    measure = scenario.objective.measure
    for (name, own), (_, best) in zip(scored.own, scored.best, strict=True):
        ratio = name == "smallest coverage"
        yield Row((name if ratio else f"{name}, {measure}", own, best, best - own), kind=Kind.PERCENT if ratio else None)
    spends = (scored.spend, scored.best_spend, scored.best_spend - scored.spend)
    yield Row((f"allocated, {scenario.plan.currency}", *spends), kind=Kind.MONEY)


def _outputs(scenario: Scenario, scored: Scored) -> Iterator[Row]:
    total = 0
    for each in scored.differences:
        output = scenario.plan.outputs[each.i]
        more = each.best.amount - each.own.amount
        total += more
        shares = (Fraction(each.own.share, 100), Fraction(each.best.share, 100))
        yield Row((output.id, output.name, each.own.amount, each.best.amount, more, *shares))
    sums = [sum(amount) for amount in zip(*((d.own.amount, d.best.amount) for d in scored.differences), strict=True)] or [0, 0]
    yield Row((None, "Total of these", *sums, total, None, None), Style.TOTAL)


def records(scenario: Scenario, scored: Scored) -> dict[str, object]:
    """The same as exact data; outputs by id."""
    ids = [output.id for output in scenario.plan.outputs]
    name, price = scored.price

    def figures(attained: Attained) -> dict[str, object]:
        return dict(attained)

    return {
        "scenario": scenario.name,
        "proved": scored.proved,
        "list": {"figures": figures(scored.own), "spend": scored.spend},
        "optimum": {"figures": figures(scored.best), "spend": scored.best_spend},
        "price": {"figure": name, "amount": price},
        "breaches": [{"rule": breach.rule, "message": breach.message} for breach in scored.breaches],
        "differences": [{"output": ids[d.i], "list": asdict(d.own), "optimum": asdict(d.best)} for d in scored.differences],
    }
