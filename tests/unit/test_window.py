"""The window's door and desk, asked over loopback as a browser or a stranger would."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from optimizer.commands import app as command
from optimizer.report.language import LANGUAGES, catalogue
from optimizer.window import server
from optimizer.window.jobs import Desk, stem
from optimizer.window.pages import WORDS, asset, page, words
from optimizer.window.server import Window
from tests.workbooks import book, put, saved

Capture = pytest.CaptureFixture[str]
GOOD, BROKEN = book(), book(put("Outputs!E2", "much"))


class Page:
    """A browser with the window's page open."""

    def __init__(self, window: Window) -> None:
        self.window, self.host = window, window.hosts[0]
        first = self.get(f"/?key={window.key}", Cookie="")
        assert first.status == 303
        assert first.getheader("Location") == "/"
        self.said = first.getheader("Set-Cookie") or ""
        self.cookie = self.said.split(";")[0]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> HTTPResponse:
        """Headers as names with _ for -; None leaves one out."""
        given = {"Host": self.host, "Cookie": getattr(self, "cookie", ""), "Origin": f"http://{self.host}"}
        given |= {"Content-Length": str(len(body))} if body is not None else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection(self.host, timeout=5)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def get(self, path: str, **headers: str | None) -> HTTPResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, told: object, **headers: str | None) -> HTTPResponse:
        return self.ask("POST", path, json.dumps(told).encode(), **headers)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status == 200
        return json.loads(answer.content)  # type: ignore[attr-defined]

    def outcome(self) -> Any:
        """Once the work in hand is done."""
        for _ in range(1000):
            if self.json("/state")["stage"] not in ("reading", "running"):
                return self.json("/outcome")
            threading.Event().wait(0.02)
        raise AssertionError("it never ends")


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def window(tmp_path: Path, opened: list[Path]) -> Iterator[Window]:
    desk = Desk(tmp_path / "home" / "optimizer results")
    with Window(desk, opener=opened.append) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()
    desk.close()


@pytest.fixture
def browser(window: Window) -> Page:
    return Page(window)


def test_only_this_computer_can_knock(window: Window) -> None:
    assert window.server_address[0] == "127.0.0.1"
    assert len(window.key) >= 40


def test_the_key_is_good_once_and_becomes_a_cookie(window: Window) -> None:
    address = window.address.partition(window.hosts[0])[2]
    page = Page(window)
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(page.said.split("; "))
    assert page.get("/").status == 200
    assert page.get(address).status == 303, "the page's own browser goes on"
    assert page.get(address, Cookie=None).status == 403
    assert page.get("/?key=", Cookie=None).status == 403


@pytest.mark.parametrize("cookie", [None, "", "optimizer=x", "{}=wrong", "{}=é", "{}", ";;=", '{}="'])
def test_without_the_cookie_nothing_is_told(browser: Page, cookie: str | None) -> None:
    named = cookie and cookie.format(browser.window.cookie_name)
    for path in ("/", "/state", "/outcome", "/words?lang=en", "/file/1/0", "/nothing"):
        assert browser.get(path, Cookie=named).status == 403
    for path in ("/plan", "/upload", "/run", "/open", "/quit"):
        assert browser.post(path, {}, Cookie=named).status == 403
    assert not browser.window.ended.is_set()


