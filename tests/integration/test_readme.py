"""What README prints is what works: its Python runs, its commands exist, its links lead somewhere."""

import re
from pathlib import Path

import pytest

from optimizer import cli

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert "no allocation has a higher value" in capsys.readouterr().out


def test_every_command_named_exists() -> None:
    named = set(re.findall(r"optimizer ([a-z]+) inputs", README))
    assert named
    assert named <= set(cli.cli.commands)


def test_each_quick_start_is_one_line_with_its_twin() -> None:
    first, second = blocks("sh")[:2]
    for line, twin in zip((first, second), blocks("powershell"), strict=True):
        assert line.count("\n") == twin.count("\n") == 1
        assert "venv" in line
        assert "venv" in twin


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]
