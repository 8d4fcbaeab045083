"""1,000 outputs in 20 components: the whole question here against HiGHS alone on the same arrays and the same stages.

    python bench/thousand_outputs.py [--outputs 1000] [--components 20] [--plans 3]

Both sides prove value, least spend, fewest partial deliveries, and then whether another allocation ties. "HiGHS alone" gets the
program of `formulate` as finished arrays and keeps one model that is changed in place; only its run() calls are timed. The
optimizer's side is timed from scenario to audited result: formulation, PuLP, bounding, audits and the canonical choice. The
ratio is what counts.
"""

from __future__ import annotations

import argparse
import random
import time
from fractions import Fraction

import highspy
import numpy as np

from optimizer.formulate import formulate
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Criterion, Limit, Link, Output, Plan
from optimizer.program import Goal, Program
from optimizer.result import Result
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.solver import OPTIONS


def plan(outputs: int, components: int, seed: int) -> Plan:
    """Costs of 0.1 to 20 million, minima of a third to all of the cost, four criteria, a link for every tenth output."""
    rng = random.Random(seed)
    drawn = []
    for i in range(outputs):
        cost = rng.randrange(10, 2000) * 10_000
        minimum = cost * rng.choice((33, 50, 66, 100)) // 100
        scores = tuple(Fraction(rng.randrange(0, 1001), 10) for _ in range(4))
        drawn.append(Output(f"o{i}", f"c{i % components}", f"Output {i}", cost, minimum, scores))
    pairs = (sorted(rng.sample(range(outputs), 2)) for _ in range(outputs // 10))
    return Plan(
        title="Drawn",
        currency="US$",
        components=tuple(
            Component(f"c{k}", f"Component {k}", minimum=Limit(Basis.ESTIMATE, Fraction(40))) for k in range(components)
        ),
        criteria=tuple(Criterion(f"w{w}", f"Criterion {w}", Fraction(w)) for w in (40, 30, 20, 10)),
        outputs=tuple(drawn),
        links=tuple(Link(f"o{later}", f"o{earlier}") for earlier, later in pairs),
        unit_of_account=1000,
    )


class Alone:
    """HiGHS with the same settings, one model changed in place."""

    def __init__(self, program: Program) -> None:
        self.highs = highspy.Highs()
        settings = {**OPTIONS, "output_flag": False, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "threads": 1}
        for key, value in settings.items():
            self.highs.setOptionValue(key, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(program.columns), len(program.rows)
        model.col_cost_ = np.zeros(len(program.columns))
        model.col_lower_ = np.array([c.lower for c in program.columns], dtype=float)
        model.col_upper_ = np.array([c.upper for c in program.columns], dtype=float)
        model.row_lower_ = np.array([-np.inf if r.lower is None else r.lower for r in program.rows], dtype=float)
        model.row_upper_ = np.array([np.inf if r.upper is None else r.upper for r in program.rows], dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(r.terms) for r in program.rows)])
        model.a_matrix_.index_ = np.array([j for r in program.rows for j, _ in r.terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array([a for r in program.rows for _, a in r.terms], dtype=float)
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(program.columns)
        self.highs.passModel(model)
        self.columns = len(program.columns)
        self.seconds = 0.0

    def stage(self, goal: Goal) -> int:
        self.run(goal)
        value = round(self.highs.getInfo().objective_function_value)
        row = goal.kept(value)
        lower, upper = (-np.inf if row.lower is None else row.lower), (np.inf if row.upper is None else row.upper)
        self.highs.addRow(lower, upper, len(row.terms), [j for j, _ in row.terms], [float(c) for _, c in row.terms])
        return value

    def run(self, goal: Goal) -> None:
        costs = np.zeros(self.columns)
        for j, c in goal.terms:
            costs[j] = c
        self.highs.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), costs)
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize if goal.maximise else highspy.ObjSense.kMinimize)
        began = time.perf_counter()
        self.highs.run()
        self.seconds += time.perf_counter() - began

    def difference(self) -> None:
        """Whether another point is as good; whatever it answers, only its time is used."""
        point = [round(x) for x in self.highs.getSolution().col_value]
        self.run(Goal("difference", True, tuple((j, -1 if x else 1) for j, x in enumerate(point))))


def compare(scenario: Scenario) -> tuple[float, float]:
    began = time.perf_counter()
    result = optimize(scenario)
    ours = time.perf_counter() - began
    assert isinstance(result, Result)
    formulation = formulate(scenario)
    alone = Alone(formulation.program)
    values = [alone.stage(goal) for goal in formulation.goals]
    alone.difference()
    assert values == [stage.value for stage in result.stages[:3]], "both sides reach the same values"
    return ours, alone.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outputs", type=int, default=1000)
    parser.add_argument("--components", type=int, default=20)
    parser.add_argument("--plans", type=int, default=3)
    arguments = parser.parse_args()
    totals = np.zeros(2)
    for seed in range(arguments.plans):
        for percent in (60, 75):
            spec = ScenarioSpec("bench", Limit(Basis.ESTIMATE, Fraction(percent)))
            times = compare(derive(plan(arguments.outputs, arguments.components, seed), spec))
            totals += times
            ratio = times[0] / times[1]
            print(
                f"plan {seed} at {percent} %: optimizer {times[0]:6.2f} s, HiGHS alone {times[1]:6.2f} s, ratio {ratio:.2f}",
                flush=True,
            )
    print(f"all: optimizer {totals[0]:.2f} s, HiGHS alone {totals[1]:.2f} s, ratio {totals[0] / totals[1]:.2f}")


if __name__ == "__main__":
    main()
