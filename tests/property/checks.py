"""What the property tests share: solving a drawn question, and saying how to see a failure again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from optimizer.allocation import Allocation, Delivery
from optimizer.optimize import optimize
from optimizer.result import Outcome
from optimizer.scenario import derive
from tests.oracle import NONE, Question, Received, Received_by_output
from tests.plans import question


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Any failure inside says which seed it was."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"seed {seed}; the same again: pytest tests/property --first-seed {seed} --instances 1")
        raise


TELLING = 10**11  # up to this value every answer is to be proved; beyond it one may say that it is not


def provable(seeds: range) -> Iterator[int]:
    """The seeds whose values are small enough, with some room for what a test changes, that every answer is proved."""
    return (seed for seed in seeds if question(seed).reach <= TELLING // 10)


def solve(asked: Question) -> Outcome:
    return optimize(derive(asked.plan, asked.spec))


@cache
def outcome(seed: int) -> Outcome:
    return solve(question(seed))


def received(allocation: Allocation) -> Received_by_output:
    """An allocation in the oracle's form."""
    return tuple(Received(delivery.amount, delivery.share, delivery.start) for delivery in allocation)


def allocation(received_by_output: Received_by_output) -> Allocation:
    return Allocation(tuple(Delivery(*received) for received in received_by_output))


def any_allocation(asked: Question, rng: random.Random) -> Received_by_output:
    """Levels and starts at random, rules or no rules; now and then something that is no level, or no start, at all."""
    funded = rng.random()
    drawn = [rng.choice(ways) if rng.random() < funded else NONE for ways in asked.ways]
    i = rng.randrange(len(drawn))
    amount, share, start = drawn[i]
    if rng.random() < 0.2:
        drawn[i] = Received(*rng.choice(((amount + 1, share), (amount, (share + 1) % 101), (1, 0), (0, 1))), start)
    elif rng.random() < 0.1 and len(asked.starts[i]) > 1:
        drawn[i] = Received(amount, share, rng.randrange(len(asked.plan.periods)))
    return tuple(drawn)


def point(asked: Question, given: Received_by_output) -> list[int]:
    """The columns of an allocation: u[i, l] = 1 up to its level, then the same v[i, s, l] where it begins at a later start s."""
    reached = [
        [int(received != NONE and way.amount <= received.amount) for way in ways]
        for received, ways in zip(given, asked.levels, strict=True)
    ]
    late = [
        up if received.start == start else [0] * len(up)
        for received, up, starts in zip(given, reached, asked.starts, strict=True)
        for start in starts
        if start is not None
    ]
    return [x for up in (*reached, *late) for x in up]


def sayable(found: Counter[str], other: Counter[str]) -> Counter[str]:
    """Without what cannot be said of money that is needed in no period, or would be needed after the end of an output."""
    unknown = {"level", "start", "ended"} & (set(found) | set(other))
    return Counter({kind: n for kind, n in found.items() if not (unknown and kind in ("ended", "continuity", "funds"))})
