"""A batch from Python: the Results one after another, or a data frame of all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.batch.answer import Engine
from optimizer.batch.blocks import Batch
from optimizer.batch.results import results
from optimizer.batch.run import run
from optimizer.batch.store import open_store
from optimizer.result import Outcome

if TYPE_CHECKING:
    import pandas


def engine(workers: int | None = None, scheduler: str | None = None) -> Engine:
    """A Dask cluster where a scheduler is named, else so many processes on this machine, one for each core where none is said."""
    if scheduler:
        from optimizer.batch.cluster import Cluster

        return Cluster(scheduler)
    from optimizer.batch.processes import Processes

    return Processes(workers or os.cpu_count() or 1)


def batch_results(
    batch: Batch, path: Path | str, workers: int | None = None, scheduler: str | None = None, seconds: float = 600.0
) -> Iterator[Outcome]:
    """Answer what the store at `path` does not know yet, then give every answer in the order of the scenarios.

    Refused scenarios are left out; the frame has them. `seconds` bounds each question. Raises OutputRefused for the store,
    WorkerFault for processes or a cluster that cannot work.
    """
    with open_store(Path(path)) as store:
        run(batch, store, engine(workers, scheduler), seconds)
        yield from results(batch, store)


def batch_frame(
    batch: Batch, path: Path | str, workers: int | None = None, scheduler: str | None = None, seconds: float = 600.0
) -> pandas.DataFrame:
    """As `batch_results`, as a data frame with one row a scenario; see export.frame for its columns."""
    from optimizer.batch.export import frame

    with open_store(Path(path)) as store:
        run(batch, store, engine(workers, scheduler), seconds)
        return frame(batch, store)
