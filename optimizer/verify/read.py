"""The sheets of the plan workbook, one after the other, into a Plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from optimizer.verify.cells import File
from optimizer.verify.plan import Component, Fund, Group, Limit, Line, Output, Period, Plan, Profile, Tables, Unreadable, folded

SCORE, TAGS, AMOUNT, PART = "Score: ", "Tags: ", "Amount: ", "Part: "


def read_plan(file: File) -> Plan:
    """Raises Unreadable."""
    tables = Tables(file)
    settings = {folded(line.text("Setting")): line for line in tables.lines("Plan", "Setting")}
    criteria = {line.text("Id"): line.exact("Weight") or Fraction(0) for line in tables.lines("Criteria", "Id")}
    periods = [Period(line.text("Period"), line.number("First year"), line.number("Last year")) for line in _periods(tables)]
    plan = Plan(
        title=_text(settings.get("title")),
        currency=_text(settings.get("currency")),
        settings={name: cell for name, line in settings.items() if (cell := line.cell("Value")) is not None},
        components=[_component(line) for line in tables.lines("Components", "Id")],
        criteria=criteria,
        outputs=list(_outputs(tables, list(criteria), periods)),
        links={},
        groups=[],
        coverage=list(_coverage(tables)),
        periods=periods,
        funds=[_fund(line, periods) for line in tables.lines("Funds", "Id")],
    )
    _link(plan, tables)
    for name, attribute in _NUMBERS.items():
        line = settings.get(name)
        if line is not None and line.cell("Value") is not None:
            setattr(plan, attribute, line.number("Value"))
    plan.later_start, plan.continuity = (_text(settings.get(key)).casefold() == "yes" for key in ("later start", "continuity"))
    return plan


_NUMBERS = {
    "delivery step": "step",
    "unit of account": "unit",
    "display unit": "display",
    "first open year": "first_open_year",
    "allowed changes": "allowed_changes",
    "allowed drops": "allowed_drops",
}


def _text(line: Line | None) -> str:
    return line.text("Value") if line is not None else ""


def _periods(tables: Tables) -> Iterator[Line]:
    return tables.lines("Periods", "Period")


def _component(line: Line) -> Component:
    weight = line.exact("Weight")
    minimum, maximum = line.limit("Minimum"), line.limit("Maximum")
    return Component(line.text("Id"), line.text("Title"), Fraction(1) if weight is None else weight, minimum, maximum)


def _outputs(tables: Tables, criteria: list[str], periods: list[Period]) -> Iterator[Output]:
    levels: dict[str, list[tuple[int, int]]] = {}
    for line in tables.lines("Levels", "Output"):
        levels.setdefault(line.text("Output"), []).append((line.number("Amount"), line.number("Share delivered")))
    profiles: dict[str, list[Profile]] = {}
    for line in tables.lines("Profile", "Output"):
        parts = tuple(line.exact(PART + period.name) or Fraction(0) for period in periods)
        profiles.setdefault(line.text("Output"), []).append(Profile(parts, line.whole("Level"), line.text("Fund")))
    tags = list(_tag_columns(tables))
    for line in tables.lines("Outputs", "Id"):
        key = line.text("Id")
        own = sorted(levels.get(key, []))
        yield Output(
            id=key,
            component=line.text("Component"),
            title=line.text("Title"),
            short_title=line.text("Short title"),
            cost=line.number("Cost"),
            minimum=own[0][0] if own else line.number("Minimum viable amount"),
            scores={criterion: line.exact(SCORE + criterion) or Fraction(0) for criterion in criteria},
            status=line.text("Status").casefold() or "open",
            committed=line.whole("Committed amount") or 0,
            earliest_start=line.whole("Earliest start"),
            start=line.whole("Start"),
            end=line.whole("End"),
            tier=line.whole("Tier"),
            spent=line.whole("Spent") or 0,
            delivered=line.whole("Delivered") or 0,
            adopted=line.whole("Adopted amount"),
            tags={name: line.tags(TAGS + name) for name in tags},
            levels=own,
            profile=profiles.get(key, []),
        )


def _tag_columns(tables: Tables) -> Iterator[str]:
    sheet = tables.sheet("Outputs")
    for _, cell in sorted(sheet.rows.get(1, {}).items()) if sheet is not None else ():
        if folded(cell.text).startswith(folded(TAGS)):
            yield cell.text.partition(":")[2].strip()


def _fund(line: Line, periods: Iterable[Period]) -> Fund:
    return Fund(
        line.text("Id"),
        line.text("Category"),
        [line.number(AMOUNT + period.name) for period in periods],
        line.tags("Restricted to: components"),
        line.tags("Restricted to: outputs"),
        line.tags("Restricted to: tags"),
        line.text("Carry-over").casefold() == "yes",
        line.whole("Carry-over: at most"),
    )


def _coverage(tables: Tables) -> Iterator[tuple[str, str, int]]:
    known = {folded(name): name for name in _tag_columns(tables)}
    for line in tables.lines("Coverage", "Tag column"):
        column = line.text("Tag column")
        yield known.get(folded(column), column), line.text("Tag"), line.number("At least")


def _link(plan: Plan, tables: Tables) -> None:
    """Hard links, the highest share of a pair; groups with each member once."""
    members: dict[str, tuple[str, int, list[str]]] = {}
    for line in tables.lines("Links", "Kind"):
        kind = line.text("Kind").casefold()
        if kind != "requires":
            members.setdefault(line.text("Group"), (kind, line.number("Number"), []))[2].append(line.text("Output"))
        elif line.text("Strength").casefold() in ("", "hard"):
            pair = line.text("Output"), line.text("Requires")
            plan.links[pair] = max(plan.links.get(pair, 0), line.whole("Share required") or 0)
    plan.groups += [Group(name, kind, k, tuple(dict.fromkeys(ids))) for name, (kind, k, ids) in members.items()]


def resources_of(line: Line) -> Limit:
    found = line.limit("Resources")
    if found is None:
        raise Unreadable(f"{line.sheet.name}, row {line.row}: no resources")
    return found
