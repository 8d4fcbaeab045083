"""A small plan that uses every rule family, for golden texts and docs."""

from fractions import Fraction

from optimizer.formulate import Formulation, formulate
from optimizer.plan import Basis, Component, Coverage, Criterion, Group, Level, Limit, Link, Output, Plan, Status
from optimizer.scenario import Scenario, ScenarioSpec, derive


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


def every_family() -> tuple[Scenario, Formulation]:
    scenario = derive(PLAN, ScenarioSpec("Example", Limit(Basis.AMOUNT, Fraction(9000))))
    return scenario, formulate(scenario)
