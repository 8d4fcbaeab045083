"""One thing that is wrong with a plan, whoever finds it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.findings import Severity


@dataclass(frozen=True, slots=True)
class Fact:
    """Something wrong with one field of one item; the reader turns it into a cell, a scenario into its name.

    `others` complete `item` where one id does not name a row: the other output of a link, the tag column, a level's amount.
    """

    code: str
    severity: Severity
    kind: str
    item: str
    field: str
    found: str
    expected: str
    remedy: str = ""
    others: tuple[str, ...] = ()


def error(
    code: str, kind: str, item: str, field: str, found: str, expected: str, remedy: str = "", others: tuple[str, ...] = ()
) -> Fact:
    return Fact(code, Severity.ERROR, kind, item, field, found, expected, remedy, others)


def warning(code: str, kind: str, item: str, field: str, found: str, expected: str, remedy: str = "") -> Fact:
    return Fact(code, Severity.WARNING, kind, item, field, found, expected, remedy)
