"""The words of a published language: English phrases, and their translations as the files of the report have them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from optimizer.verify.cells import File

LANGUAGES = Path(__file__).parent.parent / "report" / "languages"
RECORD = "Record"
_CODE = re.compile(r'"language":"([a-z]{2})"')


@dataclass(frozen=True)
class Words:
    code: str
    phrases: Mapping[str, str]

    def say(self, phrase: str) -> str:
        return self.phrases.get(phrase, phrase)


def words(file: File) -> Words:
    """Of the language that the workbook says it is written in; English where it says nothing."""
    sheet = file.sheets.get(RECORD)
    parts = [cell.text for _, cells in sorted(sheet.rows.items()) for cell in cells.values()] if sheet is not None else []
    codes = _CODE.findall("".join(parts))
    return _words(codes[-1] if codes else "en")


@cache
def _words(code: str) -> Words:
    path = LANGUAGES / f"{code}.toml"
    if not path.is_file():
        return Words(code, {})
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases = {key: text for section in sections.values() if isinstance(section, dict) for key, text in section.items()}
    return Words(code, {key: text for key, text in phrases.items() if isinstance(text, str)})
