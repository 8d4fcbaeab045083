"""A linear relaxation that stays alive in HiGHS: between two solves only what has changed is told to it.

Its prices are floats and decide nothing: any prices give a valid bound once they are rounded (optimizer/bounding.py).
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

SETTINGS: dict[str, Any] = {"output_flag": False, "presolve": "off", "solver": "simplex", "threads": 1, "random_seed": 0}


class Relaxation:
    """Maximise gain @ x with matrix @ x <= limits and 0 <= x <= 1. `matrix` is dense, one row a limit."""

    def __init__(self, matrix: np.ndarray) -> None:
        rows, columns = matrix.shape
        self.highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for key, value in SETTINGS.items():
            self.highs.setOptionValue(key, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, rows
        model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(columns), np.zeros(columns), np.ones(columns)
        model.row_lower_, model.row_upper_ = np.full(rows, -np.inf), np.full(rows, np.inf)
        held = matrix != 0
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(held.sum(axis=1))))
        model.a_matrix_.index_ = np.nonzero(held)[1].astype(np.int32)
        model.a_matrix_.value_ = matrix[held].astype(float)
        self.highs.passModel(model)
        self.matrix = matrix.copy()
        self.columns, self.rows = np.arange(columns, dtype=np.int32), np.arange(rows, dtype=np.int32)
        self.unlimited = np.full(rows, -np.inf)

    def prices(self, gain: np.ndarray, matrix: np.ndarray, limits: np.ndarray) -> tuple[bool, np.ndarray]:
        """Whether there is a point; then the price of each row, else weights of rows that show that there is none.

        All are 0 or more; zeros where HiGHS has nothing to say.
        """
        if matrix is not self.matrix:
            for r, j in np.argwhere(matrix != self.matrix).tolist():
                self.highs.changeCoeff(r, j, float(matrix[r, j]))
            self.matrix = matrix.copy()
        self.highs.changeColsCost(len(self.columns), self.columns, -gain)
        self.highs.changeRowsBounds(len(self.rows), self.rows, self.unlimited, limits)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True, np.maximum(-np.array(self.highs.getSolution().row_dual), 0.0)
        ray = np.zeros(len(self.rows))
        if status == highspy.HighsModelStatus.kInfeasible:
            _, found, values = self.highs.getDualRay()
            ray = np.abs(np.array(values)) if found else ray
        return False, ray
