"""The words of the published tables, in the language asked for. What the optimizer calls things inside stays inside."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from optimizer.allocation import Delivery
from optimizer.balance import NAME as COVERAGE
from optimizer.overrides import EVERY, Change
from optimizer.plan import Basis, Component, Limit, Output, Plan, Status
from optimizer.program import Termination
from optimizer.report.language import Language, percentage
from optimizer.result import Result
from optimizer.scenario import Scenario

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
BEGINNING = ", beginning in "


class Extent(StrEnum):
    """How far an output is funded."""

    IN_FULL = "Funded"
    IN_PART = "Partially funded"
    SUBJECT = "Subject to additional resources"


def tones(language: Language) -> tuple[tuple[str, str], ...]:
    """The tone of each extent, by the words that a status begins with."""
    colours = {Extent.IN_FULL: "good", Extent.IN_PART: "part", Extent.SUBJECT: "open"}
    return tuple((language.say(kind), tone) for kind, tone in colours.items())


def extent(delivery: Delivery) -> Extent:
    if delivery.share == 100:
        return Extent.IN_FULL
    return Extent.IN_PART if delivery.funded else Extent.SUBJECT


def status(language: Language, scenario: Scenario, output: Output, delivery: Delivery) -> str:
    """Funded, partially funded with the share of the estimate (rounded down), or subject to additional resources; and why."""
    text = short_status(language, scenario.plan, output, delivery)
    why = reason(scenario, output)
    if output.status is Status.COMMITTED:
        text = language.say("{status}, committed", status=text)
    return f"{text}. {sentence(why)}" if output.status is not Status.OPEN and why else text


def short_status(language: Language, plan: Plan, output: Output, delivery: Delivery) -> str:
    """How far an output is funded, with the share of one in part, and from when on where that is later than planned."""
    text = language.say(extent(delivery))
    if extent(delivery) is Extent.IN_PART:
        text = language.say("{status} ({share})", status=text, share=part(language, delivery, output))
    return beginning(language, plan, delivery, text)


def beginning(language: Language, plan: Plan, delivery: Delivery, text: str) -> str:
    """A status with when the output begins, where that is later than planned."""
    if delivery.start is None:
        return text
    return language.say("{status}, beginning in {period}", status=text, period=language.period(plan.periods[delivery.start].name))


def timed_extent(plan: Plan, delivery: Delivery) -> str:
    """How far an output is funded, and from when on where that is later than planned; as results keep it, in English."""
    begins = "" if delivery.start is None else f"{BEGINNING}{plan.periods[delivery.start].name}"
    return extent(delivery) + begins


def retold(language: Language, kept: str) -> str:
    """What results keep of a status, in another language."""
    text, begins, period = kept.partition(BEGINNING)
    text = language.term(text)
    if not begins:
        return text
    return language.say("{status}, beginning in {period}", status=text, period=language.period(period))


def part(language: Language, delivery: Delivery, output: Output) -> str:
    percent = 100 * delivery.amount // output.cost if output.cost else 100
    return language.points(percent) if percent else language.say("under {share}", share=language.points(1))


def reason(scenario: Scenario, output: Output) -> str:
    """Why its status is what it is: the reason of the scenario that set it, else the output's own. As typed, in its language."""
    setting = [
        change.reason
        for change in scenario.spec.changes
        if change.kind.casefold() == "output" and change.setting.casefold() == "status" and change.item in (output.id, EVERY)
    ]
    return (setting[-1] if setting else "") or output.reason


def objective(language: Language, scenario: Scenario) -> str:
    return language.say(OBJECTIVES[scenario.objective.name])


def money(language: Language, plan: Plan, amount: int) -> str:
    """An amount of whole units of the currency: US$237,000,000."""
    return language.money(plan.currency, amount)


def money_shown(language: Language, plan: Plan, amount: int) -> str:
    """An amount already in the unit of the tables: US$237,000 thousand."""
    return language.money(plan.currency, amount, plan.display_unit)


def unit(language: Language, plan: Plan) -> str:
    """The unit in which the published tables show amounts: US$ thousand."""
    return language.unit(plan.currency, plan.display_unit)


def amounts_and_notice(language: Language, plan: Plan) -> str:
    """The line over a table of amounts: their unit, and the notice on the costs where there is one."""
    amounts = language.say("Amounts in {unit}.", unit=unit(language, plan))
    return " ".join(filter(None, (amounts, notice(language, plan))))


def axis(language: Language, plan: Plan, unit: int, noticed: bool = True) -> str:
    """The same beside the axis of a chart, whose unit is so much of the currency; `noticed`: with the notice."""
    shown, said = language.unit(plan.currency, unit), notice(language, plan) if noticed else ""
    return (
        f"{language.say('Amounts in {unit}.', unit=shown)} {said[:-1]}" if said else language.say("Amounts in {unit}", unit=shown)
    )


def office(language: Language, plan: Plan) -> str:
    """Who decides, as it stands within a sentence."""
    return dict(plan.publishers).get(language.code) or plan.published_by or language.say("the Office")


def notice(language: Language, plan: Plan) -> str:
    """The notice as a sentence, ended once however it was typed; translated where it is the shipped one."""
    text = plan.notice.strip().rstrip(".")
    return f"{language.term(text[:1].upper() + text[1:])}." if text else ""


def rounding(language: Language, plan: Plan) -> str:
    """What the dash means, and that sums hold as shown."""
    nil = language.say("–: nil.")
    if plan.display_unit == 1:
        return nil
    return f"{nil} {language.say('Amounts are rounded to {unit} so that they add up as shown.', unit=unit(language, plan))}"


def heading(language: Language, component: Component) -> str:
    """Component 1: Support to countries"""
    return language.say("Component {id}: {title}", id=component.id, title=component.titled(language.code))


