"""Everything that the report of one scenario is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from optimizer.analysis.comparators import Comparator
from optimizer.analysis.full import Analyses
from optimizer.analysis.funds import FundAnalysis
from optimizer.files.document import InputWorkbook
from optimizer.files.results import Earlier
from optimizer.plan import Plan
from optimizer.report import wording
from optimizer.report.figures import ByPeriod, Shown, categories, shown, shown_by_period
from optimizer.report.language import ENGLISH, Language
from optimizer.result import Outcome, Result
from optimizer.rules import Measure, OneLevel, Rule


@dataclass(frozen=True, slots=True)
class RunFacts:
    """`versions` of all that had a part in the result, and `times`, which no two runs share: (name, text) pairs."""

    versions: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Dossier:
    """One result with what it is read against. `earlier` is None where there is no earlier version, `funds` where none pay.

    `language` is that of the published tables; technical sheets are in English. `analyses` are there where they were asked for.
    """

    workbook: InputWorkbook
    result: Result
    comparators: tuple[Comparator, ...]
    earlier: Earlier | None
    facts: RunFacts
    funds: FundAnalysis | None
    language: Language = ENGLISH
    analyses: Analyses | None = None

    @property
    def plan(self) -> Plan:
        """The plan as the scenario has changed it."""
        return self.result.scenario.plan

    @cached_property
    def results_typed(self) -> bool:
        """Whether anybody has typed an expected result for any output."""
        return any(
            output.result_full or output.result_minimum or any(level.result for level in output.explicit_levels)
            for output in self.plan.outputs
        )

    @cached_property
    def measures(self) -> tuple[tuple[Rule, Measure], ...]:
        """How the allocation stands to each rule; that an output has one level goes without saying."""
        rules = (rule for rule in self.result.scenario.rules if not isinstance(rule, OneLevel))
        return tuple((rule, rule.measure(self.plan, self.result.allocation)) for rule in rules)

    @cached_property
    def shown(self) -> Shown:
        """The amounts of the published tables."""
        return shown(self.plan, self.result.allocation, self.result.funding)

    @cached_property
    def by_period(self) -> ByPeriod:
        """The same amounts by period; of a plan that has periods."""
        return shown_by_period(self.plan, self.result.allocation, self.result.funding, self.shown)

    @property
    def under_title(self) -> str:
        """The line under the title of a published table: which paper, which scenario, which resources, costed when."""
        return wording.under_title(self.language, self.result.scenario)

    @property
    def exact_lead(self) -> tuple[str, ...]:
        """The lines over a table of exact amounts, in English."""
        scenario = wording.scenario_name(ENGLISH, self.result.scenario)
        asked = f"Exact amounts in {self.plan.currency}. Scenario {scenario}."
        return tuple(filter(None, (asked, wording.notice(ENGLISH, self.plan))))

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of funds that pay; none in a scenario without funds."""
        return categories(self.plan) if self.result.funding else ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One scenario of several: its outcome, and why there is none where there is none."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
