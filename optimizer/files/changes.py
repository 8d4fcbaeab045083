"""What a scenario can change, as the sheet Scenario changes writes it: for the reader, the drop-down and the Guide alike."""

# fmt: off

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.files.schema import Kind
from optimizer.plan import Status
from optimizer.values import NONE, YES_NO


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the items of some kinds. `none` says that the text none is accepted, where there is then no value."""

    name: str
    items: tuple[str, ...]
    kind: Kind
    note: str
    choices: tuple[str, ...] = ()
    none: bool = False


_COMPONENT, _OUTPUT, _FUND, _RULE, _PLAN = ("component",), ("output",), ("fund",), ("rule",), ("plan",)
SETTINGS: tuple[Setting, ...] = (
    Setting("weight", ("component", "criterion"), Kind.NUMBER, "Only proportions count."),
    Setting("minimum (amount)", _COMPONENT, Kind.NUMBER, "Minimum allocation, an amount."),
    Setting("minimum (% of estimate)", _COMPONENT, Kind.NUMBER, "Minimum allocation, a percentage of its estimate."),
    Setting("minimum (% of resources)", _COMPONENT, Kind.NUMBER, "Minimum allocation, a percentage of the resources."),
    Setting("no minimum", _COMPONENT, Kind.NUMBER, "Leave the value blank."),
    Setting("maximum (amount)", _COMPONENT, Kind.NUMBER, "Maximum allocation, an amount."),
    Setting("maximum (% of estimate)", _COMPONENT, Kind.NUMBER, "Maximum allocation, a percentage of its estimate."),
    Setting("maximum (% of resources)", _COMPONENT, Kind.NUMBER, "Maximum allocation, a percentage of the resources."),
    Setting("no maximum", _COMPONENT, Kind.NUMBER, "Leave the value blank."),
    Setting("cost", _OUTPUT, Kind.AMOUNT, "Full estimate."),
    Setting("cost in proportion", _OUTPUT, Kind.AMOUNT, "Full estimate; minimum, levels and commitment in proportion."),
    Setting("minimum viable amount", _OUTPUT, Kind.AMOUNT, "Below this nothing useful is delivered."),
    Setting("status", _OUTPUT, Kind.CHOICE, "Open, committed or deferred.", tuple(Status)),
    Setting("committed amount", _OUTPUT, Kind.AMOUNT, "Counts with the status committed."),
    Setting("tier", _OUTPUT, Kind.COUNT, "Class under the objective tiers, 1 the first; or none.", none=True),
    Setting("earliest start", _OUTPUT, Kind.YEAR, "First year in which it can begin; or none.", none=True),
    Setting("start", _OUTPUT, Kind.YEAR, "First year of the time frame; or none.", none=True),
    Setting("end", _OUTPUT, Kind.YEAR, "Last year of the time frame; or none.", none=True),
    Setting("spent", _OUTPUT, Kind.AMOUNT, "Spent already; counts in a re-plan."),
    Setting("delivered", _OUTPUT, Kind.PERCENT, "Delivered already, per cent; counts in a re-plan."),
    Setting("adopted amount", _OUTPUT, Kind.AMOUNT, "Last adopted, from which changes are counted; or none.", none=True),
    Setting("carry-over", _FUND, Kind.CHOICE, "Whether what is left of a period goes to the next: yes or no.", YES_NO),
    Setting("cap", _FUND, Kind.AMOUNT, "Most that is carried over; or none.", none=True),
    Setting("restriction", _FUND, Kind.CHOICE, "Only none: the fund may then pay for every output.", (NONE,)),
    Setting("in force", _RULE, Kind.CHOICE, "Item: a rule as the sheet Rules of the results names it. No: it is lifted.", YES_NO),
    Setting("delivery step", _PLAN, Kind.PERCENT, "As on the sheet Plan."),
    Setting("unit of account", _PLAN, Kind.COUNT, "As on the sheet Plan."),
    Setting("first open year", _PLAN, Kind.YEAR, "As on the sheet Plan; or none.", none=True),
    Setting("later start", _PLAN, Kind.CHOICE, "As on the sheet Plan: yes or no.", YES_NO),
    Setting("continuity", _PLAN, Kind.CHOICE, "As on the sheet Plan: yes or no.", YES_NO),
    Setting("allowed changes", _PLAN, Kind.COUNT, "As on the sheet Plan; or none.", none=True),
    Setting("allowed drops", _PLAN, Kind.COUNT, "As on the sheet Plan; or none.", none=True),
)


def settings(criteria: Iterable[str], periods: Iterable[str]) -> tuple[Setting, ...]:
    """All settings of a plan with these criteria and periods."""
    scores = (Setting(f"score {key}", _OUTPUT, Kind.NUMBER, "0 to 100.") for key in criteria)
    amounts = (Setting(f"amount {name}", _FUND, Kind.AMOUNT, "What the fund has in this period.") for name in periods)
    return (*SETTINGS, *scores, *amounts)