def period(language: Language, plan: Plan, several: bool = False) -> str:
    """What the plan's periods are: biennia where each has two years, years where each has one."""
    lengths = {period.last - period.first + 1 for period in plan.periods}
    named = {2: ("biennium", "biennia"), 1: ("year", "years")}
    one, more = named[lengths.pop()] if len(lengths) == 1 and lengths <= named.keys() else ("period", "periods")
    return language.say(more if several else one)


def percent(language: Language, ratio: Fraction, places: int = 1) -> str:
    """With the decimals that it has, at most so many: 75%, 37.5%."""
    return language.number(percentage(ratio, places), places) + language.percent


def limit_text(language: Language, plan: Plan, limit: Limit | None) -> str:
    """A minimum or maximum as typed: 50% of its estimate."""
    if limit is None:
        return language.say("none")
    if limit.basis is Basis.AMOUNT:
        return money(language, plan, int(limit.value))
    of = "{share} of its estimate" if limit.basis is Basis.ESTIMATE else "{share} of the available resources"
    return language.say(of, share=language.points(limit.value))


def resources(language: Language, scenario: Scenario) -> str:
    cost, amount = scenario.plan.cost, money(language, scenario.plan, scenario.resources)
    if not cost:
        return amount
    share = percent(language, Fraction(scenario.resources, cost))
    return language.say("{amount} ({share} of estimated requirements)", amount=amount, share=share)


def scenario_name(language: Language, scenario: Scenario) -> str:
    title = scenario.spec.titled(language.code)
    return f"{scenario.name}: {title}" if title and title != scenario.name else scenario.name


def change(language: Language, change: Change) -> str:
    """A change to the plan: all outputs: status open."""
    kind, none = change.kind.casefold(), change.value == "none"
    values = {"setting": language.term(change.setting.casefold()), "value": language.term(change.value)}
    end = "no {setting}" if none else "{setting} {value}"
    if kind == "plan":
        return language.say(f"plan: {end}", **values)
    if change.item == EVERY:
        return language.say(f"all {{items}}: {end}", items=language.term(PLURALS.get(kind, change.kind)), **values)
    return language.say(f"{{kind}} {{item}}: {end}", kind=language.term(kind), item=change.item, **values)


def weights(language: Language, plan: Plan) -> str:
    """The weights that stand behind the priorities; those of components where they differ."""
    titled = [(criterion.titled(language.code), language.number(criterion.weight)) for criterion in plan.criteria]
    if len({weight for _, weight in titled}) == 1:
        criteria = language.enumeration([title for title, _ in titled])
        text = language.say("Weights of the criteria: {weight} each for {criteria}.", weight=titled[0][1], criteria=criteria)
    else:
        text = language.say("Weights of the criteria: {weights}.", weights=", ".join(f"{title} {w}" for title, w in titled))
    if len({component.weight for component in plan.components}) > 1:
        different = ", ".join(f"{c.id}: {language.number(c.weight)}" for c in plan.components)
        text += " " + language.say("Weights of the components: {weights}.", weights=different)
    return text


def attained(language: Language, result: Result) -> str:
    """What the objective compares, in its order, exactly enough to be told apart."""
    measure = result.scenario.objective.measure
    return "; ".join(
        f"{name}: {percent(language, figure, 4) if name == COVERAGE else f'{language.number(figure)} {measure}'}"
        for name, figure in result.audit.attained
    )


def figure(scenario: Scenario, name: str) -> str:
    """One of the figures that the objective compares, in words that can be published: Priority points, class 1."""
    if name == COVERAGE:
        return "Smallest coverage of a component"
    return sentence(scenario.objective.measure)[:-1] + name.removeprefix("value").replace(" of tier ", ", class ")


def assurance(language: Language, result: Result) -> str:
    """Whether anything does better, in words that can be published."""
    if result.proof.proved:
        return language.say(
            "No other allocation under the same resources and conditions does better; this is established exactly."
        )
    return language.say("The best allocation found; it has not been established that no other does better.")


def uniqueness(language: Language, result: Result) -> str:
    """Whether anything does as well."""
    say = language.say
    if result.ties.unique and result.proof.proved:
        return say("It is the only one: every other does less well, costs more, or leaves more outputs funded in part.")
    if result.termination is not Termination.OPTIMAL or not result.proof.proved:
        return say("Whether others do equally well has not been established.")
    alike = "Outputs {outputs} are alike in all that the plan states of them; which of them comes first is a convention."
    text = say("Other allocations do equally well; the one shown follows from a fixed rule on the content of the plan.")
    return " ".join((text, *(say(alike, outputs=language.enumeration(group)) for group in result.ties.identical)))


def answer(language: Language, result: Result) -> str:
    """How far an answer is established, for one line of a table."""
    return language.say("Established exactly" if result.proof.proved else "Best found, not established")


def titled_id(language: Language, component: Component) -> str:
    """1. Support to countries"""
    return f"{component.id}. {component.titled(language.code)}"


def enumeration(words: Sequence[str]) -> str:
    """a, b and c, in the English of the technical sheets."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def count(number: int, noun: str, plural: str = "") -> str:
    """1 output, 2 outputs, in the English of the technical sheets."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def under_title(language: Language, scenario: Scenario) -> str:
    """The line under the title of a published table: which paper, which scenario, which resources, costed when."""
    plan = scenario.plan
    parts = (
        plan.reference,
        language.say("Scenario {name}", name=scenario_name(language, scenario)),
        language.say("Available resources: {resources}", resources=resources(language, scenario)),
        language.say("Costing of {date}", date=plan.costing_date) if plan.costing_date else "",
    )
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
