"""A plan with periods and funds as the content of an input workbook: what a planner would have typed."""

from __future__ import annotations

from optimizer.files.template import Cell, Content, Row
from optimizer.plan import Output, Plan


def content(plan: Plan) -> Content:
    """Only what published instances need: all or nothing or levels, profiles in amounts, unrestricted funds, groups."""
    rows: dict[str, list[Row]] = {
        "Components": [{"id": component.id, "title": component.title} for component in plan.components],
        "Criteria": [{"id": c.id, "title": c.title, "weight": int(c.weight)} for c in plan.criteria],
        "Outputs": [_output(plan, output) for output in plan.outputs],
        "Levels": [{"output": o.id, "amount": x.amount, "share": x.share} for o in plan.outputs for x in o.explicit_levels],
        "Links": [
            {"kind": "at most" if group.at_most else "at least", "output": member, "group": group.name, "k": group.k}
            for group in plan.groups
            for member in group.members
        ],
        "Periods": [{"name": period.name, "first": period.first, "last": period.last} for period in plan.periods],
        "Funds": [
            {"id": fund.id, "title": fund.title, "category": fund.category, **_by_period(plan, "amount", fund.amounts)}
            for fund in plan.funds
        ],
        "Profile": [
            {"output": o.id, "share": row.level, "basis": "amounts", **_by_period(plan, "part", tuple(map(int, row.parts)))}
            for o in plan.outputs
            for row in o.profile
        ],
        "Scenarios": [{"name": "Published", "resources_basis": "% of funds", "resources": 100}],
    }
    settings: dict[str, Cell] = {"title": plan.title, "currency": plan.currency, "schema_version": 1}
    return Content(settings, {name: found for name, found in rows.items() if found})


def _output(plan: Plan, output: Output) -> Row:
    scores = {f"score:{c.id}": float(score) for c, score in zip(plan.criteria, output.scores, strict=True)}
    return {
        "id": output.id,
        "component": output.component,
        "title": output.title,
        "cost": output.cost,
        "minimum": output.minimum,
        **scores,
    }


def _by_period(plan: Plan, kind: str, amounts: tuple[int, ...]) -> dict[str, Cell]:
    return {f"{kind}:{period.name}": amount for period, amount in zip(plan.periods, amounts, strict=True)}
