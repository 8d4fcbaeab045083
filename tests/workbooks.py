"""A small input workbook made in code, to be spoilt in one place at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

Edit = Callable[[Workbook], None]

SHEETS: dict[str, list[list[object]]] = {
    "Plan": [
        ["Setting", "Value", "Meaning", "Comment"],
        ["Title", "A small plan", None, None],
        ["Currency", "US$", None, None],
        ["Delivery step", 10, None, None],
        ["Unit of account", 10, None, None],
        ["Display unit", 1000, None, None],
        ["Schema version", 1, None, None],
        ["Base scenario", "Base", None, None],
    ],
    "Components": [
        ["Id", "Title", "Estimate", "Minimum: basis", "Minimum: value", "Maximum: basis", "Maximum: value", "Weight", "Comment"],
        ["1", "Advice", 9000, "% of estimate", 40, None, None, 1, None],
        ["2", "Knowledge", 6000, "amount", 1000, "amount", 6000, None, "second"],
    ],
    "Outputs": [
        ["Id", "Component", "Title", "Short title", "Cost", "Minimum viable amount", "Status", "Committed amount",
         "Reason or authority", "Start", "End", "Score: reach", "Source: reach", "Score: need", "Tags: SDG targets", "Comment"],
        ["1.1", "1", "To countries", "Advice", 5000, 2000, "open", None, None, 2021, 2026, 80, "judged", 20, "1.3; 8.3", None],
        ["1.10", "1", "To employers", None, 3000, 3000, None, None, None, 2021, 2022, 30.5, "computed", 60, "1.3", None],
        ["1.2", "1", "To workers", None, 1000, 500, "committed", 500, "decided in 2021", None, None, 10, None, 0, None, "x"],
        ["2.1", "2", "Data", None, 4000, 1000, None, None, None, 2021, 2021, 50, None, 50, "8.3;17.14", None],
        ["2.2", "2", "Report", None, 2000, 2000, "deferred", None, "later", 2025, 2026, 60, None, 40, None, None],
    ],
    "Criteria": [
        ["Id", "Title", "Weight", "What 0 means", "What 100 means", "Comment"],
        ["reach", "Reach", 2, "nobody", "everybody", None],
        ["need", "Need", 1.5, None, None, None],
    ],
    "Links": [
        ["Kind", "Output", "Requires", "Share required", "Group", "Number", "Strength", "Basis", "Comment"],
        ["requires", "1.10", "1.1", 50, None, None, "hard", "para. 3", None],
        ["requires", "2.2", "2.1", None, None, None, None, None, None],
        ["requires", "1.2", "2.1", None, None, None, "soft", "para. 4", None],
        ["at most", "1.10", None, None, "either", 1, None, None, None],
        ["at most", "2.2", None, None, "either", 1, None, None, None],
    ],
    "Levels": [
        ["Output", "Amount", "Share delivered", "Expected result", "Comment"],
        ["2.1", 4000, 100, "all of it", None],
        ["2.1", 1000, 20, "a first part", None],
    ],
    "Coverage": [["Tag column", "Tag", "At least", "Comment"], ["SDG targets", "8.3", 1, None]],
    "Scenarios": [
        ["Scenario", "Title", "Resources: basis", "Resources: value", "Objective", "Note"],
        ["Base", "As planned", "% of estimate", 75, "delivery", None],
        ["Low", None, "amount", 9000, None, "a reduction"],
        ["Protected", None, "% of estimate", 75, "money-weighted", None],
    ],
    "Scenario changes": [
        ["Scenario", "Applies to", "Item", "Setting", "Value", "Reason", "Para. 25", "Comment"],
        ["Low", "component", "*", "no minimum", None, "to see", "(c)", None],
        ["Protected", "component", "1", "minimum (% of estimate)", 60, None, None, None],
        ["Protected", "output", "1.1", "score need", 25.5, None, "(a)", None],
    ],
}  # fmt: skip


def book(edit: Edit | None = None, sheets: dict[str, list[list[object]]] = SHEETS) -> bytes:
    """The workbook's bytes, after `edit` has had its way with it."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    if edit is not None:
        edit(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def put(place: str, value: object, number_format: str = "") -> Edit:
    """Types a value into sheet!cell."""
    sheet, _, cell = place.partition("!")

    def edit(workbook: Workbook) -> None:
        workbook[sheet][cell] = value
        if number_format:
            workbook[sheet][cell].number_format = number_format

    return edit


def row(sheet: str, *values: object) -> Edit:
    """Adds a row at the end of a sheet."""
    return lambda workbook: workbook[sheet].append(values)


def both(*edits: Edit) -> Edit:
    def edit(workbook: Workbook) -> None:
        for one in edits:
            one(workbook)

    return edit


def repack(data: bytes, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The zip with each part changed (None leaves it out) and parts added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one passage of one part replaced; it must be there."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        assert old in content, content[:2000]
        return content.replace(old, new, 1)

    return repack(data, change)


def saved(folder: Path, data: bytes, name: str = "plan.xlsx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
