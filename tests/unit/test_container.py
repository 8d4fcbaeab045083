"""Files that are no readable workbook: what is said, and that nothing else happens."""

from __future__ import annotations

import hashlib
import io
import os
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.files import container
from optimizer.files.container import open_container
from optimizer.files.reader import read_workbook
from optimizer.findings import Finding, InputRefused, Severity
from tests.workbooks import SHEETS, book, put, repack, replaced, saved

BOOK = book()
OUTPUTS_PART = "xl/worksheets/sheet3.xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def refusal(path: Path) -> Finding:
    with pytest.raises(InputRefused) as refused:
        read_workbook(path)
    (finding,) = refused.value.findings
    assert (finding.severity, finding.sheet, finding.cell) == (Severity.ERROR, "", "")
    return finding


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def package(content_type: str) -> bytes:
    return zipped(
        {"[Content_Types].xml": f'<Types><Override PartName="/main.xml" ContentType="{content_type}"/></Types>'.encode()}
    )


def flipped(data: bytes, part: str) -> bytes:
    """One bit changed in the packed bytes of a part, as bad memory sticks do."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(part)
    place = entry.header_offset + 30 + len(part) + entry.compress_size // 2
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


def lying(data: bytes, part: str) -> bytes:
    """The directory says that a part is smaller than it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(part).file_size
    return data.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))


def encrypted(data: bytes) -> bytes:
    """Every entry flagged as encrypted, in the local headers and in the directory."""
    data = data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def twice(data: bytes, name: str) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, b"<x/>")
    return stream.getvalue()


