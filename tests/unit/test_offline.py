"""The text of the page, without a browser: what it holds, what it must not hold, and that what is packed is the frontier."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from optimizer.analysis.frontier import Frontier, frontier, funded_between
from optimizer.files.results import MARK
from optimizer.objectives import DELIVERY, MONEY_WEIGHTED, Objective
from optimizer.report import offline
from optimizer.report.dossier import Dossier
from optimizer.report.figures import priority_delivered
from optimizer.report.language import LANGUAGES
from optimizer.report.offline_curve import reached
from optimizer.report.offline_data import base36
from optimizer.report.table import Kind
from tests.dossiers import nasty, odd, over_time
from tests.unit.test_languages import DOSSIERS, INSIDE, INSIDE_ES, INSIDE_FR


class Reader(HTMLParser):
    """Tags with their attributes, and what is there to be read: no script, no style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in ("script", "style"):
            self.seen.append(data)


@cache
def known() -> Frontier:
    return frontier(odd().result.scenario)


def page(found: Dossier | None = None, code: str = "en") -> str:
    found = odd() if found is None else found
    return offline.render(replace(found, language=LANGUAGES[code]), known() if found is odd() else None)


def data(text: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return dict(json.loads(found))


def numbers(text: str, width: int) -> list[int]:
    return [int(text[at : at + width], 36) for at in range(0, len(text), width)]


def test_what_is_packed_is_the_frontier() -> None:
    found, wanted = data(page()), known()
    packed, outputs = found["frontier"], found["outputs"]
    moves, line = [numbers(text, packed["width"]) for text in packed["moves"].split(";")], [0] * len(outputs)
    steps = numbers(packed["steps"], packed["wide"])
    assert len(steps) == len(wanted.points)
    for k, step in enumerate(steps):
        for number in moves[step]:
            i, up = divmod(number, packed["span"])
            line[i] = (line[i] + up) % packed["span"]
        assert line == wanted.levels[k].tolist()
        amounts = [of["a"][level - 1] if level else 0 for of, level in zip(outputs, line, strict=True)]
        assert amounts == [delivery.amount for delivery in wanted.allocation(k)]
        assert sum(amounts) == wanted.points[k].resources
    assert [base36(n) for n in (0, 35, 36, 1295, 1296)] == ["0", "z", "10", "zz", "100"]


@pytest.mark.parametrize("objective", [DELIVERY, MONEY_WEIGHTED])
def test_the_curve_rises_to_full_costing(objective: Objective) -> None:
    scenario = replace(odd().result.scenario, objective=objective)
    points = reached(frontier(scenario))
    shares = [share for _, share in points]
    assert points[-1] == (odd().plan.cost, 1)
    assert shares == sorted(set(shares))
    if objective is DELIVERY:
        assert shares == [priority_delivered(odd().plan, known().allocation(k)) for k in range(len(points))]


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_opens_with_the_published_figures(code: str) -> None:
    text, own, language = page(code=code), odd().shown, LANGUAGES[code]
    assert data(text)["own"]["shown"] == [figures.allocated for figures in own.outputs]
    for i, figures in enumerate(own.outputs):
        (row,) = re.findall(rf'<tr id="o{i}">.*?</tr>', text, re.DOTALL)
        cells = [unescape(cell) for cell in re.findall(r'<td class="n[^"]*">(.*?)</td>', row)]
        wanted = (figures.estimated, figures.allocated, figures.additional)
        assert cells == [language.shown(amount, Kind.MONEY) for amount in wanted]
    assert f'<html lang="{language.tag}">' in text
    assert page(code=code) == text


@pytest.mark.parametrize("build", [odd, nasty, over_time])
def test_it_can_ask_for_nothing_and_run_nothing_else(build: Any) -> None:
    text = page(build())
    assert f'<meta name="generator" content="{MARK}">' in text[:2000]
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (inner,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for tag, attributes in Reader(text).tags:
        assert tag not in ("link", "img", "iframe", "form", "object", "b"), "nothing of a title is taken for a tag"
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")]
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize(("code", "inside"), [("en", INSIDE), ("fr", INSIDE_FR), ("es", INSIDE_ES)])
def test_no_inside_word_is_seen(code: str, inside: tuple[str, ...]) -> None:
    words = re.compile(rf"\b({'|'.join(inside)})\b", re.IGNORECASE)
    for found in (odd(), *(build() for build in DOSSIERS.values())):
        text = page(found, code)
        seen = [*Reader(text).seen, *map(str, data(text).get("say", {}).values())]
        assert len(seen) > 100
        assert not [one for one in seen if words.search(one)]
        assert not [one for one in Reader(text).seen if re.search(r"\.\.|\{|\}", one)]


def test_there_is_a_slider_only_as_far_as_the_frontier_is_known() -> None:
    own = odd().result.scenario.resources
    assert 'id="slider"' in page()
    short = replace(known(), complete=False, known_to=own)
    assert 'id="slider"' not in offline.render(odd(), short)
    longer = offline.render(odd(), replace(known(), complete=False, known_to=own + 1))
    assert 'id="slider"' in longer
    assert f"What US${own + 1:,} or more would deliver has not been established." in longer
    assert data(longer)["knownTo"] == own + 1
    assert 'id="slider"' not in offline.render(odd(), replace(known(), points=(), levels=known().levels[:0]))
    assert data(offline.render(odd(), None)) == {}


def test_a_card_tells_what_the_line_does_not() -> None:
    plan = odd().plan
    outputs = (replace(plan.outputs[0], result_full="All of it\nin two lines", result_minimum="<Some> of it"), *plan.outputs[1:])
    changed = replace(odd().result.scenario, plan=replace(plan, outputs=outputs))
    found = replace(odd(), result=replace(odd().result, scenario=changed))
    (card,) = re.findall(r'<tr id="o0">.*?<dl>(.*?)</dl>', offline.render(found, known()), re.DOTALL)
    facts = dict(re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", card, re.DOTALL))
    assert facts["Expected result, in full"] == "All of it<br>\nin two lines"
    assert facts["Expected result, at the minimum viable amount"] == "&lt;Some&gt; of it"
    assert facts["Minimum viable amount (US$)"] == f"{plan.outputs[0].minimum:,}"
    assert facts["Levels of funding (US$)"].endswith(f"{plan.outputs[0].cost:,} (100%)")
    least = funded_between(known(), 0)[0][0]
    assert facts["Funded with resources (US$)"].startswith((f"from {least:,}", f"first from {least:,}"))
