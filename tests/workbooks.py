"""A small input workbook made in code, to be spoilt in one place at a time."""

from __future__ import annotations

import io
import re
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
        ["Scenario", "Applies to", "Item", "Setting", "Value", "Reason", "Reference", "Comment"],
        ["Low", "component", "*", "no minimum", None, "to see", "(c)", None],
        ["Protected", "component", "1", "minimum (% of estimate)", 60, None, None, None],
        ["Protected", "output", "1.1", "score need", 25.5, None, "(a)", None],
    ],
}  # fmt: skip


FUNDED: dict[str, list[list[object]]] = {
    **SHEETS,
    "Outputs": [
        [*line, *more]
        for line, more in zip(
            SHEETS["Outputs"],
            [
                ["Tier", "Spent", "Delivered", "Adopted amount"],
                [1, 500, 10, 4000],
                [2, None, None, 3000],
                [1, None, None, None],
                [2, 0, 0, 0],
                [3, None, None, None],
            ],
            strict=True,
        )
    ],
    "Periods": [
        ["Period", "First year", "Last year", "Comment"],
        ["2020–21", 2020, 2021, None],
        ["2022–23", 2022, 2023, "now"],
        ["2024–25", 2024, 2025, None],
        ["2026–27", 2026, 2027, None],
    ],
    "Funds": [
        ["Id", "Title", "Category", "Restricted to: components", "Restricted to: outputs", "Restricted to: tags", "Carry-over",
         "Carry-over: at most", "Amount: 2020–21", "Amount: 2022–23", "Amount: 2024–25", "Amount: 2026–27", "Comment"],
        ["RB", "Regular budget", "regular budget", None, None, None, "yes", 500, 1000, 2000, 2000, 1000, "assessed"],
        ["XB", "Projects", "existing projects", "1", "2.1", "8.3; 17.14", None, None, 500, 500, 0, 0, None],
    ],
    "Profile": [
        ["Output", "Level", "Fund", "Basis", "Part: 2020–21", "Part: 2022–23", "Part: 2024–25", "Part: 2026–27", "Comment"],
        ["1.1", None, "RB", "shares", 10, 20, 30.5, None, None],
        ["1.1", None, None, "shares", None, 39.5, None, None, "the rest"],
        ["2.1", 20, None, "amounts", 1000, None, None, None, None],
        ["2.1", 100, None, "amounts", 4000, None, None, None, None],
    ],
    "Scenarios": [
        *SHEETS["Scenarios"],
        ["Sources", None, "% of funds", 90, None, None],
        ["Mid-term", None, "% of funds", 100, "tiers", None],
    ],
    "Scenario changes": [
        *SHEETS["Scenario changes"],
        ["Mid-term", "plan", "*", "first open year", 2022, "half-way", None, None],
        ["Mid-term", "plan", "*", "allowed changes", 3, None, None, None],
        ["Mid-term", "fund", "RB", "amount 2022-23", 2500, None, None, None],
        ["Mid-term", "fund", "RB", "cap", "none", None, None, None],
        ["Mid-term", "fund", "XB", "restriction", "none", None, None, None],
    ],
}  # fmt: skip


TITLED: dict[str, list[list[object]]] = {
    **SHEETS,
    "Plan": [*SHEETS["Plan"], ["Title (fr)", "Un petit plan", None, None]],
    "Components": [
        [*line, *more]
        for line, more in zip(
            SHEETS["Components"], [["Title (fr)", "Title (es)"], ["Conseils", "Consejos"], ["Savoir", "Saber"]], strict=True
        )
    ],
    "Outputs": [
        [*line, *more]
        for line, more in zip(
            SHEETS["Outputs"],
            [
                ["Title (fr)", "Short title (fr)"],
                ["Aux pays", "Conseils"],
                ["Aux employeurs", None],
                ["Aux travailleurs", None],
                ["Données", None],
                ["Rapport", None],
            ],
            strict=True,
        )
    ],
    "Criteria": [
        [*line, title] for line, title in zip(SHEETS["Criteria"], ["Title (fr)", "Portée", "Besoin"], strict=True)
    ],
    "Scenarios": [
        [*line, title] for line, title in zip(SHEETS["Scenarios"], ["Title (fr)", "Comme prévu", None, None], strict=True)
    ],
    "Targets": [
        ["Output", "Measure", "Target", "Deadline", "Source", "Comment"],
        ["1.1", "countries advised", "at least 50", "2026", "para. 15", "printed"],
        ["1.1", "ministries advised", "70 (from 59 in 2021)", None, None, None],
        ["2.2", "reports", "1 a year", "2025–26", "output 2.2", None],
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
        content = _tight(content)
        assert _tight(old) in content, content[:2000]
        return content.replace(_tight(old), new, 1)

    return repack(data, change)


def _tight(content: bytes) -> bytes:
    """Elements without content end alike, whichever library openpyxl found to write them with."""
    return re.sub(rb"<(\w+)([^<>]*)></\1>", rb"<\1\2/>", content.replace(b" />", b"/>"))


def saved(folder: Path, data: bytes, name: str = "plan.xlsx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
