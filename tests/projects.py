"""Projects with costs by year, all or nothing, and budgets by year in several scenarios: the shape of Koc et al. (2009)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.fund import Fund
from optimizer.plan import Basis, Component, Criterion, Limit, Output, Plan
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.timing import Period, ProfileRow

FIRST_YEAR = 2021


@dataclass(frozen=True)
class Projects:
    """`costs` and `budgets` are by year, of each project and of each scenario; `values` are from 0 to 100."""

    costs: tuple[tuple[int, ...], ...]
    values: tuple[int, ...]
    budgets: tuple[tuple[int, ...], ...]
    weights: tuple[Fraction, ...]

    @classmethod
    def drawn(cls, rng: random.Random, count: int, years: int, scenarios: int) -> Projects:
        """Values near what projects cost, so that they compete; budgets that rise in every year, to four fifths of all costs."""
        costs = tuple(tuple(rng.choice((0, *range(1, 40))) for _ in range(years)) for _ in range(count))
        values = tuple(min(100, max(1, 100 * sum(cost) // (40 * years) + rng.randint(-8, 8))) for cost in costs)
        needed = [sum(cost[t] for cost in costs) for t in range(years)]
        budgets = tuple(
            tuple(amount * (3 + 5 * k // scenarios) // 10 + rng.randint(0, 2) for amount in needed) for k in range(scenarios)
        )
        budgets = tuple(tuple(max(some[t] for some in budgets[: k + 1]) for t in range(years)) for k in range(scenarios))
        return cls(costs, values, budgets, tuple(Fraction(rng.randint(1, 9)) for _ in budgets))

    def plan(self, budget: Sequence[int]) -> Plan:
        """One fund that has the budget of each year and carries nothing over."""
        years = range(FIRST_YEAR, FIRST_YEAR + len(budget))
        outputs = tuple(
            Output(
                f"{i + 1}",
                "k",
                f"Project {i + 1}",
                sum(cost),
                sum(cost),
                (Fraction(value),),
                start=years[0],
                end=years[-1],
                profile=(ProfileRow(tuple(map(Fraction, cost)), by_amount=True),) if sum(cost) else (),
            )
            for i, (cost, value) in enumerate(zip(self.costs, self.values, strict=True))
        )
        periods = tuple(Period(str(year), year, year) for year in years)
        fund = Fund("fund", "Fund", "Fund", tuple(budget))
        criterion = Criterion("value", "Value", Fraction(1))
        return Plan("Projects", "US$", (Component("k", "All"),), (criterion,), outputs, periods=periods, funds=(fund,))

    def scenarios(self) -> list[Scenario]:
        spec = Limit(Basis.FUNDS, Fraction(100))
        return [derive(self.plan(budget), ScenarioSpec(f"Budget {k}", spec)) for k, budget in enumerate(self.budgets, start=1)]

    def best_list(self) -> Fraction:
        """The weighted value of the best nested list, by looking at each: from the highest budget down, sets within sets."""
        affordable = [[chosen for chosen in range(1 << len(self.costs)) if self._fits(chosen, b)] for b in self.budgets]
        total = sum(self.weights)
        best = dict.fromkeys(affordable[0], Fraction(0))
        for k, (sets, weight) in enumerate(zip(affordable, self.weights, strict=True)):
            if k:
                best = {upper: max(value for lower, value in best.items() if lower & ~upper == 0) for upper in sets}
            best = {chosen: value + weight / total * self._value(chosen) for chosen, value in best.items()}
        return max(best.values())

    def _fits(self, chosen: int, budget: Sequence[int]) -> bool:
        taken = [cost for i, cost in enumerate(self.costs) if chosen >> i & 1]
        return all(sum(cost[t] for cost in taken) <= money for t, money in enumerate(budget))

    def _value(self, chosen: int) -> int:
        return sum(value for i, value in enumerate(self.values) if chosen >> i & 1)
