"""The parts inside a workbook, scanned once before openpyxl sees them: whole, harmless, and how far the cells reach.

openpyxl trusts the declared dimension of a sheet and builds every formatted blank cell; a stray cell in the last corner, or a
million formatted rows, would cost minutes. The scan finds where the content ends, and what openpyxl's streaming mode leaves out.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from optimizer.address import position
from optimizer.files.container import ZIP_ERRORS, Container, NotUsable, damaged
from optimizer.files.scanner import Layout, Scanner, whole
from optimizer.findings import Finding, InputRefused, Severity, escaped, quoted

CHUNK = 1 << 16

_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "http://purl.oclc.org/ooxml/"


@dataclass(frozen=True, slots=True)
class TableArea:
    """A real Excel table: its range, and how many totals rows it ends with."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    totals: int


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook. `layout` is None for what is no worksheet, for instance a chart sheet."""

    name: str
    state: str
    layout: Layout | None
    tables: tuple[TableArea, ...]
    part: str  # its name in the zip


@dataclass(frozen=True)
class Parts:
    sheets: tuple[SheetPart, ...]
    manual_calculation: bool
    names: tuple[tuple[str, str], ...]  # the defined ones, with what they stand for


def scan(container: Container) -> Parts:
    """Every part read to its end, which checks its checksum. Raises InputRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(container.data)) as archive:
            layouts, seen = dict[str, Layout | None](), 0
            for entry in archive.infolist():
                if not entry.is_dir():
                    layouts[entry.filename], seen = _scan_part(archive, entry, seen)
            return _workbook(archive, layouts)
    except NotUsable as refused:
        code, *rest = refused.finding
        raise InputRefused([Finding(code, Severity.ERROR, container.name, "", "", *rest)]) from None


def _scan_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, seen: int) -> tuple[Layout | None, int]:
    """The layout of a worksheet, None for any other part; the elements seen so far."""
    scanner: Scanner | None = None
    try:
        with archive.open(entry) as stream:
            chunk = stream.read(CHUNK)
            if _looks_like_xml(chunk):
                scanner = Scanner(entry.filename, seen)
            while chunk:
                if scanner is not None:
                    scanner.feed(chunk)
                chunk = stream.read(CHUNK)
        if scanner is not None:
            scanner.feed(b"", final=True)
    except ZIP_ERRORS as error:
        raise damaged(f"its part {quoted(entry.filename)} is damaged ({escaped(str(error))})") from None
    except expat.ExpatError as error:
        if entry.filename.endswith(".vml"):  # drawings of comments, which Excel itself does not always write well; not read
            return None, seen
        raise damaged(f"its part {quoted(entry.filename)} is not well-formed ({escaped(str(error))})") from None
    return (scanner.layout, scanner.seen) if scanner is not None else (None, seen)


def _looks_like_xml(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")) or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(
        b"<"
    )


def _workbook(archive: zipfile.ZipFile, layouts: Mapping[str, Layout | None]) -> Parts:
    """The sheets in their order, as the workbook part and the relationships name them."""
    main = _main(archive)
    if main not in layouts:
        raise damaged(f"its part {quoted(main)} is missing")
    root = _tree(archive, main)
    if root.tag.startswith(f"{{{_STRICT}"):
        raise NotUsable("file-other-format", "it is a workbook of the kind Strict Open XML")
    relations = _relations(archive, main)
    sheets = []
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        name = sheet.get("name", "")
        kind, part = relations.get(sheet.get(_RELATIONSHIP, ""), ("", ""))
        if part not in layouts:
            raise damaged(f"the part of its sheet {quoted(name)} is missing")
        areas = tuple(
            _table(archive, target)
            for kind, target in _relations(archive, part).values()
            if kind == "table" and target in layouts
        )
        layout = layouts[part] if kind == "worksheet" else None
        sheets.append(SheetPart(name, sheet.get("state", "visible"), layout, areas, part))
    calculation = root.find("{*}calcPr")
    names = tuple((name.get("name", ""), name.text or "") for name in root.iterfind("{*}definedNames/{*}definedName"))
    return Parts(tuple(sheets), calculation is not None and calculation.get("calcMode") == "manual", names)


def _main(archive: zipfile.ZipFile) -> str:
    types = _tree(archive, "[Content_Types].xml")
    parts = (e.get("PartName", "").lstrip("/") for e in types if e.get("ContentType", "").endswith(".main+xml"))
    return next(parts, "xl/workbook.xml")


def cell_notes(container: Container) -> dict[str, dict[str, str]]:
    """The notes that are pinned to cells, by sheet and address; of a workbook that `scan` has found to be whole."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(container.data)) as archive:
        main = _main(archive)
        relations = _relations(archive, main)
        for sheet in _tree(archive, main).iterfind("{*}sheets/{*}sheet"):
            part = relations.get(sheet.get(_RELATIONSHIP, ""), ("", ""))[1]
            targets = [target for kind, target in _relations(archive, part).values() if kind == "comments"]
            notes = [note for target in targets for note in _tree(archive, target).iterfind("{*}commentList/{*}comment")]
            found[sheet.get("name", "")] = {n.get("ref", ""): "".join(t.text or "" for t in n.iterfind(".//{*}t")) for n in notes}
    return found


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        return fromstring(archive.read(part), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise damaged(f"its part {quoted(part)} cannot be read ({escaped(str(error))})") from None


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Kind (the last word of its type) and target part of each relationship of a part, by its id."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in archive.namelist():
        return {}
    found = {}
    for relation in _tree(archive, path):
        target = relation.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], inside)
    return found


def _table(archive: zipfile.ZipFile, part: str) -> TableArea:
    root = _tree(archive, part)
    first, _, last = root.get("ref", "").partition(":")
    totals = whole(root.get("totalsRowCount"), 0)
    return TableArea(root.get("displayName", ""), position(first), position(last or first), totals)
