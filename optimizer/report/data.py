"""A result as exact data: whole amounts, fractions as text, nothing rounded and nothing left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePath

from optimizer.allocation import Allocation
from optimizer.audit import Audit
from optimizer.report import analyses, wording
from optimizer.report.digits import Data, exact
from optimizer.report.dossier import Dossier
from optimizer.report.figures import dues


def json_text(dossier: Dossier) -> str:
    return json.dumps(data(dossier), ensure_ascii=False, indent=2, default=exact) + "\n"


def data(dossier: Dossier) -> Data:
    """The same for the same question, but for `not_compared`."""
    result, book = dossier.result, dossier.workbook
    return {
        "plan": {"title": dossier.plan.title, "reference": dossier.plan.reference, "currency": dossier.plan.currency},
        "input": {"file": PurePath(book.path).name, "sha256": book.sha256},
        "notice": dossier.plan.notice,
        "scenario": _scenario(dossier),
        "termination": str(result.termination),
        "proof": {"proved": result.proof.proved, "statement": result.proof.statement},
        "ties": {"unique": result.ties.unique, "identical": [list(group) for group in result.ties.identical]},
        "totals": _totals(result.audit),
        "components": _components(dossier),
        "outputs": _outputs(dossier),
        **_money(dossier),
        "rules": _rules(dossier),
        "comparators": [{"name": c.name, "title": c.published, **_approach(c.audit, c.allocation)} for c in dossier.comparators],
        "stages": [
            {
                "name": stage.name,
                "sense": stage.sense,
                "termination": str(stage.termination),
                "value": stage.value,
                "bound": stage.bound,
                "confirmed": stage.confirmed,
                "open_columns": stage.open_columns,
            }
            for stage in result.stages
        ],
        **analyses.records(dossier),
        "findings": [finding.record() for finding in book.findings],
        "solver": result.solver,
        "versions": dict(dossier.facts.versions),
        "not_compared": {"times": dict(dossier.facts.times), "stage_seconds": [stage.seconds for stage in result.stages]},
    }


def _scenario(dossier: Dossier) -> Data:
    scenario = dossier.result.scenario
    return {
        "name": scenario.name,
        "title": scenario.spec.title,
        "note": scenario.spec.note,
        "resources": scenario.resources,
        "objective": scenario.objective.name,
        "changes": [
            {"kind": c.kind, "item": c.item, "setting": c.setting, "value": c.value, "place": c.place, "reason": c.reason}
            for c in scenario.spec.changes
        ],
        "weights": {criterion.id: exact(criterion.weight) for criterion in dossier.plan.criteria},
    }


def _totals(audit: Audit) -> Data:
    return {
        "value": exact(audit.value),
        "allocated": audit.spend,
        "attained": {name: exact(figure) for name, figure in audit.attained},
        "in_full": audit.in_full,
        "in_part": audit.in_part,
        "subject_to_additional_resources": audit.deferred,
    }


def _components(dossier: Dossier) -> list[Data]:
    plan, received = dossier.plan, dossier.result.audit.received
    return [
        {
            "id": component.id,
            "title": component.title,
            "weight": exact(component.weight),
            "estimate": plan.estimate(component.id),
            "allocated": received[component.id],
            "additional": plan.estimate(component.id) - received[component.id],
        }
        for component in plan.components
    ]


def _outputs(dossier: Dossier) -> list[Data]:
    plan, scenario = dossier.plan, dossier.result.scenario
    return [
        {
            "id": output.id,
            "component": output.component,
            "title": output.title,
            "cost": output.cost,
            "minimum": levels[0].amount,
            "amount": delivery.amount,
            "share": delivery.share,
            "additional": output.cost - delivery.amount,
            "priority": exact(priority),
            "contribution": exact(priority * scenario.objective.worth(delivery)),
            "status": str(wording.extent(delivery)),
            "begins_in": None if delivery.start is None else plan.periods[delivery.start].name,
            "status_in_plan": str(output.status),
            "reason": wording.reason(scenario, output),
        }
        for output, levels, priority, delivery in zip(
            plan.outputs, plan.levels, plan.priorities, dossier.result.allocation, strict=True
        )
    ]


def _money(dossier: Dossier) -> Data:
    """Periods, what is paid or falls due in them, and the funds; what a plan or scenario has not is left out."""
    plan, result = dossier.plan, dossier.result
    if not plan.periods:
        return {}
    payments = [
        {
            "output": plan.outputs[due.output].id,
            "period": plan.periods[due.period].name,
            **({"fund": due.fund.id, "category": due.fund.category} if due.fund else {}),
            "amount": due.amount,
        }
        for due in dues(plan, result.allocation, result.funding)
    ]
    periods = [{"name": period.name, "first": period.first, "last": period.last} for period in plan.periods]
    return {"periods": periods, "payments": payments, **({"funds": _funds(dossier)} if dossier.funds else {})}


def _funds(dossier: Dossier) -> list[Data]:
    analysis, funding = dossier.funds, dossier.result.funding
    if analysis is None or funding is None:
        return []
    found = []
    for worth, balances in zip(analysis.funds, funding.balances, strict=True):
        gain = analysis.gain(worth)
        found.append(
            {
                "id": worth.fund.id,
                "category": worth.fund.category,
                "by_period": [asdict(balance) for balance in balances],
                "not_used_because": worth.stranded_by,
                "more": analysis.step,
                "gain": {"figure": gain[0], "amount": exact(gain[1])} if gain else None,
            }
        )
    return found


def _rules(dossier: Dossier) -> list[Data]:
    return [
        {
            "key": rule.key,
            "family": rule.KIND,
            "sentence": rule.describe(dossier.plan),
            "sense": measure.sense,
            "limit": measure.limit,
            "value": measure.value,
            "slack": measure.slack,
            "unit": measure.unit,
        }
        for rule, measure in dossier.measures
    ]


def _approach(audit: Audit, allocation: Allocation) -> Data:
    breaches = [{"rule": breach.rule, "message": breach.message} for breach in audit.breaches]
    return {**_totals(audit), "breaches": breaches, "amounts": [delivery.amount for delivery in allocation]}
