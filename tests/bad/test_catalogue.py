"""Whatever is wrong with an input ends with its finding, its exit code, and an output folder that nobody has touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer import cli, console
from optimizer.findings import Finding, Severity
from tests.bad.cases import UNMET, Bad, refused
from tests.workbooks import Edit, book, replaced, saved

Run = Callable[..., tuple[int, list[Finding], str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`optimizer` with these arguments: exit code, errors, and what is said."""

    def call(*arguments: object) -> tuple[int, list[Finding], str]:
        told: list[Finding] = []
        monkeypatch.setattr(console, "tell", told.extend)
        monkeypatch.setattr("sys.argv", ["optimizer", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(str(ended.value.code)), [f for f in told if f.severity is Severity.ERROR], said.out + said.err

    return call


ALL = tuple(refused())


def untouched(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What is in a folder, and when it was written."""
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("part", range(4))
def test_refused(part: int, run: Run, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Exit code 3 and exactly one error, with its code, sheet and cell; a quarter of the catalogue each.

    Of workbooks that the tests of the reader spoil too, a quarter is enough without --deep.
    """
    results = tmp_path / "results"
    results.mkdir()
    saved(results, b"kept", "plan_Base.xlsx")
    before = untouched(results)
    for bad in chosen(pytestconfig)[part::4]:
        plan = saved(tmp_path, bad.make())
        code, errors, said = run("run", plan, "-o", results / "new")
        assert code == 3, (bad.name, said)
        assert [(f.code, f.sheet, f.cell) for f in errors] == [(bad.code, bad.sheet, bad.cell)], (bad.name, errors)
        assert errors[0].file == "plan.xlsx" or not errors[0].cell, bad.name
        assert errors[0].expected, bad.name
        assert "Traceback" not in said, bad.name
    assert untouched(results) == before
    assert sorted(path.name for path in results.iterdir()) == ["plan_Base.xlsx"], "not even an empty folder"


def chosen(config: pytest.Config) -> list[Bad]:
    known = [bad for bad in ALL if bad.known]
    return [bad for bad in ALL if not bad.known] + (known if config.getoption("deep") else known[::4])


def test_there_are_enough_of_them(pytestconfig: pytest.Config) -> None:
    assert len(chosen(pytestconfig)) >= 120
    assert len({(bad.name, bad.code, bad.sheet, bad.cell) for bad in ALL}) == len(ALL) > 240
    letters = {bad.name.removeprefix("file: ")[:1] for bad in ALL}
    assert letters >= set("ABCDEFG"), "each part of the catalogue"


@pytest.mark.parametrize(("edit", "says"), [case[1:] for case in UNMET], ids=[case[0] for case in UNMET])
def test_rules_that_cannot_be_met_are_an_answer(edit: Edit, says: str, run: Run, tmp_path: Path) -> None:
    code, errors, said = run("run", saved(tmp_path, book(edit)), "-o", tmp_path / "results")
    assert (code, errors) == (4, [])
    assert says in " ".join(said.split())
    assert untouched(tmp_path / "results") == {}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--time-limit", "0"), 2),
        (("--time-limit", "-1"), 2),
        (("--time-limit", "soon"), 2),
        (("--all", "--scenario", "Base"), 2),
        (("--lang", "xx"), 2),
        (("--scenario", "Bass"), 3),
        (("--set", "resources"), 3),
        (("--set", "resources=5,000"), 3),
        (("--set", "output.9.9.status=open"), 3),
        (("--set", "output.1.1.stauts=open"), 3),
        (("--set", "objective=most"), 3),
        (("--against", "none.xlsx"), 3),
    ],
)
def test_a_wrong_command_writes_nothing(arguments: tuple[str, ...], code: int, run: Run, tmp_path: Path) -> None:
    found, _, _ = run("run", saved(tmp_path, book()), "-o", tmp_path / "results", *arguments)
    assert found == code
    assert not (tmp_path / "results").exists()


def test_a_place_that_cannot_be_written_to(run: Run, tmp_path: Path) -> None:
    """A file where the folder should be; the plan itself under the name of its result; a stranger's file there."""
    plan = saved(tmp_path, book())
    assert run("run", plan, "-o", plan)[0] == 7
    strange = saved(tmp_path, b"somebody's", "plan_Base.xlsx")
    assert run("run", plan, "-o", tmp_path)[0] == 7
    assert strange.read_bytes() == b"somebody's"
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "plan_Base.xlsx").symlink_to(plan)
    assert run("run", plan, "-o", linked)[0] == 7
    assert run("check", plan)[0] == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("kind", ["pipe", "loop", "folder", "device", "missing"])
def test_no_regular_file(kind: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    code, (error,), _ = run("run", path, "-o", tmp_path / "results")
    assert (code, error.sheet, error.cell) == (3, "", "")
    assert not (tmp_path / "results").exists()


READ = """
import re, resource, sys
from pathlib import Path
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused
for path in sys.argv[1:]:
    try:
        print("read", len(read_workbook(path).findings))
    except InputRefused as refused:
        print(refused.findings[0].code, len(refused.findings))
status = Path("/proc/self/status")  # where there is one: what getrusage says is at least that of the parent
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else None
print(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
PART = "xl/worksheets/sheet3.xml"


def hostile() -> dict[str, bytes]:
    """Files that are small on disk and ask for much."""
    clean, end = book(), b"</sheetData>"
    blank = b"".join(b'<row r="%d" hidden="1"><c r="A%d" s="0"/></row>' % (i, i) for i in range(7, 100_000))
    ids = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>1.1</t></is></c></row>' % (i, i) for i in range(7, 3_000))
    merges = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (i, i) for i in range(9, 50_000))
    return {
        "read 0": replaced(clean, PART, end, blank + end),
        "too-many 2001": replaced(clean, PART, end, ids + end),
        "merged 100": replaced(clean, PART, end, end + b"<mergeCells>" + merges + b"</mergeCells>"),
        "file-too-large 1": replaced(clean, PART, end, end + b" " * 600_000),
    }


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not counted there")
def test_hostile_files_cost_little_memory(tmp_path: Path) -> None:
    """One process reads them all and never holds more than 300 MB."""
    files = hostile()
    paths = [saved(tmp_path, data, f"{number}.xlsx") for number, data in enumerate(files.values())]
    done = subprocess.run([sys.executable, "-c", READ, *map(str, paths)], capture_output=True, text=True, timeout=60, check=True)
    *said, peak = done.stdout.split("\n")[:-1]
    assert said == list(files), done.stderr
    assert int(peak) < 300 * 1024 * (1024 if sys.platform == "darwin" else 1)
