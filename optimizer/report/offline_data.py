"""What the script of the page works with: every breakpoint of the frontier, packed, and the figures of the scenario itself."""

from __future__ import annotations

import json

from optimizer.analysis.frontier import Frontier
from optimizer.report import wording
from optimizer.report.allocation import level
from optimizer.report.dossier import Dossier
from optimizer.report.language import NIL
from optimizer.report.wording import Extent

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SENTENCE = (
    "With {resources}: outputs in full: {in_full}; in part: {in_part}; subject to additional resources: {subject}. Priority "
    "delivered: {priority} of full costing."
)
HOLE = "\0"  # where a number goes


def text(dossier: Dossier, frontier: Frontier | None) -> str:
    """As JSON that may stand in a script element."""
    found = json.dumps(_data(dossier, frontier), ensure_ascii=False, separators=(",", ":"))
    return found.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _data(dossier: Dossier, frontier: Frontier | None) -> dict[str, object]:
    plan, language, scenario = dossier.plan, dossier.language, dossier.result.scenario
    return {
        "groups": language.groups,
        "decimal": language.decimal,
        "percent": language.percent,
        "nil": NIL,
        "money": language.money(plan.currency, 7).replace("7", HOLE, 1),
        "unit": plan.display_unit,
        "cost": plan.cost,
        "total": dossier.shown.total.estimated,
        "scenario": scenario.resources,
        "outputs": _outputs(dossier),
        "components": [
            {"c": plan.estimate(component.id), "e": dossier.shown.components[component.id].estimated}
            for component in plan.components
        ],
        "own": _own(dossier, frontier),
        "resources": _resources(frontier) if frontier else "",
        "levels": _levels(frontier.levels.tolist()) if frontier else "",
        "say": _phrases(dossier, frontier),
    }


def _outputs(dossier: Dossier) -> list[dict[str, object]]:
    """c: cost, e: cost as shown, a and s: amounts and shares of its levels, v: priority, k: position of its component."""
    plan = dossier.plan
    place = {component.id: k for k, component in enumerate(plan.components)}
    return [
        {
            "k": place[output.component],
            "c": output.cost,
            "e": figures.estimated,
            "a": [one.amount for one in levels],
            "s": [one.share for one in levels],
            "v": float(priority),
        }
        for output, figures, levels, priority in zip(
            plan.outputs, dossier.shown.outputs, plan.levels, plan.priorities, strict=True
        )
    ]


def _own(dossier: Dossier, frontier: Frontier | None) -> dict[str, object]:
    """The scenario's own allocation: its levels, amounts and statuses as published, and its breakpoint."""
    plan, scenario = dossier.plan, dossier.result.scenario
    return {
        "at": frontier.at(scenario.resources) if frontier else None,
        "levels": [level(dossier, i) for i in range(len(plan.outputs))],
        "shown": [figures.allocated for figures in dossier.shown.outputs],
        "status": [
            wording.short_status(dossier.language, plan, output, delivery)
            for output, delivery in zip(plan.outputs, dossier.result.allocation, strict=True)
        ],
    }


def _phrases(dossier: Dossier, frontier: Frontier | None) -> dict[str, object]:
    language, say = dossier.language, dossier.language.say
    if frontier is None:
        return {}
    holes = {name: f"{{{name}}}" for name in ("resources", "in_full", "in_part", "subject", "priority")}
    return {
        "extents": [say(kind) for kind in Extent],
        "part": say("{status} ({share})", status="{status}", share="{share}"),
        "under": say("under {share}", share=language.points(1)),
        "more": say("more than in this scenario"),
        "less": say("less than in this scenario"),
        "least": say("No allocation satisfies the conditions with less than {amount}.", amount="{amount}"),
        "axis": say("Available resources ({unit})", unit=wording.unit(language, dossier.plan)),
        "sentence": say(SENTENCE, **holes),
    }


def _resources(frontier: Frontier) -> str:
    """How much each breakpoint is above the one before."""
    found = [point.resources for point in frontier.points]
    return " ".join(base36(b - a) for a, b in zip([0, *found], found, strict=False))


def _levels(levels: list[list[int]]) -> str:
    """For each breakpoint the outputs whose level is another than before, with that level."""
    before, parts = [0] * len(levels[0]), []
    for line in levels:
        changed = ((i, level) for i, (was, level) in enumerate(zip(before, line, strict=True)) if was != level)
        parts.append(",".join(f"{base36(i)}.{base36(level)}" for i, level in changed))
        before = line
    return ";".join(parts)


def base36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return DIGITS[number] + digits
