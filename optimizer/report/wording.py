"""The words of the published tables. What the optimizer calls things inside stays inside."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from optimizer.allocation import Delivery
from optimizer.balance import NAME as COVERAGE
from optimizer.overrides import EVERY, Change
from optimizer.plan import Basis, Limit, Output, Plan, Status
from optimizer.program import Termination
from optimizer.result import Result
from optimizer.scenario import Scenario

UNITS = {1: "", 1_000: "thousand", 1_000_000: "million", 1_000_000_000: "billion"}
PLURALS = {"output": "outputs", "component": "components", "criterion": "criteria", "fund": "funds"}
OBJECTIVES = {
    "delivery": "to deliver as much as possible of the plan's priorities (priority of each output times its share delivered)",
    "money-weighted": "to direct resources to the plan's priorities (priority of each output times its amount)",
    "tiers": (
        "to deliver as much as possible of the outputs of class 1, then of class 2, and so on (in each class, priority of each "
        "output times its share delivered)"
    ),
    "balanced": (
        "balanced coverage: to raise the smallest share of its estimate that any component receives, then to deliver as much as "
        "possible of the plan's priorities (priority of each output times its share delivered)"
    ),
}


class Extent(StrEnum):
    """How far an output is funded."""

    IN_FULL = "Funded"
    IN_PART = "Partially funded"
    SUBJECT = "Subject to additional resources"


TONES = ((Extent.IN_FULL, "good"), (Extent.IN_PART, "part"), (Extent.SUBJECT, "open"))


def extent(delivery: Delivery) -> Extent:
    if delivery.share == 100:
        return Extent.IN_FULL
    return Extent.IN_PART if delivery.funded else Extent.SUBJECT


def status(scenario: Scenario, output: Output, delivery: Delivery) -> str:
    """Funded, partially funded with the share of the estimate (rounded down), or subject to additional resources; and why."""
    text = str(extent(delivery))
    if extent(delivery) is Extent.IN_PART:
        text += f" ({part(delivery, output)})"
    text += beginning(scenario.plan, delivery)
    why = reason(scenario, output)
    if output.status is Status.COMMITTED:
        return f"{text}, committed. {sentence(why)}" if why else f"{text}, committed"
    return f"{text}. {sentence(why)}" if output.status is Status.DEFERRED and why else text


def beginning(plan: Plan, delivery: Delivery) -> str:
    """When it begins, where that is later than planned: what a status goes on with."""
    return "" if delivery.start is None else f", beginning in {plan.periods[delivery.start].name}"


def timed_extent(plan: Plan, delivery: Delivery) -> str:
    """How far an output is funded, and from when on where that is later than planned."""
    return extent(delivery) + beginning(plan, delivery)


def part(delivery: Delivery, output: Output) -> str:
    percent = 100 * delivery.amount // output.cost if output.cost else 100
    return f"{percent}%" if percent else "under 1%"


def reason(scenario: Scenario, output: Output) -> str:
    """Why its status is what it is: the reason of the scenario that set it, else the output's own."""
    setting = [
        change.reason
        for change in scenario.spec.changes
        if change.kind.casefold() == "output" and change.setting.casefold() == "status" and change.item in (output.id, EVERY)
    ]
    return (setting[-1] if setting else "") or output.reason


def objective(scenario: Scenario) -> str:
    return OBJECTIVES.get(scenario.objective.name, scenario.objective.name)


def money_shown(plan: Plan, amount: int) -> str:
    """An amount already in the unit of the tables: US$237,000 thousand."""
    word = UNITS.get(plan.display_unit, f"× {plan.display_unit:,}")
    return plan.money(amount) + (f" {word}" if word else "")


def unit(plan: Plan) -> str:
    """The unit in which the published tables show amounts: US$ thousand."""
    return f"{plan.currency} {UNITS.get(plan.display_unit, f'× {plan.display_unit:,}')}".strip()


def amounts_and_notice(plan: Plan) -> str:
    """The line over a table of amounts: their unit, and the notice on the costs where there is one."""
    return " ".join(filter(None, (f"Amounts in {unit(plan)}.", notice(plan))))


def notice(plan: Plan) -> str:
    """The notice as a sentence, ended once however it was typed."""
    return f"{plan.notice.rstrip('.')}." if plan.notice else ""


