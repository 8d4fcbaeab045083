"""A planner's own list: a results workbook, or a csv file with the columns output and amount."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from optimizer.files.results import read_results
from optimizer.findings import Finding, InputRefused, Severity, nearest, quoted
from optimizer.plan import Plan
from optimizer.values import ValueRefused, parse_amount, parse_share

LARGEST = 5_000_000  # bytes; no list is longer
FULL = "full"


def read_own_list(path: Path, plan: Plan) -> dict[str, int | None]:
    """Amounts by output id; None stands for in full. Outputs that are not on the list receive nothing.

    A csv file has a header; an amount is whole money, a percentage of the cost ("35%"), "full", or blank for in full. Without a
    column amount everything on the list is funded in full. Raises InputRefused with every finding.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        listed = {key: output.amount for key, output in read_results(path).outputs.items() if output.amount}
        _refuse([_unknown(path, 0, key, plan) for key in listed if key not in plan.index])
        return dict(listed)
    found: dict[str, int | None] = {}
    findings: list[Finding] = []
    for number, row in _rows(path):
        key = (row.get("output") or "").strip()
        if not key:
            continue
        if key not in plan.index:
            findings.append(_unknown(path, number, key, plan))
        elif key in found:
            findings.append(_finding(path, number, "repeated", f"output {key} again", "each output once is expected"))
        else:
            try:
                found[key] = _amount((row.get("amount") or "").strip(), plan, plan.outputs[plan.index[key]].cost)
            except ValueRefused as refused:
                findings.append(_finding(path, number, "amount", quoted(row.get("amount") or ""), refused.expected))
    _refuse(findings)
    if not found:
        _refuse([_finding(path, 1, "empty", "no output", "at least one output is expected")])
    return found


def _amount(text: str, plan: Plan, cost: int) -> int | None:
    """A percentage is rounded up to the unit of account, as the levels are."""
    if text.lower() in ("", FULL):
        return None
    if not text.endswith("%"):
        return parse_amount(text)
    return min(cost, -(-cost * parse_share(text) // (100 * plan.unit_of_account)) * plan.unit_of_account)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers and cells by header, in lower case. Raises InputRefused for what is no such file."""
    try:
        if path.stat().st_size > LARGEST:
            _refuse([_finding(path, 0, "too-large", "a file of more than 5 MB", "a list of outputs is expected")])
        text = path.read_text(encoding="utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text), dialect=_dialect(text)))
    except OSError as error:
        _refuse([_finding(path, 0, "unreadable", error.strerror or str(error), "a file that can be read is expected")])
    except (UnicodeDecodeError, csv.Error) as error:
        _refuse([_finding(path, 0, "no-csv", str(error), "a csv file in UTF-8, or a results workbook, is expected")])
    headers = {(name or "").strip().lower() for name in (lines[0] if lines else {})}
    if "output" not in headers:
        found = ", ".join(sorted(filter(None, headers))) or "no header"
        _refuse([_finding(path, 1, "header", found, "the columns output and amount are expected")])
    for number, line in enumerate(lines, start=2):
        yield number, {(key or "").strip().lower(): value for key, value in line.items() if isinstance(value, str)}


def _dialect(text: str) -> type[csv.Dialect]:
    """Commas, or the semicolons of some countries' spreadsheets."""
    first = text.partition("\n")[0]
    return _Semicolons if first.count(";") > first.count(",") else csv.excel


class _Semicolons(csv.excel):
    delimiter = ";"


def _unknown(path: Path, number: int, key: str, plan: Plan) -> Finding:
    return _finding(path, number, "output", quoted(key), f"no output has this id; {nearest(key, plan.index)}")


def _finding(path: Path, number: int, code: str, found: str, expected: str) -> Finding:
    return Finding(code, Severity.ERROR, str(path), f"line {number}" if number else "", "", found, expected)


def _refuse(findings: list[Finding]) -> None:
    if findings:
        raise InputRefused(findings)
