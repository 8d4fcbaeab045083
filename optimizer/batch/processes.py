"""Several processes on this machine. One that ends in the middle is started anew, and its task goes on from where it was.

A thread for each process speaks to it, and the caller's thread never solves: it can be interrupted at any moment.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from optimizer.batch.answer import FAULT, Answer, Answered, Work

PACKAGES = Path(__file__).parent.parent.parent
DEATHS = 2  # of processes at one scenario, after which it is not asked again
STARTS = 3  # tries
BROKEN = (OSError, EOFError, pickle.UnpicklingError)  # what a pipe says whose other end is gone
WINDOW = 2  # tasks in hand for each process

Task = tuple[int, ...]
Event = list[Answered] | Task | None  # answers; a task, unfinished, whose process ended; None: a task is done


class WorkerFault(Exception):
    """Processes cannot be started, or end before they answer anything (exit code 1)."""


@dataclass
class Processes:
    """`count` processes, each with one solve at a time."""

    count: int

    def answers(self, work: Work, tasks: Iterator[Task]) -> Generator[list[Answered], None, None]:
        """Raises WorkerFault."""
        events: queue.Queue[Event | WorkerFault] = queue.Queue()
        waiting: queue.Queue[Task | None] = queue.Queue()
        content = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        speakers = [_Speaker(content, waiting, events) for _ in range(self.count)]
        deaths: Counter[int] = Counter()
        in_hand = 0
        try:
            for speaker in speakers:
                speaker.thread.start()
            while True:
                while in_hand < WINDOW * self.count and (task := next(tasks, None)) is not None:
                    waiting.put(task)
                    in_hand += 1
                if not in_hand:
                    return
                event = events.get()
                if isinstance(event, WorkerFault):
                    raise event
                if isinstance(event, list):
                    yield event
                elif event is None:
                    in_hand -= 1
                else:
                    in_hand -= 1
                    for task in _after(event, deaths):
                        waiting.put(task)
                        in_hand += 1
                    if len(event) == 1 and deaths[event[0]] == DEATHS:
                        yield [(event[0], _lost(work.seconds))]
        finally:
            for speaker in speakers:
                speaker.stop()
            for speaker in speakers:
                speaker.wait()


def _after(left: Task, deaths: Counter[int]) -> list[Task]:
    """What becomes of a task whose process ended: one scenario at a time, so that it is known which of them ends it."""
    if len(left) > 1:
        return [(position,) for position in left]
    deaths[left[0]] += 1
    return [left] if deaths[left[0]] < DEATHS else []


def _lost(seconds: float) -> Answer:
    return Answer(FAULT, message=f"the process ended {DEATHS} times while it answered this scenario", limit=seconds)


@dataclass
class _Speaker:
    """Hands tasks to one process and takes its answers. All speakers are stopped before any is waited for."""

    content: bytes
    waiting: queue.Queue[Task | None]
    events: queue.Queue[Event | WorkerFault]
    process: subprocess.Popen[bytes] | None = None
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._speak, daemon=True)

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            if self.process is not None:
                self.process.kill()
        self.waiting.put(None)  # for whichever of them waits

    def wait(self) -> None:
        if self.thread.is_alive():
            self.thread.join()

    def _speak(self) -> None:
        while (task := self.waiting.get()) is not None and not self.stopped:
            try:
                self.events.put(self._left_of(task) or None)
            except WorkerFault as fault:
                self.events.put(fault)
                break
        self._end()

    def _left_of(self, task: Task) -> Task:
        """Have the task done; what of it is left when the process ends before."""
        left = list(task)
        try:
            tasks, answers = self._pipes()
            _send(tasks, task)
            while (some := pickle.load(answers)) is not None:
                done = {position for position, _ in some}
                left = [position for position in left if position not in done]
                self.events.put(some)
        except BROKEN:
            self._end()
            return tuple(left)
        return ()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """Those of the process, which is started where there is none. Raises WorkerFault when that cannot be."""
        for _ in range(STARTS):
            with self.lock:
                if self.stopped:
                    raise WorkerFault("stopped")
                self.process, new = self.process or _started(), self.process is None
                tasks, answers = self.process.stdin, self.process.stdout
            assert tasks is not None
            assert answers is not None
            if not new:
                return tasks, answers
            with suppress(*BROKEN):
                tasks.write(self.content)
                tasks.flush()
                pickle.load(answers)
                return tasks, answers
            self._end()
        raise WorkerFault("processes cannot be started, or end at once; what they say stands above")

    def _end(self) -> None:
        with self.lock:
            process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()


def _send(tasks: IO[bytes], task: Task) -> None:
    pickle.dump(task, tasks, pickle.HIGHEST_PROTOCOL)
    tasks.flush()


def _started() -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))
    command = (sys.executable, "-m", "optimizer.batch.worker")
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # so that Ctrl-C does not reach it: it would say so while it starts
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
    except OSError as error:
        raise WorkerFault(f"a process cannot be started: {error.strerror or error}") from error
