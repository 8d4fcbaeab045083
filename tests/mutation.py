"""Do the tests see a slip in what checks everything else? `python -m tests.mutation --target rules --count 50 --seed 1`.

A mutant is the program with one small change in one place: a comparison that admits its limit or no longer does, a sign, a number
that is one off, and for or, a condition turned round, the least for the most. The tests of the target run against each in a copy;
a mutant that they pass has survived, and is either no real change or a gap in the tests: both are for a person to look at.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PROPERTIES = ("tests/property/test_enumeration.py", "--instances", "40")
TARGETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # files that are changed, and the tests that should see it
    "audit": (("optimizer/audit.py",), ("tests/unit/test_rules.py", "tests/unit/test_rules_of_time.py", *PROPERTIES)),
    "rules": (("optimizer/rules/*.py",), ("tests/unit/test_rules.py", "tests/unit/test_rules_of_time.py", *PROPERTIES)),
    "verify": (("optimizer/verify/*.py",), ("tests/unit/test_verify.py",)),
}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """A file with one change; `told` says which."""

    file: Path
    text: str
    told: str


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its text. Annotations and texts are left as they are."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    count = sum(1 for node in _changeable(tree) for _ in _changes(node))
    for wanted in range(count):
        changed = copy.deepcopy(tree)
        seen = -1
        for node in _changeable(changed):
            for change in _changes(node):
                seen += 1
                if seen == wanted:
                    before = ast.unparse(node)
                    change()
                    told = f"{file.name}:{getattr(node, 'lineno', 0)}: {before} -> {ast.unparse(node)}"
                    yield Mutant(file, ast.unparse(changed), told[:160])
                    break
            if seen == wanted:
                break


def _changeable(tree: ast.AST) -> Iterator[ast.AST]:
    """Not the insides of annotations, nor what only describes."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "keywords"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
                yield child
                yield from _changeable(child)


def _changes(node: ast.AST) -> Iterator[object]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield lambda: node.ops.__setitem__(0, COMPARISONS[type(node.ops[0])]())
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield lambda: setattr(node, "op", OPERATORS[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda: setattr(node, "op", ast.UAdd())
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda: setattr(node, "value", node.value + 1)
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield lambda: setattr(node, "id", NAMES[node.id])
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield lambda: setattr(node, "attr", NAMES[node.attr])
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))


def survives(mutant: Mutant | None, tests: tuple[str, ...], seconds: float) -> bool:
    """Whether the tests pass against the program with the change, in a copy; one that never ends has been seen."""
    with TemporaryDirectory() as folder:
        for name in ("optimizer", "tests", "inputs", "docs"):
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "setup.cfg", folder)
        if mutant is not None:
            (Path(folder) / mutant.file.relative_to(ROOT)).write_text(mutant.text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *tests]
        try:
            done = subprocess.run(command, cwd=folder, env=_paths(folder), capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def _paths(folder: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}


def drawn(target: str, count: int, seed: int) -> list[Mutant]:
    files = sorted(file for pattern in TARGETS[target][0] for file in ROOT.glob(pattern))
    every = [mutant for file in files for mutant in mutants(file)]
    return random.Random(seed).sample(every, min(count, len(every))) if count else every


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--target", choices=TARGETS, action="append", help="what to change (default: all)")
    parser.add_argument("--count", type=int, default=20, help="mutants of each target, drawn at random; 0: all (default 20)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (default 0)")
    parser.add_argument("--seconds", type=float, default=600.0, help="after which a mutant counts as seen (default 600)")
    asked = parser.parse_args()
    left = 0
    for target in asked.target or TARGETS:
        tests = TARGETS[target][1]
        if not survives(None, tests, asked.seconds):
            print(f"{target}: the tests do not pass as the program is", file=sys.stderr)
            return 2
        chosen = drawn(target, asked.count, asked.seed)
        alive = []
        for mutant in chosen:
            if survives(mutant, tests, asked.seconds):
                alive.append(mutant)
                print(f"survived: {mutant.told}", flush=True)
        left += len(alive)
        print(f"{target}: {len(chosen) - len(alive)} of {len(chosen)} mutants are seen", flush=True)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
