"""What each condition costs: the best without it against the best with it, each by solving again.

Prices do not add up: two conditions can each cost nothing while both together cost much, and the reverse. So each family is
lifted as a whole too, and all conditions at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer.allocation import Allocation
from optimizer.analysis.best import Best, OutOfTime, Reoptimizer, known
from optimizer.analysis.comparators import comparators
from optimizer.analysis.frontier import why_not
from optimizer.analysis.frontier_programme import least_resources
from optimizer.audit import Attained, audit, first_change
from optimizer.dynamic import NotApplicable
from optimizer.objectives import integer_values
from optimizer.plan import Plan
from optimizer.rules import Budget, Committed, Ended, FundMoney, Rule
from optimizer.scenario import Scenario

EVERY, FUND = "every", "fund"
NESTING = "nested list"  # an approach
Standing = tuple[tuple[Fraction, ...], int]  # what the objective compares, and minus the spend: the larger the better


@dataclass(frozen=True, slots=True)
class Price:
    """What a condition costs, or several of a family together, or with the kind EVERY all of them.

    `keys` are those of the conditions lifted: rules, or the restriction of a fund, `fund[id]`. `attained` is what the objective
    comes to without them; None where that was not established in time. `saved` is by how much less money would suffice, without
    them, for what is attained with them; None where that is not known or not offered.
    """

    kind: str
    keys: tuple[str, ...]
    attained: Attained | None
    saved: int | None


@dataclass(frozen=True, slots=True)
class Approach:
    """Another way to arrive at an allocation, by its name: what the objective comes to, and the keys of the rules it breaks.

    Only one that breaks none can be held against the best; the others show more, or less, because they play by other rules.
    """

    name: str
    attained: Attained
    spend: int
    breached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """`attained` and `spend` are the best with every condition. `families` are lifted as a whole, `single` one by one.

    `known` of the prices followed from others without solving again; `programmes` and `solves` are what the rest took.
    """

    attained: Attained
    spend: int
    every: Price | None
    families: tuple[Price, ...]
    single: tuple[Price, ...]
    approaches: tuple[Approach, ...]
    known: int
    programmes: int
    solves: int

    def gain(self, price: Price) -> tuple[str, Fraction] | None:
        """What lifting brings, in the first figure of the objective that it changes; None where that is not known."""
        return None if price.attained is None else first_change(self.attained, price.attained)


def prices(scenario: Scenario, seconds: float = 60.0, allocation: Allocation | None = None) -> Prices | None:
    """The price of every condition that could be lifted; None where no allocation satisfies them all.

    Not among them: the resources, what is spent, and years that are over. `seconds` bounds all of it. `allocation` is the
    optimizer's own, where it is there already. Raises OutOfTime when the best itself was not proved in time.
    """
    lifting = _Lifting(scenario, Reoptimizer(seconds, known(scenario, allocation)))
    best = lifting.asking.best(scenario)
    if best is None:
        return None
    lifting.note(frozenset(), best)
    lifting.spending = not lifting.asking.solved
    single = list(_conditions(scenario))
    kinds = list(dict.fromkeys(condition.kind for condition in single))
    of_kind = {kind: [condition for condition in single if condition.kind == kind] for kind in kinds}
    every = lifting.price(EVERY, single) if single else None
    families = tuple(lifting.price(kind, of_kind[kind]) for kind in kinds)
    alone = tuple(
        family if len(of_kind[family.kind]) == 1 else lifting.price(family.kind, [condition])
        for family in families
        for condition in of_kind[family.kind]
    )
    asking = lifting.asking
    approaches = tuple(
        Approach(one.name, one.audit.attained, one.audit.spend, tuple(breach.rule for breach in one.audit.breaches))
        for one in comparators(scenario)
    )
    return Prices(
        best.audit.attained,
        best.audit.spend,
        every,
        families,
        alone,
        approaches,
        lifting.known,
        asking.programmes,
        asking.solves,
    )


@dataclass(frozen=True)
class _Condition:
    """`lifted` is the scenario without it; `rule` is the key of the rule that it is, or is part of."""

    kind: str
    key: str
    rule: str
    lifted: Callable[[Scenario], Scenario]


def _conditions(scenario: Scenario) -> Iterator[_Condition]:
    plan = scenario.plan
    for rule in scenario.rules:
        if not rule.REMOVABLE or isinstance(rule, Budget | Ended) or (isinstance(rule, Committed) and _spent(plan, rule)):
            continue
        if isinstance(rule, FundMoney):
            for f, fund in enumerate(rule.funds):
                if fund.components or fund.outputs or fund.tags:
                    yield _Condition(FUND, f"fund[{fund.id}]", rule.key, _free(f))
        yield _Condition(rule.KIND, rule.key, rule.key, _without(rule))


def _spent(plan: Plan, rule: Committed) -> bool:
    """Whether all that is committed is spent already: no condition, but the past."""
    return _past(plan, rule) >= rule.amount > 0


def _past(plan: Plan, rule: Committed) -> int:
    return plan.outputs[rule.i].spent if plan.first_open_year is not None else 0


def _without(rule: Rule) -> Callable[[Scenario], Scenario]:
    def lifted(scenario: Scenario) -> Scenario:
        stays: tuple[Rule, ...] = ()
        if isinstance(rule, Committed) and _past(scenario.plan, rule):
            stays = (replace(rule, amount=_past(scenario.plan, rule)),)
        rules = tuple(one for each in scenario.rules for one in (stays if each.key == rule.key else (each,)))
        return replace(scenario, rules=rules)

    return lifted


def _free(f: int) -> Callable[[Scenario], Scenario]:
    """Without the restriction of one fund, which may then pay for every output."""

    def lifted(scenario: Scenario) -> Scenario:
        plan = scenario.plan
        free = replace(plan.funds[f], components=(), outputs=(), tags=())
        plan = replace(plan, funds=(*plan.funds[:f], free, *plan.funds[f + 1 :]))
        rules = (
            FundMoney(plan.funds, plan.payers, rule.periods) if isinstance(rule, FundMoney) else rule for rule in scenario.rules
        )
        return replace(scenario, plan=plan, rules=tuple(rules))

    return lifted


@dataclass
class _Lifting:
    """`found` are the answers so far: the keys of what was lifted, the best without it, the rules that this breaks.

    `spending`: so far each of them also spends least for what it attains. Not so once the solver was asked, from which only what
    is attained is wanted, because that takes a fifth of the time.
    """

    scenario: Scenario
    asking: Reoptimizer
    known: int = 0
    spending: bool = True
    found: list[tuple[frozenset[str], Best, frozenset[str]]] = field(default_factory=list)

    def note(self, lifted: frozenset[str], best: Best) -> None:
        breached = frozenset(breach.rule for breach in audit(self.scenario, best.allocation).breaches)
        self.found.append((lifted, best, breached))

    def price(self, kind: str, conditions: Iterable[_Condition]) -> Price:
        conditions = tuple(conditions)
        keys = frozenset(condition.key for condition in conditions)
        scenario = self.scenario
        for condition in conditions:
            scenario = condition.lifted(scenario)
        best = self._follows(conditions)
        if best is not None:
            self.known += 1
        else:
            solves = self.asking.solves
            try:
                best = self.asking.best(scenario, settled=False)
            except OutOfTime:
                return Price(kind, tuple(condition.key for condition in conditions), None, None)
            assert best is not None  # what satisfies all conditions satisfies fewer
            self.spending = self.spending and self.asking.solves == solves
            self.note(keys, best)
        return Price(kind, tuple(condition.key for condition in conditions), best.audit.attained, self._saved(scenario, best))

    def _follows(self, conditions: tuple[_Condition, ...]) -> Best | None:
        """The best without some conditions where earlier answers tell it.

        It is no better than without more of them, and no worse than any allocation that breaks no other rule.
        """
        above = [best for lifted, best, _ in self.found if all({one.key, one.rule} & lifted for one in conditions)]
        allowed = {condition.key for condition in conditions if condition.key == condition.rule}
        below = [best for _, best, breached in self.found if breached <= allowed]
        if not above:
            return None
        bound, reached = min(above, key=self._standing), max(below, key=self._standing)
        return reached if self._standing(bound) == self._standing(reached) else None

    def _saved(self, scenario: Scenario, best: Best) -> int | None:
        """How much less money suffices for what is attained with the conditions."""
        now = self.found[0][1].audit
        if best.audit.attained == now.attained and self.spending:
            return now.spend - best.audit.spend
        if why_not(self.scenario) or self.asking.left <= 0 or not self.spending:
            return None
        whole = integer_values(scenario.plan, scenario.objective)
        try:
            least = least_resources(scenario, int(now.value / whole.unit), self.asking.chains)
        except NotApplicable:
            return None
        self.asking.programmes += 1
        return now.spend - least

    def _standing(self, best: Best) -> Standing:
        return tuple(figure for _, figure in best.audit.attained), -best.audit.spend if self.spending else 0
