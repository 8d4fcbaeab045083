"""The door of the window: a server on 127.0.0.1 that lets in one page of its own and nobody else.

The browser is started with an address that holds a key. The key is good once: it is exchanged for a cookie that scripts cannot
read and that the browser sends to this server from its own page only. Host and Origin must be this server's own, so that
neither a page of the web nor a name that somebody points at this computer gets through. Nothing that a page says is a path in
the folders of results: files of the finished run go by number.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from optimizer.files.container import LARGEST_FILE
from optimizer.window.jobs import Desk
from optimizer.window.pages import page, policy, words

LOOPBACK = "127.0.0.1"
LARGEST_QUESTION = 100_000  # bytes of anything but a workbook
CHUNK = 1 << 20
SECONDS_OF_SILENCE = 30  # within a request
KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
}
NOT_ALLOWED = "This page belongs to somebody else, or its address was used before. Start optimizer again.\n"
Opener = Callable[[Path], None]


def open_file(path: Path) -> None:
    """With the program that this computer has for it. Raises OSError."""
    if sys.platform == "win32":
        os.startfile(path)
    else:
        subprocess.Popen(
            ["open" if sys.platform == "darwin" else "xdg-open", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


class Window(ThreadingHTTPServer):
    """`ended` is set by Quit. `asked` is set by every request that was let in; who waits for one clears it."""

    allow_reuse_address = os.name != "nt"  # on Windows that would let another program take the port over
    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0, language: str = "", opener: Opener = open_file) -> None:
        self.desk, self.language, self.opener = desk, language, opener
        self.key, self.cookie = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self.exchange = threading.Lock()
        self.ended, self.asked = threading.Event(), threading.Event()
        super().__init__((LOOPBACK, port), Asked)
        self.hosts = tuple(f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost"))
        self.cookie_name = f"optimizer-{self.server_port}"  # a browser does not tell the ports of one host apart

    def server_bind(self) -> None:
        """Without the look-up of this computer's name, which can take long in a closed network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/?key={self.key}"

    def exchanged(self, key: str) -> bool:
        """Whether this is the key; only the first time."""
        with self.exchange:
            good = bool(self.key) and hmac.compare_digest(key.encode(), self.key.encode())
            if good:
                self.key = ""
        return good

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no fault."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Refused(Exception):
    def __init__(self, status: HTTPStatus, text: str = "") -> None:
        super().__init__(text)
        self.status = status


