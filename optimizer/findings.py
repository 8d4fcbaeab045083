"""What is wrong with an input, said once and in one form: place, fact, what is expected, remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum

from optimizer.address import position


class Severity(StrEnum):
    ERROR = "error"  # nothing is computed
    WARNING = "warning"  # computed, and recorded in the results
    NOTE = "note"  # nothing to do; recorded


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about an input. `sheet` and `cell` are empty where the whole file, or no file, is meant."""

    code: str
    severity: Severity
    file: str
    sheet: str
    cell: str
    found: str
    expected: str
    remedy: str = ""
    row: str = ""

    @property
    def place(self) -> str:
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{self.file} {where}".strip()

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.severity} {self.place}: {self.found}: {self.expected}{remedy}"

    def record(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}


class InputRefused(Exception):
    """The input cannot be used; `findings` say why, all of them at once (exit code 3)."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sort(findings)
        super().__init__("\n".join(map(str, self.findings)))


def sort(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By sheet, row, column; errors of a place first."""
    return tuple(sorted(findings, key=lambda f: (f.file, f.sheet, *position(f.cell), list(Severity).index(f.severity), f.code)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def quoted(value: object, limit: int = 80) -> str:
    """A value as found, in quotes, with control and direction characters escaped, cut at `limit` characters."""
    text = str(value)
    return f'"{escaped(text[:limit])}{"…" if len(text) > limit else ""}"'


def escaped(text: str) -> str:
    """Text that is safe to print on one line: control and direction characters as code points."""
    return "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else f"\\u{ord(c):04x}" for c in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or lists what is known."""
    known = list(known)
    close = guess(word, known)
    if close:
        return close
    listed = ", ".join(known[:12])
    return f"known: {listed}{', …' if len(known) > 12 else ''}" if known else "none is defined"


def guess(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word; empty where none is near."""
    folded = {k.casefold(): k for k in known}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[close[0]]}?" if close else ""
