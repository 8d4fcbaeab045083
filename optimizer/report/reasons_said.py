"""Why an output is funded or not, in sentences for a delegate: money, conditions, priorities; no values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.analysis.reasons_found import Cause, Forced, Reason, Reasons, Why
from optimizer.plan import Plan
from optimizer.report import wording
from optimizer.report.language import Language
from optimizer.scenario import Scenario

MOST_NAMED = 5  # outputs, in a sentence
SEVERAL = ("tiers", "balanced")  # objectives that are not one sum of priorities

UNFUNDED = {
    Why.DEFERRED: "This is set in the plan.",
    Why.REQUIREMENT: "It requires {outputs}, which would have to be funded first.",
    Why.GROUP: "The plan limits how many outputs of {names} are funded.",
    Why.TAG: "Outputs that serve {names} take precedence, because the plan asks for a least number of them.",
    Why.MAXIMUM: "The maximum allocation of component {components} leaves no room for it.",
    Why.STABILITY: "The number of changes to the adopted allocation is limited.",
    Why.FUNDS: "The funds that could pay for it are needed elsewhere; others may not pay for it.",
    Why.COMMITMENTS: "Commitments to {outputs} take precedence.",
    Why.RESOURCES: "Together with what has to be funded, it would exceed the available resources.",
    Why.TOGETHER: "The conditions of the plan, taken together, leave no room for it.",
    Why.TIE: "An allocation that funds it would serve the plan's priorities equally well; the choice follows a fixed rule.",
    Why.SPEND: "Funding it would serve the plan's priorities no better.",
    Why.PRIORITY: "Within the available resources, other outputs deliver more of the plan's priorities for the same money.",
}
FUNDED = {
    Why.COMMITTED: "It is committed.",
    Why.GROUP: "The plan asks for a least number of outputs of {names}.",
    Why.TAG: "It serves {names}, for which the plan asks for a least number of outputs.",
    Why.STABILITY: "It stays as adopted, because the number of changes is limited.",
    Why.TOGETHER: "The conditions of the plan, taken together, require it.",
    Why.TIE: "An allocation without it would serve the plan's priorities equally well; the choice follows a fixed rule.",
    Why.SPEND: "Without it, the plan's priorities could be served equally well only with more money or more outputs in part.",
    Why.PRIORITY: "It is among the outputs that deliver most of the plan's priorities for the money.",
}


def sentence(scenario: Scenario, found: Reasons, reason: Reason, language: Language) -> str:
    """What the output receives, why, what more for it would require, and with which resources it is funded."""
    parts = [
        _status(scenario.plan, reason, language),
        *(_cause(scenario, reason, cause, language) for cause in reason.causes[:2]),
    ]
    parts += _more(scenario.plan, reason, language)
    parts += _entry(scenario, found, reason, language)
    if not reason.known:
        parts.append(language.say("Not everything about this output could be established in the time allowed."))
    return language.sentences(parts)


def label(scenario: Scenario, cause: Cause, funded: bool, language: Language) -> str:
    """The cause in a few words."""
    plan, say = scenario.plan, language.say
    if cause.why is Why.MINIMUM:
        ids = language.enumeration([plan.components[k].id for k in cause.components])
        return say("Minimum allocation (component {components})", components=ids)
    if cause.why is Why.REQUIREMENT:
        return say("Requires {outputs}", outputs=_ids(plan, cause.outputs, language))
    if cause.why is Why.REQUIRED:
        return say("Required by {outputs}", outputs=_ids(plan, cause.outputs, language))
    return say(LABELS[cause.why])


LABELS = {
    Why.COMMITTED: "Committed",
    Why.DEFERRED: "Set in the plan",
    Why.GROUP: "Group of outputs",
    Why.TAG: "Coverage",
    Why.MAXIMUM: "Maximum allocation",
    Why.COMMITMENTS: "Commitments to other outputs",
    Why.FUNDS: "What funds may pay for",
    Why.STABILITY: "Changes are limited",
    Why.TOGETHER: "Several conditions together",
    Why.REMAINDER: "Balance too small",
    Why.RESOURCES: "Available resources",
    Why.TIE: "Equally good",
    Why.SPEND: "Equally good, more money",
    Why.PRIORITY: "Priority for the money",
}


def reduced(forced: Forced | None) -> tuple[int, ...]:
    """The outputs that receive less, the largest reduction first."""
    moves = [move for move in forced.moves if move.after < move.before] if forced else []
    return tuple(move.i for move in sorted(moves, key=lambda move: (move.after - move.before, move.i)))


def _named(plan: Plan, outputs: Sequence[int], language: Language) -> str:
    """output 1.01; outputs 1.01 and 1.02"""
    ids = _ids(plan, outputs, language)
    return language.say("outputs {ids}", ids=ids) if len(outputs) > 1 else language.say("output {ids}", ids=ids)


def _ids(plan: Plan, outputs: Sequence[int], language: Language) -> str:
    """In the order of the plan; of many only the first."""
    ids = [plan.outputs[i].id for i in outputs]
    rest = len(ids) - MOST_NAMED
    if rest > 1:
        ids[MOST_NAMED:] = [language.say("{number} others", number=rest)]
    return language.enumeration(ids)


def _status(plan: Plan, reason: Reason, language: Language) -> str:
    output, say = plan.outputs[reason.i], language.say
    if not reason.level:
        return say("Output {id} is subject to the mobilization of additional resources.", id=output.id)
    if reason.share == 100:
        return say("Output {id} is funded in full.", id=output.id)
    amount, cost = (language.spoken(plan.currency, money) for money in (reason.amount, output.cost))
    return say("Output {id} receives {amount} of its estimated {cost}.", id=output.id, amount=amount, cost=cost)


def _cause(scenario: Scenario, reason: Reason, cause: Cause, language: Language) -> str:
    plan, say, funded = scenario.plan, language.say, bool(reason.level)
    components = language.enumeration([plan.components[k].id for k in cause.components])
    outputs, names = _named(plan, cause.outputs, language), language.enumeration(cause.names)
    if cause.why is Why.MINIMUM:
        return _minimum(cause, components, funded, language)
    if cause.why is Why.REQUIRED:
        ids = _ids(plan, cause.outputs, language)
        return say("Outputs {ids} require it.", ids=ids) if len(cause.outputs) > 1 else say("Output {ids} requires it.", ids=ids)
    if cause.why is Why.REMAINDER:
        left, least = scenario.resources, plan.levels[reason.i][0].amount
        return say(
            "The balance that is left of {resources} is less than its smallest amount, {amount}.",
            resources=language.spoken(plan.currency, left),
            amount=language.spoken(plan.currency, least),
        )
    if cause.why is Why.PRIORITY and scenario.objective.name in SEVERAL:
        return say("Other ways to use the resources would serve the objective of the scenario less well.") if funded else say(
            "Other ways to use the resources serve the objective of the scenario better."
        )  # fmt: skip
    said = say((FUNDED if funded else UNFUNDED)[cause.why], components=components, outputs=outputs, names=names)
    why = wording.reason(scenario, plan.outputs[reason.i]) if cause.why in (Why.COMMITTED, Why.DEFERRED) else ""
    return language.sentences((said, wording.sentence(why) if why else ""))


def _minimum(cause: Cause, components: str, funded: bool, language: Language) -> str:
    if funded:
        return language.say("It is part of the minimum allocation of component {components}.", components=components)
    if len(cause.components) > 1:
        return language.say("The minimum allocations of components {components} take precedence.", components=components)
    return language.say("The minimum allocation of component {components} takes precedence.", components=components)


def _more(plan: Plan, reason: Reason, language: Language) -> Iterator[str]:
    """What the first or the next amount would require of others, within the same resources and beyond them."""
    forced, say = reason.raised if reason.level else reason.turned, language.say
    if forced is None or (reason.level and reason.share == 100):
        return
    wanted = plan.levels[reason.i][reason.level].amount
    amount = language.spoken(plan.currency, wanted if forced.regret is None else forced.amount)
    first = not reason.level
    if forced.regret is None and not first:
        yield say("Under the conditions of the plan it cannot be raised to {amount} with the same resources.", amount=amount)
    elif reduced(forced):
        outputs = _named(plan, sorted(reduced(forced)), language)
        yield (
            say(
                "To fund it with {amount} within the same resources, {outputs} would have to be reduced.",
                amount=amount,
                outputs=outputs,
            )
            if first
            else say(
                "To raise it to {amount} within the same resources, {outputs} would have to be reduced.",
                amount=amount,
                outputs=outputs,
            )
        )
    if reason.extra:
        yield _extra(plan, reason, wanted, language)


def _extra(plan: Plan, reason: Reason, wanted: int, language: Language) -> str:
    """How much more it takes while nobody receives less."""
    assert reason.extra is not None
    say, more, amount = language.say, language.spoken(plan.currency, reason.extra), language.spoken(plan.currency, wanted)
    if reason.level:
        return say(
            "With {more} more, it could be raised to {amount} without reducing any other output.", more=more, amount=amount
        )
    if reason.extra == wanted:
        return say("With {more} more, its smallest amount, it could be funded without reducing any other output.", more=more)
    return say(
        "With {more} more, it could receive its smallest amount, {amount}, without reducing any other output.",
        more=more,
        amount=amount,
    )


def _entry(scenario: Scenario, found: Reasons, reason: Reason, language: Language) -> Iterator[str]:
    """From which resources it is funded, where that is so from some amount on without a break."""
    if not reason.entries or reason.locked or reason.entries[-1][1] is not None or found.known_to is not None:
        return
    say, first, last = language.say, reason.entries[0][0], reason.entries[-1][0]
    from_first, from_last = (language.spoken(scenario.plan.currency, money) for money in (first, last))
    if reason.level and last == found.least:
        yield say("It is funded with any resources that suffice for the conditions of the plan.")
    elif reason.level and last <= scenario.resources:
        yield say("It is funded throughout from available resources of {last}.", last=from_last)
    elif first == last:
        yield say("Following the plan's priorities, it would be funded from available resources of {last}.", last=from_last)
    elif first > scenario.resources:
        yield say(
            "Following the plan's priorities, it would first be funded from {first} of resources, and throughout from {last}.",
            first=from_first,
            last=from_last,
        )
    elif not reason.level:
        yield say(
            "Following the plan's priorities, it would be funded throughout from available resources of {last}.", last=from_last
        )
