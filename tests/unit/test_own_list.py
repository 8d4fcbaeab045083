"""A planner's own list: read, measured, and set beside the optimum."""

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.allocation import NOTHING
from optimizer.analysis.best import OutOfTime
from optimizer.analysis.own_list import as_levels, score
from optimizer.audit import audit
from optimizer.files.own_list import read_own_list
from optimizer.findings import InputRefused
from optimizer.optimize import optimize
from optimizer.report import own_list as report
from optimizer.result import Result
from optimizer.rules import Changes, adopted_levels
from tests import dossiers, example

SCENARIO = dossiers.question(example.PLAN, 9000)
PLAN = SCENARIO.plan


def test_the_optimum_itself_gives_nothing_away() -> None:
    best = optimize(SCENARIO)
    assert isinstance(best, Result)
    scored = score(SCENARIO, best.allocation)
    assert scored is not None
    assert scored.differences == ()
    assert scored.price[1] == 0
    assert scored.breaches == ()


def test_a_list_is_measured_by_the_audit() -> None:
    ids = [output.id for output in PLAN.outputs]
    allocation, between = as_levels(PLAN, {ids[0]: None, ids[1]: PLAN.levels[1][0].amount + 1})
    assert between == (ids[1],)
    assert allocation[0].share == 100
    assert allocation[1].amount == PLAN.levels[1][0].amount
    assert all(given == NOTHING for given in allocation.deliveries[2:])
    scored = score(SCENARIO, allocation)
    assert scored is not None
    checked = audit(SCENARIO, allocation)
    assert (scored.own, scored.breaches, scored.spend) == (checked.attained, checked.breaches, checked.spend)
    best = optimize(SCENARIO)
    assert isinstance(best, Result)
    assert scored.price == ("value", best.audit.value - checked.value)
    changed = {difference.i for difference in scored.differences}
    assert changed == {i for i in range(len(ids)) if allocation[i] != best.allocation[i]}
    _, outputs, breaches = report.tables(SCENARIO, scored)
    assert len(outputs.rows) == len(changed) + 1
    assert len(breaches.rows) == len(checked.breaches)
    assert report.records(SCENARIO, scored)["price"] == {"figure": "value", "amount": scored.price[1]}


def test_no_optimum_no_score() -> None:
    poor = dossiers.question(example.PLAN, 1)
    assert score(poor, as_levels(PLAN, {})[0]) is None


def test_no_time_is_not_taken_for_no_allocation() -> None:
    hard = replace(SCENARIO, rules=(*SCENARIO.rules, Changes(adopted_levels(PLAN), 1)))  # the dynamic programme does not know it
    with pytest.raises(OutOfTime):
        score(hard, as_levels(PLAN, {})[0], seconds=0.0)


def test_a_percentage_buys_the_level_of_that_share(tmp_path: Path) -> None:
    """Its amount was rounded up to the unit of account; the bare percentage of the cost would pay for the level below."""
    output = replace(PLAN.outputs[0], cost=1_430_000, minimum=429_000, committed=0, explicit_levels=())
    plan = replace(PLAN, outputs=(output, *PLAN.outputs[1:]), unit_of_account=1000, delivery_step=5)
    path = tmp_path / "list.csv"
    path.write_text(f"output,amount\n{output.id},35%\n", encoding="utf-8")
    allocation, between = as_levels(plan, read_own_list(path, plan))
    assert (allocation[0].amount, allocation[0].share) == (501_000, 35)
    assert between == ()


def test_a_file_in_either_dialect(tmp_path: Path) -> None:
    first, second = PLAN.outputs[0], PLAN.outputs[1]
    for separator in ",;":
        path = tmp_path / "list.csv"
        path.write_text(f"Output{separator}Amount\n{first.id}{separator}full\n{second.id}{separator}50%\n", encoding="utf-8-sig")
        assert read_own_list(path, PLAN) == {first.id: None, second.id: -(-second.cost // 2)}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("output,amount\nX.9,1\n", "output", "line 2"),
        ("output,amount\nA.1,much\n", "amount", "line 2"),
        ("output,amount\nA.1,1\nA.1,2\n", "repeated", "line 3"),
        ("project\nA.1\n", "header", "line 1"),
        ("output\n", "header", "line 1"),
        ("", "header", "line 1"),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(tmp_path: Path, text: str, code: str, place: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_own_list(path, PLAN)
    (finding,) = refused.value.findings
    assert (finding.code, finding.sheet) == (code, place)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="No such file"):
        read_own_list(tmp_path / "none.csv", PLAN)


def test_free_outputs_on_a_list_are_delivered() -> None:
    free = replace(PLAN.outputs[0], cost=0, minimum=0, committed=0)
    plan = replace(PLAN, outputs=(free, *PLAN.outputs[1:]))
    allocation, between = as_levels(plan, {free.id: None})
    assert allocation[0].share == 100
    assert between == ()
