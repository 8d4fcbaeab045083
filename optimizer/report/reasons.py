"""Reasons in tables: the sheet with exact figures, what a paper shows of them, and the same as data."""

from __future__ import annotations

from fractions import Fraction

from optimizer.analysis.reasons_found import Cause, Forced, Reason, Reasons
from optimizer.balance import NAME as COVERAGE
from optimizer.report import wording
from optimizer.report.digits import Data, exact
from optimizer.report.language import ENGLISH, FIXED, Language
from optimizer.report.plain import wrapped
from optimizer.report.reasons_said import label, reduced, sentence
from optimizer.report.table import Cell, Column, Kind, Row, Sheet, Style, Table
from optimizer.scenario import Scenario

NAME = "Reasons"
MOST_INTERVALS = 3  # that a cell lists
LOST = {
    "delivery": "Lost if decided otherwise (priority points)",
    "money-weighted": "Lost if decided otherwise (priority-weighted money)",
}


def sheet(scenario: Scenario, found: Reasons, language: Language) -> Sheet:
    about = language.say("Each output: why it is funded or not, and what would change that")
    return Sheet(NAME, about, (table(scenario, found, language),), front=True, frozen=2, tab=language.say(NAME))


def table(scenario: Scenario, found: Reasons, language: Language) -> Table:
    """One line for each output, with exact amounts."""
    plan, say = scenario.plan, language.say
    points = not found.no_break_even
    columns = (
        *_first_columns(language),
        Column("allocated", say("Allocated"), Kind.MONEY, 14),
        Column("sentence", say("Reason"), width=70),
        Column("cause", say("In short"), width=24),
        Column("reducing", say("More for it would require reducing"), width=34),
        Column("extra", say("More resources so that no other output is reduced"), Kind.MONEY, 16),
        Column("entries", say("Funded with available resources of"), width=34),
        _loss_column(scenario, found, language),
        *((Column("priority", say("Priority"), Kind.NUMBER, 10),) if points else ()),
        *((Column("even_priority", say("Funded from a priority of"), Kind.NUMBER, 12),) if points else ()),
        Column("estimated", say("Estimated requirements"), Kind.MONEY, 14),
        *((Column("even_cost", say("Funded up to an estimate of"), Kind.MONEY, 14),) if _costs(found) else ()),
    )
    rows = (Row(_cells(scenario, found, reason, language)) for reason in found.reasons)
    currency = say("Exact amounts in {currency}.", currency=language.term(plan.currency))
    lead = (wording.under_title(language, scenario), " ".join(filter(None, (currency, wording.notice(language, plan)))))
    title = say("Reasons by output: {plan}", plan=plan.titled(language.code))
    return Table(title, columns, tuple(rows), lead, tuple(_notes(found, language)))


def terminal(scenario: Scenario, found: Reasons, language: Language) -> str:
    """Each output with its sentence, and under it the figures that it does not speak of."""
    full = table(scenario, found, language)
    figures = [
        (n, column) for n, column in enumerate(full.columns) if column.key in ("loss", "priority", "even_priority", "even_cost")
    ]
    lines = [full.title, *(line for text in full.lead for line in wrapped(text))]
    for row in full.rows:
        shown = [(column.header, language.shown(row.cells[n], column.kind)) for n, column in figures]
        lines += ["", *wrapped(f"{row.cells[0]} {row.cells[1]}"), *wrapped(str(row.cells[full.position("sentence")]), "  ")]
        told = "; ".join(f"{header}: {text}" for header, text in shown if text)
        lines += wrapped(told, "  ") if told else []
    return "\n".join([*lines, "", *(line for note in full.notes for line in wrapped(note))]).replace(FIXED, " ") + "\n"


def block(scenario: Scenario, found: Reasons, language: Language) -> Table:
    """For a paper: the outputs not funded in full, each with its sentence, under their components."""
    plan, say = scenario.plan, language.say
    shown = [reason for reason in found.reasons if reason.share < 100 or not reason.level]
    rows: list[Row] = []
    for component in plan.components:
        mine = [reason for reason in shown if reason.i in plan.members[component.id]]
        rows += [Row((wording.heading(language, component),), Style.HEADING)] if mine else []
        for reason in mine:
            output = plan.outputs[reason.i]
            rows.append(Row((output.id, output.named(language.code), sentence(scenario, found, reason, language))))
    if not shown:
        rows.append(Row((say("Every output is funded in full."),), Style.NOTE))
    columns = (*_first_columns(language), Column("sentence", say("Reason"), width=90))
    lead = [wording.under_title(language, scenario), wording.notice(language, plan)]
    others = len(found.reasons) - len(shown)
    notes = [
        language.count(others, "{number} other output is funded in full.", "{number} other outputs are funded in full.")
        if others and shown
        else ""
    ]
    if not found.complete:
        notes.append(_time(language))
    title = say("Outputs not funded in full, and why: {plan}", plan=plan.titled(language.code))
    return Table(title, columns, tuple(rows), tuple(filter(None, lead)), tuple(filter(None, notes)))


def _costs(found: Reasons) -> bool:
    return any(reason.break_even_cost is not None for reason in found.reasons)


def _first_columns(language: Language) -> tuple[Column, ...]:
    return Column("id", language.say("Output"), Kind.ID, 8), Column("title", language.say("Title"), width=36)


def _loss_column(scenario: Scenario, found: Reasons, language: Language) -> Column:
    """What deciding otherwise would lose; a text where the objective has several figures."""
    if len(found.now) > 1:
        return Column("loss", language.say("Lost if decided otherwise"), width=30)
    return Column("loss", language.say(LOST[scenario.objective.name]), Kind.NUMBER, 15)


