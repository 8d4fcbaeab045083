"""What the script of the page works with: every breakpoint of the frontier, packed, and the figures of the scenario itself."""

from __future__ import annotations

import json
from math import lcm

from optimizer.analysis.frontier import Frontier
from optimizer.objectives import MONEY_WEIGHTED
from optimizer.report import offline_curve, wording
from optimizer.report.allocation import level
from optimizer.report.dossier import Dossier
from optimizer.report.language import NIL, Language
from optimizer.report.wording import Extent, extent

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SENTENCE = (
    "With {resources}: {in_full}, {in_part} in part and {subject} subject to additional resources; priority delivered: "
    "{priority} of full costing."
)
HOLE = "\0"  # where a number goes


def text(dossier: Dossier, frontier: Frontier | None) -> str:
    """As JSON that may stand in a script element; nothing to work with where there is no frontier."""
    data = _data(dossier, frontier) if frontier is not None else {}
    found = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return found.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _data(dossier: Dossier, frontier: Frontier) -> dict[str, object]:
    plan, language, scenario = dossier.plan, dossier.language, dossier.result.scenario
    whole = lcm(*(priority.denominator for priority in plan.priorities))
    return {
        "groups": language.groups,
        "decimal": language.decimal,
        "percent": language.percent,
        "nil": NIL,
        "money": language.money(plan.currency, 7).replace("7", HOLE, 1),
        "singular": language.singular,
        "unit": plan.display_unit,
        "cost": plan.cost,
        "scenario": scenario.resources,
        "knownTo": None if frontier.complete else frontier.known_to,
        "byAmount": scenario.objective is MONEY_WEIGHTED,  # what the curve shows: priority times amount, else times share
        "axis": [*offline_curve.ends(frontier), offline_curve.TOP, offline_curve.BOTTOM],
        "priorities": " ".join(str(int(priority * whole)) for priority in plan.priorities),  # text: they may exceed 2 to the 53
        "outputs": _outputs(dossier),
        "components": [dossier.shown.components[component.id].estimated for component in plan.components],
        "own": _own(dossier, frontier),
        "frontier": _packed(frontier.levels.tolist(), max(map(len, plan.levels)) + 1),
        "say": _phrases(dossier, frontier),
    }


def _outputs(dossier: Dossier) -> list[dict[str, object]]:
    """c: cost, e: cost as shown, a and s: amounts and shares of its levels, k: position of its component."""
    plan = dossier.plan
    place = {component.id: k for k, component in enumerate(plan.components)}
    return [
        {
            "k": place[output.component],
            "c": output.cost,
            "e": figures.estimated,
            "a": [one.amount for one in levels],
            "s": [one.share for one in levels],
        }
        for output, figures, levels in zip(plan.outputs, dossier.shown.outputs, plan.levels, strict=True)
    ]


def _own(dossier: Dossier, frontier: Frontier) -> dict[str, object]:
    """The scenario's own allocation, as exact and as published, with statuses; and its breakpoint."""
    plan, scenario, allocation = dossier.plan, dossier.result.scenario, dossier.result.allocation
    kinds = list(Extent)
    return {
        "at": frontier.at(scenario.resources),
        "levels": [level(dossier, i) for i in range(len(plan.outputs))],
        "amounts": [delivery.amount for delivery in allocation],
        "shares": [delivery.share for delivery in allocation],
        "extents": [kinds.index(extent(delivery)) for delivery in allocation],
        "shown": [figures.allocated for figures in dossier.shown.outputs],
        "status": [
            wording.short_status(dossier.language, plan, output, delivery)
            for output, delivery in zip(plan.outputs, allocation, strict=True)
        ],
    }


def _phrases(dossier: Dossier, frontier: Frontier) -> dict[str, object]:
    language, say, plan = dossier.language, dossier.language.say, dossier.plan
    return {
        "extents": [say(kind) for kind in Extent],
        "part": say("{status} ({share})", status="{status}", share="{share}"),
        "under": say("under {share}", share=language.points(1)),
        "more": say("more than in this scenario"),
        "less": say("less than in this scenario"),
        "least": say("No allocation satisfies the conditions with less than {amount}.", amount="{amount}"),
        "wrong": say("Type a whole number, for instance {number}.", number=_example(language, frontier, plan.display_unit)),
        "beyond": say(
            "That is more than the estimated requirements of {amount}.", amount=wording.money(language, plan, plan.cost)
        ),
        "unknown": say("What {amount} or more would deliver has not been established.", amount="{amount}"),
        "away": say("With {resources}, other than the resources of this scenario.", resources="{resources}"),
        "inFull": [say("{number} output in full", number="{number}"), say("{number} outputs in full", number="{number}")],
        "sentence": _sentence(language),
    }


def _sentence(language: Language) -> str:
    return language.say(
        SENTENCE, resources="{resources}", in_full="{in_full}", in_part="{in_part}", subject="{subject}", priority="{priority}"
    )


def _example(language: Language, frontier: Frontier, unit: int) -> str:
    return language.integer(frontier.scenario.resources // unit)


def _packed(lines: list[list[int]], span: int) -> dict[str, object]:
    """The levels of all outputs at every breakpoint; its resources are what these cost.

    From one breakpoint to the next few outputs move, and often the same ones by as much: `moves` are all that occur, `steps`
    says which comes when. A move of one output is the number i * span + levels up, modulo span. Numbers have fixed widths.
    """
    before, found, steps = [0] * len(lines[0]), dict[tuple[int, ...], int](), []
    for line in lines:
        move = tuple(i * span + (now - was) % span for i, (was, now) in enumerate(zip(before, line, strict=True)) if was != now)
        steps.append(found.setdefault(move, len(found)))
        before = line
    width, wide = len(base36(span * len(before) - 1)), len(base36(len(found) - 1))
    moves = ("".join(base36(number).rjust(width, "0") for number in move) for move in found)
    return {
        "span": span,
        "width": width,
        "moves": ";".join(moves),
        "wide": wide,
        "steps": "".join(base36(number).rjust(wide, "0") for number in steps),
    }


def base36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return DIGITS[number] + digits