class Asked(BaseHTTPRequestHandler):
    """One request. `server` is the window."""

    server: Window
    timeout = SECONDS_OF_SILENCE

    def version_string(self) -> str:
        return "optimizer"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the console is for the planner."""

    def do_GET(self) -> None:
        self._answer(
            {"/": self._page, "/words": self._words, "/state": self._state, "/outcome": self._outcome, "/file": self._file}
        )

    def do_POST(self) -> None:
        self._answer({"/plan": self._plan, "/upload": self._upload, "/run": self._run, "/open": self._open, "/quit": self._quit})

    def _answer(self, known: dict[str, Callable[[], None]]) -> None:
        try:
            address = urlsplit(self.path)
            self.query = parse_qs(address.query, max_num_fields=5)
            where = "/file" if address.path.startswith("/file/") else address.path
            self._guard(where)
            self.server.asked.set()
            if where not in known:
                raise Refused(HTTPStatus.NOT_FOUND)
            known[where]()
        except Refused as refused:
            self._send(refused.status, (str(refused) or f"{refused.status.phrase}\n").encode(), "text/plain; charset=utf-8")
        except ValueError:  # of an address, a number or JSON that is none
            self._send(HTTPStatus.BAD_REQUEST, b"Bad request\n", "text/plain; charset=utf-8")

    def _guard(self, where: str) -> None:
        """Raises Refused unless the request comes from the window's own page, or brings the key."""
        own = [f"http://{host}" for host in self.server.hosts]
        origin = self.headers.get("Origin")
        wanted = self.command == "POST" or origin is not None
        if (
            self.headers.get_all("Host", []) not in [[host] for host in self.server.hosts]
            or (wanted and origin not in own)
            or self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        ):
            raise Refused(HTTPStatus.FORBIDDEN, NOT_ALLOWED)
        if self._known():
            return
        if self.command == "GET" and where == "/" and self.server.exchanged(self._said("key")):
            self.fresh = True
            return
        raise Refused(HTTPStatus.FORBIDDEN, NOT_ALLOWED)

    fresh = False

    def _known(self) -> bool:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(self.server.cookie_name)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.server.cookie.encode())

    def _said(self, name: str) -> str:
        return self.query.get(name, [""])[0]

    def _page(self) -> None:
        if self.fresh or "key" in self.query:  # off with the key: it shall not stay in the address line
            cookie = {"Set-Cookie": f"{self.server.cookie_name}={self.server.cookie}; HttpOnly; SameSite=Strict; Path=/"}
            self._send(HTTPStatus.SEE_OTHER, b"", more={"Location": "/"} | (cookie if self.fresh else {}))
        else:
            self._send(HTTPStatus.OK, page(self.server.language), "text/html; charset=utf-8")

    def _words(self) -> None:
        code = self._said("lang")
        if code not in ("en", "fr", "es"):
            raise Refused(HTTPStatus.NOT_FOUND)
        self._send_json(words(code))

    def _state(self) -> None:
        self._send_json(self.server.desk.state())

    def _outcome(self) -> None:
        self._send_json(self.server.desk.outcome())

    def _file(self) -> None:
        path = self._numbered(*self.path.removeprefix("/file/").split("/", 1))
        try:
            content = path.read_bytes()
        except OSError:
            raise Refused(HTTPStatus.GONE, "The file is no longer there.\n") from None
        disposition = f"attachment; filename*=UTF-8''{quote(path.name)}"
        self._send(HTTPStatus.OK, content, KINDS[path.suffix], {"Content-Disposition": disposition})

    def _numbered(self, job: object, number: object = "") -> Path:
        """The file of that number, if the run is still the one that the page shows."""
        path = self.server.desk.file(int(str(number))) if str(job) == str(self.server.desk.state()["job"]) else None
        if path is None:
            raise Refused(HTTPStatus.NOT_FOUND)
        return path

    def _plan(self) -> None:
        self._begun(self.server.desk.take_path(_text(self._question(), "path")))

    def _run(self) -> None:
        asked = self._question()
        names, language = asked.get("scenarios"), _text(asked, "language")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or language not in ("en", "fr", "es"):
            raise Refused(HTTPStatus.BAD_REQUEST)
        self._begun(self.server.desk.run(names, asked.get("every") is True, language, asked.get("full") is True))

    def _open(self) -> None:
        asked = self._question()
        path = self._numbered(asked.get("job"), asked.get("file"))
        try:
            self.server.opener(path)
        except OSError:
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "No program opens it.\n") from None
        self._send_json({})

    def _quit(self) -> None:
        self._question()
        self._send_json({})
        self.server.ended.set()

    def _upload(self) -> None:
        """Into the private folder, chunk by chunk; dropped where it breaks off or another job is at work."""
        left = self._length(LARGEST_FILE)
        draft = self.server.desk.draft()
        try:
            with draft.open("wb") as stream:
                while left:
                    chunk = self.rfile.read(min(left, CHUNK))
                    if not chunk:
                        raise Refused(HTTPStatus.BAD_REQUEST)
                    stream.write(chunk)
                    left -= len(chunk)
            self._begun(self.server.desk.take_upload(draft, self._said("name")))
        finally:
            draft.unlink(missing_ok=True)

    def _begun(self, begun: bool) -> None:
        if not begun:
            raise Refused(HTTPStatus.CONFLICT, "Wait until the work in hand is done.\n")
        self._send_json(self.server.desk.state(), HTTPStatus.ACCEPTED)

    def _length(self, most: int) -> int:
        """Bytes of the body. A body in pieces, whose length nobody knows, is refused."""
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            raise Refused(HTTPStatus.LENGTH_REQUIRED)
        if len(length) > 15 or int(length) > most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return int(length)

    def _question(self) -> dict[str, Any]:
        asked = json.loads(self.rfile.read(self._length(LARGEST_QUESTION)))
        if not isinstance(asked, dict):
            raise Refused(HTTPStatus.BAD_REQUEST)
        return asked

    def _send_json(self, told: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, json.dumps(told, ensure_ascii=False).encode(), "application/json")

    def _send(self, status: HTTPStatus, content: bytes, kind: str = "", more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {
            "Content-Security-Policy": policy(),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Content-Length": str(len(content)),
        }
        for name, value in (headers | ({"Content-Type": kind} if kind else {}) | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _text(asked: dict[str, Any], key: str) -> str:
    value = asked.get(key)
    if not isinstance(value, str):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return value
