"""Robustness as exact data, in the technical words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from optimizer.allocation import Delivery
from optimizer.analysis.robustness import Robustness
from optimizer.scenario import Scenario


def records(scenario: Scenario, found: Robustness) -> dict[str, Any]:
    """Everything that was found, outputs by id."""
    assumed = found.assumed
    return {
        "scenario": scenario.name,
        "assumptions": {
            "samples": assumed.samples,
            "seed": assumed.seed,
            "weights": "rank order" if assumed.weights is None else f"{assumed.weights}%",
            "costs": f"{assumed.costs}%",
            "common": f"{assumed.common}%",
        },
        "answered": found.answered,
        "infeasible": found.infeasible,
        "not_reached": found.unreached,
        "outputs": [_output(scenario, found, i) for i in range(len(scenario.plan.outputs))],
        "weightings": _weightings(scenario, found),
        "weightings_are_all_extremes": found.whole_region,
        "decision_rules": _rules(scenario, found),
        "decision_rules_not_settled": [str(rule) for rule in found.unknown_rules],
        "protection": _protections(scenario, found),
        "protection_infeasible": list(found.impossible_gammas),
        "protection_not_settled": list(found.unknown_gammas),
        "programmes": found.programmes,
        "resolved": found.resolved,
        "solves": found.solves,
    }


def _output(scenario: Scenario, found: Robustness, i: int) -> dict[str, Any]:
    index = found.indices[i]
    return {
        "output": scenario.plan.outputs[i].id,
        "label": str(found.labels[i]),
        "funded": index.funded,
        "in_full": index.in_full,
        "core_index": Fraction(index.funded, found.answered) if found.answered else None,
        "interval_95": list(found.interval(index.funded)),
        "weightings": index.weightings,
    }


def _weightings(scenario: Scenario, found: Robustness) -> list[dict[str, Any]]:
    ids = [criterion.id for criterion in scenario.plan.criteria]
    return [{"name": one.name, "weights": dict(zip(ids, one.weights, strict=True)), "best": one.best} for one in found.weightings]


def _rules(scenario: Scenario, found: Robustness) -> dict[str, Any]:
    return {
        str(one.rule): {
            "smallest_share": one.smallest_share,
            "largest_regret": one.largest_loss,
            "values": list(one.values),
            "amounts": _amounts(scenario, one.deliveries),
        }
        for one in found.choices
    }


def _protections(scenario: Scenario, found: Robustness) -> list[dict[str, Any]]:
    return [
        {
            "gamma": one.gamma,
            "attained": dict(one.attained),
            "spend": one.spend,
            "most": one.most,
            "overrun": one.overrun,
            "bound": one.bound,
            "amounts": _amounts(scenario, one.deliveries),
        }
        for one in found.protections
    ]


def _amounts(scenario: Scenario, deliveries: tuple[Delivery, ...]) -> dict[str, int]:
    return {output.id: delivery.amount for output, delivery in zip(scenario.plan.outputs, deliveries, strict=True)}
