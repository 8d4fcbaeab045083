"""Entries of a scenario file: tables, values as typed, ranges; what is wrong with them is collected with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from optimizer.findings import Finding, Severity, nearest, quoted
from optimizer.values import as_typed

RANGE = ("from", "to", "step")
ENTRY = {*RANGE, "distribution", "low", "mode", "high", "values"}
_QUANTITY = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*((?:%(?:\s*of\s+[a-z]+)?)?)", re.IGNORECASE)


@dataclass
class Log:
    """Findings of one file. A place is the path of keys: sweep 2.over.resources."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, place: str, found: str, expected: str, remedy: str = "") -> None:
        finding = Finding("scenario-file", Severity.ERROR, self.file, place, "", found, expected, remedy)
        if finding not in self.findings:  # what several scenarios have in common
            self.findings.append(finding)

    def unknown(self, place: str, table: dict[str, Any], known: Iterable[str]) -> None:
        known = tuple(known)
        for key in table:
            if key not in known:
                self.refuse(place, f"key {quoted(key)}", "no such key is known here", nearest(key, known))

    def table(self, table: dict[str, Any], key: str, place: str) -> dict[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.refuse(f"{place}.{key}".strip("."), quoted(value), "a table is expected")
        return {}

    def tables(self, content: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each [[key]] with its place."""
        value = content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(key, quoted(value), f"[[{key}]] is expected")
            return
        for i, one in enumerate(value, 1):
            name = one.get("name")
            yield (f"{key} {quoted(name)}" if isinstance(name, str) else f"{key} {i}"), one

    def whole(self, table: dict[str, Any], key: str, place: str, least: int, most: int) -> int | None:
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        found = "it is missing" if value is None else quoted(value)
        self.refuse(f"{place}.{key}", found, f"a whole number from {least:,} to {most:,} is expected")
        return None


def leaves(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The settings of a table with their keys in full: output.1.10.status and output."1.10".status are the same.

    A table that holds a key of ENTRY is one entry itself: a range, a distribution.
    """
    for key, value in table.items():
        full = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and value and not ENTRY & value.keys():
            yield from leaves(value, full)
        else:
            yield full, value


def text_of(value: object, place: str, log: Log) -> str | None:
    """A value as --set would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    log.refuse(place, quoted(value), "text in quotes, a number, true or false is expected")
    return None


def quantity(value: object, place: str, log: Log) -> tuple[Fraction, str] | None:
    """A number with the sign after it, if any: 75%, 60% of estimate, 0.8."""
    match = None if isinstance(value, bool) else _QUANTITY.fullmatch(str(value).strip())
    if match is None:
        log.refuse(place, quoted(value), 'a number is expected, or a percentage in quotes such as "75%"')
        return None
    return Fraction(match[1]), " ".join(match[2].lower().split())


def number_range(table: dict[str, Any], place: str, most: int, log: Log) -> tuple[str, ...]:
    """from, from + step, ... up to and with `to`, each as typed with its sign."""
    missing = [key for key in RANGE if key not in table]
    if missing:
        log.refuse(place, f"{missing[0]} is missing", "from, to and step are expected")
        return ()
    found = [quantity(table[key], f"{place}.{key}", log) for key in RANGE]
    if any(one is None for one in found):
        return ()
    (first, sign), (last, of_last), (step, of_step) = (one for one in found if one is not None)
    if {of_last, of_step} != {sign}:
        log.refuse(place, f"{table['from']} to {table['to']} by {table['step']}", "the same sign after all three is expected")
        return ()
    if step <= 0 or last < first or first < 0:
        log.refuse(
            place, f"{table['from']} to {table['to']} by {table['step']}", "a step above 0, and an end not before the start"
        )
        return ()
    count = (last - first) // step + 1
    if count > most:
        log.refuse(place, f"{count:,} values", f"at most {most:,} are expected")
        return ()
    return tuple(f"{as_typed(first + k * step)}{sign}" for k in range(count))
