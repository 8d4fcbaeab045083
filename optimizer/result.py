"""What a question is answered with. Everything a report needs is here; nothing is filled in later."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.allocation import Allocation
from optimizer.audit import Audit
from optimizer.funding import Funding
from optimizer.program import Termination
from optimizer.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the lexicographic order: `value` reached and `bound` proved, in the stage's own whole numbers.

    `open_columns` were left to the solver and decide `reach` of the value; the others were fixed by an exact bound. `confirmed`
    names what else says so: the exact bound, the dynamic programme, CP-SAT, or the same solver asked for better otherwise.
    `seconds` are all that have passed since the stage before: those of all stages are about those of the question.
    """

    name: str
    sense: str
    termination: Termination
    value: int
    bound: int
    open_columns: int
    reach: int
    seconds: float
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the value is proved best, and how or why not, in a sentence."""

    proved: bool
    statement: str


@dataclass(frozen=True, slots=True)
class Ties:
    """Whether other allocations are equally good (same value, spend and partial deliveries).

    `identical` are outputs alike in everything that the plan says of them, of which some but not all are funded, or at different
    levels: any of them would do as well (ids).
    """

    unique: bool
    identical: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Result:
    """An allocation that respects every rule, audited exactly. `termination` is OPTIMAL or FEASIBLE.

    `funding` says who pays what and when; None in a scenario without funds.
    """

    scenario: Scenario
    allocation: Allocation
    audit: Audit
    termination: Termination
    proof: Proof
    ties: Ties
    stages: tuple[Stage, ...]
    solver: str
    funding: Funding | None


@dataclass(frozen=True)
class Unanswered:
    """No allocation. `termination` is INFEASIBLE (analysis/conflict.py says why) or NO_SOLUTION (a limit was reached)."""

    scenario: Scenario
    termination: Termination
    stages: tuple[Stage, ...]
    solver: str


Outcome = Result | Unanswered
