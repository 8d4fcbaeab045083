"""The house keeps its shape: imports go one way, heavy packages have one door, nothing grows out of hand."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "optimizer"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 8

# Who may import a package from outside. Everything else in the package is plain Python.
DOORS = {
    "pulp": {"solver"},
    "highspy": {"solver", "relaxation"},
    "ortools": {"cpsat_worker"},
    "numpy": {
        "solver",
        "relaxation",
        "tables",
        "dynamic",
        "chain",
        "analysis.frontier",
        "analysis.frontier_programme",
        "analysis.leave_out",
        "analysis.alternatives_blocks",
        "analysis.alternatives_count",
        "analysis.alternatives_points",
        "analysis.alternatives_portfolios",
        "batch",
        "resolving",
    },
    "openpyxl": {"files.cells"},
    "xlsxwriter": {"files.template", "report.xlsx"},
    "pandas": {"report.frames", "batch.export"},
    "click": {"cli", "console", "commands"},
    "defusedxml": {"files.parts"},
    "docx": {"report.docx", "report.docx_check", "report.house", "report.word_styles", "report.wordml"},
    "PIL": {"report.png"},
    "distributed": {"batch.cluster"},
}
# Layers from the ground up; a module may import from its own layer and from those below.
LAYERS = (
    {"plan", "allocation", "timing", "fund", "flow", "program", "findings", "rounding", "address", "target", "titles"},
    {"values", "keys", "objectives", "funding", "rules", "fact", "schedule", "sanity", "bounding"},
    {"lifting", "proportion", "overrides"},
    {"scenario", "solver", "relaxation"},
    {"cpsat", "cpsat_worker"},
    {"formulate", "audit", "tables", "chain", "dynamic"},
    {"result", "search", "balance", "canonical", "optimize", "nesting"},
    {"analysis", "files", "resolving", "selftest"},
    {"verify"},
    {"report"},
    {"papers"},
    {"run", "doctor"},
    {"batch"},
    {"watching"},
    {"window"},
    {"console"},
    {"commands"},
    {"cli"},
)


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(path: Path) -> frozenset[str]:
    """Full names of everything imported anywhere in a module, but not what only a type checker sees."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}  # a module, or a name that is none
    return frozenset(found)


def inside(path: Path) -> set[str]:
    return {name.removeprefix("optimizer.") for name in imports(path) if name.startswith("optimizer.")}


def layer(name: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if name.split(".", maxsplit=1)[0] in names)


def test_every_module_has_a_layer() -> None:
    assert len(MODULES) > 30
    for path in MODULES:
        name = module_name(path)
        assert not name or layer(name) >= 0


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_down(path: Path) -> None:
    name = module_name(path)
    if name:
        upward = {other for other in inside(path) if layer(other) > layer(name)}
        assert not upward, f"{name} imports from a higher layer: {upward}"


def test_no_cycles() -> None:
    names = {module_name(path) for path in MODULES}
    graph = {module_name(path): (inside(path) & names) - {module_name(path)} for path in MODULES}
    graph.pop("")  # the package itself loads what it offers on first use
    for package in ("rules", "files", "report", "analysis"):  # a package's own file may name its parts
        for part, needs in graph.items():
            if part.startswith(package + "."):
                needs.discard(package)
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("package", DOORS)
def test_heavy_packages_have_their_doors(package: str) -> None:
    users = {module_name(path) for path in MODULES if any(name.split(".")[0] == package for name in imports(path))}
    assert {user for user in users if user.split(".")[0] not in DOORS[package]} <= DOORS[package]
    assert users, f"nothing imports {package}: drop it"


def test_only_known_packages_are_imported() -> None:
    known = set(DOORS) | set(sys.stdlib_module_names) | {"optimizer"}
    for path in MODULES:
        assert {name.split(".")[0] for name in imports(path)} <= known, path


def test_nobody_imports_the_command_line() -> None:
    assert not [path for path in MODULES if "cli" in inside(path)]


def test_the_audit_knows_neither_program_nor_solver() -> None:
    assert not inside(PACKAGE / "audit.py") & {"program", "formulate", "solver", "search", "objectives", "optimize"}


def test_the_second_reading_knows_nothing_of_the_first() -> None:
    """optimizer.verify has the container and its limits, the form of a finding and the seal in common with the rest; no more."""
    shared = {"address", "findings", "files.container", "files.parts", "files.seal"}
    modules = {module_name(path) for path in MODULES}
    users = [path for path in MODULES if module_name(path).split(".")[0] == "verify"]
    assert len(users) > 5
    for path in users:
        foreign = {name for name in inside(path) & modules if name.split(".")[0] != "verify"}
        assert foreign - {"files"} <= shared, f"{path.name}: {foreign - shared}"
        assert {name.split(".")[0] for name in imports(path)} <= set(sys.stdlib_module_names) | {"optimizer"}
    code = "import sys, optimizer.verify.check; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "pandas",
        "numpy",
        "openpyxl",
        "xlsxwriter",
        "pulp",
        "highspy",
        "optimizer.plan",
        "optimizer.rules",
        "optimizer.report",
    }
    assert not heavy & set(loaded)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE, f"{path.name} is two ideas"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{path.name}: {node.name}"
            assert len(node.args.args) + len(node.args.kwonlyargs) <= MOST_PARAMETERS, f"{path.name}: {node.name}"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{path.name}:{node.lineno} catches {caught}"


@pytest.mark.parametrize("command", ["--help", "run --help", "batch --help", "--version"])
def test_help_loads_neither_pandas_nor_a_solver(command: str) -> None:
    code = (
        "import sys\nfrom optimizer.cli import main\n"
        f"sys.argv = ['optimizer', *{command.split()!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'pulp', 'highspy', 'openpyxl', 'xlsxwriter'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
