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
    say = dossier.language.say
    if dossier.earlier is None:
        tables: tuple[Table, ...] = (_note(dossier, say("There is no earlier version to compare with.")),)
    elif unchanged(dossier, dossier.earlier):
        nothing = say("Nothing has changed, in the inputs or in the result.")
        tables = (_note(dossier, f"{_against(dossier, dossier.earlier)} {nothing}"),)
    else:
        tables = (_note(dossier, _against(dossier, dossier.earlier)), *_parts(dossier, dossier.earlier))
    return Sheet(NAME, say("What has changed since the earlier version"), tables, front=True, tab=say(NAME))


def _against(dossier: Dossier, earlier: Earlier) -> str:
    return dossier.language.say("Compared with {file}.", file=earlier.file)


def unchanged(dossier: Dossier, earlier: Earlier) -> bool:
    """Whether the question, the inputs and the result are those of an earlier version."""
    return not any(table.rows for table in _parts(dossier, earlier))


def _parts(dossier: Dossier, earlier: Earlier) -> tuple[Table, Table, Table]:
    return _questions(dossier, earlier), _inputs(dossier, earlier), _outputs(dossier, earlier)


def summary(dossier: Dossier) -> str:
    """The changes in one line."""
    earlier, language = dossier.earlier, dossier.language
    if earlier is None:
        return language.say("There is no earlier version to compare with.")
    counts = counted(dossier, earlier)
    if not any(counts):
        return language.say("Nothing has changed since {file}.", file=earlier.file)
    nouns = (
        ("{number} input cell", "{number} input cells"),
        ("{number} output", "{number} outputs"),
        ("{number} term of the scenario", "{number} terms of the scenario"),
    )
    parts = [language.count(number, *noun) for number, noun in zip(counts, nouns, strict=True) if number]
    changed = language.enumeration(parts)
    return language.say(
        "Since {file}: {changes} changed (sheet {sheet}).", file=earlier.file, changes=changed, sheet=language.say(NAME)
    )


def counted(dossier: Dossier, earlier: Earlier) -> tuple[int, ...]:
    """How many input cells, outputs and terms of the scenario differ."""
    return tuple(
        len(table.rows) for table in (_inputs(dossier, earlier), _outputs(dossier, earlier), _questions(dossier, earlier))
    )


def compare(was: Mapping[Key, Value], now: Mapping[Key, Value]) -> Iterator[tuple[Key, Value | None, Value | None]]:
    """What differs, in the order of `now`, then what is no longer there: key, was, now; None for what is not there."""
    for key in [*now, *(key for key in was if key not in now)]:
        if was.get(key) != now.get(key):
            yield key, was.get(key), now.get(key)


def _note(dossier: Dossier, text: str) -> Table:
    return Table(dossier.language.say(NAME), (Column("text", "", width=18, span=5),), (), lead=(text,), headed=False)


def _questions(dossier: Dossier, earlier: Earlier) -> Table:
    """The terms are those of the sheet Run."""
    say = dossier.language.say
    found = compare(earlier.question, dict(question(dossier.result.scenario)))
    columns = (
        Column("name", say("Term"), width=20, span=3),
        Column("was", say("Was"), width=40),
        Column("now", say("Now"), width=40),
    )
    return _table(dossier, say("What is asked"), columns, map(Row, found))


def _inputs(dossier: Dossier, earlier: Earlier) -> Table:
    say = dossier.language.say
    columns = (
        Column("sheet", say("Sheet"), width=18),
        Column("row", say("Row"), Kind.ID, 22),
        Column("column", say("Column"), width=28),
        Column("was", say("Was"), width=40),
        Column("now", say("Now"), width=40),
    )
    found = compare(_by_place(earlier.cells), _by_place(dossier.workbook.cells))
    return _table(dossier, say("Inputs"), columns, (Row((*place[:3], was or "", now or "")) for place, was, now in found))


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
    say, currency = dossier.language.say, dossier.language.term(dossier.plan.currency)
    columns = (
        Column("id", say("Output"), Kind.ID, 18),
        Column("title", say("Title"), width=22, span=2),
        Column("was", say("Status was"), width=40),
        Column("now", say("Status now"), width=40),
        Column("amount_was", say("Allocated was ({currency})", currency=currency), Kind.MONEY, 16),
        Column("amount_now", say("Allocated now ({currency})", currency=currency), Kind.MONEY, 16),
        Column("difference", say("Difference ({currency})", currency=currency), Kind.MONEY, 16),
    )
    now = {
        output.id: EarlierOutput(
            output.named(dossier.language.code), wording.timed_extent(dossier.plan, delivery), delivery.amount
        )
        for output, delivery in zip(dossier.plan.outputs, dossier.result.allocation, strict=True)
    }
    was = {
        key: EarlierOutput(now[key].title, output.status, output.amount) if key in now else output
        for key, output in earlier.outputs.items()
    }
    return _table(dossier, say("Outputs"), columns, (_output(dossier, *difference) for difference in compare(was, now)))


def _output(dossier: Dossier, key: str, was: EarlierOutput | None, now: EarlierOutput | None) -> Row:
    language, amounts = dossier.language, (was.amount if was else 0, now.amount if now else 0)
    return Row(
        (
            key,
            now.title if now else was.title if was else "",
            wording.retold(language, was.status) if was else language.say("not in the earlier version"),
            wording.retold(language, now.status) if now else language.say("no longer in the plan"),
            *amounts,
            amounts[1] - amounts[0],
        )
    )


def _table(dossier: Dossier, title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Table:
    rows = tuple(rows)
    return Table(title, columns, rows, notes=() if rows else (dossier.language.say("No change."),))