def period(plan: Plan, several: bool = False) -> str:
    """What the plan's periods are: biennia where each has two years, years where each has one."""
    lengths = {period.last - period.first + 1 for period in plan.periods}
    named = {2: ("biennium", "biennia"), 1: ("year", "years")}
    one, more = named[lengths.pop()] if len(lengths) == 1 and lengths <= named.keys() else ("period", "periods")
    return more if several else one


def percent(ratio: Fraction, places: int = 1) -> str:
    return f"{decimal(round(100 * ratio, places))}%"


def decimal(value: Fraction) -> str:
    """A number as people write it; ten digits where it has no end."""
    return f"{float(value):.10g}" if value.denominator > 1 else str(value.numerator)


def limit_text(plan: Plan, limit: Limit | None, nothing: str = "none") -> str:
    """A minimum or maximum as typed: 50% of its estimate."""
    if limit is None:
        return nothing
    if limit.basis is Basis.AMOUNT:
        return plan.money(int(limit.value))
    return f"{decimal(limit.value)}% of {'its estimate' if limit.basis is Basis.ESTIMATE else 'the available resources'}"


def resources(scenario: Scenario) -> str:
    cost = scenario.plan.cost
    share = f" ({percent(Fraction(scenario.resources, cost))} of estimated requirements)" if cost else ""
    return scenario.plan.money(scenario.resources) + share


def scenario_name(scenario: Scenario) -> str:
    title = scenario.spec.title
    return f"{scenario.name}: {title}" if title and title != scenario.name else scenario.name


def change(change: Change) -> str:
    """A change to the plan: all outputs: status open."""
    kind = change.kind.casefold()
    if kind == "plan":
        item = change.kind
    else:
        item = f"all {PLURALS.get(kind, change.kind)}" if change.item == EVERY else f"{change.kind} {change.item}"
    return f"{item}: no {change.setting}" if change.value == "none" else f"{item}: {change.setting} {change.value}"


def weights(plan: Plan) -> str:
    """The weights that stand behind the priorities; those of components where they differ."""
    different = {criterion.weight for criterion in plan.criteria}
    if len(different) == 1:
        text = f"Weights of the criteria: {decimal(*different)} each for {enumeration(tuple(c.title for c in plan.criteria))}."
    else:
        text = "Weights of the criteria: " + ", ".join(f"{c.title} {decimal(c.weight)}" for c in plan.criteria) + "."
    if len({component.weight for component in plan.components}) > 1:
        text += " Weights of the components: " + ", ".join(f"{c.id}: {decimal(c.weight)}" for c in plan.components) + "."
    return text


def attained(result: Result) -> str:
    """What the objective compares, in its order, exactly enough to be told apart."""
    measure = result.scenario.objective.measure
    return "; ".join(
        f"{name}: {percent(figure, 4) if name == COVERAGE else f'{decimal(figure)} {measure}'}"
        for name, figure in result.audit.attained
    )


def figure(scenario: Scenario, name: str) -> str:
    """One of the figures that the objective compares, in words that can be published: Priority points, class 1."""
    if name == COVERAGE:
        return "Smallest coverage of a component"
    return sentence(scenario.objective.measure)[:-1] + name.removeprefix("value").replace(" of tier ", ", class ")


def assurance(result: Result) -> str:
    """Whether anything does better, in words that can be published."""
    if result.proof.proved:
        return "No other allocation under the same resources and conditions does better; this is established exactly."
    return "The best allocation found; it has not been established that no other does better."


def uniqueness(result: Result) -> str:
    """Whether anything does as well."""
    if result.ties.unique and result.proof.proved:
        return "It is the only one: every other does less well, costs more, or leaves more outputs funded in part."
    if result.termination is not Termination.OPTIMAL or not result.proof.proved:
        return "Whether others do equally well has not been established."
    alike = " ".join(
        f"Outputs {enumeration(group)} are alike in all that the plan states of them; which of them comes first is a convention."
        for group in result.ties.identical
    )
    text = "Other allocations do equally well; the one shown follows from a fixed rule on the content of the plan."
    return f"{text} {alike}".strip()


def enumeration(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
