"""When has a file been saved? Spreadsheet programs write a temporary file and rename it, so its name is looked up each time.

Looking again is all that works everywhere: network drives report no events, and an event says nothing of a save's end.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from optimizer.files.container import LARGEST_FILE, ZIP_ERRORS

PATIENCE = 5.0  # seconds: a save is over by then, and what is still no whole workbook will not become one
MOST_TESTED = 50_000_000  # unpacked bytes; what is larger the reader looks into


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that only grow, a pause, and the time on the wall."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], datetime] = datetime.now


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one save of a file from the next."""

    device: int
    inode: int
    size: int
    modified: int


class State(Enum):
    WHOLE = "whole"
    BROKEN = "broken"  # half-written, or no workbook at all
    SHUT = "shut"  # a program holds it for itself alone


def identity(path: Path) -> Identity | None:
    """None while there is no such file, or while it cannot be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def state(path: Path) -> State:
    """The bytes are read at once, so that the file is held no longer than it takes: Excel cannot replace it meanwhile."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            small = sum(entry.file_size for entry in archive.infolist()) <= MOST_TESTED
            return State.BROKEN if small and archive.testzip() else State.WHOLE
    except PermissionError:
        return State.SHUT
    except ZIP_ERRORS:
        return State.BROKEN


@dataclass
class Saves:
    """The saves of one file. Of several between two looks only the last one is seen."""

    path: Path
    clock: Clock
    obstacle: str = ""  # what has kept a save from being read for some time
    _seen: Identity | None = None
    _since: float = field(init=False)
    _taken: Identity | None = None

    def __post_init__(self) -> None:
        self._seen, self._since = identity(self.path), self.clock.now()

    def poll(self) -> Identity | None:
        """A save that lies still and has not been taken: the file is as it was one look before, and whole."""
        found = identity(self.path)
        if found != self._seen:
            self._seen, self._since, self.obstacle = found, self.clock.now(), ""
            return None
        waited = self.clock.now() - self._since >= PATIENCE
        if found is None:
            self.obstacle = "it is not there any more; waiting for it to come back" if waited else ""
            return None
        if found == self._taken:
            return None
        now = state(self.path)
        if now is State.SHUT:
            self.obstacle = "another program lets nobody read it; waiting until it is closed there" if waited else ""
            return None
        self.obstacle = ""
        # What stays broken is handed over: the reader says whether it is damaged, protected or something else.
        return found if now is State.WHOLE or waited else None

    def take(self, save: Identity) -> bool:
        """Call this after reading: whether what was read is this save, whole, and not one that came in between."""
        if identity(self.path) != save:
            return False
        self._taken = save
        return True
