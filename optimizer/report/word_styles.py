"""The styles of the text in and around Word tables: those of the template, or ours on top of its own.

A template decides how tables look by having styles of these names; those that it lacks are made.
"""

from __future__ import annotations

from docx.oxml.ns import qn

from optimizer.report.language import Language
from optimizer.report.wordml import Element, borders, element, properties

HEADER_FILL = "DCE6F1"
BUILT_IN = ("heading", "body", "caption", "footer")  # styles that Word knows, by names that begin small

# What each kind of text is set in: the first of these styles that the template has.
STYLES: dict[str, tuple[str, ...]] = {
    "heading": ("Heading 1",),
    "body": ("Body Text",),
    "caption": ("Table caption", "Table title", "Caption"),
    "lead": ("Table introduction", "Table lead"),
    "header": ("Table column heading", "Table heading", "Table header"),
    "text": ("Table text", "Table body"),
    "note": ("Table note", "Table notes", "Table source"),
    "footer": ("Footer",),
    "table": ("Table of allocation",),
}


def style_ids(styles: Element) -> dict[str, str]:
    """The id of the style for each kind of text, made where there is none."""
    return {role: _style(styles, role, names) for role, names in STYLES.items()}


def _style(styles: Element, role: str, names: tuple[str, ...]) -> str:
    kind = "table" if role == "table" else "paragraph"
    by_name = {
        style.find(qn("w:name")).get(qn("w:val")).casefold(): style.get(qn("w:styleId"))
        for style in styles.findall(qn("w:style"))
        if style.get(qn("w:type")) == kind and style.find(qn("w:name")) is not None
    }
    for name in names:
        if name.casefold() in by_name:
            return str(by_name[name.casefold()])
    name = names[-1] if role == "caption" else names[0]
    taken = {style.get(qn("w:styleId")) for style in styles.findall(qn("w:style"))}
    key = name.title().replace(" ", "")
    while key in taken:
        key += "0"
    styles.append(_table_style(key, name, _default(styles, "table")) if kind == "table" else _text_style(role, key, name, styles))
    return key


def _default(styles: Element, kind: str) -> str | None:
    """The id of the style that everything of its kind stands on."""
    found = [style for style in styles.findall(qn("w:style")) if style.get(qn("w:type")) == kind]
    return next((str(style.get(qn("w:styleId"))) for style in found if style.get(qn("w:default")) in ("1", "true")), None)


def _text_style(role: str, key: str, name: str, styles: Element) -> Element:
    size = {"heading": 28, "body": 21, "caption": 21, "lead": 18, "header": 18, "text": 18, "note": 16, "footer": 16}[role]
    spaces = {"heading": (0, 200), "body": (0, 140), "caption": (0, 60), "lead": (0, 60), "note": (60, 0)}
    before, after = spaces.get(role, (0, 0))
    spacing: dict[str, str | int] = {"before": before, "after": after, "line": 240, "lineRule": "auto"}
    marks = properties("rPr", b=role in ("heading", "caption", "header"), sz=size, szCs=size)
    based = _default(styles, "paragraph")
    return element(
        "style",
        element("name", val=name.lower() if role in BUILT_IN else name),
        *([element("basedOn", val=based)] if based else []),
        element("uiPriority", val={"heading": 9, "caption": 35}.get(role, 40)),
        *([] if role == "footer" else [element("qFormat")]),
        properties(
            "pPr",
            keepNext=role in ("heading", "caption", "lead"),
            spacing=spacing,
            ind={"left": 0, "right": 0, "firstLine": 0},
            **({"outlineLvl": "0"} if role == "heading" else {}),
        ),
        marks,
        type="paragraph",
        styleId=key,
        **({} if role in BUILT_IN else {"customStyle": 1}),
    )


def _table_style(key: str, name: str, based: str | None) -> Element:
    """Rules between rows and a shaded header; sums are marked where they stand."""
    cells = element("tblCellMar")
    cells.extend(element(side, w=width, type="dxa") for side, width in (("top", 30), ("left", 60), ("bottom", 30), ("right", 60)))
    first = element(
        "tblStylePr",
        properties("rPr", b=True),
        properties(
            "tcPr",
            tcBorders=borders("tcBorders", bottom=("single", 8)),
            shd={"val": "clear", "color": "auto", "fill": HEADER_FILL},
            vAlign="bottom",
        ),
        type="firstRow",
    )
    lines = borders("tblBorders", top=("single", 8), bottom=("single", 8), insideH=("single", 2))
    return element(
        "style",
        element("name", val=name),
        *([element("basedOn", val=based)] if based else []),
        element("uiPriority", val=59),
        properties("tblPr", tblBorders=lines, tblCellMar=cells),
        first,
        type="table",
        customStyle=1,
        styleId=key,
    )


def speak(styles: Element, language: Language) -> None:
    """The language of the document, for those who read it aloud and those who check its spelling."""
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = element("docDefaults")
        styles.insert(0, defaults)
    holder = defaults.find(qn("w:rPrDefault"))
    if holder is None:
        holder = element("rPrDefault", element("rPr"))
        defaults.insert(0, holder)
    marks = holder.find(qn("w:rPr"))
    if marks is None:
        marks = element("rPr")
        holder.append(marks)
    if marks.find(qn("w:lang")) is None:
        marks.append(element("lang"))
    for lang in styles.iter(qn("w:lang")):
        lang.set(qn("w:val"), language.tag)


def type_size(styles: Element, key: str) -> float:
    """What a style comes to, in points."""
    by_id = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
    seen: set[str | None] = set()
    at: str | None = key
    while at in by_id and at not in seen:
        seen.add(at)
        size = by_id[at].find(f"{qn('w:rPr')}/{qn('w:sz')}")
        if size is not None:
            return int(size.get(qn("w:val"))) / 2
        based = by_id[at].find(qn("w:basedOn"))
        at = None if based is None else based.get(qn("w:val"))
    size = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:sz')}")
    return 10.0 if size is None else int(size.get(qn("w:val"))) / 2
