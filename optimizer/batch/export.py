"""A batch as a file, and as a data frame."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from optimizer.batch.blocks import Batch
from optimizer.batch.rows import assumed, columns, rows
from optimizer.batch.store import Store
from optimizer.batch.summary import summaries
from optimizer.batch.tables import MOST_ROWS, book
from optimizer.files.publish import OutputRefused, as_written, publish, refuse_to_replace
from optimizer.report.plain import harmless
from optimizer.report.table import Scalar
from optimizer.report.xlsx import save

if TYPE_CHECKING:
    import pandas

FORMS = (".xlsx", ".csv", ".parquet")


def refuse_export(batch: Batch, path: Path, never: Iterable[Path], overwrite: bool) -> None:
    """Raises OutputRefused, before anything is solved, where `export` could not write."""
    if path.suffix.lower() not in FORMS:
        raise OutputRefused(f"{path}: a name that ends in {', '.join(FORMS)} is expected")
    if path.suffix.lower() == ".xlsx" and len(batch) > MOST_ROWS:
        raise OutputRefused(f"{path}: a workbook holds at most {MOST_ROWS:,} scenarios; csv and parquet hold any number")
    if path.suffix.lower() == ".parquet":
        _parquet_engine()
    refuse_to_replace(path, never, overwrite)


def export(batch: Batch, store: Store, path: Path, never: Iterable[Path] = (), overwrite: bool = False) -> None:
    """All scenarios with their answers; an xlsx has the summary as well. Raises OutputRefused and CheckFailed."""
    refuse_export(batch, path, never, overwrite)
    if path.suffix.lower() == ".xlsx":
        found = summaries(batch, store.answered(len(batch)))
        save(book(batch, found, store.answered(len(batch))), path, never)
        return
    content = _csv(batch, store) if path.suffix.lower() == ".csv" else _parquet(batch, store)
    publish(path, content, as_written(content), never, overwrite)


def frame(batch: Batch, store: Store) -> pandas.DataFrame:
    """One row a scenario, by its number; an assumption whose values are all plain numbers has numbers, else text as typed.

    `value` is rounded to a float, `exact` is the fraction as text.
    """
    import pandas  # here, so that only those who ask for a frame wait for it

    keys = [column.key for column in columns(batch)]
    plain = (
        [float(cell) if isinstance(cell, Fraction) else cell for cell in row] for row in rows(batch, store.answered(len(batch)))
    )
    made = pandas.DataFrame(plain, columns=keys).set_index("number")
    whole = [key for key in keys if key in ("spend", "in_full", "in_part") or key.startswith(("amount ", "share "))]
    made[whole] = made[whole].astype("Int64")
    for key in (f"assumption {name}" for name in assumed(batch)):
        numbers = pandas.to_numeric(made[key], errors="coerce")
        if (numbers.notna() == made[key].notna()).all():
            made[key] = numbers
    return made.rename(columns=lambda key: key.removeprefix("assumption "))


def _csv(batch: Batch, store: Store) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([harmless(column.key.removeprefix("assumption ")) for column in columns(batch)])
    writer.writerows(map(_datum, row) for row in rows(batch, store.answered(len(batch))))
    return target.getvalue().encode()


def _datum(cell: Scalar) -> str:
    if cell is None:
        return ""
    return f"{float(cell):.10g}" if isinstance(cell, Fraction) else harmless(str(cell))


def _parquet(batch: Batch, store: Store) -> bytes:
    target = io.BytesIO()
    frame(batch, store).to_parquet(target, engine=_parquet_engine())
    return target.getvalue()


def _parquet_engine() -> Literal["pyarrow", "fastparquet"]:
    """What pandas writes parquet with. Raises OutputRefused where neither is there."""
    if find_spec("pyarrow") is not None:
        return "pyarrow"
    if find_spec("fastparquet") is not None:
        return "fastparquet"
    raise OutputRefused("parquet needs the package pyarrow, which is not there: pip install pyarrow; csv and xlsx need nothing")
