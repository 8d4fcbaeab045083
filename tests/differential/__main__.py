"""Four ways to the same answer: `python -m tests.differential --instances 2000`.

Each random plan is answered by complete enumeration (the oracle of the tests, which shares nothing with the optimizer), by the
optimizer with HiGHS, by the dynamic programme alone where it applies, and by other solvers for the value: HiGHS with other
settings, and the CBC that PuLP brings, where there is one. A plan on which they differ is named by its seed, with exit code 1.

Other solvers break rows of large amounts by a few units and miss the best now and then, CBC above all: that is counted. A point
of theirs that respects every row and is better than that of HiGHS is a difference.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from optimizer import solver
from optimizer.dynamic import certify
from optimizer.formulate import formulate
from optimizer.objectives import BALANCED
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario, derive
from tests.differential import cbc
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import TELLING, received, solve


def compared(seed: int, count: Counter[str]) -> Iterator[str]:
    """What of a plan is answered differently; `count` learns which ways there were."""
    asked = question(seed)
    scenario = derive(asked.plan, asked.spec)
    count["plans"] += 1
    count["without an allocation"] += asked.best is None
    yield from _optimizer(asked, count)
    if scenario.objective is not BALANCED:  # its rules are known only once the coverage is
        yield from _programme(asked, scenario, count)
        yield from _two_solvers(scenario, count)


def _optimizer(asked: Question, count: Counter[str]) -> Iterator[str]:
    best = asked.best
    try:
        answer = solve(asked)
    except solver.SolverFault as fault:
        yield f"the optimizer ends with: {fault}"
        return
    if not isinstance(answer, Result) or best is None:
        if isinstance(answer, Result) or best is not None or answer.termination is not Termination.INFEASIBLE:
            yield "the optimizer and the enumeration do not agree on whether there is an allocation"
        return
    if not answer.proof.proved and asked.reach > TELLING:
        count["said to be not proved"] += 1
        return
    found = (answer.audit.value, answer.audit.spend, answer.audit.in_part)
    if found != (best.value, best.spend, best.partial) or received(answer.allocation) not in best.ties:
        yield f"the optimizer finds {found}, the enumeration {(best.value, best.spend, best.partial)}"


def _programme(asked: Question, scenario: Scenario, count: Counter[str]) -> Iterator[str]:
    formulation, best = formulate(scenario), asked.best
    certificate = None if formulation.coarse else certify(scenario)
    if certificate is None:
        return
    count["by the dynamic programme"] += 1
    if certificate.allocation is None or best is None:
        if certificate.allocation is not None or best is not None:
            yield "the dynamic programme and the enumeration do not agree on whether there is an allocation"
        return
    chosen = received(certificate.allocation)
    found = (asked.value(chosen), certificate.spend, certificate.partial)
    if found != (best.value, best.spend, best.partial) or chosen not in best.ties:
        yield f"the dynamic programme finds {found}, the enumeration {(best.value, best.spend, best.partial)}"
    if certificate.allocations != len(best.ties):
        yield f"the dynamic programme counts {certificate.allocations} best allocations, the enumeration {len(best.ties)}"


def _two_solvers(scenario: Scenario, count: Counter[str]) -> Iterator[str]:
    """The first goal on the rows that are written down from the start; rows of funds that are found on the way are not there."""
    formulation = formulate(scenario)
    goal, program = formulation.goals[0], cbc.budget_first(formulation.program)
    ours = solver.solve(program, goal, 60.0)
    second = solver.solve(program, goal, 60.0, second_opinion=True)
    others = {"HiGHS with other settings": second.point}
    if cbc.AVAILABLE:
        others["CBC"] = cbc.ask(program, goal).point
    if ours.point is not None and program.violated(ours.point):
        count["HiGHS breaks a row"] += 1  # the search cuts such a point off and asks again
        return
    for who, point in others.items():
        if point is not None and program.violated(point):
            count[f"{who} breaks a row"] += 1
        elif point is not None and (ours.point is None or goal.value(point) > goal.value(ours.point)):
            yield f"{who} has a point worth {goal.value(point)}, HiGHS {ours.point and goal.value(ours.point)}"
        elif ours.point is not None and (point is None or goal.value(point) < goal.value(ours.point)):
            count[f"{who} misses the best"] += 1
        else:
            count[f"by {who}"] += 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=int, default=2000, help="random plans (default 2000)")
    parser.add_argument("--first-seed", type=int, default=0, help="seed of the first one (default 0)")
    asked = parser.parse_args()
    count: Counter[str] = Counter()
    wrong = 0
    for seed in range(asked.first_seed, asked.first_seed + asked.instances):
        for difference in compared(seed, count):
            wrong += 1
            print(f"seed {seed}: {difference}", file=sys.stderr)
    print(f"{'; '.join(f'{what}: {number:,}' for what, number in count.items() if number)}; differences: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
