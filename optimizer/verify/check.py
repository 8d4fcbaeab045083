"""Is a results workbook right? Both files are read from disk, and everything that can be is derived again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from optimizer.address import address
from optimizer.files import seal
from optimizer.verify import exact, formulas, overview, published, record
from optimizer.verify.cells import File, Sheet, read
from optimizer.verify.exact import ALLOCATION, Answer
from optimizer.verify.ledger import Ledger
from optimizer.verify.plan import Tables, Unreadable
from optimizer.verify.question import Question, ask
from optimizer.verify.read import read_plan
from optimizer.verify.words import words


@dataclass(frozen=True)
class Verdict:
    """`derived` cells were worked out again, `sealed` ones are only known to be as they were written. No faults: verified.

    `question` is the scenario, with the settings on top, that was derived; empty where the workbook holds no allocation of one.
    """

    question: str
    derived: int
    sealed: int
    faults: tuple[str, ...]


def verify(
    result: str | os.PathLike[str], plan: str | os.PathLike[str], scenario: str = "", settings: Sequence[str] = ()
) -> Verdict:
    """Hold a results workbook against its plan. Without a scenario the one that it names is derived, with its settings.

    Raises InputRefused for a file that is no workbook.
    """
    return held_against(read(result), read(plan, typed=True), scenario, settings)


def held_against(result: File, source: File, scenario: str = "", settings: Sequence[str] = ()) -> Verdict:
    """The same of files as they were read."""
    ledger, asked = Ledger(result), ""
    try:
        if ALLOCATION in ledger.file.sheets:
            tables = Tables(source)
            name, on_top = (scenario, tuple(settings)) if scenario else record.asked(ledger.file, tables)
            asked = " with ".join(filter(None, (name, "; ".join(on_top))))
            _derive(ledger, ask(tables, read_plan(source), name, on_top), source)
        else:
            record.digest(ledger, source)
    except Unreadable as error:
        ledger.fault(str(error))
    formulas.check(ledger)
    for text in chain(unsealed(ledger.file), _hidden(ledger.file)):
        ledger.fault(text)
    cells = {(name, row, c) for name, sheet in ledger.file.sheets.items() for row, line in sheet.rows.items() for c in line}
    derived = len(cells & ledger.derived)
    return Verdict(asked, derived, len(cells) - derived, tuple(ledger.faults))


def as_sealed(path: str | os.PathLike[str]) -> Iterator[str]:
    """Where a workbook on disk is not as its sheet Seal says, in words."""
    return unsealed(read(path))


def _derive(ledger: Ledger, question: Question, source: File) -> None:
    said = exact.answer(ledger, question)
    if said is not None:
        exact.check(ledger, said)
        record.run(ledger, said, source)
        _published(ledger, said)
    record.inputs(ledger, source)


def _published(ledger: Ledger, said: Answer) -> None:
    """The tables for every reader."""
    language = words(ledger.file)
    shown = published.prioritisation(ledger, said, language)
    overview.components(ledger, said, language)
    overview.coverage(ledger, said, language)
    if shown.total:
        overview.summary(shown)
        overview.stakes(shown)
        published.for_word(shown)
        if said.plan.periods:
            published.by_period(shown)


def _hidden(file: File) -> Iterator[str]:
    """Numbers whose format shows another number, or none: the seal is of what cells hold."""
    for name, sheet in file.sheets.items():
        for row, cells in sheet.rows.items():
            for column, cell in cells.items():
                if cell.hides:
                    yield f"{name}!{address(row, column)}: its number format shows another number than it holds, or none"


def unsealed(file: File) -> Iterator[str]:
    """Where the workbook is not as its sheet Seal says, in words."""
    sheet = file.sheets.get(seal.SEAL)
    if sheet is None:
        yield f"there is no sheet {seal.SEAL}: whether cells were changed cannot be told"
        return
    said = [line for _, line in sorted(_lines(sheet))]
    wanted = [line for name, one in file.sheets.items() if name != seal.SEAL for line in seal.lines(name, _canonical(one))]
    if [line[:2] for line in said] != [line[:2] for line in wanted]:
        yield f"its sheets are not those that the sheet {seal.SEAL} tells of"
    for (name, first, there), (_, _, here) in zip(said, wanted, strict=False):
        for at in range(0, max(len(there), len(here)), seal.DIGITS):
            if there[at : at + seal.DIGITS] != here[at : at + seal.DIGITS]:
                yield f"{name}, row {first + at // seal.DIGITS}: it is not as it was written"
    texts = [(row, cell.text) for row, cells in sheet.rows.items() for cell in cells.values() if row < seal.FIRST]
    if sorted(texts) != [(1, seal.SEAL), (2, seal.NOTE)]:
        yield f"{seal.SEAL}: its heading is not as it was written"


def _lines(sheet: Sheet) -> Iterator[tuple[int, seal.Line]]:
    for row, cells in sheet.rows.items():
        if row >= seal.FIRST:
            name, first, digests = (cells.get(column) for column in (1, 2, 3))
            number = first.number if first is not None and first.number is not None else 0
            yield row, (name.text if name else "", int(number), digests.text if digests else "")


def _canonical(sheet: Sheet) -> dict[int, dict[int, str]]:
    return {row: {column: cell.canonical for column, cell in cells.items()} for row, cells in sheet.rows.items()}
