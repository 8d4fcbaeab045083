"""The elements of a Word document, with their parts in the order of the schema: Word refuses what stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from optimizer.report.page import clean

Element = Any  # lxml has no types of its own

# Of each kind of properties, what this tool writes, in the order of the schema.
_ORDER = {
    "pPr": ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "tabs", "spacing", "ind", "jc", "outlineLvl"),
    "rPr": ("rFonts", "b", "i", "noProof", "color", "sz", "szCs", "lang"),
    "tblPr": ("tblStyle", "tblW", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription"),
    "tcPr": ("tcW", "gridSpan", "tcBorders", "shd", "noWrap", "vAlign"),
    "trPr": ("cantSplit", "tblHeader"),
}
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """w:name with its attributes (also w:) and children."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(children)
    return made


def properties(kind: str, **parts: str | int | bool | dict[str, str | int] | Element) -> Element:
    """pPr, rPr and the like. True is an empty element, False none; a plain value is its w:val; a dict its attributes."""
    made = element(kind)
    unknown = parts.keys() - set(_ORDER[kind])
    if unknown:
        raise ValueError(f"{kind} is not known to have {unknown}")
    for name in _ORDER[kind]:
        value = parts.get(name, False)
        if value is True:
            made.append(element(name))
        elif isinstance(value, dict):
            made.append(element(name, **value))
        elif isinstance(value, str | int):
            made.extend([element(name, val=value)] if value is not False else [])
        else:
            made.append(value)
    return made


def borders(name: str, **sides: tuple[str, int]) -> Element:
    """Lines by side: kind (single, double, nil) and width in eighths of a point."""
    made = element(name)
    for side in _SIDES:
        if side in sides:
            kind, size = sides[side]
            made.append(element(side, val=kind, sz=size, space=0, color="auto"))
    return made


def run(text: str, marks: Element | None = None) -> Element:
    """Text that is nothing but text: no field, no link; line ends are line ends."""
    made = element("r", *([marks] if marks is not None and len(marks) else []))
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            made.append(element("br"))
        if line:
            said = element("t")
            said.text = line.replace("\t", " ")
            said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            made.append(said)
    return made


def field(code: str, result: str) -> list[Element]:
    """A field with the result that it shows until somebody asks for its update."""
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", instruction),
        element("r", element("fldChar", fldCharType="separate")),
        element("r", properties("rPr", noProof=True), *run(result)),
        element("r", element("fldChar", fldCharType="end")),
    ]


def paragraph(style: str, content: Iterable[Element], **marks: str | int | bool) -> Element:
    return element("p", properties("pPr", pStyle=style, **marks), *content)
