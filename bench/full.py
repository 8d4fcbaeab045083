"""The whole dossier of one scenario of the shipped plan: what each analysis takes, and all of it with its three files.

    python bench/full.py [--scenario Base]

As `optimizer run --full` does it, with 200 samples of robustness. Beside it what a user would do today to ask for reasons: two
fresh solves of the whole scenario for each output, one with it and one without it, timed on a few of them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import optimizer
from optimizer import run as runner
from optimizer.rules import Committed, Deferred
from optimizer.scenario import Scenario

SHIPPED = Path(__file__).parent.parent / "inputs" / "plan_outputs.xlsx"
ASKED = 5  # outputs that are forced in and out by fresh solves


def dossier(name: str) -> tuple[list[tuple[str, float]], float]:
    """Seconds by step, and of all."""
    workbook = optimizer.read_workbook(SHIPPED)
    begun: list[tuple[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        asked = replace(runner.request(workbook, (name,), False, (), Path(folder)), full=True)
        began = time.perf_counter()
        list(runner.run(replace(asked, tell=lambda step: begun.append((step, time.perf_counter())))))
        ended = time.perf_counter()
    ends = [*(at for _, at in begun[1:]), ended]
    return [(step, end - at) for (step, at), end in zip(begun, ends, strict=True)], ended - began


def fresh(scenario: Scenario) -> float:
    """Seconds of two fresh solves for one output, on average over some."""
    plan, began = scenario.plan, time.perf_counter()
    for i in range(0, len(plan.outputs), len(plan.outputs) // ASKED + 1):
        output, levels = plan.outputs[i], plan.levels[i]
        for rule in (Deferred(output.id, i), Committed(output.id, i, levels[0].amount)):
            optimizer.solve(replace(scenario, rules=(*scenario.rules, rule)))
    return (time.perf_counter() - began) / len(range(0, len(plan.outputs), len(plan.outputs) // ASKED + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="Base")
    name = parser.parse_args().scenario
    steps, whole = dossier(name)
    print(f"{name}: the whole dossier with 200 samples in {whole:.1f} s")
    for step, seconds in steps:
        print(f"  {step:14}{seconds:8.2f} s")
    workbook = optimizer.read_workbook(SHIPPED)
    scenario = optimizer.derive(workbook.plan, workbook.scenario(name))
    each, count = fresh(scenario), len(scenario.plan.outputs)
    took = dict(steps)["reasons"]
    print(f"Reasons by fresh solves: {each:.2f} s an output, {each * count:.0f} s for {count}: {each * count / took:.1f} times")


if __name__ == "__main__":
    main()
