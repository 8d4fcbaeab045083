"""Under the objective *tiers*: outputs of an earlier class that are not funded in full while later classes receive money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.objectives import TIERS
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import ratio
from optimizer.report.table import Column, Kind, Row, Sheet, Table

NAME = "Inversions"
ONE = "{number} output of an earlier class is not funded in full while outputs of later classes receive money (sheet {sheet})."
SEVERAL = (
    "{number} outputs of an earlier class are not funded in full while outputs of later classes receive money (sheet {sheet})."
)
NAMED = 40  # outputs listed in one cell


@dataclass(frozen=True, slots=True)
class Inversion:
    """An output that is not funded in full, and those of later classes that receive money (positions).

    Those `ahead` receive a larger share of their cost than it does.
    """

    output: int
    later: tuple[int, ...]
    ahead: tuple[int, ...]


def inversions(dossier: Dossier) -> tuple[Inversion, ...]:
    """None under another objective."""
    if dossier.result.scenario.objective is not TIERS:
        return ()
    outputs, amounts = dossier.plan.outputs, [delivery.amount for delivery in dossier.result.allocation]
    found = []
    for i, delivery in enumerate(dossier.result.allocation):
        tier, cost = outputs[i].tier or 0, outputs[i].cost
        later = tuple(j for j, other in enumerate(outputs) if (other.tier or 0) > tier and amounts[j])
        if later and delivery.share < 100:
            ahead = tuple(j for j in later if amounts[j] * cost > amounts[i] * outputs[j].cost)
            found.append(Inversion(i, later, ahead))
    return tuple(found)


def sheets(dossier: Dossier) -> Iterator[Sheet]:
    """Nothing under another objective."""
    if dossier.result.scenario.objective is TIERS:
        yield Sheet(
            NAME, "Outputs of an earlier class not in full while later classes receive money", (table(dossier),), frozen=2
        )


def summary(dossier: Dossier) -> str:
    """The inversions in one line, in words that can be published."""
    count, language = len(inversions(dossier)), dossier.language
    if not count:
        return language.say("No output of a later class receives money while one of an earlier class is not funded in full.")
    return language.count(count, ONE, SEVERAL, sheet=NAME)


def table(dossier: Dossier) -> Table:
    plan, amounts = dossier.plan, [delivery.amount for delivery in dossier.result.allocation]
    rows = []
    for inversion in inversions(dossier):
        output, amount = plan.outputs[inversion.output], amounts[inversion.output]
        names = [plan.outputs[j].id for j in inversion.ahead]
        named = names if len(names) <= NAMED else [*names[:NAMED], f"{len(names) - NAMED:,} more"]
        own = (output.id, output.name, output.tier, output.cost, amount, ratio(amount, output.cost))
        received, more = (sum(amounts[j] for j in which) for which in (inversion.later, inversion.ahead))
        rows.append(Row((*own, len(inversion.later), received, len(names), more, wording.enumeration(tuple(named)))))
    why = (
        "Classes come strictly one after the other. What a later class receives all the same, the earlier one cannot use: "
        "minimum and maximum allocations, commitments, requirements and what funds may pay for can direct it there, and what is "
        "left may not pay for the next level of any output of the earlier class."
    )
    return Table(
        NAME,
        (
            Column("id", "Output", Kind.ID, 8),
            Column("title", "Title", width=44),
            Column("tier", "Class (tier)", Kind.COUNT, 9),
            Column("cost", "Cost", Kind.MONEY, 14),
            Column("amount", "Amount", Kind.MONEY, 14),
            Column("percent", "% of its cost", Kind.PERCENT, 10),
            Column("count", "Outputs of later classes that receive money", Kind.COUNT, 15),
            Column("received", "What they receive", Kind.MONEY, 15),
            Column("ahead", "Of these, receive more of their cost", Kind.COUNT, 15),
            Column("received_ahead", "What these receive", Kind.MONEY, 15),
            Column("which", "Which these are", width=44),
        ),
        tuple(rows),
        lead=dossier.exact_lead,
        notes=(why,) if rows else (summary(dossier), why),
    )
