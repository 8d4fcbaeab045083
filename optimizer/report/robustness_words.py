"""Robustness in sentences that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.analysis.chance import overrun
from optimizer.analysis.protection import Protection, uncertain
from optimizer.analysis.robustness import Label, Robustness, Rule
from optimizer.report import wording
from optimizer.report.language import Language
from optimizer.report.table import Passage
from optimizer.scenario import Scenario

MOST = 12  # outputs named in a sentence; more are counted
LABELS = {
    Label.ALL: "Under all assumptions examined",
    Label.SOME: "Under some assumptions examined",
    Label.NONE: "Under none of the assumptions examined",
}


def label_text(language: Language, label: Label) -> str:
    return language.say(LABELS[label])


def choice_name(language: Language, rule: Rule) -> str:
    """What a decision rule is called in print."""
    if rule is Rule.PRESENT:
        return language.say("Prioritised")
    if rule is Rule.MAXIMIN:
        return language.say("Best smallest share")
    return language.say("Least largest loss")


def chance(language: Language, probability: Fraction) -> str:
    """A probability in per cent; one that is there, or not certain, is not said to be none or certain."""
    least = Fraction(1, 1000)
    if 0 < probability < least:
        return language.say("under {share}", share=wording.percent(language, least))
    return wording.percent(language, probability)


def assumptions(scenario: Scenario, found: Robustness, language: Language) -> str:
    """What is drawn, from which ranges and which seed."""
    assumed = found.assumed
    drawn = language.count(
        assumed.samples,
        "{number} set of assumptions was drawn at random (seed {seed}).",
        "{number} sets of assumptions were drawn at random (seed {seed}).",
        seed=str(assumed.seed),
    )
    return " ".join(filter(None, (drawn, _weights(scenario, found, language), *_costs(found, language))))


def _weights(scenario: Scenario, found: Robustness, language: Language) -> str:
    say, assumed = language.say, found.assumed
    if assumed.weights == 0:
        return say("The weights of the criteria are as stated.")
    if assumed.weights is not None:
        share = language.points(assumed.weights)
        return say("The weight of each criterion is up to {share} higher or lower, independently of the others.", share=share)
    if len({criterion.weight for criterion in scenario.plan.criteria if criterion.weight}) == 1:
        return say("The criteria, whose stated weights are equal, may have any weights, all equally likely.")
    return say("The criteria may have any weights that keep the rank order of the stated ones, all equally likely.")


def _costs(found: Robustness, language: Language) -> Iterator[str]:
    say, assumed = language.say, found.assumed
    common, own = language.points(assumed.common), language.points(assumed.costs)
    if assumed.common and assumed.costs:
        yield say(
            "All costs together are up to {common} higher or lower; in addition, the cost of each output is up to {own} higher "
            "or lower, independently of the others.",
            common=common,
            own=own,
        )
    elif assumed.common:
        yield say("All costs together are up to {common} higher or lower.", common=common)
    elif assumed.costs:
        yield say("The cost of each output is up to {own} higher or lower, independently of the others.", own=own)
    else:
        yield say("Costs are as estimated.")
    if assumed.common or assumed.costs:
        yield say("Every whole percentage in a range is equally likely; the available resources stay as they are.")


def unestablished(found: Robustness, language: Language) -> Iterator[str]:
    """What is not known, and which questions have no answer."""
    say = language.say
    if found.infeasible:
        yield language.count(
            found.infeasible,
            "Under {number} set of assumptions no allocation satisfies the conditions; it is left out of the shares.",
            "Under {number} sets of assumptions no allocation satisfies the conditions; they are left out of the shares.",
        )
    if found.unreached:
        yield language.count(
            found.unreached,
            "{number} set of assumptions was not examined in the time available.",
            "{number} sets of assumptions were not examined in the time available.",
        )
    if found.unknown_rules:
        names = language.enumeration([choice_name(language, rule) for rule in found.unknown_rules])
        yield say("Not established in the time available: {names}.", names=names)
    if found.unknown_gammas:
        numbers = language.enumeration([language.integer(gamma) for gamma in found.unknown_gammas])
        yield say("Protection not established in the time available, by number of outputs: {numbers}.", numbers=numbers)
    if found.impossible_gammas:
        numbers = language.enumeration([language.integer(gamma) for gamma in found.impossible_gammas])
        yield say(
            "No allocation that satisfies the conditions is so protected, by number of outputs: {numbers}.", numbers=numbers
        )


def passage_of(scenario: Scenario, found: Robustness, language: Language) -> Passage:
    plan = scenario.plan
    paragraphs = (
        " ".join((assumptions(scenario, found, language), wording.notice(language, plan))),
        " ".join(_extents(scenario, found, language)),
        " ".join(_compared(found, language)),
        " ".join(_overruns(scenario, found, language)),
        " ".join(unestablished(found, language)),
    )
    title = language.say("Robustness of the prioritisation: {plan}", plan=plan.titled(language.code))
    return Passage(title, tuple(text.strip() for text in paragraphs if text.strip()))


def _extents(scenario: Scenario, found: Robustness, language: Language) -> Iterator[str]:
    total, every = len(found.labels), found.labels.count(Label.ALL)
    if every:
        yield language.count(
            every,
            "{number} of the {total} outputs is prioritised under all of the assumptions examined.",
            "{number} of the {total} outputs are prioritised under all of the assumptions examined.",
            total=total,
        )
    else:
        yield language.say("None of the {total} outputs is prioritised under all of the assumptions examined.", total=total)
    some = [i for i, one in enumerate(found.labels) if one is Label.SOME]
    if some:
        yield language.count(
            len(some),
            "Under some of them, {number} is prioritised (share of the assumptions drawn): {outputs}.",
            "Under some of them, {number} are prioritised (share of the assumptions drawn): {outputs}.",
            outputs=_named(scenario, found, language, some, shares=True),
        )
    none = [i for i, one in enumerate(found.labels) if one is Label.NONE]
    if none:
        outputs = _named(scenario, found, language, none, shares=False)
        yield language.say("Not prioritised under any of them: {outputs}.", outputs=outputs)


def _named(scenario: Scenario, found: Robustness, language: Language, places: list[int], shares: bool) -> str:
    words = []
    for i in places[:MOST]:
        output = scenario.plan.outputs[i]
        share = Fraction(found.indices[i].funded, found.answered) if found.answered else None
        part = f", {wording.percent(language, share)}" if shares and share is not None else ""
        words.append(f"{output.id} ({output.named(language.code)}{part})")
    if len(places) > MOST:
        words.append(language.count(len(places) - MOST, "{number} other", "{number} others"))
    return language.enumeration(words)


def _compared(found: Robustness, language: Language) -> Iterator[str]:
    say = language.say
    by_rule = {one.rule: one for one in found.choices}
    if Rule.PRESENT not in by_rule:
        return
    least = by_rule[Rule.PRESENT].smallest_share
    if least == 1:
        yield (
            say("Whatever the weights within what is assumed, no allocation delivers more than the present one.")
            if found.whole_region
            else say("Under each of the weightings listed, no allocation delivers more than the present one.")
        )
        return
    share = wording.percent(language, rounded_down(least))
    if found.whole_region:
        yield say(
            "Whatever the weights within what is assumed, the present allocation delivers at least {share} of what the best "
            "allocation for those weights would deliver.",
            share=share,
        )
    else:
        yield say(
            "Under each of the weightings listed, the present allocation delivers at least {share} of what the best allocation "
            "for that weighting would deliver.",
            share=share,
        )
    if Rule.MAXIMIN in by_rule:
        best = by_rule[Rule.MAXIMIN].smallest_share
        if best == least:
            yield say("No allocation does better in this respect.")
        else:
            yield say(
                "The allocation that does best in this respect delivers {share}.",
                share=wording.percent(language, rounded_down(best)),
            )


def rounded_down(share: Fraction) -> Fraction:
    """To a tenth of a per cent: "at least" has to hold as shown."""
    return Fraction(int(1000 * share), 1000)


def _overruns(scenario: Scenario, found: Robustness, language: Language) -> Iterator[str]:
    say, percent = language.say, found.assumed.costs
    own = language.points(percent)
    if not percent:
        return
    risk = _present_risk(scenario, found)
    if risk is not None:
        yield say(
            "If each output costs {own} more or {own} less than estimated, both equally likely and independent of the others, "
            "the cost of the present allocation exceeds the available resources with a probability of {risk}.",
            own=own,
            risk=chance(language, risk),
        )
    kept = _telling(found.protections)
    if kept is not None and kept.overrun is not None:
        yield language.count(
            kept.gamma,
            "An allocation of {amount} would stay within the resources even if any one output cost {own} more; the "
            "probability would then be {risk}.",
            "An allocation of {amount} would stay within the resources even if any {number} outputs cost {own} more; the "
            "probability would then be {risk}.",
            amount=wording.money(language, scenario.plan, kept.spend),
            own=own,
            risk=chance(language, kept.overrun),
        )


def _present_risk(scenario: Scenario, found: Robustness) -> Fraction | None:
    plan = scenario.plan
    spent = [output.spent if plan.first_open_year is not None else 0 for output in plan.outputs]
    above = [uncertain(delivery.amount, known) for delivery, known in zip(found.present, spent, strict=True)]
    certain = sum(delivery.amount for delivery in found.present) - sum(above)
    return overrun(above, found.assumed.costs, certain, scenario.resources)


def _telling(protections: tuple[Protection, ...]) -> Protection | None:
    """The protection against fewest outputs with which costs exceed the resources in one case of twenty, or less often."""
    rare = (one for one in protections if one.gamma and one.overrun is not None and one.overrun <= Fraction(1, 20))
    return next(rare, None)
