"""Thousands of what-ifs of the shipped plan: one live resolver against the loop a user would write, PuLP built anew each time.

    python bench/batch.py [--count 1000] [--sample 30] [--seed 1] [--case a --case b --case c --case d]

Every scenario changes the resources, the weights of all criteria and components, all minimum allocations and eight costs.
Cases: a, all-or-nothing outputs with minima, links and coverage; b, the same with delivery steps; c, as a with scores that
rise with the cost; d, as b with such scores (the loop needs seconds for each: ask for a small sample). Both sides prove the
best value ("value"), or value, then least spend, then fewest partial deliveries ("all stages"; here also the canonical
choice, which the loop leaves out).

The loop is given finished whole numbers: only building, solving and reading the answer are timed. It is run with the CBC that
PuLP ships and with HiGHS, both with gaps of 0, one thread, on `sample` scenarios spread evenly over all; its time for each is
set against that of all scenarios here. Sides take turns, a few scenarios at a time, so that other work on the machine hits
both. Every answer of the loop is compared; where one differs, ours is checked in exact integers and the loop's is counted as
wrong. Time here is from derived scenario to answer; what it takes to derive it from its text comes on top and is told apart.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pulp

import optimizer
from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.audit import audit
from optimizer.batch.deriver import Deriver
from optimizer.objectives import integer_values
from optimizer.overrides import Change
from optimizer.plan import Basis, Coverage, Limit, Output, Plan, Status
from optimizer.resolving.resolver import Brief, Resolver
from optimizer.rules import Committed, Floor, Requires, TagCoverage
from optimizer.scenario import Scenario, ScenarioSpec

SHIPPED = Path(__file__).parent.parent / "inputs" / "plan_outputs.xlsx"
CHUNK = 50
MOST_DIFFERENCES = 5  # that are printed


def all_or_nothing(plan: Plan) -> Plan:
    """Every output in full or not at all."""
    return replace(plan, outputs=tuple(replace(output, minimum=output.cost, explicit_levels=()) for output in plan.outputs))


def covered(plan: Plan, tags: int = 4) -> Plan:
    """The most frequent tags, of those on at most half of the outputs: 60 per cent of the outputs that carry one are funded."""
    counts = Counter(
        (name, tag) for output in plan.outputs for name, tags in zip(plan.tag_columns, output.tags, strict=False) for tag in tags
    )
    some = [key for key, count in counts.items() if 4 <= count <= len(plan.outputs) // 2]
    chosen = sorted(some, key=lambda key: (-counts[key], key))[:tags]
    return replace(plan, coverage=tuple(Coverage(name, tag, max(counts[name, tag] * 6 // 10, 2)) for name, tag in chosen))


def correlated(plan: Plan, seed: int) -> Plan:
    """Scores that rise with the cost, but for a tenth."""
    rng = random.Random(seed)
    dearest = max(output.cost for output in plan.outputs)

    def scored(output: Output) -> Output:
        return replace(output, scores=tuple(Fraction(90 * output.cost // dearest + rng.randint(0, 10)) for _ in output.scores))

    return replace(plan, outputs=tuple(map(scored, plan.outputs)))


CASES: dict[str, tuple[str, Callable[[Plan, int], Plan]]] = {
    "a": ("all or nothing, minima, links, coverage", lambda plan, seed: covered(all_or_nothing(plan))),
    "b": ("delivery steps, minima, links, coverage", lambda plan, seed: covered(plan)),
    "c": ("as a, scores correlated with cost", lambda plan, seed: covered(all_or_nothing(correlated(plan, seed)))),
    "d": ("as b, scores correlated with cost", lambda plan, seed: covered(correlated(plan, seed))),
}


def specs(plan: Plan, count: int, seed: int) -> Iterator[ScenarioSpec]:
    """Resources of 55 to 95 per cent; minima of 25 to 50 per cent; weights; eight costs from 15 per cent less to 25 more."""
    rng = random.Random(seed)
    free = [o for o in plan.outputs if o.status is not Status.COMMITTED and not o.spent and not o.explicit_levels]
    for n in range(count):
        changes = [Change("criterion", c.id, "weight", str(rng.randint(1, 40))) for c in plan.criteria]
        changes += [Change("component", c.id, "weight", f"{rng.randint(80, 125) / 100:.2f}") for c in plan.components]
        changes += [Change("component", c.id, "minimum", f"{rng.randint(25, 50)}% of estimate") for c in plan.components]
        for output in rng.sample(free, 8):
            cost = -(-max(output.cost * rng.randint(85, 125) // 100, 1) // 10_000) * 10_000
            changes.append(Change("output", output.id, "cost", str(max(cost, output.minimum))))
        yield ScenarioSpec(f"s{n}", Limit(Basis.ESTIMATE, Fraction(rng.randint(550, 950), 10)), changes=tuple(changes))


class Loop:
    """One scenario as a user writes it in PuLP: a binary for each level, at most one level for each output."""

    def __init__(self, scenario: Scenario) -> None:
        plan = scenario.plan
        self.scenario, self.values = scenario, integer_values(plan, scenario.objective).of
        self.amounts = [[level.amount for level in levels] for levels in plan.levels]
        self.partial = [[level.share < 100 for level in levels] for levels in plan.levels]
        self.unit = integer_values(plan, scenario.objective).unit

    def solve(self, solver: pulp.LpSolver, all_stages: bool) -> tuple[float, tuple[int, ...] | None]:
        """Seconds, and what each stage reached; None where the solver says that nothing is feasible."""
        began = time.perf_counter()
        problem = pulp.LpProblem("scenario", pulp.LpMaximize)
        x = [[problem.add_variable(f"x{i}_{l}", 0, 1, pulp.LpBinary) for l in range(len(a))] for i, a in enumerate(self.amounts)]
        problem.setObjective(
            pulp.lpSum(v * u for vs, us in zip(self.values, x, strict=True) for v, u in zip(vs, us, strict=True))
        )
        problem += pulp.lpSum(a * u for i, us in enumerate(x) for a, u in zip(self.amounts[i], us, strict=True)) <= (
            self.scenario.resources
        )
        for us in x:
            problem += pulp.lpSum(us) <= 1
        self._rules(problem, x)
        reached: list[int] = []
        stages = (self.values, self.amounts, self.partial)[: 3 if all_stages else 1]
        for n, of_level in enumerate(stages):
            goal = pulp.lpSum(c * u for cs, us in zip(of_level, x, strict=True) for c, u in zip(cs, us, strict=True) if c)
            if n:
                problem.sense = pulp.LpMinimize
                problem.setObjective(goal)
            problem.solve(solver)
            if pulp.LpStatus[problem.status] != "Optimal":
                return time.perf_counter() - began, None
            chosen = [(i, l) for i, us in enumerate(x) for l, u in enumerate(us) if u.varValue is not None and u.varValue > 0.5]
            reached.append(int(sum(of_level[i][l] for i, l in chosen)))
            problem += (goal <= reached[-1]) if n else (goal >= reached[-1])
        return time.perf_counter() - began, tuple(reached)

    def _rules(self, problem: pulp.LpProblem, x: list[list[pulp.LpVariable]]) -> None:
        for rule in self.scenario.rules:
            if isinstance(rule, Floor):
                problem += (
                    pulp.lpSum(a * u for i in rule.members for a, u in zip(self.amounts[i], x[i], strict=True)) >= rule.limit
                )
            elif isinstance(rule, Committed):
                problem += pulp.lpSum(u for a, u in zip(self.amounts[rule.i], x[rule.i], strict=True) if a >= rule.amount) == 1
            elif isinstance(rule, Requires):
                problem += pulp.lpSum(x[rule.i]) <= pulp.lpSum(x[rule.j])
            elif isinstance(rule, TagCoverage):
                problem += pulp.lpSum(u for i in rule.carriers for u in x[i]) >= rule.limit

    def stages(self, brief: Brief, all_stages: bool) -> tuple[int, ...] | None:
        """The same figures of an answer of the resolver, from its levels."""
        if brief.value is None:
            return None
        taken = [(i, l - 1) for i, l in enumerate(brief.levels) if l]
        figures = tuple(int(sum(of[i][l] for i, l in taken)) for of in (self.values, self.amounts, self.partial))
        return figures if all_stages else figures[:1]


SOLVERS: dict[str, Callable[[], pulp.LpSolver]] = {
    "PuLP + CBC": lambda: pulp.PULP_CBC_CMD(msg=False, gapRel=0, gapAbs=0),
    "PuLP + HiGHS": lambda: pulp.HiGHS(msg=False, gapRel=0, gapAbs=0, threads=1),
}


@dataclass
class Tally:
    seconds: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)

    def each(self, name: str) -> float:
        return 1000 * self.seconds[name] / max(self.asked[name], 1)

    def add(self, name: str, seconds: float, asked: int = 1) -> None:
        self.seconds[name] += seconds
        self.asked[name] += asked


def checked(scenario: Scenario, brief: Brief) -> bool:
    """Whether an answer respects every rule and comes to its value and spend, by the exact audit."""
    levels = scenario.plan.levels
    given = [NOTHING if not l else Delivery(levels[i][l - 1].amount, levels[i][l - 1].share) for i, l in enumerate(brief.levels)]
    found = audit(scenario, Allocation(tuple(given)))
    return not found.breaches and (found.value, found.spend) == (brief.value, brief.spend)


def compare(tally: Tally, scenario: Scenario, brief: Brief, all_stages: bool) -> None:
    """One scenario by the loop, with each solver."""
    loop = Loop(scenario)
    ours = loop.stages(brief, all_stages)
    assert ours is None or checked(scenario, brief), "our own answer fails its audit"
    for name, solver in SOLVERS.items():
        seconds, theirs = loop.solve(solver(), all_stages)
        tally.add(name, seconds)
        if theirs == ours:
            continue
        # CBC writes what it reads back with eight digits and has false optima; ours may never be the worse one
        better = ours is not None and (theirs is None or (-theirs[0], *theirs[1:]) > (-ours[0], *ours[1:]))
        tally.wrong[name if better else f"{name} IS BETTER"] += 1
        if sum(tally.wrong.values()) <= MOST_DIFFERENCES:
            print(f"    {scenario.name}: {name} says {theirs}, here {ours}", flush=True)


def run(plan: Plan, arguments: argparse.Namespace, all_stages: bool) -> Tally:
    tally, resolver, deriver = Tally(), Resolver(plan), Deriver(plan)
    every = max(arguments.count // arguments.sample, 1) if arguments.sample else 0
    asked = specs(plan, arguments.count, arguments.seed)
    for first in range(0, arguments.count, CHUNK):
        chunk = list(islice(asked, CHUNK))
        began = time.perf_counter()
        scenarios = [deriver.derive(spec) for spec in chunk]
        tally.add("derive", time.perf_counter() - began, len(chunk))
        began = time.perf_counter()
        briefs = [resolver.answer(scenario, all_stages) for scenario in scenarios]
        tally.add("here", time.perf_counter() - began, len(chunk))
        tally.paths.update(brief.path for brief in briefs)
        assert all(brief.proved for brief in briefs)
        for n, (scenario, brief) in enumerate(zip(scenarios, briefs, strict=True), start=first):
            if every and n % every == 0:
                compare(tally, scenario, brief, all_stages)
    return tally


def told(name: str, tally: Tally) -> None:
    here, derived = tally.each("here"), tally.each("derive")
    paths = ", ".join(f"{path} {count:,}" for path, count in tally.paths.most_common())
    print(f"  {name}: {here:.3f} ms each, {1000 / here:,.0f} scenarios/s; by {paths}; deriving it {derived:.3f} ms on top")
    for solver in SOLVERS:
        if tally.asked[solver]:
            loop = tally.each(solver)
            ratio = f"{loop / here:.1f} times; with deriving, on our side only, {loop / (here + derived):.1f} times"
            wrong = ", ".join(f"{key}: {count}" for key, count in tally.wrong.items() if key.startswith(solver)) or "0"
            asked = f"{tally.asked[solver]} asked, answers that differ: {wrong}"
            print(f"    {solver}: {loop:.1f} ms each, {1000 / loop:,.1f} scenarios/s; {ratio} ({asked})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=30, help="scenarios of each case that the loop solves; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", action="append", choices=list(CASES))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # PuLP announces changes to come
    shipped = optimizer.read_workbook(str(SHIPPED)).plan
    for key in arguments.case or ["a", "b", "c"]:
        title, made = CASES[key]
        print(f"{key}: {title}; {arguments.count:,} scenarios", flush=True)
        for all_stages in (False, True):
            told("all stages" if all_stages else "value", run(made(shipped, arguments.seed), arguments, all_stages))
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
