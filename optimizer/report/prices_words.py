"""Conditions by their published names, and sentences on their effect, to be read aloud."""

from __future__ import annotations

from fractions import Fraction

from optimizer.analysis.prices import FUND, Price, Prices
from optimizer.balance import NAME as COVERAGE
from optimizer.objectives import MONEY_WEIGHTED
from optimizer.report import wording
from optimizer.report.language import Language
from optimizer.rules import (
    AtLeast,
    AtMost,
    Ceiling,
    Changes,
    Committed,
    Continuity,
    Deferred,
    Drops,
    Floor,
    Requires,
    TagCoverage,
)
from optimizer.scenario import Scenario

TIER = "value of tier "
FAMILIES = {
    "floor": "Minimum allocations",
    "ceiling": "Maximum allocations",
    "committed": "Commitments",
    "deferred": "Outputs subject to additional resources by decision",
    "requires": "Links between outputs",
    "at most": "Alternatives, of which only some may be funded",
    "at least": "Groups, of which some must be funded",
    "coverage": "References to be served",
    FUND: "Restrictions of funds",
    "funds": "Rules of the funds",
    "continuity": "Funding without a pause",
    "changes": "Limit on changes to the adopted allocation",
    "drops": "Limit on reductions of the adopted allocation",
}
WITHIN = {  # the same within a sentence: without ...
    "floor": "the minimum allocations",
    "ceiling": "the maximum allocations",
    "committed": "the commitments",
    "deferred": "the decisions that make outputs subject to additional resources",
    "requires": "the links between outputs",
    "at most": "the limits on alternatives",
    "at least": "the groups of which some must be funded",
    "coverage": "the references to be served",
    FUND: "the restrictions of funds",
    "funds": "the rules of the funds",
    "continuity": "the rule that funding does not pause",
    "changes": "the limit on changes to the adopted allocation",
    "drops": "the limit on reductions of the adopted allocation",
}


def named(scenario: Scenario, key: str, language: Language) -> str:
    """A condition by its key."""
    if key.startswith(f"{FUND}["):
        fund = next(fund for fund in scenario.plan.funds if key == f"{FUND}[{fund.id}]")
        return language.say("Restriction of the fund {fund}", fund=fund.title or fund.id)
    rule = next(rule for rule in scenario.rules if rule.key == key)
    text, values = FAMILIES[rule.KIND], dict[str, str | int]()
    match rule:
        case Floor():
            text, values = "Minimum allocation of component {component}", {"component": rule.component}
        case Ceiling():
            text, values = "Maximum allocation of component {component}", {"component": rule.component}
        case Committed():
            text, values = "Commitment: output {output}", {"output": _output(scenario, rule.i, language)}
        case Deferred():
            text = "Subject to additional resources by decision: output {output}"
            values = {"output": _output(scenario, rule.i, language)}
        case Requires():
            text, values = "Output {output} requires output {other}", {"output": rule.output, "other": rule.requires}
        case AtMost():
            text, values = "At most {number} of the group {group}", {"number": rule.limit, "group": rule.group}
        case AtLeast():
            text, values = "At least {number} of the group {group}", {"number": rule.limit, "group": rule.group}
        case TagCoverage():
            text = "Outputs that serve {reference}: at least {number}"
            values = {"number": rule.limit, "reference": rule.tag}
        case Continuity():
            text, values = "Funding without a pause: output {output}", {"output": _output(scenario, rule.i, language)}
        case Changes() | Drops():
            text, values = "{condition}: at most {number}", {"condition": language.say(text), "number": rule.limit}
    return language.say(text, **values)


def figure_of(scenario: Scenario, name: str, language: Language) -> str:
    """One of the figures that the objective compares: priority points, those of a class, the smallest coverage."""
    if name == COVERAGE:
        return language.say("Smallest coverage of a component")
    if name.startswith(TIER):
        return language.say("Priority points, class {number}", number=name.removeprefix(TIER))
    return language.say("Priority-weighted money" if scenario.objective is MONEY_WEIGHTED else "Priority points")


def _output(scenario: Scenario, i: int, language: Language) -> str:
    output = scenario.plan.outputs[i]
    return f"{output.id}, {output.named(language.code)}"


def sentences(scenario: Scenario, found: Prices, language: Language) -> tuple[str, ...]:
    """The effect of each family, largest first; then those without any, and those that are not known."""
    say = language.say
    with_effect = [price for price in found.families if price.attained is not None and price.attained != found.attained]
    with_effect.sort(key=lambda price: [after for _, after in price.attained or ()], reverse=True)
    cheaper = [price for price in found.families if price.attained == found.attained and price.saved]
    none = [price for price in found.families if price.attained == found.attained and not price.saved]
    unknown = [price for price in found.families if price.attained is None]
    said = [_effect(scenario, found, price, language) for price in with_effect]
    said += [_cheaper(scenario, price, language) for price in cheaper]
    if none:
        one, several = "{conditions} makes no difference.", "{conditions} make no difference."
        text = one if len(none) == 1 and none[0].kind in SINGULAR else several
        said.append(_capital(say(text, conditions=_list(none, language))))
    if unknown:
        said.append(say("Not established in the time allowed: the effect of {conditions}.", conditions=_list(unknown, language)))
    if len(with_effect) > 1:
        said.append(say("These effects do not add up."))
    if found.every is None:
        said.append(say("There is no condition but the available resources."))
    return tuple(said)


SINGULAR = ("continuity", "changes", "drops")


def _effect(scenario: Scenario, found: Prices, price: Price, language: Language) -> str:
    say, gain = language.say, found.gain(price)
    assert gain is not None
    name, points = gain
    conditions = say(WITHIN[price.kind])
    before = dict(found.attained)[name]
    if name == COVERAGE:
        share = language.rounded(100 * points, 1)
        text = "Without {conditions}, the smallest coverage of a component would be {share} percentage points higher."
        return say(text, conditions=conditions, share=share)
    if not before:
        return say("Without {conditions}, more of the priorities could be met.", conditions=conditions)
    share = _share(points / before, language)
    if price.saved:
        text = "Without {conditions}, the priority reached would be {share} higher, or the same would take {amount} less."
        return say(text, conditions=conditions, share=share, amount=_money(scenario, price.saved, language))
    return say("Without {conditions}, the priority reached would be {share} higher.", conditions=conditions, share=share)


def _cheaper(scenario: Scenario, price: Price, language: Language) -> str:
    text = "Without {conditions}, the priority reached would be the same, but take {amount} less."
    amount = _money(scenario, price.saved or 0, language)
    return language.say(text, conditions=language.say(WITHIN[price.kind]), amount=amount)


def _share(share: Fraction, language: Language) -> str:
    shown = language.share(share)
    return shown if isinstance(shown, str) else language.ratio(shown)


def _money(scenario: Scenario, amount: int, language: Language) -> str:
    return wording.money(language, scenario.plan, amount)


def _list(prices: list[Price], language: Language) -> str:
    return language.enumeration([language.say(WITHIN[price.kind]) for price in prices])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
