"""What is different from an earlier version: each input cell, the question asked, each output's status or amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from optimizer.files.document import InputCell
from optimizer.files.results import Earlier, EarlierOutput
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.record import question
from optimizer.report.table import Column, Kind, Row, Sheet, Table

NAME = "Changes"
Key = TypeVar("Key")
Value = TypeVar("Value")


def sheet(dossier: Dossier) -> Sheet:
    """Always there, so that a reader who looks for changes finds what there is to say of them."""
    about = "What has changed since the earlier version"
    if dossier.earlier is None:
        return Sheet(NAME, about, (_note("There is no earlier version to compare with."),), front=True)
    lead = f"Compared with {dossier.earlier.file}."
    if unchanged(dossier, dossier.earlier):
        return Sheet(NAME, about, (_note(f"{lead} Nothing has changed, in the inputs or in the result."),), front=True)
    return Sheet(NAME, about, (_note(lead), *_parts(dossier, dossier.earlier)), front=True)


def unchanged(dossier: Dossier, earlier: Earlier) -> bool:
    """Whether the question, the inputs and the result are those of an earlier version."""
    return not any(table.rows for table in _parts(dossier, earlier))


def _parts(dossier: Dossier, earlier: Earlier) -> tuple[Table, Table, Table]:
    return _questions(dossier, earlier), _inputs(dossier, earlier), _outputs(dossier, earlier)


def summary(dossier: Dossier) -> str:
    """The changes in one line."""
    earlier = dossier.earlier
    if earlier is None:
        return "There is no earlier version to compare with."
    counts = [len(table.rows) for table in (_inputs(dossier, earlier), _outputs(dossier, earlier), _questions(dossier, earlier))]
    if not any(counts):
        return f"Nothing has changed since {earlier.file}."
    nouns = (("input cell", "input cells"), ("output", "outputs"), ("term of the scenario", "terms of the scenario"))
    parts = [wording.count(number, *noun) for number, noun in zip(counts, nouns, strict=True) if number]
    return f"Since {earlier.file}: {wording.enumeration(tuple(parts))} changed (sheet {NAME})."


def compare(was: Mapping[Key, Value], now: Mapping[Key, Value]) -> Iterator[tuple[Key, Value | None, Value | None]]:
    """What differs, in the order of `now`, then what is no longer there: key, was, now; None for what is not there."""
    for key in [*now, *(key for key in was if key not in now)]:
        if was.get(key) != now.get(key):
            yield key, was.get(key), now.get(key)


def _note(text: str) -> Table:
    return Table(NAME, (Column("text", "", width=18, span=5),), (), lead=(text,), headed=False)


def _questions(dossier: Dossier, earlier: Earlier) -> Table:
    found = compare(earlier.question, dict(question(dossier.result.scenario)))
    return _table(
        "What is asked",
        (Column("name", "Term", width=20, span=3), Column("was", "Was", width=40), Column("now", "Now", width=40)),
        map(Row, found),
    )


def _inputs(dossier: Dossier, earlier: Earlier) -> Table:
    columns = (
        Column("sheet", "Sheet", width=18),
        Column("row", "Row", Kind.ID, 22),
        Column("column", "Column", width=28),
        Column("was", "Was", width=40),
        Column("now", "Now", width=40),
    )
    found = compare(_by_place(earlier.cells), _by_place(dossier.workbook.cells))
    return _table("Inputs", columns, (Row((*place[:3], was or "", now or "")) for place, was, now in found))


def _by_place(cells: Iterable[InputCell]) -> dict[tuple[str, str, str, int], str]:
    """By sheet, row and column; of several rows with the same id, the first with the first."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for cell in cells:
        place = (cell.sheet, cell.row, cell.column)
        seen[place] += 1
        if cell.value:
            found[*place, seen[place]] = cell.value
    return found


def _outputs(dossier: Dossier, earlier: Earlier) -> Table:
    currency = dossier.plan.currency
    columns = (
        Column("id", "Output", Kind.ID, 18),
        Column("title", "Title", width=22, span=2),
        Column("was", "Status was", width=40),
        Column("now", "Status now", width=40),
        Column("amount_was", f"Allocated was ({currency})", Kind.MONEY, 16),
        Column("amount_now", f"Allocated now ({currency})", Kind.MONEY, 16),
        Column("difference", f"Difference ({currency})", Kind.MONEY, 16),
    )
    now = {
        output.id: EarlierOutput(output.name, wording.timed_extent(dossier.plan, delivery), delivery.amount)
        for output, delivery in zip(dossier.plan.outputs, dossier.result.allocation, strict=True)
    }
    was = {
        key: EarlierOutput(now[key].title, output.status, output.amount) if key in now else output
        for key, output in earlier.outputs.items()
    }
    return _table("Outputs", columns, (_output(*difference) for difference in compare(was, now)))


def _output(key: str, was: EarlierOutput | None, now: EarlierOutput | None) -> Row:
    amounts = (was.amount if was else 0, now.amount if now else 0)
    return Row(
        (
            key,
            now.title if now else was.title if was else "",
            was.status if was else "not in the earlier version",
            now.status if now else "no longer in the plan",
            *amounts,
            amounts[1] - amounts[0],
        )
    )


def _table(title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Table:
    rows = tuple(rows)
    return Table(title, columns, rows, notes=() if rows else ("No change.",))
