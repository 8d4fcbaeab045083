"""Figures for those who paste pictures: what each component receives, and what each level of resources would deliver.

Nothing is told by colour alone: amounts are printed, and each kind of mark has a shape of its own. Render them by svg.py or
png.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.report import wording
from optimizer.report.axes import Point
from optimizer.report.bars import Bars
from optimizer.report.curve import Curve
from optimizer.report.dossier import Dossier
from optimizer.report.language import Language
from optimizer.report.scene import Scene
from optimizer.report.surround import Frame


def component_bars(dossier: Dossier, number: int | None = None) -> Scene:
    """A bar for each component: its estimate in outline, what is allocated filled in, its minimum allocation as a tick.

    `number` is that of the figure in its paper; without one the caption has the title alone.
    """
    language, plan = dossier.language, dossier.plan
    unit = wording.unit(language, plan)
    title = language.say("Estimated requirements and allocated resources by component: {plan}", plan=plan.titled(language.code))
    rounded = language.say("Amounts are rounded to {unit} so that they add up as shown.", unit=unit)
    nil = any(0 in (figures.allocated, figures.estimated) for figures in dossier.shown.components.values())
    notes = [*([language.say("–: nil.")] if nil else []), *([rounded] if plan.display_unit > 1 else [])]
    lead = tuple(filter(None, (dossier.under_title, wording.notice(language, plan))))
    frame = Frame(language, f"{title} ({unit})", lead, (" ".join(notes),) if notes else (), number)
    return Bars(dossier, frame).scene()


def frontier_steps(
    points: Sequence[Point],
    here: int,
    language: Language,
    currency: str,
    title: str = "",
    lead: Sequence[str] = (),
    notes: Sequence[str] = (),
    number: int | None = None,
) -> Scene:
    """The best share of the plan's priority that each level of resources can deliver, with the available resources marked.

    `points` and `here` are in whole units of the currency; a share holds up to the next point, and less than the first point
    has no answer. The notice on the costs belongs into `lead`. Raises ValueError where there are no points.
    """
    if not points:
        raise ValueError("a curve needs a point")
    title = title or language.say("Priority delivered at each level of resources")
    return Curve(sorted(points), here, currency, Frame(language, title, lead, notes, number)).scene()
