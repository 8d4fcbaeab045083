"""Where results go: under their own name, or, while somebody has them open, under a numbered name beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.files.names import aside, beside_each_other
from optimizer.files.publish import OutputRefused
from optimizer.files.results import is_ours

MOST_BESIDE = 99


def open_in(path: Path) -> Path | None:
    """The file that shows that `path` is open in another program: the mark of Excel, Word or LibreOffice beside it, or itself."""
    names = [f"~${path.name}", f".~lock.{path.name}#"]
    if path.suffix == ".docx":  # Word drops the first letters of a longer name
        names += [f"~${path.name[1:]}", f"~${path.name[2:]}"]
    for mark in map(path.with_name, names):
        if mark.exists():
            return mark
    try:
        with path.open("r+b"):  # Windows refuses this while another program holds the file
            return None
    except PermissionError:
        return path
    except OSError:  # it is not there, say
        return None


def held(path: Path) -> Path | None:
    """The same for all that is published together under one name: no document of an older version stays beside a new workbook."""
    return next(filter(None, map(open_in, (*beside_each_other(path), aside(path)))), None)


def hint(path: Path) -> str:
    """What helps where a program that crashed left its mark behind."""
    mark = held(path)
    left = mark is not None and mark.name.startswith(("~$", ".~"))
    return f" (if it is not, delete {mark.name} beside it)" if mark and left else ""


@dataclass
class Places:
    """`apart`: nothing goes under its own name, because a program opened it after the check."""

    apart: bool = False
    _real: dict[Path, Path] = field(default_factory=dict)  # of each numbered workbook, the one it stands beside
    _written: dict[Path, str] = field(default_factory=dict)  # numbered files of this watcher, with the hash of what was written
    _displaced: set[Path] = field(default_factory=set)

    def place(self, path: Path) -> Path:
        """Raises OutputRefused where no numbered name is to be had."""
        if not self.apart and held(path) is None:
            return path
        for number in range(2, MOST_BESIDE + 1):
            beside = path.with_name(f"{path.stem} ({number}){path.suffix}")
            if held(beside) is None and all(map(_usable, beside_each_other(beside))):
                self._real[beside] = path
                return beside
        raise OutputRefused(f"{path} and {MOST_BESIDE - 1} numbered files beside it are open or not of this tool; close some")

    def real(self, path: Path) -> Path:
        """The name that the workbook written at `path` should have had."""
        return self._real.get(path, path)

    def note(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Tell what has been written, the workbook first. Returns the numbered files that it made needless and that are removed.

        Only what this watcher wrote, nobody changed and nobody has open is removed: old figures must not lie beside new ones.
        """
        first, *others = paths
        real = self.real(first)
        if real != first:
            self._displaced.add(real)
            self._written |= {path: _digest(path) for path in (first, *others)}
            return ()
        self._displaced.discard(real)
        beside = [path for workbook, name in self._real.items() if name == real for path in beside_each_other(workbook)]
        return tuple(path for path in beside if self._remove(path))

    @property
    def freed(self) -> tuple[Path, ...]:
        """Names that can be used again."""
        return tuple(path for path in sorted(self._displaced) if held(path) is None)

    def forget(self, paths: Iterable[Path]) -> None:
        """Try for their own names once: what cannot be written there now has no claim to them until it is written again."""
        self._displaced -= set(paths)

    def _remove(self, path: Path) -> bool:
        if self._written.get(path) != _digest(path) or open_in(path):
            return False
        with suppress(OSError):
            path.unlink()
            del self._written[path]
            return True
        return False


def _usable(path: Path) -> bool:
    try:
        return not path.exists() or is_ours(path)
    except OSError:
        return False


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unknown"
