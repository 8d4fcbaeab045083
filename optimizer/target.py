"""Measurable targets: what the plan promises to count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A measurable target of an output, in the plan's own words: what is counted, how much of it, by when, stated where."""

    output: str
    measure: str
    target: str
    deadline: str = ""
    source: str = ""
