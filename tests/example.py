"""Two small plans that use every rule family between them, for golden texts and docs: one without time, one with it."""

from fractions import Fraction

from optimizer.formulate import Formulation, formulate
from optimizer.fund import Fund
from optimizer.plan import Basis, Component, Coverage, Criterion, Group, Level, Limit, Link, Output, Plan, Status
from optimizer.scenario import Scenario, ScenarioSpec, derive
from optimizer.timing import Period, ProfileRow


def output(key: str, component: str, cost: int, minimum: int, score: int, **more: object) -> Output:
    return Output(key, component, f"Title of {key}", cost, minimum, (Fraction(score),), **more)  # type: ignore[arg-type]


PLAN = Plan(
    title="Example",
    currency="US$",
    components=(
        Component("A", "First", minimum=Limit(Basis.ESTIMATE, Fraction(40))),
        Component("B", "Second", minimum=Limit(Basis.AMOUNT, Fraction(2000)), maximum=Limit(Basis.RESOURCES, Fraction(60))),
    ),
    criteria=(Criterion("need", "Need", Fraction(1)),),
    outputs=(
        output("A.1", "A", 4000, 2000, 50, tags=(("x",),)),
        output("A.2", "A", 3000, 3000, 80, tags=(("x", "y"),)),
        output("B.1", "B", 2000, 1000, 30, tags=((),), status=Status.COMMITTED, committed=1000, reason="agreed"),
        output("B.2", "B", 5000, 5000, 60, tags=(("y",),), explicit_levels=(Level(1500, 40), Level(3500, 75), Level(5000, 100))),
        output("B.3", "B", 1000, 1000, 90, tags=((),), status=Status.DEFERRED),
        output("B.4", "B", 1000, 1000, 10, tags=((),)),
    ),
    links=(Link("A.2", "A.1"), Link("B.4", "B.2", share=70)),
    groups=(Group("either", True, 1, ("A.2", "B.4")), Group("one", False, 1, ("B.2", "B.4"))),
    coverage=(Coverage("conclusions", "y", 1),),
    tag_columns=("conclusions",),
    delivery_step=50,
    unit_of_account=500,
)


FIRST_AND_LAST = ProfileRow((Fraction(1), Fraction(0), Fraction(2)))
OVER_TIME = Plan(
    title="Example over time",
    currency="US$",
    components=(Component("A", "First"), Component("B", "Second")),
    criteria=(Criterion("need", "Need", Fraction(1)),),
    outputs=(
        output("A.1", "A", 600, 600, 90, start=2022, end=2025, tier=1, adopted=600),
        output("A.2", "A", 400, 200, 70, start=2022, end=2025, tier=2, adopted=0, tags=(("x",),)),
        output("B.1", "B", 500, 250, 60, start=2020, end=2024, tier=2, adopted=500, spent=100, delivered=20),
        output("B.2", "B", 300, 300, 50, profile=(FIRST_AND_LAST,), tier=1, adopted=100, spent=100, delivered=30),
        output("B.3", "B", 200, 200, 80, start=2020, end=2021, tier=1, adopted=0),
        output("B.4", "B", 100, 100, 20, start=2022, end=2023, tier=3, adopted=100),
    ),
    tag_columns=("conclusions",),
    delivery_step=50,
    periods=(Period("20-21", 2020, 2021), Period("22-23", 2022, 2023), Period("24-25", 2024, 2025)),
    funds=(
        Fund("RB", "Regular budget", "regular budget", (200, 300, 650)),
        Fund("X", "For x", "new", (0, 150, 0), tags=("x",), carry_over=True, cap=100),
    ),
    first_open_year=2022,
    later_start=True,
    continuity=True,
    allowed_changes=2,
    allowed_drops=1,
)
BY_FUNDS = Limit(Basis.FUNDS, Fraction(100))


def over_time(objective: str = "delivery") -> tuple[Scenario, Formulation]:
    scenario = derive(OVER_TIME, ScenarioSpec("Example over time", BY_FUNDS, objective))
    return scenario, formulate(scenario)


def every_family() -> tuple[Scenario, Formulation]:
    scenario = derive(PLAN, ScenarioSpec("Example", Limit(Basis.AMOUNT, Fraction(9000))))
    return scenario, formulate(scenario)
