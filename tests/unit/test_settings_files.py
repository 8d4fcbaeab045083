"""optimizer.toml: which file counts, what goes before it, and that nothing in it is misunderstood in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from optimizer.commands.defaults import LANGUAGES, NAME, SETTINGS, defaults
from optimizer.commands.options import FOLDER, LANG, PLAN, SECONDS, TEMPLATE
from optimizer.findings import InputRefused
from optimizer.report.language import LANGUAGES as PUBLISHED

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a command with these options is given, called in a folder that has the folder plans."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    given: dict[str, Any] = {}

    @click.command()
    @PLAN
    @FOLDER
    @LANG
    @TEMPLATE
    @SECONDS
    def command(**values: Any) -> None:
        given.update(values)

    def asked(*arguments: str, **environment: str) -> dict[str, Any]:
        result = CliRunner().invoke(command, ["plans/plan.xlsx", *arguments], env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return given

    return asked


def test_an_option_then_the_environment_then_the_file_then_the_default(ask: Ask, tmp_path: Path) -> None:
    assert ask()["language"] == "en"
    (tmp_path / NAME).write_text('lang = "es"\n')
    assert ask()["language"] == "es"
    assert ask(OPTIMIZER_LANG="fr")["language"] == "fr"
    assert ask("--lang", "en", OPTIMIZER_LANG="fr")["language"] == "en"
    assert ask(OPTIMIZER_LANG="")["language"] == "es", "an empty variable says nothing"


def test_every_setting_by_file_and_by_environment(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('lang = "fr"\ntemplate = "house.docx"\noutput = "out"\ntime_limit = 30\n')
    expected = {"language": "fr", "template": tmp_path / "house.docx", "folder": tmp_path / "out", "time_limit": 30.0}
    assert {key: ask()[key] for key in expected} == expected
    more = {"OPTIMIZER_LANG": "es", "OPTIMIZER_TEMPLATE": "b.docx", "OPTIMIZER_OUTPUT": "b", "OPTIMIZER_TIME_LIMIT": "2.5"}
    assert {f"OPTIMIZER_{key.upper()}" for key in SETTINGS} == set(more)
    expected = {"language": "es", "template": Path("b.docx"), "folder": Path("b"), "time_limit": 2.5}
    assert {key: ask(**more)[key] for key in expected} == expected


def test_the_file_beside_the_plan_is_nearer_and_paths_count_from_it(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('lang = "fr"\ntime_limit = 7\n')
    (tmp_path / "plans" / NAME).write_text('lang = "es"\noutput = "answers"\n')
    given = ask()
    assert (given["language"], given["time_limit"]) == ("es", 7.0)
    assert given["folder"] == tmp_path / "plans" / "answers"


def refusal(folder: Path, text: str | bytes) -> str:
    path = folder / NAME
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputRefused) as refused:
        defaults((folder,))
    assert str(path.resolve()) in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('langage = "fr"', "did you mean lang?"),
        ("time-limit = 3", "did you mean time_limit?"),
        ("[run]\nlang = 'fr'", "known: lang, template, output, time_limit"),
        ('lang = "de"', "one of en, fr, es"),
        ("lang = true", "one of en, fr, es"),
        ("lang = ['fr']", "one of en, fr, es"),
        ('time_limit = "60"', "a number of seconds above 0"),
        ("time_limit = true", "a number of seconds above 0"),
        ("time_limit = 0", "a number of seconds above 0"),
        ("time_limit = nan", "a number of seconds above 0"),
        ("output = 3", "the name of a folder"),
        ('template = " "', "the name of a Word document"),
        ("lang = fr", "it cannot be understood"),
        (b"lang = '\xff'", "it cannot be understood"),
    ],
)
def test_what_is_wrong_is_refused(text: str | bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(tmp_path, text)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, 'lang = "de"\nouput = "x"\ntime_limit = -1').splitlines()) == 3


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xef\xbb\xbflang = 'fr'\n")
    assert defaults((tmp_path,)) == {"language": "fr"}


def test_the_languages_are_those_that_are_published() -> None:
    assert set(LANGUAGES) == set(PUBLISHED)


def test_the_help_names_every_variable(ask: Ask) -> None:
    from optimizer.commands.run import run

    shown = CliRunner().invoke(run, ["-h"], help_option_names=["-h"]).output
    assert set(re.findall(r"OPTIMIZER_\w+", shown)) == {f"OPTIMIZER_{key.upper()}" for key in SETTINGS}
