"""How many random plans the property tests look at, and which: `--instances 2000`, `--first-seed 7 --instances 1`."""

from __future__ import annotations

import re
from typing import Any

import pytest

CHUNK = 20  # seeds of one test case: small enough for pytest-xdist to spread them


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("random plans")
    group.addoption(
        "--instances", type=int, default=0, help="random plans for each property test (default: the test's own number)"
    )
    group.addoption("--deep", action="store_true", help="the long runs of the shipped workbooks too")
    group.addoption("--first-seed", type=int, default=0, help="seed of the first random plan")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deep: takes long; runs with --deep")
    config.addinivalue_line("markers", "longest: of those, what takes minutes; the gate leaves it out")
    config.addinivalue_line("markers", "instances(n): how many random plans a property test looks at")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("deep"):
        long = [item for item in items if item.get_closest_marker("deep")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument `seeds` runs once for each chunk of seeds; its marker says how many there are in all."""
    if "seeds" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("instances")
    count = metafunc.config.getoption("instances") or (marker.args[0] if marker else CHUNK)
    first = metafunc.config.getoption("first_seed")
    chunks = [range(start, min(start + CHUNK, first + count)) for start in range(first, first + count, CHUNK)]
    metafunc.parametrize("seeds", chunks, ids=[f"seeds {chunk.start}-{chunk.stop - 1}" for chunk in chunks])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    """Tests that know the same answers run in the same process: those of the same seeds, of a file, of tests/integration."""
    if config.getoption("dist") != "load" or config.getoption("deep"):  # the long runs are all of one folder
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            seeds = re.search(r"\[(seeds \d+-\d+)", nodeid)
            file = nodeid.partition("::")[0]
            return seeds[1] if seeds else "integration" if "/integration/" in file else file

    config.option.loadscopereorder = False  # as collected: the long ones come first, not those of many tests
    return Together(config, log)
