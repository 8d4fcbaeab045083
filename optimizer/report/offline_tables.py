"""The tables of the page: light markup, with hooks for the script in those that follow the slider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, minima, ratio, shown_minimum
from optimizer.report.language import Language
from optimizer.report.page import clean, shown, spans, to_right
from optimizer.report.table import Block, Kind, Passage, Row, Style, Table
from optimizer.report.wording import Extent, extent

ROWS = {Style.HEADING: "group", Style.NOTE: "aside", Style.SUBTOTAL: "sum", Style.TOTAL: "total", Style.BODY: ""}
MARKS = {Extent.IN_FULL: "full", Extent.IN_PART: "part", Extent.SUBJECT: "open"}


def said(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br>\n")


def static(block: Block, language: Language, number: int) -> str:
    """A table as it stands in the paper, or a text."""
    if isinstance(block, Passage):
        paragraphs = "".join(f"<p>{said(text)}</p>" for text in block.paragraphs)
        return f"<section><h2>{said(block.title.partition(':')[0])}</h2>{paragraphs}</section>"
    lead = "".join(f"<p class=note>{said(line)}</p>" for line in block.lead[1:])
    notes = "".join(f"<p class=note>{said(line)}</p>" for line in block.notes)
    heads = "".join(f"<th{_right(to_right(column))} scope=col>{said(column.header)}" for column in block.columns)
    caption = f"{said(language.caption(str(number), block.title if lead else _titled(block)))}{lead}"
    body = "".join(_bodies(block, language))
    table = f"<table><caption id=t{number}>{caption}</caption><thead><tr>{heads}</thead>{body}</table>"
    return f"<section><h2>{said(block.title.partition(':')[0])}</h2>{_scroller(number)}{table}</div>{notes}</section>"


def _scroller(number: int) -> str:
    """A wide table is moved sideways, by the keyboard too."""
    return f"<div class=scroll role=region aria-labelledby=t{number}>"


def _titled(table: Table) -> str:
    return f"{table.title} ({table.unit})" if table.unit and table.unit not in table.title else table.title


def _bodies(table: Table, language: Language) -> Iterator[str]:
    """A body for each component, so that its heading is that of a group of rows. Rows and cells end where others begin."""
    for i, row in enumerate(table.rows):
        if i == 0 or row.style in (Style.HEADING, Style.TOTAL):
            yield "<tbody>"
        yield _row(table, row, language)


def _row(table: Table, row: Row, language: Language) -> str:
    cells = []
    for first, span, cell in spans(table, row):
        tag = "td"
        if first == 0 and row.style is not Style.NOTE:
            tag = "th scope=rowgroup" if row.style is Style.HEADING else "th scope=row"
        across = f" colspan={span}" if span > 1 else ""
        right = _right(span == 1 and to_right(table.columns[first]))
        cells.append(f"<{tag}{across}{right}>{said(shown(language, table.columns[first], row, cell))}")
    kind = f" class={ROWS[row.style]}" if ROWS[row.style] else ""
    return f"<tr{kind}>{''.join(cells)}"


def _right(right: bool) -> str:
    return " class=n" if right else ""


def components(dossier: Dossier) -> Iterator[str]:
    """A bar for each component: what it receives, of its estimate, with its minimum; all bars on one scale."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    least, received = minima(dossier.result.scenario), dossier.result.audit.received
    between = (say("Minimum allocation"),) if least else ()
    yield _opening(dossier, 1, say("Components"), (say("Component"), ""), between, (say("Allocated, % of estimate"),))
    yield "<tbody>"
    longest = max((max(plan.estimate(c.id), least.get(c.id, 0)) for c in plan.components), default=0) or 1
    for k, component in enumerate(plan.components):
        estimate, minimum = plan.estimate(component.id), least.get(component.id)
        share = "" if not estimate else language.ratio(ratio(received[component.id], estimate) or 0)
        shown_least = "" if minimum is None else language.shown(shown_minimum(plan, minimum), Kind.MONEY)
        bar = _bar(100 / longest, estimate, received[component.id], minimum)
        yield (
            f'<tr id="c{k}" data-k="{k}"><th scope="row" class="c">{said(wording.titled_id(language, component))}</th>'
            f'<td class="b">{bar}</td>'
            f"{_amounts(language, dossier.shown.components[component.id], (shown_least,) if least else ())}"
            f'<td class="n p">{share}</td></tr>'
        )
    share = language.ratio(ratio(dossier.result.audit.spend, plan.cost) or 0) if plan.cost else ""
    least_sum = (language.shown(sum(shown_minimum(plan, amount) for amount in least.values()), Kind.MONEY),) if least else ()
    yield (
        f'<tr class="total" data-total><th scope="row">{said(say("Total"))}</th><td></td>'
        f'{_amounts(language, dossier.shown.total, least_sum)}<td class="n p">{share}</td></tr></tbody></table></div>'
    )
    legend = say("The outline is the estimated requirements, the filled part what is allocated.")
    ticks = say("The upright line is the minimum allocation.") if least else ""
    yield f'<p class="note">{said(" ".join(filter(None, (legend, ticks))))}</p></section>'


