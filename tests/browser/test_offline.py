"""The page in a browser without a network: the slider moves everything, figures add up, nothing is asked for, nothing fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from optimizer.analysis.frontier import frontier
from optimizer.files.reader import read_workbook
from optimizer.optimize import optimize
from optimizer.report import offline
from optimizer.report.dossier import Dossier
from optimizer.report.language import LANGUAGES
from optimizer.report.wording import Extent, extent
from optimizer.result import Result
from optimizer.scenario import derive
from tests.dossiers import FACTS, nasty, over_time

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


def statuses(browser: Any) -> list[str]:
    script = "return [...document.querySelectorAll('tr[id^=o] .s')].map(cell => cell.firstElementChild.className)"
    return list(browser.execute_script(script))


def test_the_slider_moves_along_the_exact_frontier(browser: Any, shipped: Dossier, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    known = frontier(shipped.result.scenario)
    opened(browser, tmp_path / "page.html", offline.render(shipped, known))
    slider, said = browser.find_element(By.ID, "slider"), browser.find_element(By.ID, "said")
    marks = {Extent.IN_FULL: "full", Extent.IN_PART: "part", Extent.SUBJECT: "open"}

    def holds(k: int) -> None:
        deliveries = known.allocation(k)
        amounts = column(browser, ".a")
        assert amounts == [delivery.amount // 1000 for delivery in deliveries]
        assert statuses(browser) == [marks[extent(delivery)] for delivery in deliveries]
        subtotals, both = totals(browser)
        assert both == {sum(amounts)} == {sum(subtotals)}
        assert slider.get_attribute("aria-valuetext").startswith("US$")

    at = known.at(shipped.result.scenario.resources)
    assert at is not None
    assert int(slider.get_attribute("value")) == at
    holds(at)
    assert "US$177,750,000" in said.text
    slider.send_keys(Keys.ARROW_RIGHT)
    holds(at + 1)
    assert browser.find_elements(By.XPATH, "//span[@class='changed' and .='more than in this scenario']")
    slider.send_keys(Keys.HOME)
    holds(0)
    slider.send_keys(Keys.END)
    holds(len(known.points) - 1)
    field = browser.find_element(By.ID, "amount")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("150,000", Keys.TAB)
    holds(known.at(150_000_000) or 0)
    assert "US$150,000,000" in said.text
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("1", Keys.TAB)
    assert "No allocation satisfies the conditions" in said.text
    browser.find_element(By.ID, "home").click()
    holds(at)


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
    opened(browser, tmp_path / "page.html", offline.render(shipped, frontier(shipped.result.scenario)))
    unnamed = """return [...document.querySelectorAll('input,button,svg')].filter(e => !e.labels?.length && !e.textContent.trim()
        && !e.getAttribute('aria-label')).map(e => e.outerHTML)"""
    assert browser.execute_script(unnamed) == []
    assert browser.execute_script(
        "return [...document.querySelectorAll('table')].every(t => t.caption && t.tHead.rows[0].cells[0].scope)"
    )
    levels = browser.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_prints_and_has_the_result_without_a_script(browser: Any, shipped: Dossier, tmp_path: Path) -> None:
    opened(browser, tmp_path / "page.html", offline.render(shipped, frontier(shipped.result.scenario)))
    assert len(browser.print_page()) > 20_000
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((tmp_path / "page.html").as_uri())
        text = browser.find_element("tag name", "body").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "36 outputs to be delivered in full" in text
    assert "177,750" in text
    assert "With other resources" not in text, "the slider needs the script"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_its_ground(browser: Any, shipped: Dossier, scheme: str, tmp_path: Path) -> None:
    """Contrast of at least 4.5 to 1, as WCAG 2 asks of text."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    opened(browser, tmp_path / "page.html", offline.render(shipped, None))
    script = """
    const seen = {}, rgb = s => s.match(/[0-9.]+/g).map(Number), clear = c => c.length > 3 && c[3] === 0;
    const body = getComputedStyle(document.body).backgroundColor;
    for (const e of document.querySelectorAll('h1,h2,p,th,td,caption,summary,.changed')) {
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
