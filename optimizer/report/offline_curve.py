"""The frontier as a curve in steps, drawn so that it fits any width: lengths in per cent, text in the size of the page."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimizer.allocation import Delivery
from optimizer.analysis.frontier import Frontier
from optimizer.objectives import DELIVERY, MONEY_WEIGHTED
from optimizer.report import wording
from optimizer.report.axes import Point, at, steps, ticks
from optimizer.report.dossier import Dossier
from optimizer.report.language import UNITS
from optimizer.report.offline_tables import said
from optimizer.scenario import Scenario

TOP, BOTTOM = 8, 88  # per cent of the height: the field between full costing and nil
MOST = 6  # figures at the axis of resources
FINE = 1000  # the field is so many units wide and high
TITLES = {
    DELIVERY.name: "Priority delivered at each amount of resources",
    MONEY_WEIGHTED.name: "Priority of each output times its amount, at each amount of resources",
}
STEP = (
    "Each step is an amount of resources from which the objective of the scenario can be better met; between two steps more "
    "resources change nothing."
)


def ends(frontier: Frontier) -> tuple[int, int]:
    """The resources at the left and the right: the axis begins at nil unless that would leave most of it empty."""
    first, last = frontier.points[0].resources, max(frontier.points[-1].resources, frontier.scenario.resources)
    return (0 if 2 * first < last else first - max((last - first) // 20, 1)), max(last, first + 1)


def reached(frontier: Frontier) -> list[Point]:
    """The value of every breakpoint, in the objective's own measure, as a share of that of full costing; it never falls."""
    full = whole(frontier.scenario)
    return [(point.resources, point.value / full if full else Fraction(0)) for point in frontier.points]


def whole(scenario: Scenario) -> Fraction:
    """The value of full costing."""
    plan, worth = scenario.plan, scenario.objective.worth
    pairs = zip(plan.priorities, plan.outputs, strict=True)
    return sum((priority * worth(Delivery(output.cost, 100)) for priority, output in pairs), Fraction(0))


def figure(dossier: Dossier, frontier: Frontier) -> str:
    """The curve with the scenario's place on it, which the script moves."""
    say, points = dossier.language.say, reached(frontier)
    title = say(TITLES[frontier.scenario.objective.name])
    axis = _axis(dossier, frontier)
    legend = say("The ring marks this scenario, the dot the resources chosen.")
    caption = " ".join((f"{title}.", say(STEP), legend))
    return f"""<figure><svg class="curve" role="img" aria-labelledby="curve-title" aria-describedby="curve-desc">
<title id="curve-title">{said(title)}</title><desc id="curve-desc">{said(_description(dossier, points))}</desc>
{"".join(_drawn(dossier, frontier, points))}</svg>
<p class="axis" aria-hidden="true">{said(axis)}</p><figcaption>{said(caption)}</figcaption></figure>"""


def _unit(frontier: Frontier) -> int:
    """Of the figures at the axis: the largest of which there are some."""
    return max((unit for unit in (1, *UNITS) if ends(frontier)[1] >= 10 * unit), default=1)


def _axis(dossier: Dossier, frontier: Frontier) -> str:
    unit = dossier.language.unit(dossier.plan.currency, _unit(frontier))
    return dossier.language.say("Available resources ({unit})", unit=unit)


def _drawn(dossier: Dossier, frontier: Frontier, points: list[Point]) -> Iterator[str]:
    language, (low, high), unit = dossier.language, ends(frontier), _unit(frontier)

    def across(resources: int) -> float:
        return 100 * (resources - low) / (high - low)

    for share in (Fraction(n, 4) for n in range(5)):
        up = _n(TOP + (BOTTOM - TOP) * float(1 - share))
        yield f'<line class="grid" x2="100%" y1="{up}%" y2="{up}%"/>'
        yield f'<text y="{up}%" dy="-.3em">{said(language.ratio(share, 0))}</text>'
    for resources in ticks(low, high, MOST):
        place = across(resources)
        side = "" if place < 5 else ' text-anchor="end"' if place > 95 else ' text-anchor="middle"'
        yield f'<text x="{_n(place)}%" y="{BOTTOM}%" dy="1.4em"{side}>{said(language.number(Fraction(resources, unit)))}</text>'
    corners = steps(points, FINE, lambda r: across(r) * FINE / 100, lambda share: FINE * float(1 - share))
    yield (
        f'<svg y="{TOP}%" height="{BOTTOM - TOP}%" viewBox="0 0 {FINE} {FINE}" preserveAspectRatio="none" overflow="visible">'
        f'<path d="{_path(corners)}"/></svg>'
    )
    full = whole(frontier.scenario)
    own = dossier.result.audit.value / full if full else Fraction(0)
    x, y = _n(across(frontier.scenario.resources)), _n(TOP + (BOTTOM - TOP) * float(1 - own))
    yield f'<line id="line" x1="{x}%" x2="{x}%" y1="{TOP}%" y2="{BOTTOM}%"/><circle class="ring" cx="{x}%" cy="{y}%" r="8"/>'
    yield f'<circle id="dot" cx="{x}%" cy="{y}%" r="4.5"/>'


def _path(corners: list[tuple[float, float]]) -> str:
    """Whole units; each piece is level or upright, and written by how far it goes."""
    (x, y), *others = [(round(a), round(b)) for a, b in corners]
    path = f"M{x} {y}"
    for to_x, to_y in others:
        path += (f"h{to_x - x}" if to_x != x else "") + (f"v{to_y - y}" if to_y != y else "")
        x, y = to_x, to_y
    return path


def _description(dossier: Dossier, points: list[Point]) -> str:
    """The least resources, the scenario's own, and the most, each with what it delivers."""
    language, plan = dossier.language, dossier.plan
    own = dossier.result.scenario.resources
    known = dict.fromkeys((points[0][0], own, points[-1][0]))
    found = [(wording.money(language, plan, one), at(points, one)) for one in known]
    return "; ".join(f"{amount}: {language.ratio(share)}" for amount, share in found if share is not None) + "."


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
