"""What reading a workbook yields: the plan, its scenarios, every cell as read, and the findings that did not stop it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.findings import Finding, InputRefused, Severity, nearest, quoted
from optimizer.plan import Link, Plan
from optimizer.scenario import ScenarioSpec


@dataclass(frozen=True, slots=True)
class InputCell:
    """A cell as read: `row` is the id (or ids) of its row, so that a comparison does not depend on where the row stands."""

    sheet: str
    cell: str
    row: str
    column: str
    value: str


@dataclass(frozen=True)
class InputWorkbook:
    path: str
    sha256: str
    plan: Plan
    scenarios: tuple[ScenarioSpec, ...]
    base_scenario: str
    adopted: str
    soft_links: tuple[Link, ...]
    cells: tuple[InputCell, ...]
    findings: tuple[Finding, ...]

    def scenario(self, name: str) -> ScenarioSpec:
        """The scenario of that name; case does not matter. Raises InputRefused with the nearest name."""
        for spec in self.scenarios:
            if spec.name.casefold() == name.strip().casefold():
                return spec
        expected = f"no scenario has this name; {nearest(name, [spec.name for spec in self.scenarios])}"
        raise InputRefused([Finding("unknown-scenario", Severity.ERROR, self.path, "Scenarios", "", quoted(name), expected)])
