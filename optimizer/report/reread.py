"""A results workbook read back whole, from its file alone: what it was made from, once nothing in it is found changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice

from optimizer.files.cells import Grid, read_grids
from optimizer.files.codec import Malformed
from optimizer.files.container import Container, open_container
from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.parts import scan
from optimizer.files.recheck import compared
from optimizer.files.results import INPUTS, RECORD, input_cells, is_results
from optimizer.files.seal import SEAL
from optimizer.findings import Finding, InputRefused, Severity
from optimizer.report import layout, record, restored, sealed
from optimizer.report.book import results_book
from optimizer.report.dossier import Dossier, RunFacts
from optimizer.report.scenarios import Comparison, comparison_book
from optimizer.report.stored import ComparisonRecord, ResultRecord
from optimizer.report.table import Book

SHOWN = 5  # changed cells that are named


class Altered(Exception):
    """The workbook is not as it was written (exit code 6). `cells` are the first that differ, in words."""

    def __init__(self, name: str, cells: tuple[str, ...], facts: RunFacts | None = None) -> None:
        self.cells = cells
        written, here = dict(facts.versions).get("optimizer", "") if facts else "", version("optimizer")
        by = f" (it was written by version {written}, this is version {here})" if written not in ("", here) else ""
        super().__init__(f"{name} is not as it was written{by}; run the scenario again: {'; '.join(cells)}")


@dataclass(frozen=True)
class _File:
    container: Container
    grids: Mapping[str, Grid]  # by sheet, in the order of the workbook
    sheets: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.container.name

    def refused(self, code: str, found: str, expected: str, remedy: str) -> InputRefused:
        return InputRefused([Finding(code, Severity.ERROR, self.name, "", "", found, expected, remedy)])

    def check(self, book: Book, facts: RunFacts) -> None:
        """Raises Altered where a cell is not what the book says."""
        found = tuple(islice(compared(self.sheets, self.grids, layout.expected(book), saved=True), SHOWN))
        if found:
            raise Altered(self.name, found, facts)


def read_results_workbook(path: str | os.PathLike[str]) -> Dossier | Comparison:
    """What a results workbook was made from. Its input workbook is not needed, and nothing is solved.

    The workbook's `path` is the name of its file alone; that of a comparison has no cells. Raises InputRefused for what is no
    results workbook, or one that an older version wrote, and Altered for one that has been changed since.
    """
    file = _opened(path)
    try:
        found = restored.read(sealed.text(file.grids[RECORD]))
        if isinstance(found, ComparisonRecord):
            workbook, answers, language = restored.answers(found)
            several = Comparison(workbook, answers, language)
            file.check(comparison_book(several, found.facts), found.facts)
            return several
        one = restored.dossier(found, _cells(file, found))
        file.check(results_book(one), found.facts)
        return one
    except Malformed as error:
        expected = "a record of this version of the tool is expected"
        raise file.refused("other-record", f"its record is of another version ({error})", expected, _AGAIN) from None
    except (sealed.Broken, restored.Contradicted) as error:
        raise Altered(file.name, (f"{RECORD}: {error}",)) from None


def read_dossier(path: str | os.PathLike[str]) -> Dossier:
    """As `read_results_workbook`, for the results of one scenario."""
    found = read_results_workbook(path)
    if isinstance(found, Dossier):
        return found
    raise _other(path, "it has several scenarios side by side", "the results of one scenario are expected")


def read_comparison(path: str | os.PathLike[str]) -> Comparison:
    """As `read_results_workbook`, for scenarios side by side."""
    found = read_results_workbook(path)
    if isinstance(found, Comparison):
        return found
    raise _other(path, "it has the results of one scenario", "scenarios side by side are expected")


_AGAIN = "run the scenario again with this version: optimizer run PLAN.xlsx"


def _opened(path: str | os.PathLike[str]) -> _File:
    container = open_container(path)
    parts = [part for part in scan(container).sheets if part.name != SEAL]  # for optimizer verify: nothing is made from it
    file = _File(container, read_grids(container, parts), tuple(part.name for part in parts))
    if not is_results(path):
        expected = "a results workbook written by this tool is expected"
        raise file.refused("no-results", "it is none", expected, "name one that optimizer run has written")
    if RECORD not in file.grids:
        expected = f"a results workbook with the sheet {RECORD} is expected; older versions wrote none, re-plans have none"
        raise file.refused("no-record", "it does not say what it was made from", expected, _AGAIN)
    return file


def _cells(file: _File, found: ResultRecord) -> tuple[InputCell, ...]:
    """The cells of the input as they stand in the file. Raises Altered where they are not those that were read."""
    cells = tuple(input_cells(file.container, {name: grid for name, grid in file.grids.items() if name.startswith(INPUTS)}))
    wrong = restored.foreign(found, cells)
    if wrong:
        places = list(_places(restored.document(found.source, cells)))
        named = (places[i] if i < len(places) else f"{INPUTS}: some of its rows are missing" for i in wrong[:SHOWN])
        raise Altered(file.name, tuple(named), found.facts)
    return cells


def _places(workbook: InputWorkbook) -> Iterator[str]:
    """Where each cell of the input stands."""
    for sheet in record.inputs(workbook):
        for placed in layout.place(sheet):
            yield from (f"{sheet.shown}!{at + 1}: its row is not what was read" for at, _ in placed.rows())


def _other(path: str | os.PathLike[str], found: str, expected: str) -> InputRefused:
    name = open_container(path).name
    return InputRefused([Finding("other-results", Severity.ERROR, name, "", "", found, expected, "name another workbook")])
