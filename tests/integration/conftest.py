"""One and the same question is answered once: the tests of this folder ask a few questions many times.

Reading, solving and reading back give the same for the same; what is written, and where, is done anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer import papers
from optimizer import run as runner
from optimizer.files import reader

SHIPPED = Path(__file__).parent.parent.parent / "inputs" / "plan_outputs.xlsx"
AMPLE = 60.0  # seconds that no question of these tests needs: with so many or more the answer is the same


def once(function: Callable[..., Any], key: Callable[..., object]) -> Callable[..., Any]:
    """The function, called once for all arguments with an equal key; each time where the key is None."""
    known: list[tuple[object, Any]] = []

    def answer(*arguments: Any) -> Any:
        asked = key(*arguments)
        found = next((given for before, given in known if before == asked), None)
        if asked is None or found is None:
            found = function(*arguments)
            known.append((asked, found))
        return found

    return answer


def in_time(asked: object, seconds: float) -> object:
    return asked if seconds > AMPLE else None


@pytest.fixture(scope="session", autouse=True)
def answered_once() -> Iterator[None]:
    shipped = SHIPPED.read_bytes()

    def as_shipped(path: str | Path) -> object:
        """Workbooks of tests may name other files, which change."""
        return str(path) if Path(path).is_file() and Path(path).read_bytes() == shipped else None

    with pytest.MonkeyPatch.context() as patch:
        for module, name, key in (
            (reader, "read_workbook", as_shipped),
            (runner, "optimize", in_time),
            (runner, "analyse_funds", in_time),
            (runner, "comparators", lambda scenario: scenario),
            (papers, "frontier", lambda *asked: asked),
            (papers, "read_results_workbook", lambda path: (str(path), Path(path).read_bytes()) if path.is_file() else None),
        ):
            patch.setattr(module, name, once(getattr(module, name), key))
        yield


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, answered_once: None) -> Path:
    """The folder with the results of the base scenario, made once."""
    folder = tmp_path_factory.mktemp("base")
    asked = runner.request(reader.read_workbook(SHIPPED), (), False, (), folder)
    assert [each.proved for each in runner.run(asked)] == [True]
    return folder


@pytest.fixture
def without_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of workbooks: neither a document nor a page beside the results of a scenario."""
    monkeypatch.setattr(runner, "save_papers", lambda *_: ())


@pytest.fixture
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what a command says: nothing is written."""
    monkeypatch.setattr(runner, "save", lambda *_, **__: None)
    monkeypatch.setattr(runner, "save_papers", lambda *_: ())
