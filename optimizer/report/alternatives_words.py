"""Sentences on what else would do as well, or nearly: to be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeGuard

from optimizer.analysis.alternatives import Alternatives
from optimizer.analysis.alternatives_count import Count
from optimizer.report.language import Language
from optimizer.scenario import Scenario

TWO_FIGURES = 100  # a lower bound is given to two figures
MILLION, BILLION = 10**6, 10**9


def sentences(scenario: Scenario, found: Alternatives, language: Language) -> tuple[str, ...]:
    """To be read aloud: how many do as well, how many nearly, what they have in common, and the most different one."""
    return (*_as_good(found, language), *_nearly(scenario, found, language), *_farthest(scenario, found, language))


def _as_good(found: Alternatives, language: Language) -> Iterator[str]:
    say, equal, alike = language.say, found.equal.allocations, found.alike.allocations
    if not _told(equal):
        yield say("Whether others do equally well has not been established.")
    elif equal.exact and equal.number == 1:
        yield say("No other allocation reaches the same priority.")
    else:
        one = "{number} other allocation reaches the same priority."
        more = "{number} other allocations reach the same priority."
        yield _counted(language, equal, one, more, "At least {number} other allocations reach the same priority.")
        if alike is not None and alike.exact and alike.number == 1:
            yield say("Each of them uses more resources or leaves more outputs funded in part.")
        elif _told(alike) and (alike.number, alike.exact) != (equal.number, equal.exact):
            one = "{number} of them uses no more resources and leaves no more outputs funded in part."
            more = "{number} of them use no more resources and leave no more outputs funded in part."
            least = "At least {number} of them use no more resources and leave no more outputs funded in part."
            yield _counted(language, alike, one, more, least)


def _told(count: Count | None) -> TypeGuard[Count]:
    """Whether a count says anything: that there is at least the one that is shown does not."""
    return count is not None and (count.exact or count.number > 1)


def _counted(language: Language, count: Count, one: str, more: str, least: str) -> str:
    """How many besides the one shown."""
    others = count.number - 1
    if count.exact:
        return language.count(others, one, more)
    return language.say(least, number=floored(others))


def _nearly(scenario: Scenario, found: Alternatives, language: Language) -> Iterator[str]:
    if not found.near.within:
        return
    say, share = language.say, share_of(language, found.near.within)
    sets = found.near.portfolios
    if not _told(sets):
        yield say("How many sets of outputs come within {share} of that priority has not been established.", share=share)
    elif not sets.exact:
        least = "At least {number} sets of funded outputs come within {share} of that priority."
        yield say(least, number=floored(sets.number), share=share)
    elif sets.number == 1:
        yield say("Every allocation that comes within {share} of that priority funds the same outputs.", share=share)
    else:
        many = "{number} sets of funded outputs come within {share} of that priority, the one shown among them."
        yield say(many, number=sets.number, share=share)
        yield from _in_common(scenario, sets, language)
    yield from _levels(found, language)


def _levels(found: Alternatives, language: Language) -> Iterator[str]:
    """How many allocations come near, in as many words as can be spoken."""
    say, share, every, closer = language.say, share_of(language, found.near.within), found.near.allocations, found.closer
    if not _told(every):
        return
    number = floored(every.number)
    if every.exact and every.number == 1:
        yield say("Counting levels of funding as well, no other allocation comes within {share} of that priority.", share=share)
    elif every.exact:
        text = "Counting levels of funding as well, {number} allocations come within {share} of that priority."
        yield say(text, number=every.number, share=share)
    elif number >= BILLION:
        text = "Counting levels of funding as well, at least {number} billion allocations come within {share} of that priority."
        yield say(text, number=number // BILLION, share=share)
    elif number >= MILLION:
        text = "Counting levels of funding as well, at least {number} million allocations come within {share} of that priority."
        yield say(text, number=number // MILLION, share=share)
    else:
        text = "Counting levels of funding as well, at least {number} allocations come within {share} of that priority."
        yield say(text, number=number, share=share)
    if closer is not None and closer.allocations is not None:
        within = share_of(language, closer.within)
        yield say("Within {share} of it, their number is {number}.", share=within, number=closer.allocations.number)


def _in_common(scenario: Scenario, sets: Count, language: Language) -> Iterator[str]:
    ids = [output.id for output in scenario.plan.outputs]
    assert sets.funded is not None
    always = sum(times == sets.number for times in sets.funded)
    never = sum(times == 0 for times in sets.funded)
    some = [key for key, times in zip(ids, sets.funded, strict=True) if 0 < times < sets.number]
    yield (
        language.count(always, "{number} output is funded in all of them.", "{number} outputs are funded in all of them.")
        if always
        else language.say("No output is funded in all of them.")
    )
    if never:
        yield language.count(never, "{number} output is funded in none.", "{number} outputs are funded in none.")
    if some:
        one, many = "Output {outputs} is funded in some.", "Outputs {outputs} are funded in some."
        yield language.say(one if len(some) == 1 else many, outputs=language.enumeration(some))


def _farthest(scenario: Scenario, found: Alternatives, language: Language) -> Iterator[str]:
    if not found.different:
        return
    say, one = language.say, found.different[0]
    yield language.count(
        len(one.entering + one.leaving),
        "The set that differs most differs in {number} output.",
        "The set that differs most differs in {number} outputs.",
    )
    if one.entering:
        alone, several = "It also funds output {outputs}.", "It also funds outputs {outputs}."
        yield say(alone if len(one.entering) == 1 else several, outputs=ids_of(scenario, one.entering, language))
    if one.leaving:
        alone = "In it, output {outputs} is subject to the mobilization of additional resources."
        several = "In it, outputs {outputs} are subject to the mobilization of additional resources."
        yield say(alone if len(one.leaving) == 1 else several, outputs=ids_of(scenario, one.leaving, language))


def ids_of(scenario: Scenario, positions: tuple[int, ...], language: Language) -> str:
    return language.enumeration([scenario.plan.outputs[i].id for i in positions])


def share_of(language: Language, share: Fraction) -> str:
    return language.points(100 * share)


def floored(number: int) -> int:
    """Rounded down to two figures."""
    unit = 1
    while number // unit >= TWO_FIGURES:
        unit *= 10
    return number // unit * unit
