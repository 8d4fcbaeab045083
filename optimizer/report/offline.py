"""The page: one file for any browser, without a network, with a slider over the exact frontier where there is one.

Everything is there without the script too; the script only moves to other resources.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib import resources

from optimizer.analysis.frontier import Frontier
from optimizer.files.results import MARK
from optimizer.report import analyses, offline_curve, offline_data, offline_tables, published, wording
from optimizer.report.dossier import Dossier
from optimizer.report.offline_cards import card
from optimizer.report.offline_tables import said
from optimizer.report.passage import passage
from optimizer.report.prioritisation import objective_note, rounding_note

BELOW = ("side-by-side", "approaches", "periods", "at-stake", "coverage", *analyses.REPORTS)  # under what the slider moves


def render(dossier: Dossier, frontier: Frontier | None) -> str:
    """The same text for the same result. Without a frontier, or where it is not known as far as the scenario, no slider."""
    if frontier is not None and not _reaches(frontier, dossier.result.scenario.resources):
        frontier = None
    script, style = _asset("page.js"), _asset("page.css")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    language = dossier.language
    scenario = language.say("Scenario {name}", name=wording.scenario_name(language, dossier.result.scenario))
    title = " ".join(f"{dossier.plan.titled(language.code)}. {scenario}".split())
    lines = (
        "<!doctype html>",
        f'<html lang="{language.tag}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta name="generator" content="{MARK}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        f"<title>{said(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *_body(dossier, frontier),
        f'<script type="application/json" id="data">{offline_data.text(dossier, frontier)}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


def _reaches(frontier: Frontier, amount: int) -> bool:
    known = frontier.complete or amount < frontier.known_to
    return known and frontier.at(amount) is not None


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    return resources.files("optimizer.report").joinpath("offline_assets", name).read_text(encoding="utf-8").strip()


def _body(dossier: Dossier, frontier: Frontier | None) -> Iterator[str]:
    say, language, plan = dossier.language.say, dossier.language, dossier.plan
    yield f'<a class="skip" href="#result">{said(say("Skip to the result"))}</a>'
    yield f"<header><h1>{said(plan.titled(language.code))}</h1>"
    yield f'<p class="under">{said(dossier.under_title)}</p>'
    notice = wording.notice(language, plan)
    yield f'<p class="notice">{said(notice)}</p></header>' if notice else "</header>"
    yield f'<main id="result" tabindex="-1"><section><h2>{said(say("The result"))}</h2>'
    yield from (f"<p>{said(line)}</p>" for line in passage(dossier).paragraphs)
    yield "</section>"
    yield "<div>"  # as far as the slider stays in sight
    if frontier is not None:
        yield from _explorer(dossier, frontier)
        yield offline_curve.figure(dossier, frontier)
    yield from offline_tables.components(dossier)
    yield from offline_tables.outputs(dossier, [card(dossier, frontier, i) for i in range(len(plan.outputs))])
    yield from (f'<p class="note">{said(note)}</p>' for note in (objective_note(dossier), rounding_note(dossier)))
    if frontier is not None:
        yield from (f'<p class="note" data-moves hidden>{said(note)}</p>' for note in _notes_on_moving(dossier))
    yield "</section></div>"
    for number, name in enumerate((name for name in BELOW if published.offered(dossier, name)), start=3):
        yield offline_tables.static(published.OF_SCENARIO[name](dossier), language, number)
    yield "</main>"


def _notes_on_moving(dossier: Dossier) -> Iterator[str]:
    """Shown by the script."""
    say = dossier.language.say
    if dossier.plan.display_unit > 1:
        yield say("With other resources, amounts are rounded from the total down: components add up to it, and outputs to them.")
    yield say("The tables that follow show this scenario; they stay as they are when the resources above are changed.")


def _explorer(dossier: Dossier, frontier: Frontier) -> Iterator[str]:
    """The slider, shown by the script."""
    say, language, plan = dossier.language.say, dossier.language, dossier.plan
    unit = wording.unit(language, plan)
    first, last = (wording.money(language, plan, frontier.points[end].resources) for end in (0, -1))
    yield f"""<section class="explore" id="explore" aria-labelledby="explore-title" data-moves hidden>
<div class="row"><h2 id="explore-title">{said(say("With other resources"))}</h2>
<span><label for="slider">{said(say("Available resources"))}</label>: <strong id="where"></strong></span></div>
<input type="range" id="slider" min="0" max="0" step="1" value="0" autocomplete="off">
<p class="ends" aria-hidden="true"><span>{said(first)}</span><span>{said(last)}</span></p>
<div class="row"><label for="amount">{said(say("Amount ({unit})", unit=unit))}</label>
<input type="text" id="amount" inputmode="numeric" autocomplete="off" aria-describedby="said">
<button type="button" id="home">{said(say("Back to the scenario"))}</button>
<output id="said" for="slider amount" aria-live="polite"></output></div>"""
    if not frontier.complete:
        known = wording.money(language, plan, frontier.known_to)
        yield f'<p class="note">{said(say("What {amount} or more would deliver has not been established.", amount=known))}</p>'
    yield "</section>"
