"""What the reasons for an output are made of: whole numbers, fractions and positions of outputs, to be stored and restored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimizer.audit import Attained


class Why(StrEnum):
    """Why an output is funded, or is not. Each but the first two was established by asking again without what it names."""

    COMMITTED = "committed"
    DEFERRED = "deferred"
    REQUIRED = "required by others"
    REQUIREMENT = "requirement"
    GROUP = "group"
    TAG = "coverage of a tag"
    MINIMUM = "minimum allocation"
    MAXIMUM = "maximum allocation"
    COMMITMENTS = "commitments to others"
    FUNDS = "restrictions of funds"
    STABILITY = "limited changes"
    TOGETHER = "several rules together"
    REMAINDER = "indivisible remainder"
    RESOURCES = "resources"
    TIE = "equally good"
    SPEND = "same value for less"
    PRIORITY = "value for money"


@dataclass(frozen=True, slots=True)
class Cause:
    """`components` and `outputs` are positions of what is named, `names` groups and tags."""

    why: Why
    components: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """Another output that receives another amount."""

    i: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Forced:
    """The best allocation with an output forced in, up or out, to `level` (0: nothing).

    `regret` is what that loses, figure by figure of the objective, `moves` are the other outputs that change. None and none
    where no allocation satisfies the rules then.
    """

    level: int
    amount: int
    regret: Attained | None
    moves: tuple[Move, ...] = ()

    @property
    def loss(self) -> tuple[str, Fraction] | None:
        """The first figure of the objective that it changes, and by how much."""
        if self.regret is None:
            return None
        return next((change for change in self.regret if change[1]), self.regret[-1])


@dataclass(frozen=True, slots=True)
class Reason:
    """Why output `i` receives `amount`. `known` is False where time ran out; what is None may then only be not known.

    `causes`: the first that holds is the first. `turned`: an unfunded output forced in, a funded one forced out; None where it is
    committed or deferred. `raised`: one in part, one level more. `extra`: how much more resources it takes to fund it at its
    smallest level, or to raise it by one, while no other output receives less; None where no resources suffice.

    `break_even_priority`: from it on, funding the output is as good as not; None where that depends on no priority.
    `break_even_cost`: the largest cost at which funding it is as good as not (docs/model.md). `entries`: the resources with which
    it is funded, from, inclusive, and to, exclusive; None: to the end.
    """

    i: int
    level: int
    amount: int
    share: int
    causes: tuple[Cause, ...]
    turned: Forced | None
    raised: Forced | None
    extra: int | None
    priority: Fraction
    break_even_priority: Fraction | None
    break_even_cost: int | None
    entries: tuple[tuple[int, int | None], ...] | None
    known: bool = True

    @property
    def locked(self) -> bool:
        return any(cause.why in (Why.COMMITTED, Why.DEFERRED) for cause in self.causes)


@dataclass(frozen=True, slots=True)
class Reasons:
    """`now` is what the best allocation reaches, `spend` what it takes of `resources`; `reasons` in the order of the plan.

    Sentences say why there are no entry budgets, or no break-even figures; empty where there are. Entry budgets are known
    below `known_to`; None: all are. `least` are the least resources that satisfy the rules, None where that is not known.
    `programmes` and `solves` are what it took.
    """

    now: Attained
    resources: int
    spend: int
    reasons: tuple[Reason, ...]
    no_entries: str
    no_break_even: str
    least: int | None
    known_to: int | None
    programmes: int
    solves: int

    @property
    def complete(self) -> bool:
        return all(reason.known for reason in self.reasons)

    def of(self, i: int) -> Reason | None:
        return next((reason for reason in self.reasons if reason.i == i), None)
