"""Nonsense that no resources could mend: refused before any question is asked (exit code 3).

What limits, statuses and resources can cause together is not here: that is an answer, explained by analysis/conflict.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from optimizer.fact import Fact, error, warning
from optimizer.findings import nearest
from optimizer.plan import Basis, Output, Plan, Status
from optimizer.program import EXACT
from optimizer.schedule import of_outputs, of_schedule, settings

MOST_DECIMALS = 6  # of scores and weights
WEIGHTS_APART, COSTS_APART, UNITS_APART = 10**6, 10**9, 500  # times; beyond, somebody may have typed in other units


def contradictions(plan: Plan) -> Iterator[Fact]:
    """All facts about the plan as a whole, warnings and notes among them."""
    for output in plan.outputs:
        yield from _output(plan, output)
    yield from _components(plan)
    yield from _weights(plan)
    yield from _digits(plan)
    yield from _links(plan)
    yield from _counts(plan)
    yield from of_schedule(plan)
    yield from _size(plan)


def after_changes(plan: Plan, outputs: Sequence[Output]) -> Iterator[Fact]:
    """What `contradictions` can say that is new once these outputs, and weights and limits of components, have changed."""
    for output in outputs:
        yield from _output(plan, output)
    yield from _components(plan)
    yield from _weights(plan)
    yield from of_outputs(plan, outputs)
    yield from settings(plan)
    yield from _size(plan)


def _size(plan: Plan) -> Iterator[Fact]:
    if plan.cost >= EXACT:
        yield error("too-large", "plan", "", "cost", f"costs add up to {plan.cost:,}", f"less than {EXACT:,} is expected")
    else:
        yield from _far_apart(plan)


def _output(plan: Plan, output: Output) -> Iterator[Fact]:
    if not output.explicit_levels:
        if output.minimum > output.cost:
            found = f"{output.minimum:,} with a cost of {output.cost:,}"
            yield error("minimum-over-cost", "output", output.id, "minimum", found, "at most the cost is expected")
        elif output.minimum == 0 and output.cost > 0:
            remedy = "type the cost for an output that is all or nothing"
            yield error(
                "minimum-zero", "output", output.id, "minimum", "0", "at least 1 is expected unless the cost is 0", remedy
            )
    else:
        yield from _explicit_levels(output)
    if output.cost == 0:
        yield warning(
            "cost-zero", "output", output.id, "cost", "0", "an output without a cost is funded whenever the rules allow"
        )
    if output.status is Status.COMMITTED:
        if not output.committed and output.cost:
            expected, remedy = (
                "the amount committed or spent is expected",
                "type its minimum viable amount if only that is promised",
            )
            yield error("committed-nothing", "output", output.id, "committed", "0", expected, remedy)
        if output.committed > output.levels(plan.delivery_step, plan.unit_of_account)[-1].amount:
            found = f"{output.committed:,} with a cost of {output.cost:,}"
            yield error("committed-over-cost", "output", output.id, "committed", found, "at most the cost is expected")
        if not output.reason:
            yield warning("no-reason", "output", output.id, "reason", "blank", "a committed output needs a reason or authority")
    elif output.committed:
        found = f"{output.committed:,} with the status {output.status}"
        yield warning("committed-unused", "output", output.id, "committed", found, "counts only with the status committed")
    if output.start is not None and output.end is not None and output.start > output.end:
        yield error(
            "time-frame", "output", output.id, "start", f"{output.start} to {output.end}", "a start not after the end is expected"
        )
    if output.earliest_start is not None and output.end is not None and output.earliest_start > output.end:
        found = f"{output.earliest_start}, time frame ends {output.end}"
        yield error("time-frame", "output", output.id, "earliest_start", found, "a start not after the end is expected")


def _explicit_levels(output: Output) -> Iterator[Fact]:
    levels = output.explicit_levels
    for level, dearer in pairwise(levels):
        if dearer.amount <= level.amount or dearer.share <= level.share:
            found = f"{level.amount:,} for {level.share} per cent, then {dearer.amount:,} for {dearer.share}"
            expected = "amounts and shares that both rise are expected"
            yield error("level-order", "level", output.id, "amount", found, expected, others=(str(dearer.amount),))
    for level in levels:
        if (level.share == 100) != (level.amount == output.cost):
            found = f"{level.amount:,} for {level.share} per cent with a cost of {output.cost:,}"
            expected = "100 per cent at exactly the cost, and only there, is expected"
            yield error("level-full", "level", output.id, "amount", found, expected, others=(str(level.amount),))
        elif level.amount > output.cost:
            found, expected = f"{level.amount:,}", "at most the cost is expected"
            yield error("level-over-cost", "level", output.id, "amount", found, expected, others=(str(level.amount),))
    if levels[0].amount == 0 and output.cost > 0:
        yield error("level-zero", "level", output.id, "amount", "0", "at least 1 is expected unless the cost is 0", others=("0",))
    if levels[-1].share != 100:
        yield warning(
            "no-full-level",
            "level",
            output.id,
            "share",
            f"{levels[-1].share}",
            "without a level of 100 per cent it is never full",
        )


def _components(plan: Plan) -> Iterator[Fact]:
    for component in plan.components:
        if not plan.members[component.id]:
            needs = (
                component.minimum is not None and component.minimum.basis is not Basis.ESTIMATE and component.minimum.value > 0
            )
            fact = error if needs else warning
            yield fact("empty-component", "component", component.id, "id", "no outputs", "at least one output is expected")
        for field, limit in (("minimum", component.minimum), ("maximum", component.maximum)):
            if limit is not None and limit.basis is not Basis.AMOUNT and limit.value > 100:
                yield error(
                    "percentage",
                    "component",
                    component.id,
                    field,
                    f"{float(limit.value):g}",
                    "a percentage from 0 to 100 is expected",
                )


def _weights(plan: Plan) -> Iterator[Fact]:
    if not any(criterion.weight for criterion in plan.criteria):
        yield error("no-weight", "plan", "", "weights", "every criterion has weight 0", "at least one weight above 0 is expected")
    elif not any(plan.each_priority()):
        yield error(
            "no-priority", "plan", "", "weights", "every output has priority 0", "a score above 0 under some weight is expected"
        )


def _digits(plan: Plan) -> Iterator[Fact]:
    """Formulas such as =100/3 leave 16 digits, of which the solver's doubles cannot keep the sums."""
    expected = f"at most {MOST_DECIMALS} decimals are expected, or the choice may not be proved best"
    for c, criterion in enumerate(plan.criteria):
        if criterion.weight.denominator > 10**MOST_DECIMALS:
            remedy = "only proportions count: type whole numbers, or use ROUND"
            yield warning("many-digits", "criterion", criterion.id, "weight", str(float(criterion.weight)), expected, remedy)
        long = [output for output in plan.outputs if output.scores[c].denominator > 10**MOST_DECIMALS]
        if long:
            found = f"{float(long[0].scores[c])}" + (f" and {len(long) - 1} more in this column" if len(long) > 1 else "")
            yield warning("many-digits", "output", long[0].id, f"score:{criterion.id}", found, expected, "use ROUND")


