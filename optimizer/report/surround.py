"""What stands over and under a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimizer.report.language import FIXED, Language
from optimizer.report.scene import WIDTH, Mark, Scene, Text, below, column, paragraph

CAPTION, BODY, SMALL = 9.5, 8.0, 7.0  # sizes of type
APART = 5.0  # between the parts of a figure


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands over and under a drawing, and in which language."""

    language: Language
    title: str
    lead: Sequence[str]
    notes: Sequence[str]
    number: int | None

    @property
    def caption(self) -> str:
        """Figure 1. Title"""
        return self.title if self.number is None else f"{self.language.say('Figure')}{FIXED}{self.number}. {self.title}"

    def top(self) -> list[Text]:
        heading = paragraph(self.caption, (0, 0), WIDTH, CAPTION, bold=True)
        return [*heading, *column(((line, SMALL) for line in self.lead), below(heading, 0) + 1)]

    def scene(self, marks: Sequence[Mark], end: float, description: Iterable[str]) -> Scene:
        """`end` is the height at which the drawing ends."""
        notes = list(column(((note, SMALL) for note in self.notes), end + APART))
        said = " ".join((*self.lead, *description, *self.notes))
        height = below(notes, end) + 2
        return Scene(WIDTH, height, (*self.top(), *marks, *notes), self.caption, said, self.language.tag)
