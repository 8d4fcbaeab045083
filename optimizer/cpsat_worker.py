"""The process in which CP-SAT answers one question: a program in whole numbers as JSON in, a point or that there is none out."""

from __future__ import annotations

import json
import sys
from typing import Any


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """`status` is found, none or unknown; `point` has one whole number a column, or is None."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [model.new_int_var(lower, upper, f"x{j}") for j, (lower, upper) in enumerate(question["columns"])]
    for terms, lower, upper in question["rows"]:
        expression = cp_model.LinearExpr.weighted_sum([columns[j] for j, _ in terms], [a for _, a in terms])
        if lower is not None:
            model.add(expression >= lower)
        if upper is not None:
            model.add(expression <= upper)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = question["seconds"]
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return {"status": "none", "point": None}
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"status": "unknown", "point": None}
    return {"status": "found", "point": [int(solver.value(column)) for column in columns]}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
