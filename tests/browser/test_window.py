"""The window in a browser: a planner chooses a workbook, runs it, reads what is wrong with it, and has the files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer.window.jobs import Desk
from optimizer.window.server import Window
from tests.browser.test_offline import BROWSER, DRIVER, FLAGS, luminance
from tests.workbooks import book, put, saved

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "inputs" / "plan_outputs.xlsx"
pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="Chromium or its driver is not installed: nothing can show the page"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SECONDS = 30


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """It finds this computer and nothing else."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    flags = [flag.replace("~NOTFOUND", "~NOTFOUND, EXCLUDE 127.0.0.1") for flag in FLAGS]
    for flag in (*flags, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def window(tmp_path: Path, opened: list[Path]) -> Iterator[Window]:
    desk = Desk(tmp_path / "home" / "optimizer results")
    with Window(desk, opener=opened.append) as made:
        threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
        yield made
        made.shutdown()
    desk.close()


def show(browser: Any, window: Window) -> None:
    browser.get_log("browser")
    browser.get(window.address)
    until(browser, "return document.title && document.title !== '' && document.getElementById('choose').textContent")


def until(browser: Any, script: str) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, SECONDS, poll_frequency=0.05).until(lambda driver: driver.execute_script(script))


def shown(browser: Any, id: str) -> Any:
    return until(
        browser, f"const e = document.getElementById('{id}'); return e.checkVisibility() && e.innerText.trim() ? e : null"
    )


def nothing_failed(browser: Any) -> None:
    assert not [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def test_a_planner_chooses_runs_and_reads(browser: Any, window: Window, opened: list[Path], tmp_path: Path) -> None:
    show(browser, window)
    assert browser.current_url == f"http://{window.hosts[0]}/", "the key has left the address"
    browser.find_element("id", "file").send_keys(str(SHIPPED))
    shown(browser, "question")
    folder = tmp_path / "home" / "optimizer results"
    assert str(folder) in browser.find_element("id", "source").text
    ticked = "return [...document.querySelectorAll('#choices input:checked')].map(e => e.parentElement.innerText.split('\\n')[0])"
    assert browser.execute_script(ticked) == ["Base"]
    browser.find_element("id", "run").click()
    answer = shown(browser, "answer")
    assert "36 outputs to be delivered in full" in answer.text
    assert "177,750" in answer.find_element("tag name", "table").text
    assert "Done." in browser.find_element("id", "status").text
    assert sorted(path.suffix for path in folder.iterdir()) == [".docx", ".html", ".xlsx"]
    answer.find_element("css selector", ".file button").click()
    until(browser, "return document.getElementById('status').textContent.includes('is being opened')")
    assert opened == [folder / "plan_outputs_Base.xlsx"]
    link = answer.find_elements("css selector", ".file a")[1]
    script = "return fetch(arguments[0].href).then(a => a.arrayBuffer()).then(b => b.byteLength)"
    assert browser.execute_script(script, link) == (folder / "plan_outputs_Base.docx").stat().st_size
    nothing_failed(browser)
    browser.find_element("id", "quit").click()
    until(browser, "return document.getElementById('status').textContent.includes('has ended')")
    assert window.ended.wait(2)


def test_a_workbook_with_errors_shows_where_they_are_and_is_read_again(browser: Any, window: Window, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    plan = saved(tmp_path, book(put("Outputs!E2", "<img src=x onerror=alert(1)>")))
    show(browser, window)
    browser.find_element("id", "path").send_keys(f'"{plan}"', Keys.ENTER)
    text = shown(browser, "findings").text
    for part in ("Outputs", "E2", "<img src=x onerror=alert(1)>", "Error"):
        assert part in text
    assert "nothing was worked out" in browser.find_element("id", "status").text
    assert browser.execute_script("return document.activeElement.id") == "findings-title"
    nothing_failed(browser)
    saved(tmp_path, book())
    browser.find_element("id", "again").click()
    shown(browser, "question")
    assert str(tmp_path / "results") in browser.find_element("id", "source").text
    browser.find_element("css selector", ".every input").click()
    browser.find_element("id", "run").click()
    assert "The scenarios side by side" in shown(browser, "answer").text
    assert len(browser.find_elements("css selector", "#answer .file")) == 11
    browser.execute_script("document.querySelectorAll('.sheet')[1].scrollIntoView()")
    nothing_failed(browser)


def test_every_language(browser: Any, window: Window) -> None:
    window.desk.take_path(str(SHIPPED))
    show(browser, window)
    shown(browser, "question")
    assert browser.find_element("id", "path").get_attribute("value") == str(SHIPPED)
    seen = set()
    for code, tag in (("en", "en-GB"), ("fr", "fr-FR"), ("es", "es-ES")):
        browser.execute_script(
            f"const s = document.getElementById('language'); s.value = '{code}'; s.dispatchEvent(new Event('change'))"
        )
        until(browser, f"return document.documentElement.lang === '{tag}'")
        seen.add((browser.title, browser.find_element("id", "run").text))
        assert browser.execute_script("return document.body.innerText.match(/[{}]|undefined/)") is None
    assert len(seen) == 3
    nothing_failed(browser)


def test_a_dropped_file_is_read(browser: Any, window: Window) -> None:
    show(browser, window)
    browser.execute_script("""
        const data = new DataTransfer();
        data.items.add(new File(['no workbook'], 'notes.xlsx'));
        const drop = new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: data});
        document.getElementById('drop').dispatchEvent(drop)""")
    assert "Error" in shown(browser, "findings").text
    assert not browser.find_element("id", "again").is_displayed(), "a copy cannot be read again"
    nothing_failed(browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Any, window: Window, scheme: str, tmp_path: Path) -> None:
    """Names, headings, the keyboard, contrast, a narrow screen."""
    from selenium.webdriver.common.keys import Keys

    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    size = {"width": 380, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    plan = saved(tmp_path, book())
    try:
        show(browser, window)
        reached = set()
        for _ in range(8):
            browser.switch_to.active_element.send_keys(Keys.TAB)
            reached.add(browser.execute_script("return document.activeElement.id"))
        assert {"language", "quit", "choose", "path", "read"} <= reached
        browser.find_element("id", "path").send_keys(str(plan), Keys.ENTER)
        shown(browser, "question")
        browser.find_element("id", "run").send_keys(Keys.ENTER)
        shown(browser, "answer")
        unnamed = """return [...document.querySelectorAll('input,button,select,a,progress')].filter(e => !e.labels?.length
            && !e.textContent.trim() && !e.getAttribute('aria-label')).map(e => e.outerHTML)"""
        assert browser.execute_script(unnamed) == []
        for pair in browser.execute_script(PAIRS):
            ink, ground = (luminance(colour) for colour in pair.split("|"))
            assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= 4.5, pair
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        nothing_failed(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


PAIRS = """
const seen = {}, rgb = s => s.match(/[0-9.]+/g).map(Number), clear = c => c.length > 3 && c[3] === 0;
for (const e of document.querySelectorAll('h1,h2,h3,p,span,small,button:enabled,select,label,th,td,.file a')) {
  if (!e.checkVisibility()) continue;
  let at = e, c;
  do { c = rgb(getComputedStyle(at).backgroundColor); at = at.parentElement; } while (at && clear(c));
  seen[getComputedStyle(e).color + '|rgb(' + c.slice(0, 3) + ')'] = 1;
}
return Object.keys(seen)"""
