"""The document that Word tables stand in: an organisation's own, emptied of its text, or a plain one of ours.

A template gives styles, headers, footers, page and numbering; its text is left out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn

from optimizer.files.results import MARK
from optimizer.report.language import Language
from optimizer.report.word_styles import speak, style_ids, type_size
from optimizer.report.wordml import Element, element, properties

CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # fixed, so that the same content gives the same bytes
FONT = "Arial"
PAPER = (16838, 11906)  # A4 across, in twips
MARGIN = 1021  # 18 mm
LARGEST_UNPACKED, MOST_PARTS = 200_000_000, 2_000

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_LEFT_BEHIND = ("thumbnail", "extended-properties", "comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")
_OF_THE_TEXT = ("image", "hyperlink", "chart", "oleObject", "package", "header", "footer", "video", "diagramData", "aFChunk")
_ONLY_FOR_TEXT = ("type", "lnNumType", "cols", "vAlign", "sectPrChange")  # of a section
_OF_OTHER_FILES = ("attachedTemplate", "mailMerge", "trackRevisions", "rsids", "proofState")


class TemplateRefused(ValueError):
    """The file is no Word document or template that tables can be put in."""


@dataclass(frozen=True)
class House:
    """An empty document. `styles` has the id of the style for each kind of text; sizes are in points."""

    document: Document
    styles: dict[str, str]
    size: float

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the text."""
        section = self.document.sections[-1]
        sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
        left, right, top, bottom = (0 if side is None else abs(side.pt) for side in sides)
        width, height = section.page_width, section.page_height
        assert width is not None
        assert height is not None
        return width.pt - left - right, height.pt - top - bottom

    def turn(self) -> None:
        """The same paper, across."""
        section = self.document.sections[-1]
        page = section._sectPr.find(qn("w:pgSz"))
        wide, high = page.get(qn("w:h")), page.get(qn("w:w"))
        page.set(qn("w:w"), wide)
        page.set(qn("w:h"), high)
        page.set(qn("w:orient"), "landscape")


def open_house(template: bytes | None, language: Language) -> House:
    """Raises TemplateRefused."""
    document = _template(template) if template is not None else _plain(language)
    ids = style_ids(document.styles.element)
    speak(document.styles.element, language)
    for lang in document.settings.element.findall(qn("w:themeFontLang")):
        lang.set(qn("w:val"), language.tag)
    return House(document, ids, type_size(document.styles.element, ids["text"]))


def _template(data: bytes) -> Document:
    try:
        document = docx.Document(io.BytesIO(_as_document(data)))
        _empty(document)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, AttributeError) as error:
        if isinstance(error, TemplateRefused):
            raise
        raise TemplateRefused(f"the template cannot be read as a Word document ({error})") from error
    return document


def _as_document(data: bytes) -> bytes:
    """A template (.dotx) differs from a document in one word."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise TemplateRefused("the template unpacks to more than a Word document has")
        types = archive.read("[Content_Types].xml").decode("utf-8")
        if "macroEnabled" in types:
            raise TemplateRefused("the template has macros; save it as .docx or .dotx")
        if _TEMPLATE not in types:
            return data
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as target:
            for entry in entries:
                content = archive.read(entry)
                target.writestr(entry, types.replace(_TEMPLATE, _MAIN) if entry.filename == "[Content_Types].xml" else content)
    return changed.getvalue()


def _empty(document: Document) -> None:
    """Styles, headers, footers, page and numbering stay; text, what only the text uses, and traces of other files go."""
    body = document.element.body
    sections = list(body.iter(qn("w:sectPr")))
    if not sections:
        sections = [element("sectPr", element("pgSz", w=PAPER[1], h=PAPER[0]), _margins())]
    last = sections[-1]
    inherited: dict[tuple[str, str], Element] = {}
    for section in sections:
        references = section.findall(qn("w:headerReference")) + section.findall(qn("w:footerReference"))
        inherited |= {(reference.tag, reference.get(qn("w:type"))): reference for reference in references}
    for child in list(body):
        body.remove(child)
    for old in last.findall(qn("w:headerReference")) + last.findall(qn("w:footerReference")):
        last.remove(old)
    for number, reference in enumerate(inherited.values()):
        last.insert(number, reference)
    for name in _ONLY_FOR_TEXT:
        for old in last.findall(qn(f"w:{name}")):
            last.remove(old)
    body.append(last)
    _drop_relations(document)


def _drop_relations(document: Document) -> None:
    used = {value for child in document.element.iter() for key, value in child.attrib.items() if key.startswith(qn("r:id")[:-2])}
    settings_parts = [relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith("/settings")]
    for owner in (document.part, document.part.package, *settings_parts):
        for key, relation in list(owner.rels.items()):
            kind = relation.reltype.rpartition("/")[2]
            unused = owner is document.part and kind in _OF_THE_TEXT and key not in used
            if kind in _LEFT_BEHIND or unused or (owner in settings_parts and relation.is_external):
                owner.rels.pop(key)
    settings = document.settings.element
    for name in _OF_OTHER_FILES:
        for old in settings.findall(qn(f"w:{name}")):
            settings.remove(old)


def _plain(language: Language) -> Document:
    """A4 across, in a plain type."""
    document = docx.Document()
    _empty(document)
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.rpartition("/")[2] in ("customXml", "stylesWithEffects", "numbering", "webSettings"):
            document.part.rels.pop(key)
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1":
            styles.remove(style)
    fonts = element("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)
    defaults = styles.find(qn("w:docDefaults"))
    for old in list(defaults):
        defaults.remove(old)
    defaults.append(element("rPrDefault", properties("rPr", rFonts=fonts, sz=20, szCs=20, lang=language.tag)))
    defaults.append(element("pPrDefault", properties("pPr", spacing={"after": 0, "line": 240, "lineRule": "auto"})))
    section = document.element.body[-1]
    for old in list(section):
        section.remove(old)
    section.append(element("pgSz", w=PAPER[0], h=PAPER[1], orient="landscape"))
    section.append(_margins())
    settings = document.settings.element
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")
    return document


def _margins() -> Element:
    return element("pgMar", top=MARGIN, right=MARGIN, bottom=MARGIN, left=MARGIN, header=567, footer=567, gutter=0)


def finish(document: Document, title: str, language: Language) -> None:
    """What the file says of itself; nobody's name and no clock."""
    facts = document.core_properties
    for name in ("author", "last_modified_by", "category", "comments", "content_status", "keywords", "subject", "version"):
        setattr(facts, name, "")
    facts.title, facts.language, facts.identifier = title[:255], language.tag, MARK
    facts.created = facts.modified = CREATED
    facts.revision = 1
    if facts._element.find(qn("cp:lastPrinted")) is not None:
        facts.last_printed = CREATED
