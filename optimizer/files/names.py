"""What files are called that a run writes."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST_NAME = 100  # characters of a file name, well under every system's limit


def beside_each_other(path: Path) -> tuple[Path, Path, Path]:
    """What is published together: the workbook, the Word document, the page."""
    return path, path.with_suffix(".docx"), path.with_suffix(".html")


def aside(path: Path) -> Path:
    """Where the version that a results workbook is compared with is kept."""
    return path.with_name(f"{path.stem} (earlier).xlsx")


def slug(name: str) -> str:
    """A name that every system takes: no separators, no control or reserved characters, not too long."""
    short = re.sub(r"[^\w.()+-]+", "_", name).strip("._ ")
    return short[:LONGEST_NAME].rstrip("._ ") or "unnamed"
