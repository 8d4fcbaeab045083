"""The tables of the page: light markup, with hooks for the script in those that follow the slider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from optimizer.report import wording
from optimizer.report.dossier import Dossier
from optimizer.report.figures import Figures, minima, ratio
from optimizer.report.language import Language
from optimizer.report.page import clean, shown, spans, to_right
from optimizer.report.table import Block, Kind, Passage, Row, Style, Table
from optimizer.report.wording import Extent, extent

ROWS = {Style.HEADING: "group", Style.NOTE: "aside", Style.SUBTOTAL: "sum", Style.TOTAL: "total", Style.BODY: ""}
MARKS = {Extent.IN_FULL: "full", Extent.IN_PART: "part", Extent.SUBJECT: "open"}


def said(text: str) -> str:
    return escape(clean(text))


def static(block: Block, language: Language, number: int) -> str:
    """A table as it stands in the paper."""
    assert not isinstance(block, Passage)
    lead = "".join(f'<p class="note">{said(line)}</p>' for line in block.lead[1:])
    notes = "".join(f'<p class="note">{said(line)}</p>' for line in block.notes)
    heads = "".join(f"<th{_right(to_right(column))} scope=col>{said(column.header)}</th>" for column in block.columns)
    caption = said(language.caption(str(number), _titled(block)))
    body = "".join(_row(block, row, language) for row in block.rows)
    table = f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'<section><h2>{said(block.title.partition(":")[0])}</h2>{lead}<div class="scroll">{table}</div>{notes}</section>'


def _titled(table: Table) -> str:
    return f"{table.title} ({table.unit})" if table.unit and table.unit not in table.title else table.title


def _row(table: Table, row: Row, language: Language) -> str:
    cells = []
    for first, span, cell in spans(table, row):
        tag = "th scope=row" if first == 0 and not row.full_width else "th" if row.style is Style.HEADING else "td"
        across = f" colspan={span}" if span > 1 else ""
        right = _right(span == 1 and to_right(table.columns[first]))
        cells.append(
            f"<{tag}{across}{right}>{said(shown(language, table.columns[first], row, cell))}</{tag.split(maxsplit=1)[0]}>"
        )
    kind = f" class={ROWS[row.style]}" if ROWS[row.style] else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _right(right: bool) -> str:
    return " class=n" if right else ""


def components(dossier: Dossier) -> Iterator[str]:
    """A bar for each component: what it receives, of its estimate, with its minimum."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    least, received = minima(dossier.result.scenario), dossier.result.audit.received
    caption = language.caption("1", f"{say('Components')} ({wording.unit(language, plan)})")
    heads = _heads(dossier, (say("Component"), "", say("Allocated, % of estimate")))
    yield _opening(say("Components"), caption, heads)
    for k, component in enumerate(plan.components):
        estimate = plan.estimate(component.id)
        width = 100 * received[component.id] / estimate if estimate else 0
        minimum = 100 * least[component.id] / estimate if estimate and component.id in least else None
        tick = "" if minimum is None else f'<b style="left:{minimum:.2f}%"></b>'
        bar = f'<span class="bar" aria-hidden="true"><i style="width:{width:.2f}%"></i>{tick}</span>'
        name = said(wording.titled_id(language, component))
        figures = dossier.shown.components[component.id]
        percent = "" if not estimate else language.ratio(ratio(received[component.id], estimate) or 0)
        yield (
            f'<tr id="c{k}" data-k="{k}"><th scope="row">{name}</th><td>{bar}</td><td class="n p">{percent}</td>'
            f"{_amounts(language, figures)}</tr>"
        )
    share = language.ratio(ratio(dossier.result.audit.spend, plan.cost) or 0) if plan.cost else ""
    yield (
        f'<tr class="total" data-total><th scope="row">{said(say("Total"))}</th><td></td><td class="n p">{share}</td>'
        f"{_amounts(language, dossier.shown.total)}</tr></tbody></table></div>"
    )
    legend = say("The outline is the estimated requirements, the filled part what is allocated.")
    ticks = say("The upright line is the minimum allocation.") if least else ""
    yield f'<p class="note">{said(" ".join(filter(None, (legend, ticks))))}</p></section>'


def outputs(dossier: Dossier, cards: Sequence[str]) -> Iterator[str]:
    """Every output, with its card; the script changes amounts and statuses."""
    plan, language, say = dossier.plan, dossier.language, dossier.language.say
    caption = language.caption("2", f"{say('Outputs')} ({wording.unit(language, plan)})")
    heads = _heads(dossier, (say("Output"), say("Title")), (say("Status"),))
    yield _opening(say("Outputs"), caption, heads)
    for k, component in enumerate(plan.components):
        yield f'<tr class="group"><th colspan="6">{said(wording.heading(language, component))}</th></tr>'
        for i in plan.members[component.id]:
            delivery = dossier.result.allocation[i]
            status = said(wording.short_status(language, plan, plan.outputs[i], delivery))
            yield (
                f'<tr id="o{i}"><th scope="row">{said(plan.outputs[i].id)}</th><td>{cards[i]}</td>'
                f"{_amounts(language, dossier.shown.outputs[i])}"
                f'<td class="s"><span class="{MARKS[extent(delivery)]}">{status}</span><span class="changed"></span></td></tr>'
            )
        label = said(say("Subtotal, component {id}", id=component.id))
        figures = _amounts(language, dossier.shown.components[component.id])
        yield f'<tr class="sum" data-k="{k}"><th scope="row" colspan="2">{label}</th>{figures}<td></td></tr>'
    total = _amounts(language, dossier.shown.total)
    yield f'<tr class="total" data-total><th scope="row" colspan="2">{said(say("Total"))}</th>{total}<td></td></tr>'
    yield "</tbody></table></div></section>"


def _opening(title: str, caption: str, heads: str) -> str:
    return f'<section><h2>{said(title)}</h2><div class="scroll"><table><caption>{said(caption)}</caption>{heads}<tbody>'


def _heads(dossier: Dossier, before: Sequence[str], after: Sequence[str] = ()) -> str:
    say = dossier.language.say
    money = (say("Estimated requirements"), say("Allocated"), say("Additional resources needed"))
    texts = [f"<th scope=col>{said(text)}</th>" if text else "<td></td>" for text in before]
    texts += [f'<th scope=col class="n">{said(text)}</th>' for text in money]
    texts += [f"<th scope=col>{said(text)}</th>" for text in after]
    return f"<thead><tr>{''.join(texts)}</tr></thead>"


def _amounts(language: Language, figures: Figures) -> str:
    estimated, allocated, additional = (
        language.shown(amount, Kind.MONEY) for amount in (figures.estimated, figures.allocated, figures.additional)
    )
    return f'<td class="n">{estimated}</td><td class="n a">{allocated}</td><td class="n d">{additional}</td>'
