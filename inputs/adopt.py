"""Solves the scenario whose answer stands as adopted in each workbook, and keeps the amounts: python inputs/adopt.py

After data have changed: build both workbooks, run this, and build them again.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import optimizer
from optimizer.result import Result

HERE = Path(__file__).resolve().parent
# Workbook, scenario, where the amounts are kept, and what its ids are called there.
ADOPTED = (
    (HERE / "plan_outputs.xlsx", "By source and biennium", HERE / "source" / "adopted.csv", "output_id"),
    (HERE / "canton_programme.xlsx", "By funds", HERE / "example" / "adopted.csv", "id"),
)


def main() -> None:
    for workbook, scenario, path, key in ADOPTED:
        document = optimizer.read_workbook(str(workbook))
        result = optimizer.solve(optimizer.derive(document.plan, document.scenario(scenario)))
        if not isinstance(result, Result):
            raise ValueError(f"{workbook.name}: {scenario} has no answer")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow((key, "adopted"))
            writer.writerows(
                (output.id, delivery.amount) for output, delivery in zip(document.plan.outputs, result.allocation, strict=True)
            )
        print(f"{path} written", file=sys.stderr)


if __name__ == "__main__":
    main()
