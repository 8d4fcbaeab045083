"""The launchers that need no typing: from a folder with spaces and accents, with a stand-in for what they install."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
LAUNCHERS = ROOT / "launchers"
SHELL = ("Start optimizer.sh", "Start optimizer.command")
needs_sh = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("sh"), reason="there is no sh")
STAND_IN = '#!/bin/sh\n[ "$2" = -c ] || printf "<%s>\\n" "$@"\n'  # for the Python of .venv
ASKED = "<-P>\n<-m>\n<optimizer.cli>\n<app>\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project's folder, with the launchers and a Python that says what it is asked."""
    made = tmp_path / "Plan d'été (copie)"
    shutil.copytree(LAUNCHERS, made / "launchers")
    (made / ".venv" / "bin").mkdir(parents=True)
    program(made / ".venv" / "bin" / "python", STAND_IN)
    return made


def program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def started(*command: object, path: str = os.defpath, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        stdin=subprocess.DEVNULL,
        env={"PATH": path},
        cwd=cwd,
    )


@needs_sh
@pytest.mark.parametrize("name", SHELL)
def test_it_starts_what_is_set_up(folder: Path, name: str) -> None:
    done = started(folder / "launchers" / name, "/tmp/a plan.xlsx", cwd=Path("/"))
    assert (done.returncode, done.stdout, done.stderr) == (0, ASKED + "</tmp/a plan.xlsx>\n", "")


@pytest.fixture
def start(folder: Path) -> Any:
    """launchers/start.py of the folder, as a module."""
    spec = spec_from_file_location("start", folder / "launchers" / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_sh
def test_it_sets_itself_up_once(start: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """With a stand-in for venv and pip."""
    (folder / ".venv" / "bin" / "python").rename(folder / "python")
    ran = []

    def run(command: list[str], log: Path) -> int:
        ran.append(command[1:])
        if "venv" in command:
            shutil.copy(folder / "python", folder / ".venv" / "bin" / "python")
        return 0

    monkeypatch.setattr(start, "run", run)
    assert [start.main([]), start.main([])] == [0, 0]
    assert [command[:2] for command in ran] == [["-m", "venv"], ["-m", "pip"]], "once"
    assert str(folder / "constraints.txt") in ran[1]
    assert capfd.readouterr().out.endswith("Done.\n" + ASKED + ASKED)


@needs_sh
def test_what_goes_wrong_is_said(start: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    (folder / ".venv" / "bin" / "python").unlink()

    def run(command: list[str], log: Path) -> int:
        log.write_text("no route to host")
        return 1

    monkeypatch.setattr(start, "run", run)
    assert start.main([]) == 1
    said = capfd.readouterr().err
    assert "optimizer cannot be started" in said
    assert "no route to host" in said


@needs_sh
@pytest.mark.parametrize("name", SHELL)
def test_without_python_it_says_what_is_missing(folder: Path, name: str, tmp_path: Path) -> None:
    shutil.rmtree(folder / ".venv")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("dirname", "sh", "uname"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    for python in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        program(tools / python, "#!/bin/sh\nexit 1\n")
    if any(map(Path.exists, map(Path, ("/usr/local/bin/python3", "/opt/homebrew/bin/python3")))):
        pytest.skip("this computer has Python where macOS would have it")
    done = started("sh", folder / "launchers" / name, path=str(tools))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr


@needs_sh
def test_the_desktop_entry_starts_the_launcher_beside_it(folder: Path) -> None:
    entry = folder / "launchers" / "Start optimizer.desktop"
    (line,) = [line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec=")]
    text = line.removeprefix("Exec=").replace("\\\\", "\\")  # desktop entries escape twice: the text, then within quotes
    parts = shlex.split(text.replace("\\$", "$"))
    done = started(*(str(entry) if part == "%k" else part for part in parts), cwd=Path("/"))
    assert (done.returncode, done.stdout) == (0, ASKED)


def test_the_windows_launcher_is_one_that_windows_reads() -> None:
    """Lines end as cmd wants them, labels exist, and nothing but ASCII needs a code page."""
    content = (LAUNCHERS / "Start optimizer.cmd").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    lines = content.decode("ascii").splitlines()
    labels = {line[1:] for line in lines if line.startswith(":")}
    wanted = {line.split("goto ")[1].split()[0] for line in lines if "goto " in line}
    assert wanted <= labels
    assert all(part in content for part in (b'"%~dp0start.py" %*', b"\r\npause\r\n"))
