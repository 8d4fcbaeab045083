"""One watcher a workbook: a file beside it says who watches. It outlives its watcher only until somebody looks."""

from __future__ import annotations

import getpass
import json
import os
import secrets
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from optimizer.files.publish import OutputRefused

BEAT = 60.0  # seconds between two signs of life
STALE = 600.0  # seconds without one; clocks of two machines may differ by minutes


@dataclass(frozen=True, slots=True)
class Holder:
    """Who watches; `token` tells two watchers apart that have everything else in common."""

    user: str
    host: str
    pid: int
    start: str
    token: str


def myself(start: datetime) -> Holder:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # no name: in a container, or a service on Windows
        user = ""
    return Holder(user, socket.gethostname(), os.getpid(), start.astimezone().isoformat(timespec="seconds"), secrets.token_hex(8))


class WatchLock:
    """Held from entering to leaving. Entering raises OutputRefused where somebody else watches."""

    def __init__(self, plan: Path, holder: Holder, beat: float = BEAT) -> None:
        self.path = plan.with_name(f".optimizer-watch-{plan.name}.lock")
        self._plan, self._holder, self._beat = plan, holder, beat
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> WatchLock:
        if not self._create():
            self._take_over(self._read())
        self._heart.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._heart.join()
        if self._read() == self._holder:
            with suppress(OSError):
                self.path.unlink()

    def check(self) -> None:
        """Raises OutputRefused where another watcher has taken over, as it may after this computer was asleep."""
        found = self._read()
        if found is not None and found != self._holder:
            raise OutputRefused(f"{self._plan} is now watched by {_named(found)}; this watcher has ended")
        if found is None and not self.path.exists():  # somebody tidied up
            with suppress(OutputRefused):
                self._create()

    def _live(self) -> None:
        while not self._over.wait(self._beat):
            if self._read() == self._holder:
                with suppress(OSError):
                    os.utime(self.path)

    def _create(self) -> bool:
        try:
            with self.path.open("x", encoding="utf-8") as stream:
                json.dump(asdict(self._holder), stream)
        except FileExistsError:
            return False
        except OSError as error:
            what = f"{self._plan.parent} cannot be written to: {error.strerror or error}"
            raise OutputRefused(f"{what}; the watcher leaves its mark and the findings beside the workbook") from error
        return True

    def _take_over(self, found: Holder | None) -> None:
        """Put a stale lock aside under a name of its own, so that of two who find it only one can; then make one anew."""
        if not self._stale(found):
            raise self._refused(found)
        left = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        with suppress(FileNotFoundError):
            self.path.rename(left)
            if _read(left) != found:  # somebody else was quicker: that lock is alive
                left.rename(self.path)
                raise self._refused(self._read())
            left.unlink()
        if not self._create():
            raise self._refused(self._read())

    def _stale(self, found: Holder | None) -> bool:
        if found is not None and found.host == self._holder.host and not alive(found.pid):
            return True
        try:
            return time.time() - self.path.stat().st_mtime > STALE
        except OSError:
            return False

    def _refused(self, found: Holder | None) -> OutputRefused:
        who = f"is already watched by {_named(found)}" if found else "is already watched by somebody"
        hint = f"results and findings are refreshed there. If that is not so, delete {self.path.name} beside the workbook"
        return OutputRefused(f"{self._plan} {who}; {hint}")

    def _read(self) -> Holder | None:
        return _read(self.path)


def _read(path: Path) -> Holder | None:
    """None for a lock that is being written, or cannot be read."""
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _named(holder: Holder) -> str:
    who = f"{holder.user} on {holder.host}" if holder.user else holder.host
    return f"{who} (process {holder.pid}) since {holder.start.replace('T', ' ')[:16]}"


def alive(pid: int) -> bool:
    """Whether this computer has a process of that number."""
    if sys.platform == "win32":  # os.kill would end it there
        import ctypes

        kernel, still_active, code = ctypes.windll.kernel32, 259, ctypes.c_ulong()
        handle = kernel.OpenProcess(0x1000, False, pid)
        if not handle:
            return bool(kernel.GetLastError() == 5)  # access denied: somebody else's
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == still_active
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
