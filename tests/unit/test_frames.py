"""Results and analyses as data frames say what their exact records say."""

from __future__ import annotations

import pytest

import optimizer
from optimizer.analysis.own_list import as_levels
from optimizer.report.frames import frame
from tests.dossiers import full_odd


def test_each_analysis_is_a_frame_of_its_outputs() -> None:
    found = full_odd()
    scenario, known = found.result.scenario, found.analyses
    assert known is not None
    ids = [output.id for output in scenario.plan.outputs]
    assert known.reasons is not None
    reasons = frame(known.reasons, scenario)
    assert list(reasons.index) == ids
    assert reasons["amount"].tolist() == frame(found.result)["amount"].tolist()
    assert [text[:7] for text in reasons["sentence"]] == ["Output "] * len(ids)
    assert known.alternatives is not None
    others = frame(known.alternatives, scenario)
    assert ((others["portfolios near"] >= 0) & (others["portfolios near"] <= 1)).all()
    assert known.robustness is not None
    robust = frame(known.robustness, scenario)
    assert list(robust["label"]) == [str(label) for label in known.robustness.labels]
    assert (robust["low"] <= robust["core_index"]).all()
    assert (robust["core_index"] <= robust["high"]).all()
    assert known.prices is not None
    conditions = frame(known.prices, scenario)
    assert len(conditions) == len(known.prices.single) + len(known.prices.families) + 1
    assert (conditions["gain"].dropna() >= 0).all()


def test_a_frontier_is_a_frame_of_its_breakpoints() -> None:
    known = full_odd().analyses
    assert known is not None
    assert known.frontier is not None
    curve = frame(known.frontier)
    assert curve["resources"].is_monotonic_increasing
    assert list(curve.columns[2:]) == [output.id for output in known.frontier.scenario.plan.outputs]
    assert curve["value"].tolist() == [float(point.value) for point in known.frontier.points]


def test_what_a_list_of_ones_own_gets_otherwise() -> None:
    scenario = full_odd().result.scenario
    allocation, _ = as_levels(scenario.plan, {scenario.plan.outputs[0].id: None})
    scored = optimizer.score(scenario, allocation)
    assert scored is not None
    rows = frame(scored, scenario)
    assert list(rows["output"]) == [scenario.plan.outputs[one.i].id for one in scored.differences]


def test_an_analysis_without_its_scenario_is_refused() -> None:
    known = full_odd().analyses
    assert known is not None
    assert known.prices is not None
    with pytest.raises(ValueError, match="scenario"):
        frame(known.prices)
