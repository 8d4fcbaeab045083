"""The frontier of the shipped plan: the dynamic programme against one MILP for each breakpoint, over the same points.

    python bench/frontier.py [--scenario Base] [--scenario Money-weighted] [--stretches 4] [--length 3]

The dynamic programme gives every breakpoint with its allocation; it is timed from scenario to checked frontier. One MILP for each
takes too long for all, so it is asked for the breakpoints of some stretches, spread evenly over the frontier: the least spend
with a value above the last one, once each, with no second opinion, from the model that is built once. Resources must be the same;
where HiGHS calls a larger spend the least, although the allocation of the frontier respects every rule and spends less, it is
counted as false. The ratio is of the time for each breakpoint asked to the time of the whole frontier for each of its
breakpoints: what all of them would take if those asked are like the others.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import optimizer
from optimizer.analysis.frontier import Frontier, frontier, with_resources
from optimizer.analysis.frontier_solver import Step, Walker
from optimizer.objectives import integer_values
from optimizer.program import Termination
from optimizer.scenario import Scenario

SHIPPED = Path(__file__).parent.parent / "inputs" / "plan_outputs.xlsx"
RUNS = 3  # of the dynamic programme, of which the quickest counts


def programme(scenario: Scenario) -> tuple[Frontier, float]:
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = frontier(scenario)
        seconds.append(time.perf_counter() - began)
    return found, min(seconds)


def by_milp(scenario: Scenario, found: Frontier, first: int, length: int) -> tuple[float, int]:
    """Seconds for the breakpoints from `first` on, each from the one before it, and how many the solver got wrong."""
    walker = Walker(with_resources(scenario, scenario.plan.cost), 3600.0)
    unit = integer_values(scenario.plan, scenario.objective).unit
    seconds, false = 0.0, 0
    for k in range(first, min(first + length, len(found.points))):
        last, wanted = found.points[k - 1], found.points[k]
        began = time.perf_counter()
        step = walker.step(Step(Termination.OPTIMAL, last.resources, int(last.value / unit)), confirmed=False)
        seconds += time.perf_counter() - began
        assert step.resources >= wanted.resources, "nothing spends less"
        assert step.resources > wanted.resources or step.value * unit <= wanted.value, "nothing is better with the same"
        assert not found.audit(k).breaches
        false += step.resources > wanted.resources
    return seconds, false


def compare(name: str, stretches: int, length: int) -> None:
    document = optimizer.read_workbook(str(SHIPPED))
    scenario = optimizer.derive(document.plan, document.scenario(name))
    found, ours = programme(scenario)
    count = len(found.points)
    print(f"{name}: {count:,} breakpoints and their allocations by dynamic programme in {ours:.3f} s", flush=True)
    asked, wrong, milp = 0, 0, 0.0
    for stretch in range(stretches):
        first = 1 + stretch * max(count - length - 1, 1) // max(stretches - 1, 1)
        seconds, false = by_milp(scenario, found, first, length)
        asked, wrong, milp = asked + min(length, count - first), wrong + false, milp + seconds
        print(f"  breakpoints {first:,} to {first + length - 1:,} by one MILP each: {seconds:.2f} s", flush=True)
    ratio = (milp / asked) / (ours / count)
    each = f"{milp / asked:.3f} s each, here {1000 * ours / count:.4f} ms each"
    print(f"  {asked} of {count:,} asked, {asked - wrong} the same, {wrong} false by HiGHS: {each}; ratio {ratio:,.0f}")
    print(f"  for these {asked} points alone, against the time of the whole frontier: ratio {milp / ours:.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", action="append")
    parser.add_argument("--stretches", type=int, default=4)
    parser.add_argument("--length", type=int, default=3)
    arguments = parser.parse_args()
    for name in arguments.scenario or ["Base", "Money-weighted"]:
        compare(name, arguments.stretches, arguments.length)


if __name__ == "__main__":
    main()
