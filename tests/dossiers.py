"""Dossiers for the tests of the report: small plans solved, large ones with an allocation drawn at random."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

from optimizer.allocation import NOTHING, Allocation, Delivery
from optimizer.analysis.comparators import comparators
from optimizer.analysis.full import analyse
from optimizer.analysis.funds import FundAnalysis, FundWorth, analyse_funds, step_of
from optimizer.analysis.uncertain import Assumptions
from optimizer.audit import audit
from optimizer.files.document import InputCell, InputWorkbook
from optimizer.files.results import Earlier
from optimizer.fund import Fund
from optimizer.funding import Balance, Funding, Payment, parts
from optimizer.optimize import optimize
from optimizer.plan import Basis, Component, Criterion, Limit, Output, Plan, Status
from optimizer.program import Termination
from optimizer.report.dossier import Dossier, RunFacts
from optimizer.result import Proof, Result, Stage, Ties
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.timing import Period
from tests import example

# What a planner can type and a spreadsheet program, a page or a terminal might take for something else.
NASTY = (
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "#REF!", "TRUE", "1.10", "1e5", "2021-01-01", "_x0041_", "_x005F_",
    "<b>&amp;]]></b>", "two\nlines", "tab\there", "{=1}", "http://example.org", "mailto:a@example.org", "'quoted",
    "\u202eright to left", "emoji 🙂 ไทย עברית", "| pipe | *star* `tick`", "–", "internal:'Run'!A1", "％full＝width",
)  # fmt: skip
FACTS = RunFacts((("optimizer", "0"), ("Python", "3")), (("Started", "2026-01-01T00:00:00Z"),))


def workbook(plan: Plan) -> InputWorkbook:
    cells = tuple(InputCell("Outputs", f"C{i + 2}", output.id, "Title", output.title) for i, output in enumerate(plan.outputs))
    cells += tuple(
        InputCell("Outputs", f"F{i + 2}", output.id, "Cost", str(output.cost)) for i, output in enumerate(plan.outputs)
    )
    return InputWorkbook("folder/plan.xlsx", "0" * 64, plan, (), "Base", "", (), cells, ())


def question(plan: Plan, resources: int | None = None) -> Scenario:
    limit = Limit(Basis.ESTIMATE, Fraction(75)) if resources is None else Limit(Basis.AMOUNT, Fraction(resources))
    return derive(plan, ScenarioSpec("Base", limit, title="As planned"))


def dossier(plan: Plan = example.PLAN, resources: int | None = 9000, earlier: Earlier | None = None) -> Dossier:
    scenario = question(plan, resources)
    result = optimize(scenario)
    assert isinstance(result, Result)
    return Dossier(workbook(plan), result, comparators(scenario), earlier, FACTS, analyse_funds(result))


def analysed(found: Dossier) -> Dossier:
    """With every analysis that the scenario admits."""
    return replace(found, analyses=analyse(found.result.scenario, 60.0, assumed=Assumptions(samples=5)))


@cache
def full(plan: Plan = example.PLAN) -> Dossier:
    """Every rule, and so no frontier, and every other analysis, mostly by the solver."""
    return analysed(dossier(plan))


@cache
def full_odd() -> Dossier:
    """Every analysis, by the dynamic programme."""
    return analysed(odd())


def over_time(objective: str = "delivery", plan: Plan = example.OVER_TIME) -> Dossier:
    """A re-plan paid by funds, with later starts, classes and adopted amounts."""
    scenario = derive(plan, ScenarioSpec("Over time", example.BY_FUNDS, objective))
    result = optimize(scenario)
    assert isinstance(result, Result)
    return Dossier(workbook(plan), result, comparators(scenario), None, FACTS, analyse_funds(result))


def by_hand(plan: Plan, allocation: Allocation, funding: Funding | None = None) -> Dossier:
    """An allocation of somebody's own, with resources that just cover it, or paid by the funds of its plan."""
    scenario = question(plan, allocation.spend) if funding is None else derive(plan, ScenarioSpec("Base", example.BY_FUNDS))
    stages = (Stage("value", "maximise", Termination.OPTIMAL, 1, 1, 0, 0, 0.5),)
    proof, ties = Proof(True, "by hand"), Ties(True, ())
    checked = audit(scenario, allocation)
    result = Result(scenario, allocation, checked, Termination.OPTIMAL, proof, ties, stages, "nobody", funding)
    worth = tuple(FundWorth(fund, (0,) * len(plan.periods), "", None) for fund in scenario.plan.funds)
    funds = FundAnalysis(step_of(plan), checked.attained, worth) if funding else None
    return Dossier(workbook(plan), result, comparators(scenario), None, FACTS, funds)


