"""The result on one page of sentences, for whoever signs the paper."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.plan import Status
from optimizer.report import wording
from optimizer.report.approaches import ACROSS, approaches
from optimizer.report.coverage import fully_served
from optimizer.report.dossier import Dossier
from optimizer.report.figures import minima, priority_delivered, ratio
from optimizer.report.stakes import at_stake
from optimizer.report.summary import statement
from optimizer.report.table import Passage
from optimizer.report.wording import Extent, extent

MOST = 12  # outputs named in a sentence; more are counted


def passage(dossier: Dossier) -> Passage:
    """Every figure in it stands in one of the tables, in whole units of the currency."""
    language = dossier.language
    return Passage(dossier.plan.titled(language.code), tuple(filter(None, map(" ".join, _paragraphs(dossier)))))


def _paragraphs(dossier: Dossier) -> Iterator[Iterator[str]]:
    yield _plan(dossier)
    yield iter((statement(dossier),))
    yield _extents(dossier)
    yield _components(dossier)
    yield _money(dossier)
    yield _stakes(dossier)
    yield _compared(dossier)
    yield _assurance(dossier)


def _plan(dossier: Dossier) -> Iterator[str]:
    plan, language = dossier.plan, dossier.language
    yield language.say(
        "The {plan} comprises {outputs} in {components}, with estimated resource requirements of {amount}.",
        plan=f"{plan.titled(language.code)} ({plan.reference})" if plan.reference else plan.titled(language.code),
        outputs=language.count(len(plan.outputs), "{number} output", "{number} outputs"),
        components=language.count(len(plan.components), "{number} component", "{number} components"),
        amount=wording.money(language, plan, plan.cost),
    )
    if plan.costing_date:
        yield language.say("Costing of {date}", date=plan.costing_date.rstrip(".")) + "."
    yield wording.notice(language, plan)


def _named(dossier: Dossier, positions: list[int]) -> str:
    """Outputs by id and title, with the share of those in part."""
    plan, language = dossier.plan, dossier.language
    words = []
    for i in positions[:MOST]:
        output, delivery = plan.outputs[i], dossier.result.allocation[i]
        partly = extent(delivery) is Extent.IN_PART
        share = f", {wording.part(language, delivery, output)}" if partly else ""
        words.append(f"{output.id} ({output.named(language.code)}{share})")
    if len(positions) > MOST:
        words.append(language.count(len(positions) - MOST, "{number} other", "{number} others"))
    return language.enumeration(words)


def _extents(dossier: Dossier) -> Iterator[str]:
    """Which outputs are not delivered in full, and which are committed."""
    plan, say = dossier.plan, dossier.language.say
    kinds = [extent(delivery) for delivery in dossier.result.allocation]
    for kind, phrase in (
        (Extent.IN_PART, "To be delivered in part: {outputs}."),
        (Extent.SUBJECT, "Subject to the mobilization of additional resources: {outputs}."),
    ):
        found = [i for i, one in enumerate(kinds) if one is kind]
        if found:
            yield say(phrase, outputs=_named(dossier, found))
    committed = [output.id for output in plan.outputs if output.status is Status.COMMITTED]
    if committed:
        yield say(
            "Committed, with the reason or authority given in the plan: {outputs}.",
            outputs=dossier.language.enumeration(committed),
        )


def _components(dossier: Dossier) -> Iterator[str]:
    plan, language, received = dossier.plan, dossier.language, dossier.result.audit.received
    parts = []
    for component in plan.components:
        amount, share = received[component.id], ratio(received[component.id], plan.estimate(component.id))
        values = {"id": component.id, "amount": wording.money(language, plan, amount)}
        percent = "" if share is None else wording.percent(language, share)
        parts.append(language.say("component {id}, {amount} ({share} of its estimate)", share=percent, **values))
    yield language.say("Allocated by component: {components}.", components="; ".join(parts))
    if minima(dossier.result.scenario):
        yield language.say("The minimum allocation of every component that has one is respected.")


def _money(dossier: Dossier) -> Iterator[str]:
    """What each category of funds pays, and what falls on each period."""
    plan, language, funding = dossier.plan, dossier.language, dossier.result.funding
    if funding is None:
        return
    paid = dict.fromkeys(dossier.categories, 0)
    when = dict.fromkeys((period.name for period in plan.periods), 0)
    for payment in funding.payments:
        paid[plan.funds[payment.fund].category] += payment.amount
        when[plan.periods[payment.period].name] += payment.amount
    by_category = [f"{language.term(name)}, {wording.money(language, plan, amount)}" for name, amount in paid.items()]
    by_period = [f"{language.period(name)}, {wording.money(language, plan, amount)}" for name, amount in when.items()]
    yield language.say("Allocated by category of funds: {categories}.", categories="; ".join(by_category))
    periods = "; ".join(by_period)
    yield language.say("Allocated by {period}: {periods}.", period=wording.period(language, plan), periods=periods)


def _stakes(dossier: Dossier) -> Iterator[str]:
    plan, language = dossier.plan, dossier.language
    if plan.targets:
        stakes = len(at_stake(dossier))
        yield language.say(
            "Of the {targets} measurable targets stated in the plan, {kept} belong to outputs delivered in full.",
            targets=len(plan.targets),
            kept=len(plan.targets) - stakes,
        )
    served, every = fully_served(dossier)
    if every:
        yield language.say(
            "Of the {every} references that the outputs serve, {served} are served by at least one funded output.",
            every=every,
            served=served,
        )


def _compared(dossier: Dossier) -> Iterator[str]:
    """What the same money would do across the board."""
    plan, language = dossier.plan, dossier.language
    if dossier.result.scenario.resources >= plan.cost:
        return
    across = next(one for one in approaches(dossier) if one.name == ACROSS)
    below = sum(0 < d.amount < levels[0].amount for d, levels in zip(across.allocation, plan.levels, strict=True))
    own, other = priority_delivered(plan, dossier.result.allocation), priority_delivered(plan, across.allocation)
    yield language.say(
        "Reducing every output across the board would deliver {other} of the plan's priorities, against {own} here.",
        other=_percent(dossier, other),
        own=_percent(dossier, own),
    )
    if below:
        yield language.count(
            below,
            "It would leave {number} output below its minimum viable amount.",
            "It would leave {number} outputs below their minimum viable amount.",
        )


def _percent(dossier: Dossier, share: Fraction) -> str:
    return wording.percent(dossier.language, share)


def _assurance(dossier: Dossier) -> Iterator[str]:
    language = dossier.language
    yield wording.assurance(language, dossier.result)
    objective = wording.objective(language, dossier.result.scenario)
    yield language.say("Objective: {objective}.", objective=objective)
    yield wording.weights(language, dossier.plan)
