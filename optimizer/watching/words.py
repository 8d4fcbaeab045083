"""What the watcher says: one line an event, for somebody who has never seen a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.findings import Finding, Severity
from optimizer.report.changes import counted
from optimizer.report.findings import NoAnswer
from optimizer.result import Result
from optimizer.run import Finished
from optimizer.scenario import ScenarioSpec
from optimizer.watching.places import hint

MOST_LISTED = 10
_COUNTED = (("input cell", "input cells"), ("output", "outputs"), ("term of the scenario", "terms of the scenario"))


def greeting(plan: Path, folder: Path, findings: Path) -> tuple[str, ...]:
    return (
        f"Watching {plan}. Work on it in Excel or LibreOffice and save it: each time, the results in the folder {folder}",
        f"are worked out anew. What is wrong with it is said here, and in {findings}.",
        "Keep this window open. To stop, press Ctrl and C together; nothing is lost by it.",
    )


def names(specs: Sequence[ScenarioSpec]) -> str:
    more = f" and {len(specs) - 3} more" if len(specs) > 3 else ""
    return ", ".join(spec.name for spec in specs[:3]) + more


def written(paths: Sequence[Path]) -> str:
    """results/plan_Base.xlsx, .docx"""
    first, *others = paths
    return ", ".join((str(first), *(path.suffix for path in others)))


def refreshed(each: Finished, real: Path) -> str:
    """What was published for a scenario, under which name, and what is different in it."""
    path = each.paths[0]
    if path == real:
        said = f"{written(each.paths)} refreshed: {_changed(each)}"
    else:
        said = f"{real} is open in another program{hint(real)}; written beside it to {written(each.paths)}: {_changed(each)}"
    if isinstance(each.outcome, Result) and not each.proved:
        said += f". {each.outcome.proof.statement}"
    return said


def _changed(each: Finished) -> str:
    dossier = each.dossier
    if dossier is None or dossier.earlier is None:
        return "there is no earlier version to compare with"
    counts = counted(dossier, dossier.earlier)
    parts = [f"{number} {one if number == 1 else many}" for number, (one, many) in zip(counts, _COUNTED, strict=True) if number]
    if not parts:
        return f"nothing is different from {dossier.earlier.file}"
    return f"{', '.join(parts)} changed (sheet {dossier.language.say('Changes')})"


def unanswered(each: Finished) -> NoAnswer:
    """Why a scenario has no allocation."""
    name, conflict = each.scenario.name, each.conflict
    if conflict is None:
        return NoAnswer(name, (f"{each.outcome.termination}: the time limit was reached; raise --time-limit",))
    plan = each.scenario.plan
    clash = [rule.describe(plan) for rule in conflict.clash]
    together = [f"These conditions cannot all hold; without any one of them they could: {'; '.join(clash)}"] if clash else []
    return NoAnswer(name, (*conflict.reasons, *together) or (str(each.outcome.termination),))


def no_answer(each: NoAnswer) -> str:
    return f"{each.scenario}: no answer; results of it that are there belong to an earlier version. {' '.join(each.why)}"


def counts(findings: Sequence[Finding]) -> str:
    """2 errors, 1 warning"""
    numbers = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return ", ".join(f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in numbers.items() if number)


def listed(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The first findings, errors first."""
    ordered = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    more = (f"and {len(ordered) - MOST_LISTED} more",) if len(ordered) > MOST_LISTED else ()
    return tuple(f"         {line}" for line in (*map(str, ordered[:MOST_LISTED]), *more))
