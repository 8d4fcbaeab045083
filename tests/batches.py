"""A small plan with scenario files about it, for tests of batches."""

from __future__ import annotations

import sqlite3
from fractions import Fraction
from pathlib import Path
from typing import Any

from optimizer.batch.blocks import Batch
from optimizer.batch.scenario_file import read_batch
from optimizer.files.document import InputWorkbook
from optimizer.overrides import Change
from optimizer.plan import Basis, Component, Criterion, Level, Limit, Link, Output, Plan, Status
from optimizer.scenario import ScenarioSpec

PLAN = Plan(
    "Small plan",
    "US$",
    (
        Component("A", "Advice", minimum=Limit(Basis.ESTIMATE, Fraction(30))),
        Component("B", "Basics", minimum=Limit(Basis.ESTIMATE, Fraction(20))),
    ),
    (Criterion("need", "Need", Fraction(2)), Criterion("ease", "Ease", Fraction(1))),
    (
        Output("A.1", "A", "First", 1_000_000, 400_000, (Fraction(80), Fraction(30))),
        Output(
            "A.2", "A", "Second", 600_000, 600_000, (Fraction(70), Fraction(90)),
            explicit_levels=(Level(200_000, 25), Level(600_000, 100)),
        ),
        Output("A.3", "A", "Third", 700_000, 300_000, (Fraction(40), Fraction(60))),
        Output(
            "B.1", "B", "Fourth", 500_000, 250_000, (Fraction(90), Fraction(10)),
            status=Status.COMMITTED, committed=250_000, reason="a contract",
        ),
        Output("B.2", "B", "Fifth", 800_000, 800_000, (Fraction(20), Fraction(95))),
    ),
    links=(Link("A.3", "A.1"),),
    delivery_step=25,
    unit_of_account=1000,
)  # fmt: skip
HALF = Limit(Basis.ESTIMATE, Fraction(50))
DOCUMENT = InputWorkbook(
    "plan.xlsx",
    "",
    PLAN,
    (
        ScenarioSpec("Base", HALF),
        ScenarioSpec("Lean", Limit(Basis.ESTIMATE, Fraction(40)), changes=(Change("component", "A", "minimum", "none"),)),
        ScenarioSpec("Impossible", Limit(Basis.AMOUNT, Fraction(1000))),
    ),
    "Base",
    "",
    (),
    (),
    (),
)
UNCERTAIN = """
[[monte_carlo]]
name = "Uncertain"
seed = 7
samples = {samples}
set.resources = 1_800_000
[monte_carlo.draw]
"output.*.cost" = {{ distribution = "triangular", as = "factor", low = 0.8, mode = 1, high = 1.5 }}
"criterion.*.weight" = {{ distribution = "uniform", low = 0.5, high = 2, step = 0.1 }}
"output.*.score ease" = {{ distribution = "uniform", as = "shift", low = -20, high = 20, together = true }}
"""


def batch_of(folder: Path, text: str, settings: tuple[str, ...] = ()) -> Batch:
    path = folder / "scenarios.toml"
    path.write_text(text, encoding="utf-8")
    return read_batch(path, DOCUMENT, settings)


def uncertain(folder: Path, samples: int) -> Batch:
    return batch_of(folder, UNCERTAIN.format(samples=samples))


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a store holds."""
    connection = sqlite3.connect(path)
    try:
        tables = ("facts", "scenarios", "answers")
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}
    finally:
        connection.close()


def kept(path: Path) -> int:
    """How many answers a store holds, also while a run is at work on it."""
    if not path.exists():
        return 0
    try:
        return len(contents(path)["answers"])
    except sqlite3.OperationalError:  # killed before the first table
        return 0
