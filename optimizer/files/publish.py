"""A result reaches its place whole and checked, or not at all: written beside it, read back, then renamed.

What was there before is untouched until the new file is on disk and found to be right. A file that is not a result of this tool
is never replaced.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from optimizer.files.results import is_ours

DRAFT = ".optimizer-draft-"
ABANDONED = 3600  # seconds after which no run can still be at work on a draft


class OutputRefused(Exception):
    """The output cannot be written, or must not be (exit code 7)."""


class CheckFailed(Exception):
    """The file as written is not what it should be; it was not published (exit code 6)."""


def publish(
    path: Path,
    content: bytes,
    check: Callable[[Path], Iterable[str]],
    never: Iterable[Path] = (),
    overwrite: bool = False,
) -> None:
    """Put `content` at `path` once `check`, which reads the finished file, has no objection.

    `never` are files that must not be replaced whatever they are: the inputs; `overwrite`: any other may be. Raises OutputRefused
    and CheckFailed.
    """
    refuse_to_replace(path, never, overwrite)
    _place(path, content, check, lambda draft: draft.replace(path))


def create(path: Path, content: bytes, check: Callable[[Path], Iterable[str]]) -> None:
    """As `publish`, for a file of the user's own: whatever stands at `path` stays. Raises OutputRefused and CheckFailed."""
    refuse_to_create(path)
    _place(path, content, check, lambda draft: _name(draft, path))


def refuse_to_create(path: Path) -> None:
    """Raises OutputRefused where something stands at `path`, if only a link that leads nowhere."""
    if not path.parent.is_dir():
        raise OutputRefused(f"{path.parent} is no folder; make it, or name another")
    if path.exists() or path.is_symlink():
        raise OutputRefused(f"{path} exists and is never replaced; move it, or name another file")


def _name(draft: Path, path: Path) -> None:
    """Gives the draft its name unless somebody has taken it meanwhile."""
    try:
        os.link(draft, path)  # fails where the name is taken; a rename would replace what is there
    except FileExistsError:
        raise OutputRefused(f"{path} exists and is never replaced; move it, or name another file") from None
    except OSError:  # a file system without links
        refuse_to_create(path)
        draft.replace(path)


def _place(path: Path, content: bytes, check: Callable[[Path], Iterable[str]], name: Callable[[Path], object]) -> None:
    with _beside(path) as draft:
        try:
            _write(draft, content)
            objections = list(islice(check(draft), 5))
            if objections:
                raise CheckFailed(f"{path}: not written, the file read back is not what was meant: {'; '.join(objections)}")
            name(draft)
            _settle(path.parent)
        except OSError as error:
            raise _unwritable(path, error) from error


def as_written(content: bytes) -> Callable[[Path], Iterable[str]]:
    """A check that the file on disk has these bytes."""
    return lambda draft: () if draft.read_bytes() == content else ("other bytes than were written",)


def refuse_to_replace(path: Path, never: Iterable[Path] = (), overwrite: bool = False) -> None:
    """Raises OutputRefused where something stands at `path` that must not be replaced."""
    if any(path.exists() and other.exists() and path.samefile(other) for other in never):
        raise OutputRefused(f"{path} is read by this run and never replaced; write to another folder")
    if not path.parent.is_dir():
        raise OutputRefused(f"{path.parent} is no folder; make it, or name another")
    if path.exists() and not path.is_file():
        raise OutputRefused(f"{path} is no file; name another")
    if path.exists() and not overwrite and not is_ours(path):
        raise OutputRefused(f"{path} is no result of this tool; move it, or name another file")


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """The new name on disk too. Not every system lets a folder be opened; the file itself is safe already."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name for a draft in the same folder; whatever is there in the end is removed, and what a killed run left there before."""
    draft = path.with_name(f"{DRAFT}{secrets.token_hex(4)}{path.suffix}")
    for left in path.parent.glob(f"{DRAFT}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink()
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> OutputRefused:
    hint = " (is it open in another program?)" if isinstance(error, PermissionError) else ""
    return OutputRefused(f"{path} cannot be written: {error.strerror or error}{hint}")
