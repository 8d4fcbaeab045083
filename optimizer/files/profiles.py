"""Rows of the sheet Profile -> when the money of an output falls due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from optimizer.files.log import Log
from optimizer.files.tables import Row, Table
from optimizer.findings import quoted
from optimizer.plan import Output
from optimizer.timing import Period, ProfileRow
from optimizer.values import as_typed

Whole = tuple[str, int | None]  # an output and a level: its rows are parts of one whole


class ProfileReader:
    """`prices` has, for each output that was read without an error, its cost (None) and the amount of each share delivered."""

    def __init__(self, table: Table, periods: Sequence[Period], prices: Mapping[str, Mapping[int | None, int]], log: Log) -> None:
        self.table = table
        self.keys = [f"part:{period.name}" for period in periods]
        self.prices = prices
        self.log = log

    def attach(self, outputs: Sequence[Output]) -> tuple[Output, ...]:
        """The outputs with their profiles."""
        wholes: dict[Whole, list[Row]] = {}
        for row in self.table.rows:
            wholes.setdefault((row.text("output"), row.whole("share")), []).append(row)
        profiles: dict[str, list[ProfileRow]] = {}
        for (output, share), rows in wholes.items():
            if self.keys and not any(self.log.is_bad(self.table.name, row.number) for row in rows):
                self._check(output, share, rows)
            profiles.setdefault(output, []).extend(self._row(row) for row in rows)
        return tuple(replace(output, profile=tuple(profiles.get(output.id, ()))) for output in outputs)

    def _row(self, row: Row) -> ProfileRow:
        parts = tuple(row.exact(key) or Fraction(0) for key in self.keys)
        return ProfileRow(parts, row.whole("share"), row.text("fund"), row.text("basis") == "amounts")

    def _check(self, output: str, share: int | None, rows: Sequence[Row]) -> None:
        if not self._alike(output, share, rows) or not self._level_exists(output, share, rows):
            return
        filled = [(row, key, part) for row in rows for key in self.keys if (part := row.exact(key)) is not None]
        first_row, first_key = filled[0][:2] if filled else (rows[0], self.keys[0])
        place = self.table.place(first_row, first_key)
        total = sum((part for _, _, part in filled), Fraction(0))
        if rows[0].text("basis") == "shares":
            if total != 100:
                found = f"the shares of {_named(output, share)} add up to {as_typed(total)}"
                self.log.error(place, "profile-sum", found, "exactly 100 is expected", "correct them, or type amounts")
            return
        broken = [(row, key, part) for row, key, part in filled if part.denominator != 1]
        for row, key, part in broken:
            found = f"{self.table.columns[key].label} {as_typed(part)}"
            self.log.error(self.table.place(row, key), "value", found, "a whole amount is expected", "round it")
        whole = self.prices.get(output, {}).get(share)
        if not broken and whole is not None and total != whole:
            found = f"the amounts of {_named(output, share)} add up to {int(total):,}"
            expected = f"{whole:,} is expected, {'the cost' if share is None else 'the amount of the level'}"
            self.log.error(place, "profile-sum", found, expected, "correct them, or type shares")

    def _alike(self, output: str, share: int | None, rows: Sequence[Row]) -> bool:
        """Whether all rows have the basis of the first, and each a fund of its own."""
        ok = True
        by_fund: dict[str, Row] = {}
        for row in rows:
            basis, first = row.text("basis"), by_fund.setdefault(row.text("fund"), row)
            if basis != rows[0].text("basis"):
                found = f"basis {basis}, in {self.table.place(rows[0], 'basis').cell} {rows[0].text('basis')}"
                expected = f"the same on each row of {_named(output, share)} is expected"
                self.log.error(self.table.place(row, "basis"), "profile-basis", found, expected)
                ok = False
            if first is not row:
                fund = f" and fund {quoted(row.text('fund'))}" if row.text("fund") else ""
                found = f"{_named(output, share)}{fund} a second time, also in row {first.number}"
                expected = "one row for each output, level and fund is expected"
                self.log.error(self.table.place(row, "output"), "duplicate", found, expected, "add the rows up")
                ok = False
        return ok

    def _level_exists(self, output: str, share: int | None, rows: Sequence[Row]) -> bool:
        prices = self.prices.get(output)
        if share is None or prices is None or share in prices:
            return True
        for row in rows:
            known = ", ".join(str(level) for level in prices if level is not None)
            expected = f"a level of output {quoted(output)} is expected: {known}"
            self.log.error(
                self.table.place(row, "share"), "profile-level", f"level {share}", expected, "blank it for every level"
            )
        return False


def _named(output: str, share: int | None) -> str:
    return f"output {quoted(output)}" + ("" if share is None else f" at level {share}")


def prices(output: Output, step: int, unit_of_account: int) -> dict[int | None, int]:
    """The cost of an output, and the amount of each of its levels by the share that it delivers."""
    levels: dict[int | None, int] = {level.share: level.amount for level in output.levels(step, unit_of_account)}
    return {None: output.cost} | levels
