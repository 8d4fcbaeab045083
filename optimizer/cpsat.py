"""A second solver, where the extra `prove` is installed: CP-SAT, which calculates in whole numbers and has no tolerances.

It cannot be loaded into a process that has HiGHS, so each question goes to a process of its own (optimizer/cpsat_worker.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from optimizer.program import Point, Program, Termination
from optimizer.solver import Solution

LARGEST = 2**62  # of a sum; CP-SAT holds 64 bits
STARTING = 30.0  # seconds that the process may take beyond those it is given
UNKNOWN = "unknown"


def name() -> str:
    """With its version; empty where it is not installed."""
    with suppress(PackageNotFoundError):
        return f"CP-SAT {version('ortools')}"
    return ""


def find(program: Program, seconds: float) -> Solution:
    """Any point of a program, or that there is none; NO_SOLUTION where that is not known in time, or cannot be asked."""
    began = time.monotonic()
    status, point = _ask(program, seconds) if _held(program) else (UNKNOWN, None)
    terminations = {"found": Termination.OPTIMAL, "none": Termination.INFEASIBLE}
    termination = terminations.get(status, Termination.NO_SOLUTION)
    return Solution(termination, point, None, len(program.open_columns), time.monotonic() - began)


def _held(program: Program) -> bool:
    return all(program.reach(row.terms) + max(abs(row.lower or 0), abs(row.upper or 0)) < LARGEST for row in program.rows)


def _ask(program: Program, seconds: float) -> tuple[str, Point | None]:
    question = {
        "columns": [(column.lower, column.upper) for column in program.columns],
        "rows": [(row.terms, row.lower, row.upper) for row in program.rows],
        "seconds": seconds,
    }
    command = [sys.executable, "-m", "optimizer.cpsat_worker"]
    try:
        done = subprocess.run(
            command, input=json.dumps(question), capture_output=True, text=True, timeout=seconds + STARTING, check=True
        )
        answer = json.loads(done.stdout)
        return answer["status"], None if answer["point"] is None else tuple(answer["point"])
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError):  # killed, say, or out of memory
        return UNKNOWN, None
