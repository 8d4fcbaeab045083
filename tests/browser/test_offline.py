"""The page in a browser without a network: the slider moves everything, figures add up, nothing is asked for, nothing fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from optimizer.allocation import Allocation
from optimizer.analysis.frontier import frontier
from optimizer.files.reader import read_workbook
from optimizer.objectives import MONEY_WEIGHTED
from optimizer.optimize import optimize
from optimizer.report import offline, offline_curve, wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import priority_delivered
from optimizer.report.language import ENGLISH, LANGUAGES
from optimizer.report.wording import Extent, extent
from optimizer.result import Result
from optimizer.rounding import nearest
from optimizer.scenario import derive
from tests.dossiers import FACTS, nasty, odd, over_time

ROOT = Path(__file__).parent.parent.parent
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="Chromium or its driver is not installed: nothing can show the page"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1200,900",
)  # fmt: skip
LARGEST = 200_000  # bytes


@pytest.fixture(scope="module")
def shipped() -> Dossier:
    from optimizer.analysis.comparators import comparators

    book = read_workbook(ROOT / "inputs" / "plan_outputs.xlsx")
    scenario = derive(book.plan, book.scenario("Base"))
    result = optimize(scenario)
    assert isinstance(result, Result)
    return Dossier(book, result, comparators(scenario), None, FACTS, None)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


def opened(browser: Any, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    browser.get_log("performance")
    browser.get(path.as_uri())


def number(text: str) -> int:
    digits = "".join(character for character in text if character.isdigit())
    return int(digits or 0)


def column(browser: Any, key: str) -> list[int]:
    """Amounts of the outputs, in order."""
    script = "return [...document.querySelectorAll('tr[id^=o]')].map(row => row.querySelector(arguments[0]).textContent)"
    return [number(text) for text in browser.execute_script(script, key)]


def totals(browser: Any) -> tuple[list[int], set[int]]:
    """Subtotals of the table of outputs, and the totals of both tables."""
    script = "return [...document.querySelectorAll(arguments[0])].map(row => row.querySelector('.a').textContent)"
    subtotals = browser.execute_script(script, "tr.sum[data-k]")
    return [number(text) for text in subtotals], {number(text) for text in browser.execute_script(script, "[data-total]")}


def texts(browser: Any, where: str) -> list[str]:
    return list(browser.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", where))


def wait(browser: Any, condition: Callable[[], bool]) -> None:
    """What is read aloud lags behind a slider on its way."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 5, 0.05).until(lambda _: condition())


def statuses(browser: Any) -> list[str]:
    script = "return [...document.querySelectorAll('tr[id^=o] .s')].map(cell => cell.firstElementChild.className)"
    return list(browser.execute_script(script))


def type_in(browser: Any, text: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    field = browser.find_element(By.ID, "amount")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text, Keys.TAB)