def _far_apart(plan: Plan) -> Iterator[Fact]:
    """Weights, costs, and the middle costs of two components, the largest against the smallest that is more than nothing."""
    weights = sorted((criterion for criterion in plan.criteria if criterion.weight), key=lambda criterion: criterion.weight)
    if weights and weights[-1].weight > WEIGHTS_APART * weights[0].weight:
        found = f"more than {WEIGHTS_APART:,} times that of {weights[0].id}"
        yield warning("far-apart", "criterion", weights[-1].id, "weight", found, "weights that can be compared are expected")
    costs = sorted((output for output in plan.outputs if output.cost), key=lambda output: output.cost)
    if costs and costs[-1].cost > COSTS_APART * costs[0].cost:
        found = f"more than {COSTS_APART:,} times that of {costs[0].id}"
        yield warning("far-apart", "output", costs[-1].id, "cost", found, "costs that can be compared are expected")
    middle = {key: ordered[len(ordered) // 2] for key in plan.members if (ordered := [o for o in costs if o.component == key])}
    ordered_keys = sorted(middle, key=lambda key: middle[key].cost)
    if ordered_keys and middle[ordered_keys[-1]].cost > UNITS_APART * middle[ordered_keys[0]].cost:
        least, most = ordered_keys[0], ordered_keys[-1]
        found = f"{middle[most].cost:,} is the middle cost of component {most}, {middle[least].cost:,} that of {least}"
        yield warning(
            "mixed-units", "output", middle[most].id, "cost", found, f"costs in the same unit of {plan.currency} are expected"
        )


def _links(plan: Plan) -> Iterator[Fact]:
    requires: dict[str, list[str]] = {}
    for link in plan.links:
        requires.setdefault(link.output, []).append(link.requires)
    for cycle in _cycles(requires):
        first, second, *_ = chain = [*cycle, cycle[0]]
        found, expected = " requires ".join(chain), "links without a circle are expected"
        yield error("cycle", "link", first, "requires", found, expected, "remove one of them", (second,))


def _cycles(requires: dict[str, list[str]]) -> Iterator[list[str]]:
    """One cycle for each output on a cycle not yet reported; iterative, so that a long chain is no problem."""
    state: dict[str, int] = {}  # 1 on the path, 2 done
    for root in requires:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                state[node] = 2
                path.pop()
            elif state.get(node) == 1:
                yield path[path.index(node) :]
            elif node not in state:
                state[node] = 1
                path.append(node)
                stack.append((node, True))
                stack.extend((after, False) for after in requires.get(node, ()))


def _counts(plan: Plan) -> Iterator[Fact]:
    for group in plan.groups:
        if not group.at_most and group.k > len(group.members):
            found = f"at least {group.k} of {len(group.members)}"
            yield error("group-size", "group", group.name, "k", found, "no more than the members of the group is expected")
    for target in plan.coverage:
        column = plan.tag_columns.index(target.tag_column)
        carriers = sum(target.tag in output.tags[column] for output in plan.outputs)
        if not carriers:
            known = sorted({tag for output in plan.outputs for tag in output.tags[column]})
            found, expected = f'"{target.tag}"', "a tag that some output carries is expected"
            remedy = nearest(target.tag, known)
            yield error("unknown-tag", "coverage", target.tag, "tag", found, expected, remedy, (target.tag_column,))
        elif target.least > carriers:
            found, expected = f"{target.least}", f"at most {carriers} is expected: no more outputs carry it"
            yield error("coverage-size", "coverage", target.tag, "least", found, expected, others=(target.tag_column,))
