"""Rows of Components, Criteria, Outputs, Levels and Coverage -> the parts of a plan.

A row with an error still becomes an item, with neutral values where its own cannot be used, so that what depends on it can be
checked in the same pass; nothing is computed from such a plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from optimizer.files.log import Log
from optimizer.files.tables import Row, Table
from optimizer.findings import nearest, quoted
from optimizer.keys import normalise
from optimizer.plan import Basis, Component, Coverage, Criterion, Level, Limit, Output, Status

HIGHEST_SCORE = 100


def read_criteria(table: Table) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            key,
            row.text("title"),
            row.exact("weight") or Fraction(0),
            row.text("meaning_of_0"),
            row.text("meaning_of_100"),
            row.text("comment"),
            row.titles("title"),
        )
        for key, row in table.by_id.items()
    )


def read_components(table: Table, log: Log) -> tuple[Component, ...]:
    found = []
    for key, row in table.by_id.items():
        weight = row.exact("weight")
        minimum, maximum = (read_limit(table, row, field, log) for field in ("minimum", "maximum"))
        weight = Fraction(1) if weight is None else weight
        found.append(Component(key, row.text("title"), weight, minimum, maximum, row.text("comment"), row.titles("title")))
    return tuple(found)


def read_limit(table: Table, row: Row, key: str, log: Log) -> Limit | None:
    """The limit of a pair of cells, basis and value: both are typed, or neither. Required cells are checked with their row."""
    basis_key = f"{key}_basis"
    basis, value = row.text(basis_key), row.exact(key)
    required = table.sheet.column(key).required
    if basis and key not in row.cells and not required:
        expected = "a value is expected where there is a basis"
        log.error(table.place(row, key), "limit-value", f"{key} is blank", expected, "type the value, or blank the basis")
    elif key in row.cells and basis_key not in row.cells and not required:
        expected = "a basis is expected where there is a value"
        log.error(
            table.place(row, basis_key), "limit-basis", f"basis of the {key} is blank", expected, "say what it is measured in"
        )
    return Limit(Basis(basis), value) if basis and value is not None else None


def read_levels(table: Table | None) -> dict[str, tuple[Level, ...]]:
    """The explicit levels of each output that has any, cheapest first."""
    found: dict[str, list[Level]] = {}
    for row in table.rows if table is not None else ():
        amount, share = row.whole("amount"), row.whole("share")
        if amount is not None and share is not None:
            found.setdefault(row.text("output"), []).append(Level(amount, share, row.text("result")))
    return {output: tuple(sorted(levels, key=lambda level: (level.amount, level.share))) for output, levels in found.items()}


class OutputReader:
    """Rows of the sheet Outputs, with what other sheets say about them."""

    def __init__(
        self,
        table: Table,
        components: Sequence[Component],
        criteria: Sequence[Criterion],
        levels: Mapping[str, tuple[Level, ...]],
        log: Log,
    ) -> None:
        self.table = table
        self.components = [component.id for component in components]
        self.criteria = [criterion.id for criterion in criteria]
        self.tag_columns = tuple(key.removeprefix("tags:") for key in table.columns if key.startswith("tags:"))
        self.levels = levels
        self.log = log

    def read(self) -> tuple[Output, ...]:
        self._score_scale()
        return tuple(self._output(key, row) for key, row in self.table.by_id.items())

    def _output(self, key: str, row: Row) -> Output:
        cost = row.whole("cost")
        levels = self.levels.get(key, ())
        status = Status(row.text("status") or Status.OPEN)
        component = row.text("component")
        return Output(
            id=key,
            component=component if component in self.components else self.components[0],
            title=row.text("title"),
            cost=1 if cost is None else cost,
            minimum=self._minimum(row, levels, 1 if cost is None else cost),
            scores=tuple(self._score(row, criterion) for criterion in self.criteria),
            short_title=row.text("short_title"),
            unit=row.text("unit"),
            cost_basis=row.text("cost_basis"),
            status=status,
            committed=self._committed(row, status),
            reason=row.text("reason"),
            earliest_start=row.whole("earliest_start"),
            start=row.whole("start"),
            end=row.whole("end"),
            tags=tuple(row.tags(f"tags:{name}") for name in self.tag_columns),
            judged=tuple(row.text(f"source:{criterion}") == "judged" for criterion in self.criteria),
            result_full=row.text("result_full"),
            result_minimum=row.text("result_minimum"),
            explicit_levels=levels,
            tier=self._tier(row),
            spent=row.whole("spent") or 0,
            delivered=row.whole("delivered") or 0,
            adopted=row.whole("adopted"),
            comment=row.text("comment"),
            titles=row.titles("title"),
            short_titles=row.titles("short_title"),
        )

    def _minimum(self, row: Row, levels: tuple[Level, ...], cost: int) -> int:
        minimum = row.whole("minimum")
        if levels:
            if minimum is not None and minimum != levels[0].amount:
                found = f"minimum viable amount {minimum:,}, lowest level {levels[0].amount:,}"
                self.log.warning(self.table.place(row, "minimum"), "minimum-and-levels", found, "the sheet Levels is used")
            return levels[0].amount
        if minimum is None and "minimum" not in row.cells:
            remedy = "type the cost for an output that is all or nothing"
            place = self.table.place(row, "minimum")
            self.log.error(place, "blank", "minimum viable amount is blank", "an amount is expected: a blank is not 0", remedy)
        return cost if minimum is None else minimum

    def _committed(self, row: Row, status: Status) -> int:
        if status is Status.COMMITTED and "committed" not in row.cells:
            remedy = "type its minimum viable amount if only that is promised"
            expected = "the amount committed or spent is expected"
            self.log.error(self.table.place(row, "committed"), "blank", "committed amount is blank", expected, remedy)
        return row.whole("committed") or 0

    def _tier(self, row: Row) -> int | None:
        tier = row.whole("tier")
        if tier == 0:
            self.log.error(self.table.place(row, "tier"), "value", "tier 0", "a whole number of at least 1 is expected")
        return tier

    def _score(self, row: Row, criterion: str) -> Fraction:
        key = f"score:{criterion}"
        score = row.exact(key)
        if score is not None and score > HIGHEST_SCORE:
            found = f"score {criterion} {float(score):g}"
            self.log.error(self.table.place(row, key), "value", found, f"a number from 0 to {HIGHEST_SCORE} is expected")
        return score or Fraction(0)

    def _score_scale(self) -> None:
        """Scores from 0 to 1 in a whole column were typed on another scale, most likely."""
        for criterion in self.criteria:
            key = f"score:{criterion}"
            scores = [score for row in self.table.rows if (score := row.exact(key)) is not None]
            if any(score.denominator != 1 for score in scores) and max(scores) <= 1:
                found = f"scores of {criterion} from {float(min(scores)):g} to {float(max(scores)):g}"
                self.log.warning(self.table.header(key), "score-scale", found, f"numbers from 0 to {HIGHEST_SCORE} are expected")


def read_coverage(table: Table | None, tag_columns: Sequence[str], log: Log) -> tuple[Coverage, ...]:
    known = {normalise(name): name for name in tag_columns}
    found: dict[tuple[str, str], Coverage] = {}
    for row in table.rows if table is not None else ():
        assert table is not None
        typed, tag, least = row.text("tag_column"), row.text("tag"), row.whole("least")
        name = known.get(normalise(typed))
        if typed and name is None:
            expected = "the name of a tag column of Outputs is expected"
            place = table.place(row, "tag_column")
            log.error(place, "unknown", f"tag column {quoted(typed)}", expected, nearest(typed, tag_columns))
        elif name is not None and tag and least is not None:
            if (name, tag) in found:
                what = f"tag {quoted(tag)} of {name} a second time"
                log.error(table.place(row, "tag"), "duplicate", what, "each tag once is expected")
            found[name, tag] = Coverage(name, tag, least)
    return tuple(found.values())


def check_estimates(components: Table, outputs: Sequence[Output], log: Log) -> None:
    """The printed estimates are control totals; the sum of the costs is what counts."""
    for key, row in components.by_id.items():
        estimate = row.whole("estimate")
        total = sum(output.cost for output in outputs if output.component == key)
        if estimate is not None and estimate != total:
            found = f"estimate {estimate:,}, costs of its outputs {total:,} (difference {abs(estimate - total):,})"
            place = components.place(row, "estimate")
            log.warning(
                place, "estimate", found, "the same is expected; the sum of the costs is used", "correct the one that is wrong"
            )


def say_progress(table: Table, outputs: Sequence[Output], log: Log) -> None:
    """Amounts spent that no plan and no scenario asks about."""
    spent = [output for output in outputs if output.spent]
    if spent:
        found = f"spent {spent[0].spent:,}" + (f" and {len(spent) - 1} more in this column" if len(spent) > 1 else "")
        expected = "it counts only in a re-plan: neither the plan nor any scenario has a first open year"
        remedy = "type First open year on the sheet Plan, or change it in a scenario"
        log.warning(table.place(table.by_id[spent[0].id], "spent"), "spent-unused", found, expected, remedy)
