"""The answers of a batch as whole Results, audited once more."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.analysis.best import allocation_of
from optimizer.batch.answer import audited
from optimizer.batch.blocks import Batch
from optimizer.batch.store import Store
from optimizer.funding import pay
from optimizer.program import Termination
from optimizer.result import Outcome, Proof, Result, Ties, Unanswered
from optimizer.rules import FundMoney
from optimizer.scenario import derive


def results(batch: Batch, store: Store) -> Iterator[Outcome]:
    """In the order of the scenarios; those that were refused, or have no answer yet, are left out.

    What is not kept is not told: stages are empty, ties are not known to be unique. Raises solver.SolverFault where an answer
    does not pass its audit.
    """
    for (position, _, _, _), answer in store.answered(len(batch)):
        if answer is None or answer.ending not in set(Termination):
            continue
        scenario, termination = derive(batch.plan, batch.spec(position)), Termination(answer.ending)
        if not answer.allocated:
            yield Unanswered(scenario, termination, (), answer.path)
            continue
        allocation = allocation_of(scenario, answer.levels, answer.starts)
        checked = audited(scenario, allocation, answer.value, answer.spend)
        funded = any(isinstance(rule, FundMoney) for rule in scenario.rules)
        funding = pay(scenario.plan, allocation) if funded else None
        proof = Proof(answer.proved, answer.proof)
        yield Result(scenario, allocation, checked, termination, proof, Ties(False, ()), (), answer.path, funding)
