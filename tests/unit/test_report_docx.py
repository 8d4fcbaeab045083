"""The Word document: valid in the order that Word insists on, its figures as in the tables, its text nothing but text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from optimizer.files.publish import OutputRefused
from optimizer.report import docx as word
from optimizer.report import published
from optimizer.report.dossier import Dossier
from optimizer.report.house import TemplateRefused
from optimizer.report.language import LANGUAGES
from optimizer.report.page import SMALLEST, clean
from optimizer.report.table import Column, Kind, Passage, Row, Style, Table
from tests.dossiers import NASTY, by_hand, dossier, drawn, nasty, over_time, paid

# ECMA-376 part 1, the sequences of the elements that may stand in our documents, written down apart from the code.
SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid "
    "spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl "
    "divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout "
    "specVanish oMath",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
    "tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tcBorders": "top left start bottom right end insideH insideV tl2br tr2bl",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols "
    "formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal "
    "personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "tblStylePr": "pPr rPr tblPr trPr tcPr",
    "r": "rPr t br tab fldChar instrText",
    "p": "pPr r",
}
PREFIX = qn("w:p")[:-1]

DOSSIERS = {
    "every rule": dossier,
    "nasty": nasty,
    "funds": over_time,
    "120 outputs": lambda: by_hand(*drawn(2, size=120)),
    "100 outputs by funds": lambda: by_hand(*paid(8, size=100)),
}


def made(found: Dossier, code: str = "en", template: bytes | None = None) -> bytes:
    found = replace(found, language=LANGUAGES[code])
    return word.render(published.document(found), found.language, template)


def read(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def out_of_order(root: Any) -> Iterator[str]:
    """Every element whose children do not come in the order of the schema, or are not in it at all."""
    for element in root.iter():
        name = str(element.tag).removeprefix(PREFIX)
        order = SEQUENCES.get(name, "").split()
        children = [str(child.tag).removeprefix(PREFIX) for child in element]
        if name == "r":  # texts and breaks follow one another as they are said
            children = children[:1]
        if order:
            unknown = [child for child in children if child not in order]
            places = [order.index(child) for child in children if child in order]
            if unknown or places != sorted(places):
                yield f"{name}: {children}"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", DOSSIERS)
def test_documents_are_in_the_order_of_the_schema(name: str, code: str) -> None:
    found = read(made(DOSSIERS[name](), code))
    for root in (found.element, found.styles.element, found.sections[-1].footer._element):
        assert not list(out_of_order(root))
    ids = [style.get(qn("w:styleId")) for style in found.styles.element.iter(qn("w:style"))]
    assert len(ids) == len(set(ids))
    used = {str(one.get(qn("w:val"))) for one in found.element.iter(qn("w:pStyle"), qn("w:tblStyle"))}
    assert used <= set(ids)
    assert found.element.body[-1].tag == qn("w:sectPr")
    assert found.element.body[-2].tag == qn("w:p"), "a document must not end with a table"


@pytest.mark.parametrize("name", DOSSIERS)
def test_tables_are_rectangles_with_a_header_on_every_page(name: str) -> None:
    for table in read(made(DOSSIERS[name]())).element.body.iter(qn("w:tbl")):
        widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        rows = list(table.iter(qn("w:tr")))
        for row in rows:
            at = 0
            for cell in row.findall(qn("w:tc")):
                properties = cell.find(qn("w:tcPr"))
                spanned = properties.find(qn("w:gridSpan"))
                span = 1 if spanned is None else int(spanned.get(qn("w:val")))
                assert int(properties.find(qn("w:tcW")).get(qn("w:w"))) == sum(widths[at : at + span])
                assert cell[-1].tag == qn("w:p")
                at += span
            assert at == len(widths)
            assert row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None
        assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        assert table.find(qn("w:tblPr")).find(qn("w:tblCaption")).get(qn("w:val")), "said to those who do not see it"


def number(text: str) -> int:
    digits = text.replace("\u00a0", "").replace(",", "").replace("\N{MINUS SIGN}", "-")
    return 0 if digits == "–" else int(digits)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["every rule", "120 outputs"])
def test_sums_hold_as_printed(name: str, code: str) -> None:
    """Read from the document alone: amounts are the cells on the right that are figures."""
    source, language = DOSSIERS[name](), LANGUAGES[code]
    found = read(made(source, code))
    total, subtotal = language.say("Total"), language.say("Subtotal, component {id}", id="").strip()
    checked = 0
    for table in found.tables[:2]:
        texts = [[cell.text for cell in row.cells] for row in table.rows]
        places = [i for i, text in enumerate(texts[-1]) if re.fullmatch("[0-9,\u00a0]+|–", text)]
        lines, subtotals = [0] * len(places), [0] * len(places)
        for row in texts[1:]:
            if row[0].startswith(subtotal):
                assert [number(row[i]) for i in places] == lines
                subtotals = [a + b for a, b in zip(subtotals, lines, strict=True)]
                lines = [0] * len(places)
                checked += 1
            elif row[0] == total:
                assert [number(row[i]) for i in places] == subtotals
            elif len(set(row)) > 1:  # headings take the full width
                lines = [a + number(row[i]) for a, i in zip(lines, places, strict=True)]
    assert checked == 2 * len(source.plan.components)


def test_text_stays_text() -> None:
    source = nasty()
    found = read(made(source))
    said = "\n".join(cell.text for table in found.tables for row in table.rows for cell in row.cells)
    expected = [output.title for output in source.plan.outputs] + [
        tag for o in source.plan.outputs for tags in o.tags for tag in tags
    ]
    assert len({text for text in expected if text in NASTY}) > 5
    for text in expected:
        assert clean(text).replace("\t", " ") in said, text
    codes = {str(code.text).split()[0] for code in found.element.iter(qn("w:instrText"))}
    assert codes == {"SEQ"}, "no field but the number of a table"
    assert not list(found.element.iter(qn("w:hyperlink")))


def test_captions_are_numbered_fields() -> None:
    found = read(made(dossier(), "fr"))
    captions = [paragraph.text for paragraph in found.paragraphs if paragraph.style.name.lower() == "caption"]
    assert [caption.split(".")[0] for caption in captions] == [f"Tableau\u00a0{n}" for n in range(1, len(captions) + 1)]
    assert "lang" in found.styles.element.xml
    assert 'w:val="fr-FR"' in found.styles.element.xml


def test_the_same_content_gives_the_same_bytes() -> None:
    assert made(over_time(), "es") == made(over_time(), "es")


def test_a_wide_table_comes_in_parts_that_share_a_number() -> None:
    columns = (Column("id", "Output", Kind.ID), *(Column(f"c{i}", f"Scenario {i}", Kind.MONEY) for i in range(40)))
    rows = (Row(("A.1", *range(10**6, 10**6 + 40))), Row(("Total", *range(10**6, 10**6 + 40)), Style.TOTAL))
    found = read(word.render([Table("Wide", columns, rows, notes=("A note.",))], LANGUAGES["en"]))
    captions = [paragraph.text for paragraph in found.paragraphs if paragraph.text.startswith("Table")]
    assert len(captions) > 1
    assert all(caption.startswith("Table\u00a01. Wide (part ") for caption in captions)
    shown = [cell.text for table in found.tables for cell in table.rows[1].cells[1:]]
    assert shown == [f"{amount:,}" for amount in range(10**6, 10**6 + 40)]
    sizes = {int(size.get(qn("w:val"))) for size in found.element.iter(qn("w:sz"))}
    assert min(sizes) >= 2 * SMALLEST


def test_a_passage_has_a_page_of_its_own() -> None:
    found = read(word.render([Passage("In short", ("One.", "Two.")), *published.document(dossier())[1:]], LANGUAGES["en"]))
    assert [p.text for p in found.paragraphs[:3]] == ["In short", "One.", "Two."]
    assert found.paragraphs[0].style.name == "Heading 1"


def template(portrait: bool = False) -> bytes:
    """A house style: its own type, header, and text that is not ours."""
    document = docx.Document()
    document.styles.add_style("Table text", 1).font.size = Pt(8)
    document.styles["Caption"].font.name = "Georgia"
    document.sections[0].header.paragraphs[0].text = "Organisation for Testing"
    document.add_paragraph("Old text of somebody, by somebody.")
    document.core_properties.author = "Somebody"
    section = document.sections[0]
    if not portrait:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_template_gives_styles_and_header_and_nothing_else() -> None:
    data = made(dossier(), "en", template())
    found = read(data)
    assert "Old text" not in found.element.xml
    assert found.core_properties.author == ""
    assert found.sections[-1].header.paragraphs[0].text == "Organisation for Testing"
    text = next(style.style_id for style in found.styles if style.name == "Table text")
    assert {str(p.get(qn("w:val"))) for cell in found.element.iter(qn("w:tc")) for p in cell.iter(qn("w:pStyle"))} >= {text}
    assert found.styles["Caption"].font.name == "Georgia"
    assert not list(out_of_order(found.element))


def test_wide_tables_turn_the_page_of_a_template() -> None:
    section = read(made(over_time(), "en", template(portrait=True))).sections[-1]
    assert section.page_width > section.page_height


@pytest.mark.parametrize("kind", ["text", "zip", "macros"])
def test_what_is_no_template_is_refused(kind: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "macroEnabled" if kind == "macros" else "<a/>")
    with pytest.raises(TemplateRefused):
        made(dossier(), "en", b"text" if kind == "text" else target.getvalue())


def test_files_of_others_are_not_replaced(tmp_path: Path) -> None:
    blocks, language = published.document(dossier()), LANGUAGES["en"]
    (tmp_path / "paper.docx").write_bytes(template())
    with pytest.raises(OutputRefused, match="no result of this tool"):
        word.save_docx(blocks, tmp_path / "paper.docx", language)
    word.save_docx(blocks, tmp_path / "ours.docx", language)
    word.save_docx(blocks, tmp_path / "ours.docx", language)
    word.save_docx(blocks, tmp_path / "paper.docx", language, overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.docx", "paper.docx"]
