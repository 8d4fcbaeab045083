"""Chooses which outputs of a costed plan to fund within the available resources, proves the choice and checks it exactly.

>>> import optimizer
>>> document = optimizer.read_workbook("inputs/plan_outputs.xlsx")
>>> scenario = optimizer.derive(document.plan, document.scenario("Base"))
>>> result = optimizer.solve(scenario)
>>> result.audit.spend
177750000
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.analysis.alternatives import alternatives as alternatives
    from optimizer.analysis.comparators import comparators as comparators
    from optimizer.analysis.conflict import explain as explain
    from optimizer.analysis.frontier import frontier as frontier
    from optimizer.analysis.funds import analyse_funds as analyse_funds
    from optimizer.analysis.ladder import ladder as ladder
    from optimizer.analysis.ladder import ladder_of as ladder_of
    from optimizer.analysis.own_list import score as score
    from optimizer.analysis.prices import prices as prices
    from optimizer.analysis.reasons import reasons as reasons
    from optimizer.analysis.replan import replan as replan
    from optimizer.analysis.replan import with_adopted as with_adopted
    from optimizer.analysis.robustness import robustness as robustness
    from optimizer.audit import audit as check
    from optimizer.batch.scenario_file import read_batch as read_batch
    from optimizer.batch.session import batch_frame as batch_frame
    from optimizer.batch.session import batch_results as batch_results
    from optimizer.files.reader import read_workbook as read_workbook
    from optimizer.optimize import optimize as solve
    from optimizer.report.frames import frame as frame
    from optimizer.scenario import derive as derive
    from optimizer.scenario import with_settings as with_settings

__version__ = version("optimizer")
_WHERE = {
    "alternatives": ("optimizer.analysis.alternatives", "alternatives"),
    "analyse_funds": ("optimizer.analysis.funds", "analyse_funds"),
    "batch_frame": ("optimizer.batch.session", "batch_frame"),
    "batch_results": ("optimizer.batch.session", "batch_results"),
    "check": ("optimizer.audit", "audit"),
    "comparators": ("optimizer.analysis.comparators", "comparators"),
    "derive": ("optimizer.scenario", "derive"),
    "frame": ("optimizer.report.frames", "frame"),
    "explain": ("optimizer.analysis.conflict", "explain"),
    "frontier": ("optimizer.analysis.frontier", "frontier"),
    "ladder": ("optimizer.analysis.ladder", "ladder"),
    "ladder_of": ("optimizer.analysis.ladder", "ladder_of"),
    "prices": ("optimizer.analysis.prices", "prices"),
    "read_batch": ("optimizer.batch.scenario_file", "read_batch"),
    "read_workbook": ("optimizer.files.reader", "read_workbook"),
    "reasons": ("optimizer.analysis.reasons", "reasons"),
    "replan": ("optimizer.analysis.replan", "replan"),
    "score": ("optimizer.analysis.own_list", "score"),
    "robustness": ("optimizer.analysis.robustness", "robustness"),
    "solve": ("optimizer.optimize", "optimize"),
    "with_adopted": ("optimizer.analysis.replan", "with_adopted"),
    "with_settings": ("optimizer.scenario", "with_settings"),
}
__all__ = [
    "__version__", "alternatives", "analyse_funds", "batch_frame", "batch_results", "check", "comparators", "derive", "explain",
    "frame", "frontier", "ladder", "ladder_of", "prices", "read_batch", "read_workbook", "reasons", "replan", "robustness",
    "score", "solve", "with_adopted", "with_settings",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a function on first use, so that `optimizer --help` loads neither pandas nor a solver."""
    if name in _WHERE:
        module, function = _WHERE[name]
        return getattr(import_module(module), function)
    raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
