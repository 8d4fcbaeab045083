"""A stable key for each output, from content alone: the same question has one answer whatever ids or row order a plan uses."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from functools import lru_cache

from optimizer.plan import Plan


@lru_cache(maxsize=4)  # every scenario of a workbook asks for the keys of the same plan
def content_keys(plan: Plan) -> tuple[str, ...]:
    """SHA-256 of what an output is: title, component's title, cost, levels, scores, tags, dates, and the titles it is linked to.

    Amounts are divided by the greatest common divisor of all amounts, so that a plan in thousands and in units agree. No id, row
    number, status or scenario enters, and no order of rows or columns. Outputs with equal keys are alike in everything that a
    reader of the plan could see.
    """
    unit = math.gcd(*(level.amount for levels in plan.levels for level in levels), *(o.cost for o in plan.outputs)) or 1
    titles = {output.id: normalise(output.title) for output in plan.outputs}
    component_titles = {component.id: normalise(component.title) for component in plan.components}
    criteria = [normalise(criterion.title) for criterion in plan.criteria]
    tag_columns = [normalise(column) for column in plan.tag_columns]
    links: dict[str, list[object]] = {output.id: [] for output in plan.outputs}
    for link in plan.links:
        links[link.output].append(["requires", titles[link.requires], link.share])
        links[link.requires].append(["required by", titles[link.output], link.share])
    for group in plan.groups:
        kind = "at most" if group.at_most else "at least"
        members = sorted(titles[member] for member in group.members)
        for member in group.members:
            links[member].append([kind, group.k, members])
    return tuple(
        _digest([
            titles[output.id],
            component_titles[output.component],
            output.cost // unit,
            [[level.amount // unit, level.share] for level in levels],
            sorted([title, str(score)] for title, score in zip(criteria, output.scores, strict=True)),
            sorted([column, sorted(tags)] for column, tags in zip(tag_columns, output.tags, strict=False)),
            [output.earliest_start, output.start, output.end],
            sorted(links[output.id], key=json.dumps),
        ])
        for output, levels in zip(plan.outputs, plan.levels, strict=True)
    )  # fmt: skip


def normalise(text: str) -> str:
    """Text for comparison: compatibility form, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
