"""An output at another cost, with what was costed together: its minimum viable amount, its priced levels, its commitment."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from optimizer.plan import Level, Output


def at_cost(output: Output, cost: int, unit_of_account: int) -> Output:
    """The output with this cost and all that it could receive in the same proportion, rounded up to the unit of account.

    A commitment promises delivery, so its amount follows; what is spent or was adopted is a fact and stays. Nothing exceeds the
    new cost, and a level that rounding makes as dear as the next better one is left out. The output must cost something.
    """

    def scaled(amount: int) -> int:
        if amount == output.cost:
            return cost
        whole = -(-amount * cost // (output.cost * unit_of_account)) * unit_of_account
        return min(whole, cost) if amount < output.cost else whole

    priced = tuple(Level(scaled(level.amount), level.share, level.result) for level in output.explicit_levels)
    apart = tuple(level for level, dearer in pairwise(priced) if level.amount < dearer.amount) + priced[-1:]
    committed, minimum = scaled(output.committed), scaled(output.minimum)
    return replace(output, cost=cost, minimum=minimum, committed=committed, explicit_levels=apart)