def test_the_slider_moves_along_the_exact_frontier(browser: Any, shipped: Dossier, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    known = frontier(shipped.result.scenario)
    opened(browser, tmp_path / "page.html", offline.render(shipped, known))
    slider, said = browser.find_element(By.ID, "slider"), browser.find_element(By.ID, "said")
    marks = {Extent.IN_FULL: "full", Extent.IN_PART: "part", Extent.SUBJECT: "open"}
    plan, own = shipped.plan, shipped.result.allocation

    def holds(k: int, resources: int | None = None) -> None:
        deliveries, resources = known.allocation(k), resources or known.points[k].resources
        amounts = column(browser, ".a")
        assert amounts == [delivery.amount // 1000 for delivery in deliveries]
        assert statuses(browser) == [marks[extent(delivery)] for delivery in deliveries]
        words = [wording.short_status(ENGLISH, plan, *pair) for pair in zip(plan.outputs, deliveries, strict=True)]
        assert words == texts(browser, "tr[id^=o] .s span:first-child")
        compared = [now.amount - before.amount for now, before in zip(deliveries, own, strict=True)]
        changed = ["more" if more > 0 else "less" if more < 0 else "" for more in compared]
        assert changed == [text.partition(" ")[0] for text in texts(browser, "tr[id^=o] .changed")]
        subtotals, both = totals(browser)
        assert both == {sum(amounts)} == {sum(subtotals)}
        assert slider.get_attribute("aria-valuetext") == f"US${resources:,}"
        assert slider.get_attribute("value") == str(k)
        away = texts(browser, ".away")
        assert away == [""] * 2 if resources == shipped.result.scenario.resources else f"US${resources:,}" in away[0]

    def tells(resources: int, allocation: Allocation) -> None:
        priority = ENGLISH.ratio(priority_delivered(plan, allocation))
        wait(browser, lambda: said.text.startswith(f"With US${resources:,}: ") and f": {priority} of full" in said.text)

    at = known.at(shipped.result.scenario.resources)
    assert at is not None
    holds(at, 177_750_000)
    tells(177_750_000, own)
    for key, k in (
        (Keys.ARROW_RIGHT, at + 1), (Keys.ARROW_LEFT, at), (Keys.ARROW_LEFT, at - 1), (Keys.HOME, 0),
        (Keys.END, len(known.points) - 1),
    ):  # fmt: skip
        slider.send_keys(key)
        holds(k)
    tells(237_000_000, known.allocation(len(known.points) - 1))
    slider.send_keys(Keys.PAGE_DOWN)
    assert int(slider.get_attribute("value")) < len(known.points) - 100
    slider.send_keys(Keys.PAGE_UP)
    holds(len(known.points) - 1)
    type_in(browser, "150,000")
    below = known.at(150_000_000) or 0
    holds(below, 150_000_000)
    tells(150_000_000, known.allocation(below))
    browser.find_element(By.ID, "home").click()
    holds(at, 177_750_000)
    assert browser.find_element(By.ID, "amount").get_attribute("value") == "177,750"
    assert not [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


@pytest.mark.parametrize("code", ["en", "fr"])
def test_rounded_amounts_add_up_wherever_the_slider_stands(browser: Any, code: str, tmp_path: Path) -> None:
    found, known, unit = replace(odd(), language=LANGUAGES[code]), frontier(odd().result.scenario), odd().plan.display_unit
    opened(browser, tmp_path / "page.html", offline.render(found, known))
    assert column(browser, ".a") == [figures.allocated for figures in found.shown.outputs]
    go = "const s = document.getElementById('slider'); s.value = arguments[0]; s.dispatchEvent(new Event('input'))"
    for k in range(0, len(known.points), max(1, len(known.points) // 25)):
        browser.execute_script(go, k)
        allocation, allocated, needed = known.allocation(k), column(browser, ".a"), column(browser, ".d")
        for output, delivery, figures, a, d in zip(
            found.plan.outputs, allocation, found.shown.outputs, allocated, needed, strict=True
        ):
            assert a + d == figures.estimated
            assert abs(a * unit - delivery.amount) < unit
            assert abs(d * unit - (output.cost - delivery.amount)) < unit
        subtotals, both = totals(browser)
        assert both == {sum(allocated)} == {sum(subtotals)} == {nearest(Fraction(allocation.spend, unit))}
        for component, subtotal in zip(found.plan.components, subtotals, strict=True):
            members = found.plan.members[component.id]
            assert subtotal == sum(allocated[i] for i in members)
            assert abs(subtotal * unit - sum(allocation[i].amount for i in members)) < 2 * unit, "estimates stay as they are"
    browser.execute_script("document.getElementById('home').click()")
    assert column(browser, ".a") == [figures.allocated for figures in found.shown.outputs]


def test_the_dot_lies_on_the_curve(browser: Any, tmp_path: Path) -> None:
    """In the objective's own measure, which is not always the priority delivered."""
    scenario = replace(odd().result.scenario, objective=MONEY_WEIGHTED)
    result = optimize(scenario)
    assert isinstance(result, Result)
    known, found = frontier(scenario), replace(odd(), result=result)
    opened(browser, tmp_path / "page.html", offline.render(found, known))
    dot = "const d = document.getElementById('dot'); return ['cx', 'cy'].map(n => parseFloat(d.getAttribute(n)))"
    ring = "const d = document.querySelector('.ring'); return ['cx', 'cy'].map(n => parseFloat(d.getAttribute(n)))"
    assert browser.execute_script(dot) == pytest.approx(browser.execute_script(ring), abs=0.01)
    go = "const s = document.getElementById('slider'); s.value = arguments[0]; s.dispatchEvent(new Event('input'))"
    (low, high), points = offline_curve.ends(known), offline_curve.reached(known)
    for k in (0, len(points) // 2, len(points) - 1):
        browser.execute_script(go, k)
        resources, share = points[k]
        wanted = [100 * (resources - low) / (high - low), 88 - 80 * float(share)]
        assert browser.execute_script(dot) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["150.5", "-5", "12 apples", "1e6", "99999999999999999999"])
def test_an_amount_is_never_guessed(browser: Any, text: str, tmp_path: Path) -> None:
    opened(browser, tmp_path / "page.html", offline.render(odd(), frontier(odd().result.scenario)))
    before = column(browser, ".a")
    type_in(browser, text)
    assert texts(browser, "#said") == ["Type a whole number, for instance 31."]
    assert browser.execute_script("return document.getElementById('amount').getAttribute('aria-invalid')") == "true"
    assert column(browser, ".a") == before
    type_in(browser, "1")
    assert texts(browser, "#said")[0].startswith("No allocation satisfies the conditions with less than US$")
    type_in(browser, "1 000")
    assert texts(browser, "#said")[0].endswith(f"That is more than the estimated requirements of US${odd().plan.cost:,}.")
    assert browser.execute_script("return document.getElementById('amount').getAttribute('aria-invalid')") is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_asks_for_nothing_and_nothing_fails(browser: Any, shipped: Dossier, code: str, tmp_path: Path) -> None:
    found = replace(shipped, language=LANGUAGES[code])
    text = offline.render(found, frontier(found.result.scenario))
    assert len(text.encode()) < LARGEST
    opened(browser, tmp_path / "page.html", text)
    assert browser.execute_script("return document.documentElement.lang") == LANGUAGES[code].tag
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert not [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    asked = [entry["message"] for entry in browser.get_log("performance") if "Network.requestWillBeSent" in entry["message"]]
    assert not [message for message in asked if '"url":"http' in message]


@pytest.mark.parametrize("build", [nasty, over_time])
def test_titles_are_shown_as_typed_and_pages_stand_without_a_frontier(build: Any, browser: Any, tmp_path: Path) -> None:
    found = build()
    opened(browser, tmp_path / "page.html", offline.render(found, None))
    shown = browser.execute_script("return document.body.textContent")
    for output in found.plan.outputs:
        assert " ".join(output.title.split()) in " ".join(shown.split())
    assert browser.execute_script("return document.getElementById('explore')") is None
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def test_names_for_those_who_do_not_see_it(browser: Any, shipped: Dossier, tmp_path: Path) -> None:
    """As the browser itself tells them to a screen reader."""
    opened(browser, tmp_path / "page.html", offline.render(shipped, frontier(shipped.result.scenario)))
    told = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    names: dict[str, list[str]] = {}
    for node in told:
        if not node.get("ignored"):
            names.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    assert names["slider"] == ["Available resources"]
    assert names["textbox"] == ["Amount (US$ thousand)"]
    assert names["button"] == ["Back to the scenario"]
    assert names["image"] == ["Priority delivered at each amount of resources"], "bars stand beside their figures"
    assert len(names["table"]) == 7
    assert all(name.startswith(ENGLISH.caption(str(n), "")) for n, name in enumerate(names["table"], start=1))
    assert names["rowheader"].count("1.01") == 2
    levels = browser.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    (live,) = browser.execute_script("return [...document.querySelectorAll('output')].map(e => e.getAttribute('aria-live'))")
    assert live == "polite"


def test_it_prints_and_has_the_result_without_a_script(browser: Any, shipped: Dossier, tmp_path: Path) -> None:
    opened(browser, tmp_path / "page.html", offline.render(shipped, frontier(shipped.result.scenario)))
    assert len(browser.print_page()) > 20_000
    shown = "return [...document.querySelectorAll(arguments[0])].map(e => e.checkVisibility())"
    browser.execute_script("document.querySelector('details').open = true")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for where, expected in ((".notice", True), ("table", True), ("dl", False), (".explore", False)):
        assert set(browser.execute_script(shown, where)) == {expected}, where
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((tmp_path / "page.html").as_uri())
        text = browser.find_element("tag name", "body").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "36 outputs to be delivered in full" in text
    assert "177,750" in text
    assert "With other resources" not in text, "the slider needs the script"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_small_screen_moves_only_its_tables_sideways(browser: Any, shipped: Dossier, code: str, tmp_path: Path) -> None:
    found = replace(shipped, language=LANGUAGES[code])
    size = {"width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened(browser, tmp_path / "page.html", offline.render(found, frontier(found.result.scenario)))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        wide = "return [...document.querySelectorAll('.scroll')].map(e => e.scrollWidth > e.clientWidth ? e.tabIndex : null)"
        first, second, *others = browser.execute_script(wide)
        assert first is second is None, "the tables that the slider moves stand in blocks"
        assert set(others) == {0}, "the others can be moved with the keyboard"
        said = "return [...document.querySelectorAll('#o0 td.n')].map(e => e.dataset.label)"
        heads = ("Estimated requirements", "Allocated", "Additional resources needed")
        assert browser.execute_script(said) == [found.language.say(head) for head in heads]
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_its_ground(browser: Any, shipped: Dossier, scheme: str, tmp_path: Path) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2 asks of text."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    opened(browser, tmp_path / "page.html", offline.render(shipped, frontier(shipped.result.scenario)))
    browser.execute_script("document.querySelector('details').open = true")
    browser.find_element("id", "slider").send_keys("\ue011")  # to the least resources: outputs differ, and that is said
    script = """
    const seen = {}, rgb = s => s.match(/[0-9.]+/g).map(Number), clear = c => c.length > 3 && c[3] === 0;
    const body = getComputedStyle(document.body).backgroundColor;
    for (const e of document.querySelectorAll('h1,h2,p,th,td,caption,summary,dt,dd,[type=text],button,output,.away,.changed')) {
      let at = e, c;
      do { c = rgb(getComputedStyle(at).backgroundColor); at = at.parentElement; } while (at && clear(c));
      seen[getComputedStyle(e).color + '|' + (clear(c) ? body : 'rgb(' + c + ')')] = 1;
    }
    return Object.keys(seen)"""
    pairs = browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(pairs) >= 3
    for pair in pairs:
        ink, ground = (luminance(colour) for colour in pair.split("|"))
        assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= 4.5, pair


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.removeprefix("rgb").strip("a()").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
