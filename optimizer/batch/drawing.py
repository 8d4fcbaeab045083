"""Lines of [monte_carlo.draw] -> Draws: what is drawn for which items, and on which grid the values lie."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

from optimizer.batch.draws import Choice, Distribution, Draw, Item, Ratio, Triangular, Uniform
from optimizer.batch.entries import Log, quantity, text_of
from optimizer.findings import Finding, InputRefused, nearest, quoted
from optimizer.overrides import EVERY, apply, target
from optimizer.plan import Basis, Limit, Plan
from optimizer.scenario import ScenarioSpec, with_settings
from optimizer.values import ValueRefused

RELATIONS = ("value", "factor", "shift")
NUMBERS = {"uniform": ("low", "high"), "triangular": ("low", "mode", "high")}
DISTRIBUTIONS = (*NUMBERS, "choice")
COMMON = ("distribution", "as", "step", "together")
RESOURCES, OBJECTIVE = "resources", "objective"
SIGNS = {Basis.AMOUNT: "", Basis.ESTIMATE: "% of estimate", Basis.RESOURCES: "% of resources", Basis.FUNDS: "% of funds"}
IN_PROPORTION = "cost in proportion"
Number = tuple[Fraction, str]  # with the sign after it


def read_draw(
    plan: Plan, start: ScenarioSpec, place: str, key: str, entry: object, named: Collection[str], log: Log
) -> Draw | None:
    """One draw, tried at the ends of its distribution. `plan` is as the block's own settings make it.

    An item that another line of `named` is about is left out of a line for all (`*`). Costs are drawn in proportion: the minimum
    viable amount, priced levels and commitments of an output follow.
    """
    before = len(log.findings)
    if not isinstance(entry, dict):
        log.refuse(place, quoted(entry), "a distribution is expected, such as { distribution = ..., low = ..., high = ... }")
        return None
    relation = str(entry.get("as", "value"))
    if relation not in RELATIONS:
        log.refuse(f"{place}.as", quoted(relation), "value, factor or shift is expected", nearest(relation, RELATIONS))
    together = entry.get("together", False)
    if not isinstance(together, bool):
        log.refuse(f"{place}.together", quoted(together), "true or false is expected")
    distribution, sign = _distribution(entry, relation, place, log)
    items = _items(plan, start, place, key, named, relation, log) if len(log.findings) == before else ()
    if distribution is None or not items or len(log.findings) > before:
        return None
    items = tuple(replace(item, suffix=sign) for item in items) if relation == "value" else items
    step = _step(plan, items[0], entry, place, log)
    draw = Draw(key, items, distribution, relation, step, bool(together))
    _try(plan, start, place, draw, log)
    return draw


def _distribution(entry: dict[str, Any], relation: str, place: str, log: Log) -> tuple[Distribution | None, str]:
    """The distribution, and the sign after its numbers."""
    name = str(entry.get("distribution", ""))
    if name not in DISTRIBUTIONS:
        expected = f"one of {', '.join(DISTRIBUTIONS)} is expected"
        log.refuse(f"{place}.distribution", quoted(name) if name else "it is missing", expected, nearest(name, DISTRIBUTIONS))
        return None, ""
    log.unknown(place, entry, (*COMMON, *NUMBERS.get(name, ("values", "weights"))))
    if name == "choice":
        return _choice(entry, relation, place, log), ""
    missing = [key for key in NUMBERS[name] if key not in entry]
    for key in missing:
        log.refuse(f"{place}.{key}", "it is missing", f"{', '.join(NUMBERS[name])} are expected")
    numbers = [quantity(entry[key], f"{place}.{key}", log) for key in NUMBERS[name] if key in entry]
    found = [number for number in numbers if number is not None]
    if missing or len(found) < len(numbers):
        return None, ""
    values, signs = [value for value, _ in found], {sign for _, sign in found}
    if len(signs) > 1 or (relation != "value" and signs != {""}):
        expected = "plain numbers are expected" if relation != "value" else "the same sign after all numbers is expected"
        log.refuse(place, "numbers with and without a sign", expected)
    if values != sorted(values) or (relation != "shift" and values[0] < 0):
        expected = f"{' <= '.join(NUMBERS[name])} is expected" + ("" if relation == "shift" else ", none below 0")
        log.refuse(place, ", ".join(str(entry[key]) for key in NUMBERS[name]), expected)
    return (Uniform(*values) if name == "uniform" else Triangular(*values)), signs.pop()


def _choice(entry: dict[str, Any], relation: str, place: str, log: Log) -> Choice | None:
    values, weights = entry.get("values"), entry.get("weights")
    if not isinstance(values, list) or not values:
        log.refuse(f"{place}.values", "it is missing" if values is None else quoted(values), "a list of values is expected")
        return None
    texts = [text_of(value, f"{place}.values", log) for value in values]
    if relation != "value":
        for value in values:
            found = quantity(value, f"{place}.values", log)
            if found is not None and found[1]:
                log.refuse(f"{place}.values", quoted(value), "a plain number is expected")
    given = [1] * len(values) if weights is None else weights
    if not isinstance(given, list) or len(given) != len(values):
        log.refuse(f"{place}.weights", quoted(weights), f"a list of {len(values)} numbers is expected, one for each value")
        return None
    found_weights = [quantity(weight, f"{place}.weights", log) for weight in given]
    sizes = tuple(weight[0] for weight in found_weights if weight is not None)
    if len(sizes) == len(given) and (min(sizes) < 0 or not any(sizes)):
        log.refuse(f"{place}.weights", quoted(weights), "numbers >= 0 are expected, one of them above 0")
    return Choice(tuple(text for text in texts if text is not None), sizes)


def _items(
    plan: Plan, start: ScenarioSpec, place: str, key: str, named: Collection[str], relation: str, log: Log
) -> tuple[Item, ...]:
    if key in (RESOURCES, OBJECTIVE):
        if key == OBJECTIVE:
            return (Item(key, Fraction(0), "", Fraction(0), None),)
        return (Item(key, *_limit(start.resources), Fraction(0), None),)
    try:
        (change,) = with_settings(start, (f"{key}=0",)).changes[len(start.changes) :]
        kind, ids, setting = target(plan, change)
    except InputRefused as refused:
        log.refuse(place, quoted(key), refused.findings[0].expected)
        return ()
    except ValueRefused as refused:
        log.refuse(place, quoted(key), refused.expected)
        return ()
    setting = IN_PROPORTION if (kind, setting) == ("output", "cost") else setting
    own = _own(plan, start, named) if change.item == EVERY else frozenset()
    found = [(one, _current(plan, kind, one, setting)) for one in ids if (kind, one, setting) not in own]
    spent = {output.id: output.spent for output in plan.outputs} if kind == "output" else {}
    items = [
        _item(kind, one, setting, number, spent.get(one, 0)) for one, number in found if number is not None or relation == "value"
    ]
    if kind == "output" and setting == IN_PROPORTION:
        items = [item for item in items if item.base]  # what costs nothing stays so
    if not items:
        log.refuse(place, quoted(key), "an item with a number to begin from is expected")
    return tuple(items)


def _own(plan: Plan, start: ScenarioSpec, named: Collection[str]) -> frozenset[tuple[str, str, str]]:
    """Items that have a line of their own."""
    found = set()
    for key in named:
        if key in (RESOURCES, OBJECTIVE):
            continue
        try:
            (change,) = with_settings(start, (f"{key}=0",)).changes[len(start.changes) :]
            kind, ids, setting = target(plan, change)
        except (InputRefused, ValueRefused):
            continue  # said where it is read
        if change.item != EVERY:
            found.add((kind, ids[0], IN_PROPORTION if (kind, setting) == ("output", "cost") else setting))
    return frozenset(found)


def _item(kind: str, one: str, setting: str, number: Number | None, spent: int) -> Item:
    base, sign = number or (Fraction(0), "")
    most = Fraction(100) if setting.startswith("score ") or setting == "delivered" or "%" in sign else None
    least = Fraction(max(spent, 1)) if setting == IN_PROPORTION else Fraction(0)  # a cost is never less than what is spent
    return Item(f"{kind}.{one}.{setting}", base, sign, least, most)


def _limit(limit: Limit) -> Number:
    return limit.value, SIGNS[limit.basis]


def _current(plan: Plan, kind: str, one: str, setting: str) -> Number | None:
    """The number that a setting has; None where it has none."""
    if kind == "output":
        output = plan.outputs[plan.index[one]]
        amounts = {
            IN_PROPORTION: output.cost,
            "minimum viable amount": output.minimum,
            "committed amount": output.committed,
            "spent": output.spent,
            "delivered": output.delivered,
            "adopted amount": output.adopted,
        }
        scores = {f"score {c.id}": score for c, score in zip(plan.criteria, output.scores, strict=True)}
        number = scores[setting] if setting in scores else amounts.get(setting)
        return None if number is None else (Fraction(number), "")
    if kind == "criterion":
        return next((criterion.weight, "") for criterion in plan.criteria if criterion.id == one)
    if kind == "component":
        component = plan.component(one)
        limit = {"minimum": component.minimum, "maximum": component.maximum}.get(setting)
        return (component.weight, "") if setting == "weight" else _limit(limit) if limit is not None else None
    if kind == "fund":
        fund = next(fund for fund in plan.funds if fund.id == one)
        amounts = {f"amount {period.name}": amount for period, amount in zip(plan.periods, fund.amounts, strict=True)}
        number = fund.cap if setting == "cap" else amounts.get(setting)
        return None if number is None else (Fraction(number), "")
    return None


def _step(plan: Plan, item: Item, entry: dict[str, Any], place: str, log: Log) -> Fraction:
    """The grid of the values: as typed, else the plan's unit of account for money, whole points for scores, else hundredths."""
    if "step" in entry:
        found = quantity(entry["step"], f"{place}.step", log)
        if found is None or found[0] <= 0 or found[1]:
            log.refuse(f"{place}.step", quoted(entry["step"]), "a plain number above 0 is expected")
            return Fraction(1)
        return found[0]
    setting = item.key.rpartition(".")[2]
    if "%" in item.suffix or setting == "weight":
        return Fraction(1, 100)
    return Fraction(1) if setting.startswith("score ") or setting == "delivered" else Fraction(plan.unit_of_account)


def _try(plan: Plan, start: ScenarioSpec, place: str, draw: Draw, log: Log) -> None:
    """What the ends of the distribution give, item by item; ends that cannot be are found before anything is solved."""
    edges: list[Ratio | str]
    if isinstance(draw.distribution, Choice):
        values = draw.distribution.values
        edges = list(values) if draw.relation == "value" else [Fraction(value).as_integer_ratio() for value in values]
    else:
        edges = [end.as_integer_ratio() for end in (draw.distribution.low, draw.distribution.high)]
    for item in draw.items:
        for edge in edges:
            text = f"{item.key}={draw.value_of(item, edge)}"
            findings: list[Finding] = []
            try:
                made = with_settings(start, (text,))
            except InputRefused as refused:
                findings += refused.findings
            else:
                apply(plan, made.changes[len(start.changes) :], findings)
            for finding in findings:
                log.refuse(place, finding.found, finding.expected)
    if draw.step.denominator != 1 and any(item.key.endswith(IN_PROPORTION) for item in draw.items):
        log.refuse(f"{place}.step", str(draw.step), "whole amounts are expected")
