"""Everything an allocation must respect, one family a file, found through REGISTRY."""

from __future__ import annotations

from optimizer.rules.base import Breach, LevelColumns, Measure, Rule
from optimizer.rules.budget import Budget
from optimizer.rules.component import Ceiling, Floor
from optimizer.rules.counting import AtLeast, AtMost, TagCoverage
from optimizer.rules.level import OneLevel
from optimizer.rules.requires import Requires
from optimizer.rules.status import Committed, Deferred

REGISTRY: dict[str, type[Rule]] = {
    family.KIND: family
    for family in (OneLevel, Budget, Floor, Ceiling, Committed, Deferred, Requires, AtMost, AtLeast, TagCoverage)
}

__all__ = [
    "REGISTRY", "AtLeast", "AtMost", "Breach", "Budget", "Ceiling", "Committed", "Deferred", "Floor", "LevelColumns",
    "Measure", "OneLevel", "Requires", "Rule", "TagCoverage",
]  # fmt: skip