@pytest.mark.parametrize("host", [None, "evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "evil.example:{}", "[::1]:{}"])
def test_another_name_for_this_computer_is_refused(browser: Page, host: str | None) -> None:
    named = host and host.format(browser.window.server_port)
    assert browser.get("/state", Host=named).status == 403
    assert browser.get("/state", Host=browser.window.hosts[1], Origin=None).status == 200, "localhost is ours"


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://127.0.0.1", "https://{}", "http://{}.evil.example"]
)
def test_other_pages_are_refused(browser: Page, origin: str | None) -> None:
    named = origin and origin.format(browser.host)
    assert browser.post("/quit", {}, Origin=named).status == 403
    assert browser.get("/state", Origin=named).status == (200 if named is None else 403)
    assert browser.get("/state", Origin=None, Sec_Fetch_Site="cross-site").status == 403
    assert browser.get("/state", Origin=None, Sec_Fetch_Site="same-site").status == 403, "another port of this computer"
    assert not browser.window.ended.is_set()


def test_what_is_not_known_is_refused(browser: Page) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"):
        assert browser.ask(method, "/state").status == 501
    for path in (
        "/nothing",
        "/state/",
        "/..%2f..%2fetc/passwd",
        "/../../etc/passwd",
        "/words?lang=de",
        "/words?lang=../en",
        "/plan",
    ):
        assert browser.get(path).status == 404, path
    assert browser.post("/state", {}).status == 404
    for body in (b"", b"[]", b"{", b"\xff", b'{"path": 1}', b'{"path": null}'):
        assert browser.ask("POST", "/plan", body).status == 400, body
    assert browser.get("/?" + "a=1&" * 20).status == 400
    assert browser.post("/run", {"scenarios": "Base", "language": "en"}).status == 400
    assert browser.post("/run", {"scenarios": ["Base"], "language": "de"}).status == 400
    assert browser.post("/run", {"scenarios": ["Base"], "language": "en"}).status == 409, "no workbook yet"


def test_sizes_are_told_and_bounded(browser: Page) -> None:
    assert browser.ask("POST", "/upload?name=x", Content_Length=str(server.LARGEST_FILE + 1)).status == 413
    assert browser.ask("POST", "/upload?name=x", Content_Length="9" * 5000).status == 413
    assert browser.ask("POST", "/plan", Content_Length=str(server.LARGEST_QUESTION + 1)).status == 413
    for length in (None, "-1", "1e3", "x", "", "²"):
        assert browser.ask("POST", "/upload?name=x", Content_Length=length and length.encode().decode("latin-1")).status == 411
    assert browser.ask("POST", "/upload?name=x", b"x", Transfer_Encoding="chunked").status == 411


def test_every_answer_is_guarded(browser: Page) -> None:
    for answer in (browser.get("/"), browser.get("/state"), browser.get("/", Cookie=None), browser.get("/nothing")):
        assert answer.getheader("Cache-Control") == "no-store"
        assert answer.getheader("Referrer-Policy") == "no-referrer"
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        policy = answer.getheader("Content-Security-Policy") or ""
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "form-action 'none'" in policy
        assert answer.getheader("Server") == "optimizer"


def test_a_path_is_read_run_and_its_results_go_beside_it(browser: Page, opened: list[Path], tmp_path: Path) -> None:
    plan = saved(tmp_path, GOOD, "Plan d'été.xlsx")
    assert browser.post("/plan", {"path": f' "{plan}" '}).status == 202
    told = browser.outcome()
    assert told["stage"] == "ready"
    assert [one["name"] for one in told["scenarios"] if one["base"]] == ["Base"]
    assert browser.get("/file/1/0").status == 404, "nothing is finished"
    assert browser.post("/run", {"scenarios": ["Base", "Low"], "language": "fr"}).status == 202
    told = browser.outcome()
    assert told["stage"] == "done"
    assert Path(told["folder"]) == tmp_path / "results"
    assert [one["scenario"] for one in told["answers"]] == ["Base", "Low"]
    assert "Hiérarchisation des produits" in told["answers"][0]["table"]
    assert "<table" in told["compared"]
    assert [file["number"] for file in told["files"]] == list(range(8))
    assert {file["name"] for file in told["files"]} <= {path.name for path in (tmp_path / "results").iterdir()}
    job = told["job"]
    got = browser.get(f"/file/{job}/1")
    assert got.content == (tmp_path / "results" / told["files"][1]["name"]).read_bytes()  # type: ignore[attr-defined]
    assert (got.getheader("Content-Disposition") or "").startswith("attachment; filename*=UTF-8''Plan_d_%C3%A9t%C3%A9_Base.docx")
    assert browser.post("/open", {"job": job, "file": 0}).status == 200
    assert opened == [tmp_path / "results" / told["files"][0]["name"]]
    for file in (8, -1, "x", None, str(plan), "../plan.xlsx", "0/../1"):
        assert browser.post("/open", {"job": job, "file": file}).status in (400, 404)
        assert browser.get(f"/file/{job}/{quote(str(file))}").status in (400, 404)
    assert browser.post("/open", {"job": job - 1, "file": 0}).status == 404, "of an earlier run"
    assert len(opened) == 1
    (tmp_path / "results" / told["files"][2]["name"]).unlink()
    assert browser.get(f"/file/{job}/2").status == 410


@pytest.mark.parametrize("name", ["../../evil.xlsx", "C:\\Users\\x\\evil.xlsx", "evil.xlsx", "/etc/evil", "evil\0.xlsx", "evil"])
def test_an_upload_keeps_a_word_of_its_name_only(browser: Page, name: str, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert browser.ask("POST", f"/upload?name={quote(name)}", BROKEN).status == 202
    told = browser.outcome()
    assert (told["name"], told["copied"], told["path"]) == ("evil.xlsx", True, "")
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path.name for path in browser.window.desk._inbox.iterdir()] == ["upload.xlsx"]


def test_results_of_an_upload_go_home(browser: Page, tmp_path: Path) -> None:
    assert browser.ask("POST", "/upload?name=My%20plan.xlsx", GOOD).status == 202
    assert browser.outcome()["stage"] == "ready"
    assert browser.post("/run", {"scenarios": ["Base"], "language": "en"}).status == 202
    told = browser.outcome()
    assert told["stage"] == "done"
    assert (tmp_path / "home" / "optimizer results" / "My_plan_Base.xlsx").exists()
    assert not told["compared"]


def test_findings_name_sheet_and_cell(browser: Page) -> None:
    assert browser.ask("POST", "/upload?name=My%20plan.xlsx", BROKEN).status == 202
    told = browser.outcome()
    assert told["stage"] == "refused"
    found = [one for one in told["findings"] if one["severity"] == "error"]
    assert ("Outputs", "E2", "My plan.xlsx") in {(one["sheet"], one["cell"], one["file"]) for one in found}
    assert all(one["found"] and one["expected"] for one in found)
    assert browser.ask("POST", "/upload?name=x.xlsx", b"no workbook").status == 202
    assert browser.outcome()["findings"][0]["file"] == "x.xlsx"
    assert browser.post("/plan", {"path": "\0"}).status == 202
    assert browser.outcome()["stage"] == "refused"


def test_one_job_at_a_time(browser: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    going, wait = threading.Event(), threading.Event()

    def slow(desk: Desk) -> None:
        going.set()
        wait.wait(5)
        desk._set(stage="ready")

    monkeypatch.setattr(Desk, "_read", slow)
    assert browser.post("/plan", {"path": "a.xlsx"}).status == 202
    assert going.wait(5)
    assert browser.post("/plan", {"path": "b.xlsx"}).status == 409
    assert browser.ask("POST", "/upload?name=b", GOOD).status == 409
    assert browser.post("/run", {"scenarios": ["Base"], "language": "en"}).status == 409
    assert browser.json("/state")["name"] == "a.xlsx"
    assert not list(browser.window.desk._inbox.iterdir()), "the refused upload is gone"
    wait.set()
    assert browser.outcome()["stage"] == "ready"


def test_what_cannot_be_written_is_told(browser: Page, tmp_path: Path) -> None:
    plan = saved(tmp_path, GOOD)
    (tmp_path / "results").write_text("in the way")
    browser.post("/plan", {"path": str(plan)})
    browser.outcome()
    browser.post("/run", {"scenarios": ["Base"], "language": "en"})
    told = browser.outcome()
    assert told["stage"] == "failed"
    assert "results" in told["trouble"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_does_not_stay_at_work_for_ever(browser: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(desk: Desk) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Desk, "_read", broken)
    browser.post("/plan", {"path": "a.xlsx"})
    assert browser.outcome()["trouble"].startswith("internal fault")


def test_quit_ends_it(browser: Page) -> None:
    assert browser.post("/quit", {}).status == 200
    assert browser.window.ended.wait(1)


@pytest.mark.parametrize("name", ["", "...", "///", ".xlsx", "\\", "\u202e"])
def test_a_name_that_says_nothing_becomes_plan(name: str) -> None:
    assert stem(name) in ("plan", "xlsx")


def test_long_names_are_cut() -> None:
    assert stem("x" * 500 + ".xlsx") == "x" * 80


def test_the_page_says_everything_in_every_language() -> None:
    text = asset("page.html") + asset("page.js")
    used = set(re.findall(r'data-(?:say|label)="([\w-]+)"', text)) | set(re.findall(r"""[(\[]'([\w-]+)'[,)\]]""", text))
    used |= set(re.findall(r"[?:\[,] '([\w-]+)'", text))
    assert not re.findall(r"%\w+%", page("fr").decode().replace(asset("page.css"), ""))
    by_the_servers_word = {"workbook", "document", "page", "error", "warning", "note"}
    assert set(WORDS) - used == by_the_servers_word
    for code in LANGUAGES:
        assert words(code).keys() == {*WORDS, "tag"}
        assert code == "en" or set(WORDS.values()) <= catalogue(code).keys()
    assert "innerHTML" not in text


def test_the_console_waits_for_quit_or_until_nobody_asks(
    window: Window, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(command, "LOOK", 0.05)
    monkeypatch.setattr(command, "ALONE", 0.2)
    command._wait(window)
    assert "the page was closed" in capsys.readouterr().err
    window.ended.set()
    command._wait(window)
    assert capsys.readouterr().err == "Ended.\n"
