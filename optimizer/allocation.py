"""What each output receives: the answer to a question, or somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one output receives and the share of it that is delivered.

    `start` is the position of the period in which it begins where that is later than planned.
    """

    amount: int
    share: int
    start: int | None = None

    @property
    def funded(self) -> bool:
        """A free output is funded when it is delivered; a paid one when it is paid for."""
        return self.amount > 0 or self.share > 0


NOTHING = Delivery(0, 0)


@dataclass(frozen=True)
class Allocation:
    """One Delivery for each output of a plan, in the plan's order. Not necessarily one that respects any rule."""

    deliveries: tuple[Delivery, ...]

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self.deliveries)

    def __getitem__(self, index: int) -> Delivery:
        return self.deliveries[index]

    @property
    def spend(self) -> int:
        return sum(delivery.amount for delivery in self.deliveries)