def doctype(data: bytes) -> bytes:
    return replaced(data, OUTPUTS_PART, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')


def utf16(data: bytes) -> bytes:
    """A document type hidden from a search for its letters."""
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><worksheet/>'.encode("utf-16")
    return repack(data, lambda name, content: hidden if name == OUTPUTS_PART else content)


FILES: list[tuple[str, bytes, str, str]] = [
    ("A4 empty", b"", "file-empty", "0 bytes"),
    ("A5 truncated", BOOK[: len(BOOK) // 2], "file-damaged", "zip container is damaged"),
    ("A6 flipped", flipped(BOOK, OUTPUTS_PART), "file-damaged", f'its part "{OUTPUTS_PART}" is damaged'),
    ("A7 csv", b"id,title,cost\r\n1.10,Advice,5000\r\n", "file-text", '"id,title,cost\\u000d\\u000a1.10,Advice,5000'),
    ("A7 latin", "id;réponse".encode("latin-1"), "file-text", '"id;réponse"'),
    ("A7 utf-16", "id\tcost".encode("utf-16"), "file-text", '"id\\u0009cost"'),
    ("A8 html", b"<html><body><table><tr><td>1</td></tr></table>", "file-html", "web page"),
    ("A8 xml", b'<?xml version="1.0"?><Workbook/>', "file-html", "XML file"),
    ("A9 xls", OLE + "Workbook".encode("utf-16-le"), "file-xls", "old format (.xls)"),
    ("A9 doc", OLE + "WordDocument".encode("utf-16-le"), "file-other-format", "old format"),
    ("A10 encrypted", OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted", "password"),
    ("A10 encrypted zip", encrypted(BOOK), "file-encrypted", "encrypted"),
    ("A11 xlsb", package("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "file-other-format", ".xlsb"),
    ("A11 ods", zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "file-other-format", ".ods"),
    ("A11 odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "file-other-format", "opendocument.text"),
    ("A11 numbers", zipped({"Index/Document.iwa": b"x"}), "file-other-format", "Numbers"),
    ("A11 pointer", b'{"url": "x", "doc_id": "y"}', "file-other-format", "online document"),
    ("A14 zip", zipped({"a.txt": b"a"}), "file-other-format", "zip archive"),
    ("A14 docx", package("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
     "file-other-format", ".docx"),
    ("A14 pptx", package("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
     "file-other-format", ".pptx"),
    ("A14 package", package("application/other"), "file-other-format", "without a workbook"),
    ("pdf", b"%PDF-1.7", "file-other-format", "PDF"),
    ("bytes", bytes(range(40)), "file-other-format", "00 01 02 03"),
    ("A15 bomb", repack(BOOK, lambda n, c: c, {"xl/media/x": bytes(30_000_000)}), "file-too-large", "times its size"),
    ("A15 parts", repack(BOOK, lambda n, c: c, {f"x/{i}": b"" for i in range(2000)}), "file-too-large", "parts"),
    ("A15 directory lies", lying(BOOK, OUTPUTS_PART), "file-damaged", "damaged"),
    ("A16 doctype", doctype(BOOK), "file-dtd", f'"{OUTPUTS_PART}" declares a document type'),
    ("A16 utf-16", utf16(BOOK), "file-dtd", "document type"),
    ("A17 deep", repack(BOOK, lambda n, c: c, {"x.xml": b"<a>" * 200}), "file-too-large", '"x.xml" is nested too deeply'),
    ("A17 attribute", repack(BOOK, lambda n, c: c, {"x.xml": b'<a b="%b"/>' % (b"c" * 200_000)}), "file-too-large", "endless"),
    ("A18 dots", repack(BOOK, lambda n, c: c, {"../x": b""}), "file-entry-name", '"../x"'),
    ("A18 absolute", repack(BOOK, lambda n, c: c, {"/etc/x": b""}), "file-entry-name", '"/etc/x"'),
    ("A18 case twin", twice(BOOK, "xl/WORKBOOK.xml"), "file-entry-name", "two parts"),
    ("A20 sheet part", repack(BOOK, lambda n, c: None if n == OUTPUTS_PART else c), "file-damaged", 'sheet "Outputs" is missing'),
    ("A20 workbook part", repack(BOOK, lambda n, c: None if n == "xl/workbook.xml" else c), "file-damaged", "is missing"),
    ("A21 strict", replaced(BOOK, "xl/workbook.xml", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                            b"http://purl.oclc.org/ooxml/spreadsheetml/main"), "file-other-format", "Strict"),
    ("malformed", replaced(BOOK, OUTPUTS_PART, b"</sheetData>", b""), "file-damaged", "not well-formed"),
    ("nonsense", replaced(BOOK, OUTPUTS_PART, b'<c r="E2" t="n">', b'<c r="E2" t="s">'), "file-damaged", "cannot be understood"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "says"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_no_workbook(data: bytes, code: str, says: str, tmp_path: Path) -> None:
    finding = refusal(saved(tmp_path, data))
    assert (finding.code, finding.file) == (code, "plan.xlsx")
    assert says in finding.found
    assert finding.remedy


def test_missing_file_names_near_ones(tmp_path: Path) -> None:
    saved(tmp_path, BOOK, "plan_outputs.xlsx")
    finding = refusal(tmp_path / "plan_output.xlsx")
    assert (finding.code, finding.remedy) == ("file-missing", "did you mean plan_outputs.xlsx?")
    assert "there is no workbook in" not in refusal(tmp_path / "other.xlsx").remedy
    assert "does not exist" in refusal(tmp_path / "no" / "plan.xlsx").remedy
    assert refusal(Path("plan\0.xlsx")).code == "file-missing"


def test_folder(tmp_path: Path) -> None:
    saved(tmp_path, BOOK)
    finding = refusal(tmp_path)
    assert (finding.code, finding.remedy) == ("file-directory", "known: plan.xlsx")


def test_lock_file_of_excel(tmp_path: Path) -> None:
    saved(tmp_path, b"\x04User", "~$plan.xlsx")
    assert refusal(tmp_path / "~$plan.xlsx").remedy == "the workbook is plan.xlsx"
    document = read_workbook(saved(tmp_path, BOOK))
    assert [(finding.severity, finding.code) for finding in document.findings] == [(Severity.NOTE, "file-open")]


def test_pipe_and_link_loop(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert refusal(tmp_path / "pipe.xlsx").code == "file-not-regular"
    (tmp_path / "loop.xlsx").symlink_to(tmp_path / "loop.xlsx")
    assert refusal(tmp_path / "loop.xlsx").code == "file-unreadable"


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, BOOK)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    finding = refusal(path)
    assert (finding.code, finding.found) == ("file-unreadable", "it cannot be read: Permission denied")


def test_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_FILE", 1000)
    assert refusal(saved(tmp_path, BOOK)).code == "file-too-large"


def test_odd_file_name_is_printed_on_one_line(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, b"", 'a\n"\x1b[1m.xlsx')).file == 'a\\u000a"\\u001b[1m.xlsx'
    assert read_workbook(saved(tmp_path, BOOK, "plan 😀 'x'.xlsx")).findings == ()


def test_bytes_are_read_once(tmp_path: Path) -> None:
    opened = open_container(saved(tmp_path, BOOK))
    assert (opened.data, opened.sha256) == (BOOK, hashlib.sha256(BOOK).hexdigest())


WARNED: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("A12", lambda data: repack(data, lambda n, c: c, {"xl/vbaProject.bin": b"x"}), "macros"),
    ("A19", lambda data: repack(data, lambda n, c: c, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external-links"),
]


@pytest.mark.parametrize(("spoil", "code"), [case[1:] for case in WARNED], ids=[case[0] for case in WARNED])
def test_warned(spoil: Callable[[bytes], bytes], code: str, tmp_path: Path) -> None:
    document = read_workbook(saved(tmp_path, spoil(BOOK), "plan.xlsm"))
    assert [(finding.severity, finding.code) for finding in document.findings] == [(Severity.WARNING, code)]


def test_features_that_openpyxl_warns_of_are_no_findings(tmp_path: Path) -> None:
    extension = b'</sheetData><extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst>'
    data = replaced(BOOK, OUTPUTS_PART, b"</sheetData>", extension)
    assert read_workbook(saved(tmp_path, data)).findings == ()


def test_comments_drawn_in_malformed_markup_do_not_matter(tmp_path: Path) -> None:
    data = repack(BOOK, lambda n, c: c, {"xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>"})
    assert read_workbook(saved(tmp_path, data)).findings == ()


def test_many_blank_formatted_rows_cost_little(tmp_path: Path) -> None:
    """A27: a whole sheet of formatted blank cells (here a fifth of one)."""
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (i, i) for i in range(7, 200_000))
    path = saved(tmp_path, replaced(BOOK, OUTPUTS_PART, b"</sheetData>", rows + b"</sheetData>"))
    start = time.process_time()
    document = read_workbook(path)
    assert time.process_time() - start < 5
    assert (document.findings, len(document.plan.outputs)) == ((), len(SHEETS["Outputs"]) - 1)


def test_stray_cell_costs_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, book(put("Outputs!XFD1048576", 1)))
    start = time.process_time()
    with pytest.raises(InputRefused, match="Outputs!XFD1048576"):
        read_workbook(path)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bits_are_found_or_harmless(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    data = bytearray(BOOK)
    for _ in range(draw.randint(1, 3)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    try:
        document = read_workbook(saved(tmp_path, bytes(data)))
    except InputRefused as refused:
        said: object = refused.findings
    else:
        said = document.plan == read_workbook(saved(tmp_path, BOOK)).plan
    assert said
