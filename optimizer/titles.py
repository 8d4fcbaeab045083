"""Titles in other languages: what is published in French or Spanish names things as the workbook does."""

from __future__ import annotations

from typing import Protocol

Titles = tuple[tuple[str, str], ...]  # language, as its code of two letters, and the title in it


class _HasTitles(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def titles(self) -> Titles: ...


class Titled:
    """What has a title, and perhaps translations of it."""

    __slots__ = ()

    def titled(self: _HasTitles, language: str) -> str:
        """The title in a language (fr), or the title as it is where there is no translation."""
        return dict(self.titles).get(language, self.title)
