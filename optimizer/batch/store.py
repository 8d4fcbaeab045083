"""The answers of a batch in one SQLite file: kept as they come, found again by what they depend on.

A transaction that is committed survives the end of the process and of power (write-ahead log, synchronous FULL); one that is not
leaves no trace. Two files stand beside it while it is open, RESULTS-wal and RESULTS-shm, and belong to it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from fractions import Fraction
from pathlib import Path

from optimizer.batch.answer import Answer
from optimizer.files.publish import OutputRefused

MARK = 0x4F505442  # by which SQLite files of ours are known
VERSION = 1  # of the tables
MOST_ASKED = 500  # parameters of one question to SQLite, which takes 999 and more
FIELDS = (
    "ending", "value", "spend", "levels", "amounts", "shares", "starts", "proved", "proof", "path", "message", "seconds",
)  # fmt: skip
TABLES = f"""
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scenarios (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, assumptions TEXT NOT NULL
);
CREATE TABLE answers (key TEXT PRIMARY KEY, {", ".join(FIELDS)}) WITHOUT ROWID;
PRAGMA application_id = {MARK};
PRAGMA user_version = {VERSION};
"""
Asked = tuple[int, str, str, tuple[str, ...]]  # position, name, key, what it assumes


class Store:
    """One file, open for one process at a time to write. Raises OutputRefused for what is no store, or cannot be one."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def fact(self, name: str) -> str:
        """What the store says of itself; empty where it says nothing."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def begin(self, question: str) -> None:
        """`question` is what the scenarios follow from. Where it is another than before, which scenarios there are is forgotten;
        answers stay, and are found again where a scenario asks the same."""
        if self.fact("question") != question:
            with self._transaction() as cursor:
                cursor.execute("DELETE FROM scenarios")
                cursor.execute("INSERT OR REPLACE INTO facts VALUES ('question', ?)", (question,))

    def scenarios(self, first: int, end: int) -> list[Asked]:
        """What is known of the scenarios at these positions."""
        sql = "SELECT position, name, key, assumptions FROM scenarios WHERE position >= ? AND position < ? ORDER BY position"
        rows = self._connection.execute(sql, (first, end))
        return [(position, name, key, tuple(json.loads(text))) for position, name, key, text in rows]

    def ask(self, asked: Iterable[Asked]) -> None:
        rows = ((position, name, key, json.dumps(assumptions)) for position, name, key, assumptions in asked)
        with self._transaction() as cursor:
            cursor.executemany("INSERT OR REPLACE INTO scenarios VALUES (?, ?, ?, ?)", rows)

    def keep(self, answers: Iterable[tuple[str, Answer]]) -> None:
        """Answers by key, in one transaction."""
        with self._transaction() as cursor:
            marks = ", ".join("?" * (len(FIELDS) + 1))
            cursor.executemany(f"INSERT OR REPLACE INTO answers VALUES ({marks})", (_row(*one) for one in answers))

    def settled(self, keys: Sequence[str], seconds: float) -> set[str]:
        """Which of the keys have an answer that this much time would not improve."""
        found: set[str] = set()
        for i in range(0, len(keys), MOST_ASKED):
            some = keys[i : i + MOST_ASKED]
            sql = f"SELECT * FROM answers WHERE key IN ({', '.join('?' * len(some))})"
            for key, *fields in self._connection.execute(sql, some):
                answer = _answer(fields)
                if answer.final or answer.limit >= seconds:
                    found.add(key)
        return found

    def answered(self, count: int) -> Iterator[tuple[Asked, Answer | None]]:
        """The first `count` scenarios in order, as far as they are known, with their answers; None where there is none yet."""
        columns = ", ".join(f"a.{name}" for name in FIELDS)
        sql = f"SELECT s.position, s.name, s.key, s.assumptions, a.key, {columns} FROM scenarios s LEFT JOIN answers a"
        sql += " ON a.key = s.key WHERE s.position < ? ORDER BY s.position"
        for position, name, key, text, there, *fields in self._connection.execute(sql, (count,)):
            assumptions = tuple(json.loads(text))
            yield (position, name, key, assumptions), None if there is None else _answer(fields)

    def endings(self) -> dict[str, int]:
        """How many of the scenarios ended how."""
        sql = "SELECT a.ending, count(*) FROM scenarios s JOIN answers a ON a.key = s.key GROUP BY a.ending ORDER BY a.ending"
        return dict(self._connection.execute(sql).fetchall())

    def unproved(self) -> int:
        """How many of the scenarios have an allocation that is not proved best."""
        sql = "SELECT count(*) FROM scenarios s JOIN answers a ON a.key = s.key WHERE a.levels <> '[]' AND NOT a.proved"
        return int(self._connection.execute(sql).fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        try:
            with closing(self._connection.cursor()) as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                with self._connection:  # commits, or rolls back
                    yield cursor
        except sqlite3.Error as error:
            raise OutputRefused(f"{self.path} cannot be written: {error}") from error


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The store at `path`, made where there is none, for one run at a time. Raises OutputRefused."""
    if not path.parent.is_dir():
        raise OutputRefused(f"{path.parent} is no folder; make it, or name another")
    with _alone(path), _connected(path, new=not path.exists() or not path.stat().st_size) as connection:
        yield Store(path, connection)


@contextmanager
def read_store(path: Path) -> Iterator[Store]:
    """A store that is there, also while a run is at work on it. Raises OutputRefused."""
    if not path.is_file():
        raise OutputRefused(f"{path} is not there: the batch has not begun")
    with _connected(path, new=False) as connection:
        yield Store(path, connection)


@contextmanager
def _connected(path: Path, new: bool) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except sqlite3.Error as error:
        raise OutputRefused(f"{path} cannot be opened: {error}") from error
    with closing(connection):
        try:
            if new:
                connection.executescript(f"BEGIN; {TABLES} COMMIT;")
            mark = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if (mark, version) == (MARK, VERSION):
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            raise OutputRefused(f"{path} cannot be used: {error}; name another file") from error
        if (mark, version) != (MARK, VERSION):
            raise OutputRefused(f"{path} is no store of answers of this version; name another file")
        yield connection


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """A lock that ends with its process, however that ends. Raises OutputRefused where another run has it."""
    lock = path.with_name(f"{path.name}-lock")
    try:
        connection = sqlite3.connect(lock, isolation_level=None, timeout=0)
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        why = "another run is at work on it" if busy else f"{error}"
        raise OutputRefused(f"{path} cannot be written now: {why}") from error
    with closing(connection):
        yield
    with suppress(OSError):
        lock.unlink()


def _row(key: str, answer: Answer) -> tuple[object, ...]:
    value = None if answer.value is None else str(answer.value)
    lists = (json.dumps(one, separators=(",", ":")) for one in (answer.levels, answer.amounts, answer.shares, answer.starts))
    words = (answer.proof, answer.path, answer.message)
    return (key, answer.ending, value, answer.spend, *lists, int(answer.proved), *words, answer.limit)


def _answer(fields: Sequence[object]) -> Answer:
    ending, value, spend, levels, amounts, shares, starts, proved, proof, path, message, seconds = fields
    return Answer(
        str(ending),
        None if value is None else Fraction(str(value)),
        int(str(spend)),
        _list(levels),
        _list(amounts),
        _list(shares),
        _list(starts),
        bool(proved),
        str(proof),
        str(path),
        str(message),
        float(str(seconds)),
    )


def _list(text: object) -> tuple[int, ...]:
    return tuple(json.loads(str(text)))
