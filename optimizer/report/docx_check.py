"""A Word document read back from disk: whether each of its tables says what it should."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from docx.oxml.ns import qn

from optimizer.findings import quoted
from optimizer.report.language import Language
from optimizer.report.page import Fit, clean, shown, spans
from optimizer.report.table import Table
from optimizer.report.wordml import Element


def differences(path: Path, fits: Sequence[Fit], language: Language) -> Iterator[str]:
    """Every table on disk that does not say what it should, in words."""
    found = [_texts(made) for made in docx.Document(str(path)).element.body.iter(qn("w:tbl"))]
    wanted = [_wanted(one.table, language) for one in fits if one.table.rows or one.table.headed]
    if len(found) != len(wanted):
        yield f"{len(found)} tables instead of {len(wanted)}"
    for one, other in zip(found, wanted, strict=False):
        if len(one) != len(other):
            yield f"{len(one)} cells instead of {len(other)}"
        yield from (f"{quoted(was)} instead of {quoted(said)}" for was, said in zip(one, other, strict=False) if was != said)


def _texts(made: Element) -> list[str]:
    """What each cell says."""
    parts = (qn("w:t"), qn("w:br"))
    return ["".join("\n" if part.tag == parts[1] else part.text for part in cell.iter(*parts)) for cell in made.iter(qn("w:tc"))]


def _wanted(table: Table, language: Language) -> list[str]:
    texts = [clean(column.header) for column in table.columns] if table.headed else []
    for row in table.rows:
        texts += [shown(language, table.columns[first], row, cell) for first, _, cell in spans(table, row)]
    return [text.replace("\t", " ") for text in texts]
