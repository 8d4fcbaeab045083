"""Stopped at any moment, what is said is true: bounds hold, nothing is called proved that is not, no point means no numbers."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from optimizer.balance import NAME as COVERAGE
from optimizer.formulate import formulate
from optimizer.objectives import integer_values
from optimizer.optimize import optimize
from optimizer.program import Termination
from optimizer.result import Outcome, Result, Stage
from optimizer.scenario import Scenario, derive
from tests.oracle import Question
from tests.plans import question
from tests.property.checks import provable, received, repeatable

SECONDS = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2)


@pytest.mark.instances(150)
def test_a_search_that_is_stopped_says_what_is_true(seeds: range) -> None:
    for seed in provable(seeds):
        asked = question(seed)
        scenario = derive(asked.plan, asked.spec)
        answer = optimize(scenario, seconds=random.Random(seed).choice(SECONDS))
        with repeatable(seed):
            _true(asked, scenario, answer)


def _true(asked: Question, scenario: Scenario, answer: Outcome) -> None:
    best = asked.best
    if not isinstance(answer, Result):
        assert answer.termination in (Termination.INFEASIBLE, Termination.NO_SOLUTION)
        assert best is None or answer.termination is Termination.NO_SOLUTION
        return
    assert best is not None, "an allocation where there is none"
    assert not asked.breaches(received(answer.allocation))
    attained = tuple(figure for _, figure in answer.audit.attained)
    assert attained <= best.attained
    if answer.proof.proved:
        assert attained == best.attained
    if answer.termination is Termination.OPTIMAL:
        assert received(answer.allocation) in best.ties
    reached = True  # a bound is one given what the stages before it have reached
    for name, truth in zip((name for name, _ in answer.audit.attained), best.attained, strict=True):
        found = next((stage for stage in reversed(answer.stages) if stage.name == name), None)
        if reached and found is not None:
            unit, best_of_stage = _unit(scenario, name), Fraction(truth)
            assert found.bound * unit >= (best_of_stage // unit * unit if name == COVERAGE else best_of_stage), found
            assert found.value <= found.bound
            assert found.value * unit <= best_of_stage
        reached = reached and dict(answer.audit.attained)[name] == truth and _kept(found)


def _kept(stage: Stage | None) -> bool:
    return stage is not None and stage.termination is Termination.OPTIMAL


def _unit(scenario: Scenario, name: str) -> Fraction:
    """What 1 of a stage is worth in the measure of the objective."""
    if name == COVERAGE:
        return Fraction(1, 10**6)
    (goal,) = (goal for goal in formulate(scenario).values if goal.name == name)
    return goal.unit * integer_values(scenario.plan, scenario.objective).unit
