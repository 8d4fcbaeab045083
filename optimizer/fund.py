"""Sources of money: what each has by period, what it may pay for, and what becomes of what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.plan import Output


@dataclass(frozen=True, slots=True)
class Fund:
    """A source of money: `amounts` by period. Without any restriction it may pay for every output, else for those named.

    What is left of a period is available in the next where `carry_over` says so, at most `cap` of it (None: all).
    """

    id: str
    title: str
    category: str
    amounts: tuple[int, ...]
    components: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    carry_over: bool = False
    cap: int | None = None
    comment: str = ""

    @property
    def restricted(self) -> bool:
        return bool(self.components or self.outputs or self.tags)

    def pays(self, output: Output) -> bool:
        """Whether the fund may pay for the output: its component, its id or one of its tags is named, or nothing is."""
        tags = {tag for of_column in output.tags for tag in of_column}
        named = output.component in self.components or output.id in self.outputs or not tags.isdisjoint(self.tags)
        return named or not self.restricted
