"""One scenario of a batch, answered and checked: what every engine does, and what the store keeps."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from optimizer.allocation import Allocation
from optimizer.analysis.best import allocation_of
from optimizer.audit import Audit, audit
from optimizer.batch.blocks import Batch
from optimizer.batch.deriver import Deriver
from optimizer.findings import InputRefused
from optimizer.program import Termination
from optimizer.resolving.resolver import Brief, Resolver
from optimizer.scenario import Scenario
from optimizer.solver import SolverFault

REFUSED, FAULT = "refused", "fault"  # beside the terminations: the scenario makes no sense; the solver contradicted itself


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of a scenario. `ending` is a termination, REFUSED or FAULT; `message` says why where there is no allocation.

    `levels`, `amounts`, `shares` and `starts` are one an output, empty without an allocation; `starts` also where nothing begins
    later. `limit` is the time that the question had, in seconds.
    """

    ending: str
    value: Fraction | None = None
    spend: int = 0
    levels: tuple[int, ...] = ()
    amounts: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    starts: tuple[int | None, ...] = ()
    proved: bool = False
    proof: str = ""
    path: str = ""
    message: str = ""
    limit: float = 0.0

    @property
    def allocated(self) -> bool:
        return bool(self.levels)

    @property
    def final(self) -> bool:
        """Whether more time would change nothing."""
        return self.proved or self.ending not in (Termination.FEASIBLE, Termination.NO_SOLUTION)

    @property
    def in_full(self) -> int:
        return sum(share == 100 for share in self.shares)

    @property
    def in_part(self) -> int:
        return sum(amount > 0 or share > 0 for amount, share in zip(self.amounts, self.shares, strict=True)) - self.in_full


Answered = tuple[int, Answer]  # with the position in the batch


@dataclass(frozen=True)
class Work:
    """What a worker needs to know: the batch, and the seconds that a question has."""

    batch: Batch
    seconds: float


class Engine(Protocol):
    """Where scenarios are answered. Closing the iterator stops what is under way and leaves nothing running."""

    def answers(self, work: Work, tasks: Iterator[tuple[int, ...]]) -> Generator[list[Answered], None, None]:
        """The answers to the positions of all tasks, in any order; tasks are drawn as workers become free."""
        ...


class Answerer:
    """Answers positions of a batch; keeps what the scenarios of one plan have in common."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.deriver = Deriver(work.batch.plan)
        self.resolver = Resolver(work.batch.plan, work.seconds)

    def answer(self, position: int) -> Answer:
        """Never raises what a scenario can cause: that is an answer too."""
        try:
            scenario = self.deriver.derive(self.work.batch.spec(position))
        except InputRefused as refused:
            return Answer(REFUSED, message="; ".join(map(str, refused.findings)), limit=self.work.seconds)
        try:
            return _checked(scenario, self.resolver.answer(scenario), self.work.seconds)
        except SolverFault as fault:
            return Answer(FAULT, message=str(fault), limit=self.work.seconds)


class Here:
    """In this process, one after another."""

    def answers(self, work: Work, tasks: Iterator[tuple[int, ...]]) -> Generator[list[Answered], None, None]:
        answerer = Answerer(work)
        for task in tasks:
            for position in task:
                yield [(position, answerer.answer(position))]


def audited(scenario: Scenario, allocation: Allocation, value: Fraction | None, spend: int) -> Audit:
    """The audit of an allocation that is said to have this value and spend. Raises SolverFault where it says otherwise."""
    found = audit(scenario, allocation)
    if found.breaches:
        raise SolverFault(f"the chosen allocation breaches {found.breaches[0].rule}")
    if (found.value, found.spend) != (value, spend):
        raise SolverFault(f"value {value} and spend {spend:,} are {found.value} and {found.spend:,} by the audit")
    return found


def _checked(scenario: Scenario, brief: Brief, seconds: float) -> Answer:
    if not brief.levels:
        return Answer(str(brief.termination), proved=brief.proved, path=brief.path, limit=seconds)
    allocation = allocation_of(scenario, brief.levels, brief.starts)
    audited(scenario, allocation, brief.value, brief.spend)
    return Answer(
        str(brief.termination),
        brief.value,
        brief.spend,
        brief.levels,
        tuple(delivery.amount for delivery in allocation),
        tuple(delivery.share for delivery in allocation),
        brief.starts,
        brief.proved,
        brief.proof,
        brief.path,
        limit=seconds,
    )
