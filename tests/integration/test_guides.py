"""The guides word for word: every command that they print, in order, in a folder of its own."""

import re
import shlex
from pathlib import Path

import pytest

from tests.integration.test_cli import ROOT, Call, call  # noqa: F401 - a fixture


def lines(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.mark.deep
@pytest.mark.parametrize("page", ["tutorial.md", "planner.md"])
def test_every_command_of_a_guide_does_what_it_says(page: str, call: Call, tmp_path: Path) -> None:  # noqa: F811
    found = lines(page)
    assert len(found) >= 2
    for line in found:
        command, _, otherwise = line.partition(" || test $? -eq ")
        program, *arguments = shlex.split(command)
        assert program == "optimizer"
        code, _, err = call(*arguments, *(["--once"] if arguments[0] == "watch" else []))  # to watch has no end
        assert code == int(otherwise or 0), (line, err)
    assert list((tmp_path / "results").glob("*.docx"))
