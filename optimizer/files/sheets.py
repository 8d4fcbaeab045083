"""The input workbook as data: every sheet, column, drop-down and note, for the reader, the writer and the docs alike."""

# fmt: off
# ruff: noqa: E501 - a table reads best with one entry a line

from __future__ import annotations

import re

from optimizer.files.schema import Column, Kind, Owner, Sheet
from optimizer.objectives import OBJECTIVES
from optimizer.overrides import KINDS
from optimizer.plan import Basis, Status
from optimizer.values import YES_NO

SCHEMA_VERSION = 1


def _required(key: str, header: str, kind: Kind, note: str, width: int = 14, **more: object) -> Column:
    return Column(key, header, kind, note, width, required=True, optional_column=False, **more)  # type: ignore[arg-type]


COMMENT = Column("comment", "Comment", Kind.TEXT, "Free text; carried into the results.", 36)
SCORE_PREFIX = "Score: "  # then a criterion id
SOURCE_PREFIX = "Source: "  # then a criterion id; computed or judged
TAGS_PREFIX = "Tags: "  # then the name of the tag column
AMOUNT_PREFIX = "Amount: "  # then the name of a period
PART_PREFIX = "Part: "  # then the name of a period
LANGUAGE = re.compile(r"[a-z]{2}")  # in brackets after Title: a translation
LIMIT_BASES = (Basis.AMOUNT, Basis.ESTIMATE, Basis.RESOURCES)

SETTINGS: tuple[Column, ...] = (
    _required("title", "Title", Kind.TEXT, "Title of the plan, as it is to stand on the tables."),
    Column("title:fr", "Title (fr)", Kind.TEXT, "The title in French, for tables in French. Blank: the title as it is."),
    Column("title:es", "Title (es)", Kind.TEXT, "The title in Spanish, for tables in Spanish. Blank: the title as it is."),
    Column("reference", "Reference", Kind.TEXT, "Document reference."),
    _required("currency", "Currency", Kind.TEXT, "As it is to stand before amounts: US$, CHF, EUR."),
    Column("display_unit", "Display unit", Kind.COUNT, "Published tables show amounts in this many units: 1, 1000 or 1000000. Blank: 1."),
    Column("unit_of_account", "Unit of account", Kind.COUNT, "Amounts of delivery steps are rounded up to this. Blank: 1."),
    Column("delivery_step", "Delivery step", Kind.PERCENT, "Outputs can be delivered in steps of so many percentage points. Blank: 5."),
    _required("schema_version", "Schema version", Kind.COUNT, "Layout of this workbook; leave as it is."),
    Column("version_label", "Version label", Kind.TEXT, "Name of this version of the inputs."),
    Column("status", "Status", Kind.CHOICE, "Draft until the inputs are cleared.", choices=("draft", "cleared")),
    Column("costing_date", "Costing date", Kind.TEXT, "Date or price base of the costs."),
    Column("prepared_by", "Prepared by", Kind.TEXT, "Name or unit."),
    Column("published_by", "Published by", Kind.TEXT, "Who decides, as it is to stand in a sentence: the Finance Department. Blank: the Office."),
    *(Column(f"published_by:{code}", f"Published by ({code})", Kind.TEXT, "The same in that language. Blank: as it is.") for code in ("fr", "es")),
    Column("adopted", "Last adopted results", Kind.TEXT, "A results workbook beside this one to compare with. Blank: the results replaced."),
    Column("base_scenario", "Base scenario", Kind.ID, "What a plain run solves. Blank: the first scenario.", refers="Scenarios"),
    Column("first_open_year", "First open year", Kind.YEAR, "A re-plan: the years before it are closed, and what is spent and delivered counts. Blank: none is closed."),
    Column("later_start", "Later start", Kind.CHOICE, "Yes: open outputs may begin in a later period than planned. Blank: no.", choices=YES_NO),
    Column("continuity", "Continuity", Kind.CHOICE, "Yes: the money of no output stops in one period and goes on in a later one. Blank: no.", choices=YES_NO),
    Column("allowed_changes", "Allowed changes", Kind.COUNT, "At most so many outputs may differ from their adopted amount. Blank: any number."),
    Column("allowed_drops", "Allowed drops", Kind.COUNT, "At most so many outputs may receive less than their adopted amount. Blank: any number."),
    Column("notice", "Notice", Kind.TEXT, "Stands on every sheet and table that shows a cost per output. Clear it when the costs are the organization's own."),
)

