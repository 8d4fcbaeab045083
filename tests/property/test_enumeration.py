"""The answer is the one that looking at every allocation gives; the audit agrees with the oracle on any allocation."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from optimizer.audit import audit
from optimizer.plan import Status
from optimizer.program import Termination
from optimizer.result import Outcome, Result
from optimizer.rules import LevelColumns
from optimizer.scenario import derive
from tests.oracle import Question, is_funded, is_partial
from tests.plans import question
from tests.property.checks import TELLING, allocation, any_allocation, outcome, received, repeatable

LOOKED_AT = 12  # random allocations of each plan


@pytest.mark.instances(300)
def test_answer_is_the_best_of_all_allocations(seeds: range) -> None:
    for seed in seeds:
        with repeatable(seed):
            _compare(question(seed), outcome(seed))


def _compare(asked: Question, answer: Outcome) -> None:
    best = asked.best
    if best is None:
        assert not isinstance(answer, Result), "an allocation where there is none"
        assert answer.termination is Termination.INFEASIBLE
        return
    assert isinstance(answer, Result), "no allocation where there is one"
    chosen = received(answer.allocation)
    assert not asked.breaches(chosen)
    if not answer.proof.proved:
        assert asked.reach > TELLING, answer.proof.statement
        assert answer.audit.value <= best.value
        return
    assert (answer.audit.value, answer.audit.spend, answer.audit.in_part) == (best.value, best.spend, best.partial)
    assert answer.termination is Termination.OPTIMAL
    assert chosen in best.ties
    assert answer.ties.unique == (len(best.ties) == 1)


@pytest.mark.instances(300)
def test_identical_outputs_can_change_places(seeds: range) -> None:
    """Where the result says that any of some identical outputs would do, exchanging them gives an equally good allocation."""
    for seed in seeds:
        answer, best = outcome(seed), question(seed).best
        if not isinstance(answer, Result):
            continue
        chosen, index = received(answer.allocation), answer.scenario.plan.index
        for group in answer.ties.identical:
            i, j = next((index[a], index[b]) for a in group for b in group if chosen[index[a]] != chosen[index[b]])
            exchanged = list(chosen)
            exchanged[i], exchanged[j] = exchanged[j], exchanged[i]
            with repeatable(seed):
                assert tuple(exchanged) in best.ties


@pytest.mark.instances(300)
def test_audit_agrees_with_the_oracle(seeds: range) -> None:
    for seed in seeds:
        asked, rng = question(seed), random.Random(seed)
        scenario = derive(asked.plan, asked.spec)
        for _ in range(LOOKED_AT):
            given = any_allocation(asked, rng)
            checked = audit(scenario, allocation(given))
            with repeatable(seed):
                assert Counter(breach.kind for breach in checked.breaches) == asked.breaches(given)
                assert checked.value == asked.value(given)
                assert checked.spend == sum(amount for amount, _ in given)
                assert sum(checked.received.values()) == checked.spend
                assert checked.in_part == sum(map(is_partial, given))
                assert checked.in_full + checked.in_part == sum(map(is_funded, given))
                assert checked.in_full + checked.in_part + checked.deferred == len(given)


@pytest.mark.instances(300)
def test_rows_say_what_the_breaches_say(seeds: range) -> None:
    """Each rule on its own: its rows hold at the columns of an allocation exactly when the audit finds no breach of it."""
    for seed in seeds:
        asked, rng = question(seed), random.Random(seed)
        scenario = derive(asked.plan, asked.spec)
        first = [sum(map(len, asked.levels[:i])) for i in range(len(asked.levels))]
        columns = LevelColumns(scenario.plan.levels, tuple(first))
        for _ in range(LOOKED_AT):
            given = any_allocation(asked, rng)
            if "level" in asked.breaches(given):
                continue  # no columns say this
            point = [
                int(is_funded(one) and way[0] <= one[0]) for one, ways in zip(given, asked.levels, strict=True) for way in ways
            ]
            for rule in scenario.rules:
                held = all(row.admits(sum(a * point[j] for j, a in row.terms)) for row in rule.rows(columns))
                breached = any(True for _ in rule.breaches(scenario.plan, allocation(given)))
                with repeatable(seed):
                    assert held != breached, rule
                    assert (rule.measure(scenario.plan, allocation(given)).slack < 0) <= breached, rule


EDGES = {
    "alike", "at least", "at most", "ceiling % of estimate", "ceiling % of resources", "ceiling amount", "committed", "cost 0",
    "coverage", "deferred", "delivery", "explicit levels", "feasible", "floor % of estimate", "floor % of resources",
    "floor amount", "infeasible", "money to the last unit", "money-weighted", "no resources", "requires", "requires a share",
    "score 0", "several levels", "ties", "too large to prove", "unit of account 1", "unit of account 1000",
}  # fmt: skip


def test_random_plans_reach_the_edges() -> None:
    """The generator is worth something only while every family, and both answers, come up often."""
    drawn = [question(seed) for seed in range(300)]
    seen = Counter(edge for asked in drawn for edge in _edges(asked))
    assert set(seen) == EDGES
    assert {edge: count for edge, count in seen.items() if count < 15} == {}
    assert 0.6 < seen["feasible"] / len(drawn) < 0.85


def _edges(asked: Question) -> set[str]:
    plan, best = asked.plan, asked.best
    found = {asked.spec.objective, f"unit of account {plan.unit_of_account}", "feasible" if best else "infeasible"}
    found |= {f"floor {component.minimum.basis}" for component in plan.components if component.minimum}
    found |= {f"ceiling {component.maximum.basis}" for component in plan.components if component.maximum}
    found |= {str(output.status) for output in plan.outputs if output.status is not Status.OPEN}
    found |= {"requires a share" if link.share else "requires" for link in plan.links}
    found |= {"at most" if group.at_most else "at least" for group in plan.groups}
    present = {
        "coverage": plan.coverage,
        "explicit levels": any(output.explicit_levels for output in plan.outputs),
        "several levels": any(len(ways) > 1 for ways in asked.levels),
        "cost 0": any(not output.cost for output in plan.outputs),
        "score 0": any(0 in output.scores for output in plan.outputs),
        "alike": len({output.title for output in plan.outputs}) < len(plan.outputs),
        "no resources": not asked.resources,
        "too large to prove": asked.reach > TELLING,
        "ties": best and len(best.ties) > 1,
        "money to the last unit": best and best.spend == asked.resources > 0,
    }
    return found | {edge for edge, is_there in present.items() if is_there}
