"""A batch from its beginning, or from where it was left, to its end: what is missing is asked, answers are kept as they come."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from optimizer.batch.answer import Answer, Answered, Engine, Work
from optimizer.batch.blocks import VERSION, Batch
from optimizer.batch.store import Asked, Store

TASK, TASKS = 50, 40  # solves of a task at most, so that little is lost with a worker; fewer where that makes so many tasks
LOOK = 100  # scenarios that are looked up together
OFTEN = 0.25  # seconds between two transactions


@dataclass
class Progress:
    """How far a batch has come. `before` were answered by earlier runs; `again`: ask what another of them asks."""

    total: int
    before: int = 0
    again: int = 0
    computed: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        return self.before + self.again + self.computed

    @property
    def rate(self) -> float:
        """Scenarios a second of this run."""
        return self.computed / max(time.monotonic() - self.began, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.rate if self.computed else None


def run(
    batch: Batch,
    store: Store,
    engine: Engine,
    seconds: float = 600.0,
    tell: Callable[[Progress], None] = lambda _: None,
    size: int | None = None,
) -> Progress:
    """Answer what the store does not know yet. However this ends, what was kept stays, and the next run goes on from there.

    `tell` hears after each transaction how far it is; `size` is how many scenarios make a task, where that matters.
    """
    store.begin(question(batch))
    progress = Progress(len(batch))
    missing = _Missing(batch, store, seconds, progress, size or min(TASK, -(-len(batch) // TASKS)))
    ready: list[tuple[int, Answer]] = []
    since = time.monotonic()
    answers = engine.answers(Work(batch, seconds), missing.tasks())
    try:
        for some in answers:
            ready += some
            if time.monotonic() - since > OFTEN:
                missing.keep(ready)
                tell(progress)
                ready, since = [], time.monotonic()
    finally:
        missing.keep(ready)
        answers.close()
    tell(progress)
    return progress


def question(batch: Batch) -> str:
    """What decides which scenarios there are: the plan, the blocks, the version. A digest."""
    content = [batch.plan_digest, VERSION, *(f"{type(block).__name__} {block!r}" for block in batch.blocks)]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


@dataclass
class _Missing:
    """Scenarios without an answer, in tasks; `under_way` are their keys by position. No key is under way twice."""

    batch: Batch
    store: Store
    seconds: float
    progress: Progress
    size: int
    under_way: dict[int, str] = field(default_factory=dict)

    def keep(self, answers: Iterable[Answered]) -> None:
        """A task that was sent twice, because its worker was lost, may be answered twice; that is the same answer."""
        new = {position: answer for position, answer in answers if position in self.under_way}
        if new:
            self.store.keep((self.under_way[position], answer) for position, answer in new.items())
        for position in new:
            del self.under_way[position]
        self.progress.computed += len(new)

    def tasks(self) -> Iterator[tuple[int, ...]]:
        task: list[int] = []
        for first in range(0, len(self.batch), LOOK):
            asked = self._asked(first, min(first + LOOK, len(self.batch)))
            settled = self.store.settled([key for _, _, key, _ in asked], self.seconds)
            seen = set(self.under_way.values())
            for position, _, key, _ in asked:
                if key in settled or key in seen:
                    self.progress.before += key in settled
                    self.progress.again += key not in settled
                    continue
                seen.add(key)
                self.under_way[position] = key
                task.append(position)
                if len(task) == self.size:
                    yield tuple(task)
                    task = []
        if task:
            yield tuple(task)

    def _asked(self, first: int, end: int) -> list[Asked]:
        """From the store where an earlier run has said so; a scenario is made only where it has to be."""
        known = self.store.scenarios(first, end)
        if len(known) == end - first:
            return known
        made = []
        for position in range(first, end):
            spec, assumed = self.batch.made(position)
            made.append((position, spec.name, self.batch.key(spec), assumed))
        self.store.ask(made)
        return made