PLAN = Sheet(
    "Plan",
    Owner.FINANCE,
    "setting",
    "What the plan is called and how amounts are treated.",
    (
        _required("setting", "Setting", Kind.CHOICE, "Leave as it is.", 26, choices=tuple(s.header for s in SETTINGS)),
        Column("value", "Value", Kind.ANY, "Type over.", 64, optional_column=False),
        Column("meaning", "Meaning", Kind.TEXT, "What the setting does.", 74),
        COMMENT,
    ),
    required=True,
)
COMPONENTS = Sheet(
    "Components",
    Owner.FINANCE,
    "component",
    "The parts of the plan, with what each receives at least and at most.",
    (
        _required("id", "Id", Kind.ID, "Text; outputs name it.", 8),
        _required("title", "Title", Kind.TEXT, "As it is to stand on the tables.", 60),
        Column("estimate", "Estimate", Kind.AMOUNT, "Printed estimate, a control total: the outputs' costs should add up to it.", 16),
        Column("minimum_basis", "Minimum: basis", Kind.CHOICE, "What the minimum allocation is measured in. Blank: no minimum.", 16, choices=LIMIT_BASES),
        Column("minimum", "Minimum: value", Kind.LIMIT, "An amount, or a percentage from 0 to 100, as the basis says.", 14),
        Column("maximum_basis", "Maximum: basis", Kind.CHOICE, "What the maximum allocation is measured in. Blank: no maximum.", 16, choices=LIMIT_BASES),
        Column("maximum", "Maximum: value", Kind.LIMIT, "An amount, or a percentage from 0 to 100, as the basis says.", 14),
        Column("weight", "Weight", Kind.NUMBER, "Multiplies the priority of the component's outputs. Blank: 1.", 10),
        COMMENT,
    ),
    required=True,
)
OUTPUTS = Sheet(
    "Outputs",
    Owner.UNITS,
    "output",
    "What the plan delivers: cost, priority, what is decided, what it contributes to. Score, source and tag columns follow.",
    (
        _required("id", "Id", Kind.ID, "Text: 1.10 is not 1.1.", 8),
        _required("component", "Component", Kind.ID, "Id of its component.", 12, refers="Components"),
        _required("title", "Title", Kind.TEXT, "Full title.", 76),
        Column("short_title", "Short title", Kind.TEXT, "For tables and charts.", 38),
        Column("unit", "Responsible unit", Kind.TEXT, "Who delivers it and fills in this row.", 16),
        _required("cost", "Cost", Kind.AMOUNT, "Full estimate, whole units of the currency.", 14),
        Column("cost_basis", "Cost basis", Kind.CHOICE, "Where the cost comes from.", 16, choices=("illustrative", "Office estimate", "contract")),
        Column("minimum", "Minimum viable amount", Kind.AMOUNT, "Below this nothing useful is delivered. All or nothing: type the cost.", 16, optional_column=False),
        Column("result_full", "Expected result in full", Kind.TEXT, "What is achieved at full cost; typed by the unit.", 36),
        Column("result_minimum", "Expected result at minimum", Kind.TEXT, "What is achieved at the minimum viable amount; typed by the unit.", 36),
        Column("status", "Status", Kind.CHOICE, "Open: to be decided. Committed: at least the amount beside it. Deferred: nothing. Blank: open.", 12, choices=tuple(Status)),
        Column("committed", "Committed amount", Kind.AMOUNT, "Committed or spent already; needed where the status is committed.", 14),
        Column("reason", "Reason or authority", Kind.TEXT, "Why it is committed or deferred; printed in the tables.", 40),
        Column("earliest_start", "Earliest start", Kind.YEAR, "First year in which it can begin. Blank: the start.", 10),
        Column("start", "Start", Kind.YEAR, "First year of the time frame.", 8),
        Column("end", "End", Kind.YEAR, "Last year of the time frame.", 8),
        Column("tier", "Tier", Kind.COUNT, "Its class under the objective tiers, 1 the first; needed for that objective only.", 8),
        Column("spent", "Spent", Kind.AMOUNT, "Spent already; counts in a re-plan, where it stays. Blank: nothing.", 13),
        Column("delivered", "Delivered", Kind.PERCENT, "Share of the output that is delivered already; counts in a re-plan. Blank: nothing.", 11),
        Column("adopted", "Adopted amount", Kind.AMOUNT, "What it received when last adopted, from which changes are counted. Blank: not adopted yet.", 13),
    ),
    required=True,
)
CRITERIA = Sheet(
    "Criteria",
    Owner.CABINET,
    "criterion",
    "What makes an output a priority, and how much each criterion weighs. Only the proportions of the weights count.",
    (
        _required("id", "Id", Kind.ID, "Text; the score columns of Outputs name it.", 14),
        _required("title", "Title", Kind.TEXT, "As it is to stand under the tables.", 44),
        _required("weight", "Weight", Kind.NUMBER, "Any number >= 0; only proportions count.", 10),
        Column("meaning_of_0", "What 0 means", Kind.TEXT, "", 40),
        Column("meaning_of_100", "What 100 means", Kind.TEXT, "", 40),
        COMMENT,
    ),
    required=True,
)
LINKS = Sheet(
    "Links",
    Owner.UNITS,
    "pair, or member of a group",
    "Which output needs which, and groups of which at most or at least so many are funded.",
    (
        _required("kind", "Kind", Kind.CHOICE, "Requires: a pair. At most, at least: one row a member of the group.", 12, choices=("requires", "at most", "at least")),
        _required("output", "Output", Kind.ID, "The output that needs another, or is a member.", 10, refers="Outputs"),
        Column("requires", "Requires", Kind.ID, "The output that it needs.", 10, refers="Outputs"),
        Column("share", "Share required", Kind.PERCENT, "The other is delivered to at least this percentage. Blank: funded at any level.", 12),
        Column("group", "Group", Kind.ID, "Name of the group.", 14),
        Column("k", "Number", Kind.COUNT, "How many of the group; the same on each of its rows.", 10),
        Column("strength", "Strength", Kind.CHOICE, "Hard links act; soft ones and complements are for information. Blank: hard.", 14, choices=("hard", "soft", "complement")),
        Column("basis", "Basis", Kind.TEXT, "Where the link is stated, or who asserts it.", 60),
        COMMENT,
    ),
)
LEVELS = Sheet(
    "Levels",
    Owner.UNITS,
    "level of an output",
    "Only for outputs with priced options of their own; they replace the delivery steps. Cheapest first is not needed.",
    (
        _required("output", "Output", Kind.ID, "Id of the output.", 10, refers="Outputs"),
        _required("amount", "Amount", Kind.AMOUNT, "What this level costs.", 14),
        _required("share", "Share delivered", Kind.PERCENT, "Share of the output's priority that it delivers; 100 at exactly the cost.", 14),
        Column("result", "Expected result", Kind.TEXT, "What is achieved at this level.", 60),
        COMMENT,
    ),
)
TARGETS = Sheet(
    "Targets",
    Owner.UNITS,
    "measurable target of an output",
    "What is counted, and how much of it is to be reached by when; tables list what is at stake where an output is not delivered in full.",
    (
        _required("output", "Output", Kind.ID, "Id of the output.", 10, refers="Outputs"),
        _required("measure", "Measure", Kind.TEXT, "What is counted.", 56),
        _required("target", "Target", Kind.TEXT, "How much of it, in words that can stand in a table: at least 50.", 30),
        Column("deadline", "Deadline", Kind.TEXT, "By when.", 22),
        Column("source", "Source", Kind.TEXT, "Where the target is stated.", 28),
        COMMENT,
    ),
)
PERIODS = Sheet(
    "Periods",
    Owner.FINANCE,
    "period",
    "The years for which money is stated together, for instance biennia; in order of time.",
    (
        _required("name", "Period", Kind.ID, "Its name, as text; columns of Funds and Profile name it.", 14),
        _required("first", "First year", Kind.YEAR, "Belongs to the period.", 12),
        _required("last", "Last year", Kind.YEAR, "Belongs to the period.", 12),
        COMMENT,
    ),
)
FUNDS = Sheet(
    "Funds",
    Owner.MOBILIZATION,
    "source of money",
    "Who pays: what each source has in each period, and what it may pay for. Without any restriction: for everything.",
    (
        _required("id", "Id", Kind.ID, "Text; Profile and scenarios name it.", 12),
        _required("title", "Title", Kind.TEXT, "As it is to stand on the tables.", 44),
        _required("category", "Category", Kind.TEXT, "Sources are added up by category on the tables: regular budget, RBSA, existing projects, to be mobilized, or any other.", 22),
        Column("components", "Restricted to: components", Kind.TAGS, "Ids of components whose outputs it may pay for, separated by semicolons.", 16),
        Column("outputs", "Restricted to: outputs", Kind.TAGS, "Ids of outputs that it may pay for, separated by semicolons.", 16),
        Column("tags", "Restricted to: tags", Kind.TAGS, "It may pay for outputs that carry one of these, in any tag column; separated by semicolons.", 18),
        Column("carry_over", "Carry-over", Kind.CHOICE, "Whether what is left of a period is available in the next. Blank: no.", 12, choices=YES_NO),
        Column("cap", "Carry-over: at most", Kind.AMOUNT, "Most that is carried over from one period to the next. Blank: all.", 14),
    ),
)
PROFILE = Sheet(
    "Profile",
    Owner.UNITS,
    "part of an output's spending",
    "When the money of an output falls due, where not evenly over the years of its time frame. The rows of an output and level are parts of one whole.",
    (
        _required("output", "Output", Kind.ID, "Id of the output.", 10, refers="Outputs"),
        Column("share", "Level", Kind.PERCENT, "The share delivered of the level that the row is about. Blank: every level without rows of its own.", 10),
        Column("fund", "Fund", Kind.ID, "The only fund that may pay this part. Blank: any that may pay for the output.", 14, refers="Funds"),
        _required("basis", "Basis", Kind.CHOICE, "Shares: percentages that add up to 100. Amounts: they add up to the cost, or to the amount of the level.", 12, choices=("shares", "amounts")),
    ),
)
COVERAGE = Sheet(
    "Coverage",
    Owner.CABINET,
    "tag",
    "Tags that at least so many funded outputs must carry. Where only one output carries a tag, that output is then always funded.",
    (
        _required("tag_column", "Tag column", Kind.TEXT, "Name of the tag column of Outputs, without the word Tags.", 28),
        _required("tag", "Tag", Kind.ID, "As it stands in Outputs.", 12),
        _required("least", "At least", Kind.COUNT, "How many funded outputs must carry it.", 10),
        COMMENT,
    ),
)
SCENARIOS = Sheet(
    "Scenarios",
    Owner.FINANCE,
    "scenario",
    "The questions to ask: how much money, and what it should achieve first.",
    (
        _required("name", "Scenario", Kind.ID, "Short name; used on the command line and in file names.", 28),
        Column("title", "Title", Kind.TEXT, "As it is to stand under the tables.", 56),
        _required("resources_basis", "Resources: basis", Kind.CHOICE, "What the resources are measured in.", 16, choices=(Basis.AMOUNT, Basis.ESTIMATE, Basis.FUNDS)),
        _required("resources", "Resources: value", Kind.LIMIT, "An amount, or a percentage of the total estimate, or of the money of all funds.", 16),
        Column("objective", "Objective", Kind.CHOICE, "Delivery: priority times share delivered. Money-weighted: priority times money. Tiers: delivery class by class, as the column Tier of Outputs says. Balanced: first raise the component that is covered least. Blank: delivery.", 18, choices=tuple(OBJECTIVES)),
        Column("note", "Note", Kind.TEXT, "Why the scenario is asked.", 60),
    ),
    required=True,
)
CHANGES = Sheet(
    "Scenario changes",
    Owner.FINANCE,
    "change",
    "What a scenario changes in the plan, one change a row; all else is as on the other sheets.",
    (
        _required("scenario", "Scenario", Kind.ID, "Name of the scenario.", 28, refers="Scenarios"),
        _required("kind", "Applies to", Kind.CHOICE, "What kind of item is changed.", 14, choices=KINDS),
        _required("item", "Item", Kind.ID, "Its id, or * for all of them; for the plan *.", 14, if_blank="its id, or * for all of them"),
        _required("setting", "Setting", Kind.TEXT, "What is changed. From the list, which is on the sheet Guide: not every setting goes with every kind of item.", 26),
        Column("value", "Value", Kind.ANY, "The value in this scenario; blank for no minimum and no maximum. Where the setting may have no value: none.", 14, optional_column=False),
        Column("reason", "Reason", Kind.TEXT, "Why; printed in the results.", 60),
        Column("paragraph", "Reference", Kind.TEXT, "What the change rests on: a paragraph of the plan, a decision. Free text.", 14),
        COMMENT,
    ),
)
SHEETS = (PLAN, COMPONENTS, OUTPUTS, CRITERIA, LINKS, LEVELS, TARGETS, PERIODS, FUNDS, PROFILE, COVERAGE, SCENARIOS, CHANGES)
BY_PERIOD = (PERIODS, FUNDS, PROFILE)  # only there where money is stated by period
TRANSLATED = (COMPONENTS, OUTPUTS, CRITERIA, SCENARIOS)  # their titles may have translations, each in a column of its own
GUIDE = "Guide"


