"""1,000 outputs with delivery steps, paid by five funds in four periods: value, bound and gap when time is up, stage by stage.

    python bench/thousand_funds.py [--outputs 1000] [--components 20] [--plans 2] [--seconds 30] [--later-start]

Costs, scores and links are those of thousand_outputs.py. Time frames of two to eight years lie in 2022 to 2029, one output in ten
has a profile. Two fifths of the money may pay for everything and carry over up to a cap; four funds are restricted to a quarter
of the components each, and one of them carries over. Rows of the funds are too many to write down; how many were found on the
way is part of the answer.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import replace
from fractions import Fraction

from thousand_outputs import plan as without_time

from optimizer.formulate import formulate
from optimizer.fund import Fund
from optimizer.plan import Basis, Limit, Output, Plan
from optimizer.program import Termination
from optimizer.scenario import ScenarioSpec, derive
from optimizer.search import Search
from optimizer.timing import Period, ProfileRow

PERIODS = tuple(Period(f"{year}-{year - 1999}", year, year + 1) for year in range(2022, 2030, 2))


def plan(outputs: int, components: int, seed: int, percent: int, later_start: bool) -> Plan:
    """The funds have `percent` of the plan's cost, spread over periods and funds by chance."""
    rng = random.Random(1000 + seed)
    base = without_time(outputs, components, seed)
    money = base.cost * percent // 100
    ids = [component.id for component in base.components]
    rng.shuffle(ids)
    funds = [Fund("general", "General", "regular budget", _spread(rng, 2 * money // 5), carry_over=True, cap=money // 20)]
    for f in range(4):
        amounts = _spread(rng, 3 * money // 20)
        funds.append(Fund(f"x{f}", f"Restricted {f}", "projects", amounts, components=tuple(ids[f::4]), carry_over=f == 0))
    return replace(
        base,
        components=tuple(replace(c, minimum=Limit(Basis.ESTIMATE, Fraction(25))) for c in base.components),
        outputs=tuple(_timed(rng, output) for output in base.outputs),
        periods=PERIODS,
        funds=tuple(funds),
        later_start=later_start,
    )


def _spread(rng: random.Random, money: int) -> tuple[int, ...]:
    sizes = [rng.randint(50, 150) for _ in PERIODS]
    return tuple(money * size // sum(sizes) for size in sizes)


def _timed(rng: random.Random, output: Output) -> Output:
    start = rng.randint(2022, 2028)
    end = rng.randint(start + 1, 2029)
    within = [bool(period.years(start, end)) for period in PERIODS]
    parts = tuple(Fraction(rng.randint(1, 9) if inside else 0) for inside in within)
    return replace(output, start=start, end=end, profile=(ProfileRow(parts),) if rng.random() < 0.1 else ())


def report(title: str, asked: Plan, seconds: float) -> None:
    """One line for the question as a whole, then one for each stage until one is stopped."""
    began = time.perf_counter()
    scenario = derive(asked, ScenarioSpec("bench", Limit(Basis.FUNDS, Fraction(100))))
    formulation = formulate(scenario)
    search = Search(scenario, formulation, seconds)
    written = sum(row.label.startswith("funds[") for row in formulation.program.rows)
    for goal in formulation.goals:
        if search.stage_twice(goal) is not Termination.OPTIMAL:
            break
    rows = f"{written} rows of funds written, {len(search.found)} found, {search.cuts} points cut off"
    print(f"{title}: {time.perf_counter() - began:.1f} s, {len(formulation.program.columns)} columns, {rows}")
    for stage in search.stages:
        gap = abs(stage.bound - stage.value)
        share = f" ({100 * gap / stage.value:.4f} %)" if stage.value else ""
        figures = f"{stage.value:,}, bound {stage.bound:,}, gap {gap:,}{share}, {stage.seconds:.1f} s"
        print(f"  {stage.name}: {figures}, {stage.termination}; {stage.confirmed or 'not confirmed'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outputs", type=int, default=1000)
    parser.add_argument("--components", type=int, default=20)
    parser.add_argument("--plans", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=30.0, help="for each question")
    parser.add_argument("--later-start", action="store_true", help="outputs may begin in a later period")
    arguments = parser.parse_args()
    for seed in range(arguments.plans):
        for percent in (60, 75):
            asked = plan(arguments.outputs, arguments.components, seed, percent, arguments.later_start)
            report(f"plan {seed} with funds of {percent} %", asked, arguments.seconds)


if __name__ == "__main__":
    main()