def _bar(scale: float, estimate: int, amount: int, minimum: int | None) -> str:
    """The figures stand beside it as text, so that nobody needs it. The script knows the scale by the width of the outline."""
    whole, filled = max(scale * estimate, 0.5), scale * amount
    tick = ""
    if minimum is not None:
        x = f"{min(scale * minimum, 99.8):.3f}%"
        tick = f'<line x1="{x}" x2="{x}" y2="100%"/>'
    return (
        f'<svg class="bar" aria-hidden="true"><rect class="outline" y="4" width="{whole:.3f}%"/>'
        f'<rect class="fill" y="4" width="{filled:.3f}%"/>{tick}</svg>'
    )


def outputs(dossier: Dossier, cards: Sequence[str]) -> Iterator[str]:
    """Every output, with its card; the script changes amounts and statuses. The section is left open for notes."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    yield _opening(dossier, 2, say("Outputs"), (say("Output"), say("Title")), (), (say("Status"),))
    for k, component in enumerate(plan.components):
        heading = said(wording.heading(language, component))
        yield f'<tbody><tr class="group"><th colspan="6" scope="rowgroup">{heading}</th></tr>'
        for i in plan.members[component.id]:
            delivery = dossier.result.allocation[i]
            status = said(wording.short_status(language, plan, plan.outputs[i], delivery))
            yield (
                f'<tr id="o{i}"><th scope="row">{said(plan.outputs[i].id)}</th><td class="t">{cards[i]}</td>'
                f"{_amounts(language, dossier.shown.outputs[i])}"
                f'<td class="s"><span class="{MARKS[extent(delivery)]}">{status}</span><span class="changed"></span></td></tr>'
            )
        label = said(say("Subtotal, component {id}", id=component.id))
        figures = _amounts(language, dossier.shown.components[component.id])
        yield f'<tr class="sum" data-k="{k}"><th scope="row" colspan="2">{label}</th>{figures}<td></td></tr>'
    total = _amounts(language, dossier.shown.total)
    yield f'<tbody><tr class="total" data-total><th scope="row" colspan="2">{said(say("Total"))}</th>{total}<td></td></tr>'
    yield "</tbody></table></div>"


def _opening(
    dossier: Dossier, number: int, title: str, before: Sequence[str], between: Sequence[str], after: Sequence[str]
) -> str:
    """Up to the first row. Headers are those before the estimate, those after it, and those after all amounts."""
    language, say = dossier.language, dossier.language.say
    caption = said(language.caption(str(number), title))
    under = said(wording.amounts_and_notice(language, dossier.plan))
    money = (say("Estimated requirements"), *between, say("Allocated"), say("Additional resources needed"))
    heads = [f'<th scope="col">{said(text)}</th>' if text else "<td></td>" for text in before]
    heads += [f'<th scope="col" class="n">{said(text)}</th>' for text in money]
    heads += [f'<th scope="col"{" class=n" if between or number == 1 else ""}>{said(text)}</th>' for text in after]
    return (
        f'<section><h2>{said(title)}</h2>{_scroller(number)}<table class="moves"><caption id="t{number}">{caption}'
        f'<p class="note">{under} <strong class="away"></strong></p></caption><thead><tr>{"".join(heads)}</tr></thead>'
    )


def _amounts(language: Language, figures: Figures, between: Sequence[str] = ()) -> str:
    estimated, allocated, additional = (
        language.shown(amount, Kind.MONEY) for amount in (figures.estimated, figures.allocated, figures.additional)
    )
    least = "".join(f'<td class="n">{text}</td>' for text in between)
    return f'<td class="n">{estimated}</td>{least}<td class="n a">{allocated}</td><td class="n d">{additional}</td>'