def score_column(criterion: str) -> Column:
    return Column(f"score:{criterion}", SCORE_PREFIX + criterion, Kind.NUMBER, f"0 to 100; see the criterion {criterion}.", 15, required=True)


def source_column(criterion: str) -> Column:
    note = "Computed from the plan's text, or judged by the unit."
    return Column(f"source:{criterion}", SOURCE_PREFIX + criterion, Kind.CHOICE, note, 13, choices=("computed", "judged"))


def tags_column(name: str) -> Column:
    return Column(f"tags:{name}", TAGS_PREFIX + name, Kind.TAGS, "Separated by semicolons.", 22)


def amount_column(period: str) -> Column:
    note = f"Money of the fund in {period}; 0 where it has none."
    return Column(f"amount:{period}", AMOUNT_PREFIX + period, Kind.AMOUNT, note, 15, required=True, if_blank="type 0 where it has none")


def part_column(period: str) -> Column:
    note = f"What falls due in {period}: a percentage or an amount, as the basis says. Blank: nothing."
    return Column(f"part:{period}", PART_PREFIX + period, Kind.NUMBER, note, 15)


def translation(key: str, sheet: Sheet) -> Column | None:
    """The column of a key such as title:fr; None where the sheet has no such translations. The titles of Outputs are the longest."""
    of, _, language = key.partition(":")
    if sheet not in TRANSLATED or not LANGUAGE.fullmatch(language):
        return None
    if of == "title":
        note = f"The title, for tables in the language {language}. Blank: the title as it is."
        return Column(key, f"Title ({language})", Kind.TEXT, note, 96 if sheet is OUTPUTS else 48)
    if of == "short_title" and sheet is OUTPUTS:
        note = f"The short title, for tables and charts in the language {language}. Blank: the title in that language."
        return Column(key, f"Short title ({language})", Kind.TEXT, note, 42)
    return None