def paid(seed: int, size: int = 12, display_unit: int = 1000) -> tuple[Plan, Allocation, Funding]:
    """A drawn plan with two to four periods, paid in full or in part by one to five funds of up to four categories.

    Which fund pays what is drawn; some pay alone, some a little of much. Each has exactly what it pays, and an amount that
    nothing uses.
    """
    rng = random.Random(seed)
    plan, allocation = drawn(seed, size, display_unit)
    periods = tuple(Period(f"{year}–{year + 1 - 2000}", year, year + 1) for year in range(2020, 2020 + 2 * rng.randint(2, 4), 2))
    plan = replace(plan, periods=periods)
    names = [f"F.{f}0" for f in range(rng.randint(1, 5))]
    payments = []
    for i, delivery in enumerate(allocation):
        for part in parts(plan, i, delivery):
            payers = rng.sample(range(len(names)), rng.randint(1, min(3, len(names), part.amount)))
            cuts = sorted(rng.sample(range(1, part.amount), len(payers) - 1))
            shares = [b - a for a, b in pairwise((0, *cuts, part.amount))]
            payments += [Payment(i, part.period, f, share) for f, share in sorted(zip(payers, shares, strict=True))]
    paid_in = Counter[tuple[int, int]]()
    for payment in payments:
        paid_in[payment.fund, payment.period] += payment.amount
    spare = {(f, t): rng.choice((0, rng.randint(0, 10**6))) for f in range(len(names)) for t in range(len(periods))}
    balances = tuple(
        tuple(Balance(paid_in[f, t] + spare[f, t], 0, paid_in[f, t], 0, spare[f, t]) for t in range(len(periods)))
        for f in range(len(names))
    )
    funds = tuple(
        Fund(name, f"Fund {name}", f"category {rng.randint(1, 4)}", tuple(b.own for b in row))
        for name, row in zip(names, balances, strict=True)
    )
    return replace(plan, funds=funds), allocation, Funding(tuple(payments), balances)


def drawn(seed: int, size: int = 12, display_unit: int = 1000, longest: int = 60) -> tuple[Plan, Allocation]:
    """A plan with amounts from 1 to 10 billion and any levels, and an allocation of it."""
    rng = random.Random(seed)
    components = tuple(Component(f"{k}", f"Component title {k}") for k in range(1, rng.randint(2, 6)))
    outputs = []
    for i in range(size):
        cost = rng.randint(1, 10 ** rng.randint(1, 10))
        minimum = rng.randint(1, cost)
        title = " ".join("word" * rng.randint(1, 3) for _ in range(rng.randint(1, longest)))
        component = rng.choice(components).id
        outputs.append(
            Output(f"{component}.{i:02d}", component, title, cost, minimum, (Fraction(rng.randint(0, 100)),), tags=(("a", "b"),))
        )
    plan = Plan(
        "Drawn", "CHF", components, (Criterion("c", "Criterion", Fraction(1)),), tuple(outputs),
        tag_columns=("tags",), display_unit=display_unit,
    )  # fmt: skip
    choices = [rng.choice([None, *levels, levels[-1]]) for levels in plan.levels]
    return plan, Allocation(tuple(Delivery(level.amount, level.share) if level else NOTHING for level in choices))


@cache
def nasty() -> Dossier:
    """Every text of the plan is one that could be taken for something else."""
    plan = example.PLAN
    texts = iter(NASTY * 10)
    typed = ("title", "short_title", "reason", "result_full", "result_minimum", "comment")
    outputs = tuple(
        replace(
            output,
            tags=((next(texts),),),
            status=Status.OPEN if output.status is Status.DEFERRED else output.status,
            **{name: next(texts) for name in typed},  # type: ignore[arg-type]
        )
        for output in plan.outputs
    )
    plan = replace(
        plan,
        title="=1+1",
        notice="@notice & <more>",
        reference="+ref",
        outputs=outputs,
        components=tuple(replace(component, title=next(texts), comment=next(texts)) for component in plan.components),
        criteria=tuple(replace(criterion, title=next(texts)) for criterion in plan.criteria),
        coverage=(),
        groups=(),
        links=(),
        tag_columns=("=tags",),
    )
    return dossier(plan)


@cache
def odd() -> Dossier:
    """Amounts that no unit of the tables divides, in four components; minima for two, and outputs of next to nothing."""
    rng = random.Random(5)
    components = tuple(
        Component(key, f"Component {key}", minimum=Limit(Basis.ESTIMATE, Fraction(30)) if key in "AB" else None) for key in "ABCD"
    )
    outputs = tuple(
        Output(f"{key}.{n}", key, f"Title of {key}.{n}", cost, min(cost, rng.randint(300, 900)), (Fraction(rng.randint(1, 99)),))
        for key in "ABCD"
        for n, cost in enumerate((rng.randint(1000, 9999), rng.randint(1000, 9999), rng.choice((499, 500, 501, 1499, 1500))))
    )
    plan = Plan(
        "Odd", "US$", components, (Criterion("need", "Need", Fraction(1)),), outputs, delivery_step=20, unit_of_account=1,
        display_unit=1000,
    )  # fmt: skip
    return dossier(plan, 31_415)