def _loss(forced: Forced | None, found: Reasons, language: Language) -> Cell:
    loss = forced.loss if forced else None
    if loss is None or len(found.now) == 1:
        return loss[1] if loss else None
    name, value = loss
    if name == COVERAGE:
        return language.say("Smallest coverage: {share}", share=wording.percent(language, value, 4))
    number = language.rounded(value, 2)
    if name == "value":
        return language.say("Priority points: {number}", number=number)
    return language.say("Priority points, class {tier}: {number}", tier=name.rpartition(" ")[2], number=number)


def _cells(scenario: Scenario, found: Reasons, reason: Reason, language: Language) -> tuple[Cell, ...]:
    plan = scenario.plan
    output = plan.outputs[reason.i]
    points = not found.no_break_even
    causes = [label(scenario, cause, bool(reason.level), language) for cause in reason.causes]
    forced = reason.raised if reason.level else reason.turned
    return (
        output.id,
        output.named(language.code),
        reason.amount,
        sentence(scenario, found, reason, language),
        "; ".join(causes),
        "; ".join(_reduction(scenario, forced, j, language) for j in reduced(forced)) if forced else "",
        reason.extra,
        _intervals(scenario, reason, language),
        _loss(reason.turned, found, language),
        *((reason.priority, reason.break_even_priority) if points else ()),
        output.cost,
        *((reason.break_even_cost,) if _costs(found) else ()),
    )


def _reduction(scenario: Scenario, forced: Forced, j: int, language: Language) -> str:
    output, move = scenario.plan.outputs[j], next(move for move in forced.moves if move.i == j)
    less = language.say("{amount} less", amount=wording.money(language, scenario.plan, move.before - move.after))
    return f"{output.id} {output.named(language.code)}: {less}"


def _intervals(scenario: Scenario, reason: Reason, language: Language) -> str:
    """The last interval, which usually has no end, and the first ones before it."""
    if reason.entries is None:
        return ""
    say = language.say

    def money(amount: int) -> str:
        return wording.money(language, scenario.plan, amount)

    said = [
        say("from {first}", first=money(first))
        if end is None
        else say("{first} to less than {end}", first=money(first), end=money(end))
        for first, end in reason.entries
    ]
    if len(said) > MOST_INTERVALS + 1:
        left = len(said) - MOST_INTERVALS
        said[MOST_INTERVALS - 1 : -1] = [language.say("and {number} more", number=left)]
    return "; ".join(said)


def _notes(found: Reasons, language: Language) -> list[str]:
    say = language.say
    notes = [
        say("More for it: the smallest amount of an output that receives nothing, the next of one funded in part."),
        say(
            "Decided otherwise: a funded output without resources, another with them, all others as good as can be then; blank "
            "where that is committed or set in the plan, or the conditions do not allow it."
        ),
    ]
    if not found.no_break_even:
        notes.append(
            say(
                "Funded from, funded up to: with this priority or more, or this estimate or less, all else equal, an allocation "
                "that funds the output is as good as any other."
            )
        )
    if found.known_to is not None:
        notes.append(say("Available resources were looked at as far as time allowed; beyond, nothing is known."))
    if not found.complete:
        notes.append(_time(language))
    return notes


def _time(language: Language) -> str:
    return language.say("Where the time allowed did not suffice, cells are blank and the reason says so.")


def records(scenario: Scenario, found: Reasons) -> Data:
    """Everything, exactly; outputs by id."""
    return {
        "scenario": scenario.name,
        "objective": scenario.objective.name,
        "resources": found.resources,
        "spend": found.spend,
        "attained": {name: exact(value) for name, value in found.now},
        "outputs": [_record(scenario, found, reason) for reason in found.reasons],
        "no_entry_budgets": found.no_entries,
        "no_break_even": found.no_break_even,
        "least_resources": found.least,
        "entry_budgets_known_to": found.known_to,
        "programmes": found.programmes,
        "solves": found.solves,
    }


def _record(scenario: Scenario, found: Reasons, reason: Reason) -> Data:
    plan = scenario.plan
    output = plan.outputs[reason.i]
    return {
        "id": output.id,
        "title": output.title,
        "sentence": sentence(scenario, found, reason, ENGLISH),
        "amount": reason.amount,
        "share": reason.share,
        "level": reason.level,
        "cost": output.cost,
        "causes": [_cause(scenario, cause) for cause in reason.causes],
        "turned": _forced(scenario, reason.turned),
        "raised": _forced(scenario, reason.raised),
        "extra_resources": reason.extra,
        "priority": exact(reason.priority),
        "break_even_priority": _exact(reason.break_even_priority),
        "break_even_cost": reason.break_even_cost,
        "entry_budgets": None if reason.entries is None else [list(interval) for interval in reason.entries],
        "known": reason.known,
    }


def _cause(scenario: Scenario, cause: Cause) -> Data:
    plan = scenario.plan
    components = [plan.components[k].id for k in cause.components]
    outputs = [plan.outputs[j].id for j in cause.outputs]
    return {"why": str(cause.why), "components": components, "outputs": outputs, "names": list(cause.names)}


def _forced(scenario: Scenario, forced: Forced | None) -> Data | None:
    if forced is None:
        return None
    ids = [output.id for output in scenario.plan.outputs]
    moves = [{"id": ids[move.i], "before": move.before, "after": move.after} for move in forced.moves]
    regret = None if forced.regret is None else {name: exact(value) for name, value in forced.regret}
    return {"level": forced.level, "amount": forced.amount, "feasible": regret is not None, "regret": regret, "moves": moves}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else exact(value)
