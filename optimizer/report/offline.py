"""The page: one file for any browser, without a network, with a slider over the exact frontier where there is one.

Everything is there without the script too; the script only moves to other resources.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from importlib import resources

from optimizer.analysis.frontier import Frontier, funded_between
from optimizer.files.results import MARK
from optimizer.report import approaches, coverage, offline_data, offline_tables, periods, published, stakes, wording
from optimizer.report.dossier import Dossier
from optimizer.report.page import clean
from optimizer.report.passage import passage
from optimizer.report.prioritisation import expected_result, objective_note, rounding_note

MOST_INTERVALS = 4  # told one by one
BELOW = ("side-by-side", "approaches", "periods", "at-stake", "coverage")  # the tables under those that the slider moves


def render(dossier: Dossier, frontier: Frontier | None) -> str:
    """The same text for the same result. Without a frontier there is no slider."""
    script = _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    language, title = dossier.language, said(dossier.plan.titled(dossier.language.code))
    lines = (
        "<!doctype html>",
        f'<html lang="{language.tag}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta name="generator" content="{MARK}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        f"<title>{title}</title>",
        f"<style>{_asset('page.css')}</style>",
        "</head>",
        "<body>",
        *_body(dossier, frontier),
        f'<script type="application/json" id="data">{offline_data.text(dossier, frontier)}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


def said(text: str) -> str:
    return escape(clean(text))


def _asset(name: str) -> str:
    return resources.files("optimizer.report").joinpath("offline_assets", name).read_text(encoding="utf-8").strip()


def _body(dossier: Dossier, frontier: Frontier | None) -> Iterator[str]:
    say, language, plan = dossier.language.say, dossier.language, dossier.plan
    yield f'<a class="skip" href="#result">{said(say("Skip to the result"))}</a>'
    yield f"<header><h1>{said(plan.titled(language.code))}</h1>"
    yield f'<p class="under">{said(dossier.under_title)}</p>'
    notice = wording.notice(language, plan)
    yield f'<p class="notice">{said(notice)}</p></header>' if notice else "</header>"
    yield f'<main id="result"><section><h2>{said(say("The result"))}</h2>'
    yield from (f"<p>{said(line)}</p>" for line in passage(dossier).paragraphs)
    yield "</section>"
    if frontier is not None:
        yield from _explorer(dossier)
    yield from offline_tables.components(dossier)
    yield from offline_tables.outputs(dossier, [_card(dossier, frontier, i) for i in range(len(plan.outputs))])
    yield from (f'<p class="note">{said(note)}</p>' for note in (objective_note(dossier), rounding_note(dossier)))
    for number, name in enumerate((name for name in BELOW if published.offered(dossier, name)), start=3):
        yield offline_tables.static(BUILDERS[name](dossier), language, number)
    yield "</main>"


BUILDERS = {
    "side-by-side": approaches.side_by_side,
    "approaches": approaches.comparison,
    "periods": periods.table,
    "at-stake": stakes.table,
    "coverage": coverage.table,
}


def _explorer(dossier: Dossier) -> Iterator[str]:
    """The slider, shown by the script, and the curve that it moves along."""
    say, unit = dossier.language.say, wording.unit(dossier.language, dossier.plan)
    curve = say("Priority delivered at each amount of resources")
    steps = say(
        "Each step is an amount of resources at which more can be delivered; between two steps more resources change nothing."
    )
    yield f"""<section class="explore" id="explore" aria-labelledby="explore-title" hidden>
<h2 id="explore-title">{said(say("With other resources"))}</h2>
<label for="slider">{said(say("Available resources"))}: <strong id="where"></strong></label>
<input type="range" id="slider" min="0" max="0" step="1" value="0">
<div class="row"><label for="amount">{said(say("Amount ({unit})", unit=unit))}</label>
<input type="text" id="amount" inputmode="numeric" autocomplete="off">
<button type="button" id="home">{said(say("Back to the scenario"))}</button></div>
<p id="said" role="status" aria-live="polite"></p>
</section>
<figure class="curve" id="figure" hidden><svg id="curve" role="img" aria-label="{said(f"{curve}. {steps}")}"></svg>
<figcaption>{said(curve)}. {said(steps)}</figcaption></figure>"""


def _card(dossier: Dossier, frontier: Frontier | None, i: int) -> str:
    """What there is to know of an output beyond its line."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    output = plan.outputs[i]
    tags = [(language.named(name), ", ".join(tags)) for name, tags in zip(plan.tag_columns, output.tags, strict=False) if tags]
    levels = "; ".join(f"{language.integer(one.amount)} ({language.points(one.share)})" for one in plan.levels[i])
    currency = language.term(plan.currency)
    facts = (
        (say("Full title"), output.titled(language.code)),
        (say("Time frame"), language.span(output.start, output.end)),
        *tags,
        (say("Levels of funding ({currency})", currency=currency), levels),
        (say("Expected result at this level"), expected_result(dossier, i, dossier.result.allocation[i])),
        (say("Funded with resources ({currency})", currency=currency), _intervals(dossier, frontier, i) if frontier else ""),
    )
    rows = "".join(f"<dt>{said(name)}</dt><dd>{said(text)}</dd>" for name, text in facts if text)
    return f"<details><summary>{said(output.named(language.code))}</summary><dl>{rows}</dl></details>"


def _intervals(dossier: Dossier, frontier: Frontier, i: int) -> str:
    """From which resources on an output is funded; where it leaves again as money grows, up to which."""
    say, found = dossier.language.say, funded_between(frontier, i)
    if len(found) > MOST_INTERVALS and found[-1][1] is None:
        return say("first from {first}; with interruptions up to {last}, then throughout", first=found[0][0], last=found[-1][0])
    parts = [
        say("from {first}", first=begin) if end is None else say("from {first} to under {last}", first=begin, last=end)
        for begin, end in found
    ]
    return "; ".join(parts) or say("with no resources up to full costing")
