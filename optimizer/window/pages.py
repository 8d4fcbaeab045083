"""The page of the window and what it says, in each language. Its script is the only one that its policy lets run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from optimizer.report.language import LANGUAGES

# What the page says, by the key that its elements and its script name.
WORDS: Mapping[str, str] = {
    "title": "Which outputs to fund",
    "lead": "Choose the workbook of a plan, choose scenarios, and work out the answer. Everything stays on this computer.",
    "language": "Language",
    "quit": "Quit",
    "plan": "1. The workbook",
    "choose": "Choose a workbook",
    "drop": "or drop it here",
    "typed": "or type or paste where it is on this computer",
    "typed-hint": "In Windows: Shift and a right click on the file, then “Copy as path”.",
    "read": "Read it",
    "again": "Read it again",
    "reading": "Reading {name}",
    "is-read": "{name} is read.",
    "is-copy": "A copy of {name} was taken. After you change and save the workbook, choose it again.",
    "is-path": "After you change and save the workbook, just work out the answer again.",
    "to-folder": "The results will be in this folder: {folder}",
    "scenarios": "2. The scenarios",
    "every": "All scenarios",
    "base": "base scenario",
    "none-chosen": "Choose at least one scenario.",
    "full": "With all analyses: reasons, frontier, robustness, alternatives, effects. Takes a minute or more for each scenario.",
    "run": "Work out the answer",
    "working": "Working on {name}: {done} of {total} done. This can take some minutes.",
    "refused": "The workbook has errors: nothing was worked out. Correct them in the workbook, save it, and read it again.",
    "adopted-hint": "The adopted results lie beside the workbook: type where the workbook is instead of choosing it.",
    "findings": "What was found in the workbook",
    "severity": "Severity",
    "error": "Error",
    "warning": "Warning",
    "note": "Remark",
    "sheet": "Sheet",
    "cell": "Cell",
    "found": "Found",
    "expected": "Expected",
    "remedy": "Remedy",
    "more": "and {number} more",
    "failed": "It did not work: {why}",
    "done": "Done. The results are in this folder: {folder}",
    "answer": "3. The results",
    "no-answer": "No allocation satisfies the conditions, or none was found in time.",
    "doubt": "Not proved: {why}",
    "compared": "The scenarios side by side",
    "files": "Files",
    "workbook": "Workbook",
    "document": "Word document",
    "page": "Page for the browser",
    "open": "Open",
    "download": "Download a copy",
    "opened": "{name} is being opened.",
    "not-opened": "{name} cannot be opened from here; find it in the folder, or download a copy.",
    "too-large": "{name} is too large to be a plan.",
    "busy": "Wait until the work in hand is done.",
    "gone": "optimizer is no longer running. Start it again; the results that were written are in their folder.",
    "quitting": "optimizer has ended. You can close this page.",
    "leave": "The answer is still being worked out. End all the same?",
}

POLICY = (
    "default-src 'none'; script-src 'sha256-{digest}'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def words(code: str) -> dict[str, str]:
    """What the page says in a language, with {names} for the script to fill in; `tag` is the language as browsers name it."""
    language = LANGUAGES[code]
    return {key: language.phrases.get(phrase, phrase) for key, phrase in WORDS.items()} | {"tag": language.tag}


@cache
def page(start: str) -> bytes:
    """The page, the same for everybody; `start` is the language to begin with, empty for that of the browser."""
    parts = {"css": asset("page.css"), "js": asset("page.js"), "start": start, "title": WORDS["title"]}
    text = asset("page.html")
    for name, part in parts.items():
        text = text.replace(f"%{name}%", part)
    return text.encode()


@cache
def policy() -> str:
    digest = hashlib.sha256(asset("page.js").encode()).digest()
    return POLICY.format(digest=base64.b64encode(digest).decode())


def asset(name: str) -> str:
    return resources.files("optimizer.window").joinpath("assets", name).read_text(encoding="utf-8").strip()
