"""What the page tells of an output beyond its line, where a reader opens it."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.analysis.frontier import Frontier, funded_between
from optimizer.plan import Output
from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.offline_tables import said
from optimizer.report.reasons_said import sentence

MOST_INTERVALS = 10  # told one by one


def card(dossier: Dossier, frontier: Frontier | None, i: int) -> str:
    """The short title of an output, with its facts under it."""
    rows = "".join(f"<dt>{said(name)}</dt><dd>{said(text)}</dd>" for name, text in _facts(dossier, frontier, i) if text)
    return f"<details><summary>{said(dossier.plan.outputs[i].named(dossier.language.code))}</summary><dl>{rows}</dl></details>"


def _facts(dossier: Dossier, frontier: Frontier | None, i: int) -> Iterator[tuple[str, str]]:
    """Nothing in it depends on where the slider stands."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    output, result, currency = plan.outputs[i], dossier.result, language.term(plan.currency)
    yield say("Full title"), output.titled(language.code)
    yield say("Time frame"), language.span(output.start, output.end)
    yield from ((language.named(name), ", ".join(tags)) for name, tags in zip(plan.tag_columns, output.tags, strict=False))
    yield say("Status in this scenario"), wording.status(language, result.scenario, output, result.allocation[i])
    known = dossier.analyses.reasons if dossier.analyses else None
    if known is not None:
        yield say("Reason"), sentence(result.scenario, known, known.reasons[i], language)
    yield say("Minimum viable amount ({currency})", currency=currency), language.integer(output.minimum)
    levels = [f"{language.integer(one.amount)} ({language.points(one.share)})" for one in plan.levels[i]]
    yield say("Levels of funding ({currency})", currency=currency), "; ".join(levels)
    yield from _results(dossier, output)
    if frontier is not None:
        yield say("Funded with resources ({currency})", currency=currency), _intervals(dossier, frontier, i)


def _results(dossier: Dossier, output: Output) -> Iterator[tuple[str, str]]:
    """As the responsible unit has typed them."""
    language, say = dossier.language, dossier.language.say
    yield say("Expected result, in full"), output.result_full
    yield say("Expected result, at the minimum viable amount"), output.result_minimum
    for level in output.explicit_levels:
        yield say("Expected result, with {amount}", amount=language.integer(level.amount)), level.result


def _intervals(dossier: Dossier, frontier: Frontier, i: int) -> str:
    """From which resources on an output is funded; where it leaves again as money grows, up to which."""
    say, found = dossier.language.say, funded_between(frontier, i)
    if len(found) > MOST_INTERVALS and found[-1][1] is None:
        return say("first from {first}; with interruptions up to {last}, then throughout", first=found[0][0], last=found[-1][0])
    parts = [
        say("from {first}", first=begin) if end is None else say("from {first} to under {last}", first=begin, last=end)
        for begin, end in found
    ]
    return "; ".join(parts) or say("with no resources up to full costing")
