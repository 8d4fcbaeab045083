"""Is everything in place on this machine? What is there, what the solver says of itself, what is missing and how to get it."""

from __future__ import annotations

import importlib
import locale
import platform
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

MODULES = {"python-docx": "docx", "pillow": "PIL"}  # where the module has another name than the package
SHOWN = "é – – ≥ €"  # what tables and messages have beyond ASCII
REINSTALL = "install it again in its own environment: python -m pip install --force-reinstall ."


class State(StrEnum):
    FINE = "ok"
    OPTIONAL = "optional"  # missing, and needed for nothing but what is said beside it
    TO_DO = "to do"


@dataclass(frozen=True, slots=True)
class Check:
    """One fact about the machine; `remedy` says what to do where it is not as it should be."""

    group: str
    name: str
    state: State
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that some tests use. `commands` are tried on the path, `places` beside it."""

    name: str
    used_for: str
    commands: tuple[str, ...]
    places: tuple[str, ...]
    install: dict[str, str]  # by what platform.system() says


PROGRAMS = (
    Program(
        "LibreOffice",
        "tests that open and recalculate results, and a spreadsheet program where Excel is missing",
        ("soffice", "libreoffice"),
        ("/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe"),
        {
            "Linux": "sudo apt install libreoffice-calc libreoffice-writer",
            "Darwin": "brew install --cask libreoffice",
            "Windows": "winget install TheDocumentFoundation.LibreOffice",
        },
    ),
    Program(
        "Chromium",
        "tests of the page in a browser",
        ("chromium", "chromium-browser", "google-chrome", "chrome"),
        ("/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        {
            "Linux": "sudo apt install chromium chromium-driver",
            "Darwin": "brew install --cask chromium chromedriver",
            "Windows": "winget install Google.Chrome",
        },
    ),
)


def examine(folder: Path, template: Path | None) -> Iterator[Check]:
    """Every check, in the order in which they are told. `folder` is where results go, `template` a Word document in use."""
    yield from versions()
    yield from solver()
    yield writable(folder)
    if template is not None:
        yield template_there(template)
    yield from terminal()
    yield from programs()
    yield from extras()


def versions() -> Iterator[Check]:
    yield Check("Versions", "optimizer", State.FINE, version("optimizer"))
    wanted = metadata("optimizer")["Requires-Python"] or ""
    found = platform.python_version()
    yield _compared("Python", found, wanted, f"install Python {wanted} and make the environment again")
    yield Check("Versions", "System", State.FINE, f"{platform.system()} {platform.release()} {platform.machine()}")
    for package, specifiers in _required(extra=""):
        yield _package(package, specifiers)


def _package(package: str, specifiers: str) -> Check:
    remedy = f'python -m pip install "{package}{specifiers}"'
    try:
        found = version(package)
        importlib.import_module(MODULES.get(package, package.lower()))
    except PackageNotFoundError:
        return Check("Versions", package, State.TO_DO, f"missing; {specifiers} is required", remedy)
    except ImportError as error:  # a library of the system is missing, say
        found = f"{version(package)} is there and cannot be loaded: {error}"
        return Check("Versions", package, State.TO_DO, found, REINSTALL)
    return _compared(package, found, specifiers, remedy)


def _compared(name: str, found: str, wanted: str, remedy: str) -> Check:
    if satisfies(found, wanted):
        return Check("Versions", name, State.FINE, f"{found} ({wanted} is required)")
    return Check("Versions", name, State.TO_DO, f"{found}, and {wanted} is required", remedy)


def _required(extra: str) -> Iterator[tuple[str, str]]:
    """Package and specifiers of each requirement, as setup.cfg has them: of an extra, or of none."""
    for line in requires("optimizer") or ():
        requirement, _, marker = line.partition(";")
        of = re.search(r"extra == ['\"](\w+)['\"]", marker)
        if (of[1] if of else "") == extra:
            package = re.match(r"[\w.-]+", requirement.strip())
            assert package is not None
            yield package[0], ",".join(sorted(re.findall(r"[<>=!~]+[^,\s)]+", requirement), reverse=True))


def satisfies(found: str, specifiers: str) -> bool:
    """Whether a version is one that is asked for; of a version its leading numbers count. Knows >=, >, <=, <, == and !=."""
    tests: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
        ">=": lambda a, b: a >= b,
        ">": lambda a, b: a > b,
        "<=": lambda a, b: a <= b,
        "<": lambda a, b: a < b,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
    }
    pairs = re.findall(r"([<>=!]+)\s*([\w.]+)", specifiers)
    return all(tests[sign](*_level(_numbers(found), _numbers(wanted))) for sign, wanted in pairs)


def _numbers(text: str) -> tuple[int, ...]:
    start = re.match(r"\d+(\.\d+)*", text)
    return tuple(map(int, start[0].split("."))) if start else ()


def _level(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """3.12 is 3.12.0."""
    longest = max(len(a), len(b))
    return a + (0,) * (longest - len(a)), b + (0,) * (longest - len(b))


def solver() -> Iterator[Check]:
    group, remedy = (
        "Solver",
        'install what is tested: python -m pip install -c constraints.txt --force-reinstall "highspy" "pulp"',
    )
    try:
        from optimizer import selftest
        from optimizer.solver import SolverFault, name
    except ImportError as error:
        yield Check(group, "HiGHS", State.TO_DO, f"it cannot be loaded, and nothing can be solved: {error}", remedy)
        return
    asked: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        (f"{len(selftest.models())} models that solvers have answered wrongly", selftest.solver_doubts),
        ("a small plan: solved, audited, enumerated", selftest.plan_doubts),
    )
    for what, doubts in asked:
        try:
            found = list(doubts())
        except SolverFault as fault:
            found = [str(fault)]
        for doubt in found:
            yield Check(group, what, State.TO_DO, f"this solver gives wrong answers, do not use its results: {doubt}", remedy)
        if not found:
            yield Check(group, what, State.FINE, f"right with {name()}")


def writable(folder: Path) -> Check:
    """Nothing is left behind: where the folder is not there yet, the one in which it would be made is tried."""
    group, name = "Files", f"Folder for results, {folder}"
    place = folder.absolute()
    while not (place.exists() or place == place.parent):
        place = place.parent
    probe = place / f".{secrets.token_hex(8)}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = "name another with --output or OPTIMIZER_OUTPUT, or ask for the right to write there"
        return Check(group, name, State.TO_DO, f"{place} cannot be written to: {error.strerror or error}", remedy)
    return Check(group, name, State.FINE, "can be written to" if place == folder.absolute() else f"will be made in {place}")


def template_there(template: Path) -> Check:
    group, name = "Files", f"Word template, {template}"
    if template.is_file():
        return Check(group, name, State.FINE, "is there")
    remedy = "correct OPTIMIZER_TEMPLATE, or template in optimizer.toml; without it the plain layout is used"
    return Check(group, name, State.TO_DO, "there is no such file", remedy)


def terminal() -> Iterator[Check]:
    encoding = getattr(sys.stdout, "encoding", None) or "none"
    try:
        SHOWN.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        remedy = "set PYTHONUTF8=1 in the environment; in a Windows console also: chcp 65001"
        yield Check("Terminal", "Encoding", State.OPTIONAL, f"{encoding} cannot show all letters and signs of the tables", remedy)
    else:
        yield Check("Terminal", "Encoding", State.FINE, encoding)
    known = ".".join(filter(None, locale.getlocale())) or "none"
    yield Check("Terminal", "Locale", State.FINE, f"{known}; figures do not depend on it")


def programs() -> Iterator[Check]:
    system = platform.system()
    for program in PROGRAMS:
        paths = (*map(shutil.which, program.commands), *(place for place in program.places if Path(place).exists()))
        found = next(filter(None, paths), None)
        if found is not None:
            yield Check("Optional", program.name, State.FINE, found)
        else:
            told = f"missing; only for {program.used_for}"
            yield Check("Optional", program.name, State.OPTIONAL, told, program.install.get(system, program.install["Linux"]))


def extras() -> Iterator[Check]:
    for extra, used_for in (
        ("test", "the tests of the project"),
        ("prove", "a second solver, which confirms what the dynamic programme cannot"),
        ("cluster", "work spread over several machines"),
    ):
        missing = [package for package, _ in _required(extra) if not _there(package)]
        if missing:
            told = f"without {', '.join(missing)}; only for {used_for}"
            yield Check("Optional", f"Extra {extra}", State.OPTIONAL, told, f"python -m pip install -e '.[{extra}]'")
        else:
            yield Check("Optional", f"Extra {extra}", State.FINE, "installed")


def _there(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
