"""A Dask cluster: tasks of some dozens of solves, a bounded number of them sent at a time.

A task whose worker is lost is sent to another by the scheduler; after several losses it is cut up, so that what is lost in the
end is the one scenario that ends every worker. Workers need this package in the same version, and nothing else.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from optimizer.batch.answer import FAULT, Answer, Answered, Answerer, Work
from optimizer.batch.blocks import VERSION
from optimizer.batch.processes import WorkerFault

WINDOW = 3  # tasks sent for each thread of the cluster
CONNECT = "15s"
GOODBYE = 0.5  # seconds

Task = tuple[int, ...]
_known = threading.local()  # one Answerer a thread of a worker


class Outdated(Exception):
    """A worker has another version of this package."""


def answer(version: str, digest: str, content: bytes, task: Task) -> list[Answered]:
    """What a worker runs. The work comes with each task, since a worker may be new; it is unpacked once a thread."""
    if version != VERSION:
        raise Outdated(f"a worker has optimizer {VERSION}, this process {version}: install the same on both")
    if getattr(_known, "digest", "") != digest:
        _known.answerer, _known.digest = Answerer(pickle.loads(content)), digest
    return [(position, _known.answerer.answer(position)) for position in task]


@dataclass
class Cluster:
    """The cluster whose scheduler listens at `address`: tcp://host:8786."""

    address: str

    def answers(self, work: Work, tasks: Iterator[Task]) -> Generator[list[Answered], None, None]:
        """Raises WorkerFault where the scheduler is not there or not reached any more, or the cluster has another version."""
        try:
            from distributed import Client
        except ImportError as error:
            raise WorkerFault("a cluster needs the package distributed: pip install 'optimizer[cluster]'") from error

        class Unwaited(Client):  # type: ignore[misc]
            """Is closed below; one that Ctrl-C stopped while it was connecting would wait 30 s for its scheduler at the end."""

            def __del__(self) -> None:
                pass

        try:
            client = Unwaited(self.address, timeout=CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkerFault(f"no scheduler answers at {self.address}: {error}") from error
        try:
            yield from _Session(client, work, tasks).answers()
        finally:
            with suppress(TimeoutError):  # the cluster forgets what it was asked once the connection is gone
                client.close(timeout=GOODBYE)


class _Session:
    def __init__(self, client: Any, work: Work, tasks: Iterator[Task]) -> None:
        self.client = client
        self.seconds = work.seconds
        self.content = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        self.digest = hashlib.sha256(self.content).hexdigest()
        self.tasks = tasks
        self.again: deque[Task] = deque()
        self.sent: dict[Any, Task] = {}

    def answers(self) -> Generator[list[Answered], None, None]:
        from distributed import as_completed
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        done = as_completed(loop=self.client.loop)
        try:
            while self._fill(done):
                future = next(done)
                task = self.sent.pop(future)
                try:
                    yield future.result()
                except KilledWorker:
                    if len(task) == 1:
                        yield [(task[0], Answer(FAULT, message="each worker that was asked has ended", limit=self.seconds))]
                    self.again.extend((position,) for position in task if len(task) > 1)
                except FutureCancelledError as error:
                    raise WorkerFault("the scheduler is not reached any more; the same command continues") from error
                except Outdated as error:
                    raise WorkerFault(str(error)) from error
        finally:
            self.client.cancel(list(self.sent))

    def _fill(self, done: Any) -> bool:
        """Send tasks up to the window; whether any is under way."""
        window = WINDOW * max(sum(self.client.nthreads().values()), 1)
        while len(self.sent) < window:
            task = self.again.popleft() if self.again else next(self.tasks, None)
            if task is None:
                break
            future = self.client.submit(answer, VERSION, self.digest, self.content, task, pure=False)
            self.sent[future] = task
            done.add(future)
        return bool(self.sent)
