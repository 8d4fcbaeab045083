"""What the property tests share: solving a drawn question, and saying how to see a failure again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from optimizer.optimize import optimize
from optimizer.plan import Allocation, Delivery
from optimizer.result import Outcome
from optimizer.scenario import derive
from tests.oracle import NONE, Question, Received_by_output
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
    return tuple((delivery.amount, delivery.share) for delivery in allocation)


def allocation(received_by_output: Received_by_output) -> Allocation:
    return Allocation(tuple(Delivery(amount, share) for amount, share in received_by_output))


def any_allocation(asked: Question, rng: random.Random) -> Received_by_output:
    """Levels at random, rules or no rules; now and then something that is no level at all."""
    funded = rng.random()
    drawn = [rng.choice(ways) if rng.random() < funded else NONE for ways in asked.levels]
    if rng.random() < 0.2:
        i = rng.randrange(len(drawn))
        drawn[i] = rng.choice(((drawn[i][0] + 1, drawn[i][1]), (drawn[i][0], (drawn[i][1] + 1) % 101), (1, 0), (0, 1)))
    return tuple(drawn)
