"""A scene as SVG: text stays text, and what is drawn is also said in words."""

from __future__ import annotations

from html import escape

from optimizer.files.results import MARK
from optimizer.report.page import clean
from optimizer.report.scene import Dot, Line, Mark, Rectangle, Scene, Text

MILLIMETRE = 72 / 25.4


def render(scene: Scene) -> str:
    """One element, to be saved as a file or put into a page; the same text for the same scene."""
    size = f"{_n(scene.width)} {_n(scene.height)}"
    millimetres = f'width="{_n(scene.width / MILLIMETRE)}mm" height="{_n(scene.height / MILLIMETRE)}mm"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {millimetres} viewBox="0 0 {size}" role="img" '
            f'xml:lang="{escape(scene.tag)}" lang="{escape(scene.tag)}" font-family="Arial, sans-serif">',
            f"<!-- {MARK} -->",
            f"<title>{_text(scene.title)}</title>",
            f"<desc>{_text(scene.description)}</desc>",
            _rectangle(Rectangle(0, 0, scene.width, scene.height, fill="#ffffff")),
            *map(_mark, scene.marks),
            "</svg>\n",
        )
    )


def _mark(mark: Mark) -> str:
    match mark:
        case Rectangle():
            return _rectangle(mark)
        case Line():
            return _line(mark)
        case Dot():
            return f'<circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.radius)}" stroke="#ffffff" stroke-width="1"/>'
        case Text():
            return _line_of_text(mark)


def _rectangle(mark: Rectangle) -> str:
    outline = f' stroke="{mark.line}" stroke-width="{_n(mark.weight)}"' if mark.line else ""
    place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
    return f'<rect {place} fill="{mark.fill or "none"}"{outline}/>'


def _line(mark: Line) -> str:
    """Upright and level pieces are written by one number each, which keeps steps small."""
    (x, y), *others = mark.points
    path = f"M{_n(x)} {_n(y)}"
    for to_x, to_y in others:
        if to_y == y:
            path += f"H{_n(to_x)}"
        else:
            path += f"V{_n(to_y)}" if to_x == x else f"L{_n(to_x)} {_n(to_y)}"
        x, y = to_x, to_y
    dashes = ' stroke-dasharray="4 3"' if mark.dashed else ""
    return f'<path d="{path}" fill="none" stroke="{mark.colour}" stroke-width="{_n(mark.weight)}"{dashes}/>'


def _line_of_text(mark: Text) -> str:
    looks = {
        "text-anchor": mark.anchor if mark.anchor != "start" else "",
        "font-weight": "bold" if mark.bold else "",
        "fill": mark.colour if mark.colour != "#000000" else "",
    }
    said = "".join(f' {name}="{value}"' for name, value in looks.items() if value)
    return f'<text x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}"{said}>{_text(mark.text)}</text>'


def _text(text: str) -> str:
    return escape(clean(text), quote=False)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
