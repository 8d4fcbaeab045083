"""Everything an allocation must respect, one family a file, found through REGISTRY."""

from __future__ import annotations

from optimizer.rules.base import Breach, LevelColumns, Measure, Rule, Separated, Separator
from optimizer.rules.budget import Budget
from optimizer.rules.component import Balance, Ceiling, Floor
from optimizer.rules.counting import AtLeast, AtMost, TagCoverage
from optimizer.rules.funds import FundMoney
from optimizer.rules.level import OneLevel
from optimizer.rules.requires import Requires
from optimizer.rules.stability import Changes, Drops, adopted_levels
from optimizer.rules.status import Committed, Deferred
from optimizer.rules.timing import Continuity, Ended, Start, timing_rules, timing_rules_of

REGISTRY: dict[str, type[Rule]] = {
    family.KIND: family
    for family in (
        OneLevel, Budget, Floor, Ceiling, Balance, Committed, Deferred, Requires, AtMost, AtLeast, TagCoverage, FundMoney, Start,
        Ended, Continuity, Changes, Drops,
    )
}  # fmt: skip

__all__ = [
    "REGISTRY", "AtLeast", "AtMost", "Balance", "Breach", "Budget", "Ceiling", "Changes", "Committed", "Continuity", "Deferred",
    "Drops", "Ended", "Floor", "FundMoney", "LevelColumns", "Measure", "OneLevel", "Requires", "Rule", "Separated", "Separator",
    "Start", "TagCoverage", "adopted_levels", "timing_rules", "timing_rules_of",
]  # fmt: skip
