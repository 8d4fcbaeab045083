"""A process that answers scenarios: work and tasks come on standard input, answers leave on standard output.

Started by processes.py as `python -m optimizer.batch.worker`; nobody else speaks to it, so that pickles come from ourselves.
It ends with the process that started it, however that ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from typing import BinaryIO

from optimizer.batch.answer import Answered, Answerer

PATIENCE = 0.1  # seconds that answers wait for others to be sent together
WATCH = 0.5  # seconds between two looks at whether somebody still listens


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this process sees to it
    tasks, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        serve(tasks, answers)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        os._exit(0)  # nothing is left to say; what is under way in other threads does not matter


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until there are no more. Raises EOFError at their end."""
    answerer = Answerer(pickle.load(tasks))
    _send(answers, [])  # ready
    while True:
        ready: list[Answered] = []
        since = time.monotonic()
        for position in pickle.load(tasks):
            ready.append((position, answerer.answer(position)))
            if time.monotonic() - since > PATIENCE:
                _send(answers, ready)
                ready, since = [], time.monotonic()
        _send(answers, ready)
        _send(answers, None)  # the task is done


def _send(answers: BinaryIO, what: list[Answered] | None) -> None:
    pickle.dump(what, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(0)


if __name__ == "__main__":
    main()
