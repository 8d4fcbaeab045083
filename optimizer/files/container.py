"""Is this file a readable workbook at all? Decided on its bytes, read once, before any of it is parsed."""

from __future__ import annotations

import codecs
import hashlib
import io
import lzma
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer.findings import Finding, InputRefused, Severity, escaped, nearest, quoted

LARGEST_FILE = 100_000_000
LARGEST_UNPACKED = 200_000_000
LARGEST_RATIO = 100  # of unpacked to packed bytes; a workbook has 5 to 20
RATIO_MATTERS = 10_000_000  # unpacked bytes below which a high ratio harms nobody
MOST_PARTS = 2_000
SUFFIXES = (".xlsx", ".xlsm")
LOCK_PREFIX = "~$"

WORKBOOK = "an Excel workbook (.xlsx) is expected"
SAVE_AS = "open it in Excel or LibreOffice and save it as Excel Workbook (.xlsx)"
FRESH = "open it in Excel, save it under a new name and use that"

# RuntimeError: an encrypted part; NotImplementedError: an unknown compression; ValueError and OSError: broken fields and streams
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
# What the text of [Content_Types].xml gives away, in this order: an xlsb names a macro-enabled main part too.
_PACKAGES = (
    (b"sheet.binary.macroEnabled", "a binary workbook (.xlsb)"),
    (b"wordprocessingml.document.main", "a Word document (.docx)"),
    (b"presentationml.presentation.main", "a PowerPoint presentation (.pptx)"),
)
_WORKBOOK_PARTS = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
_MACRO_PARTS = (b"ms-excel.sheet.macroEnabled.main+xml", b"ms-excel.template.macroEnabled.main+xml")


@dataclass(frozen=True)
class Container:
    """The bytes of a file that is a zip of workbook parts; `findings` are warnings and notes."""

    path: Path
    name: str
    data: bytes
    sha256: str
    findings: tuple[Finding, ...]


class NotUsable(Exception):
    """One reason for which a file cannot be read: code, fact, expectation, remedy."""

    def __init__(self, code: str, found: str, expected: str = WORKBOOK, remedy: str = SAVE_AS) -> None:
        super().__init__(found)
        self.finding = (code, found, expected, remedy)


def damaged(found: str) -> NotUsable:
    return NotUsable("file-damaged", found, "an undamaged workbook is expected", FRESH)


def open_container(path: str | os.PathLike[str]) -> Container:
    """The file's bytes, once it is clear that they are a workbook's. Raises InputRefused."""
    path = Path(path)
    name = escaped(path.name) or str(path)
    try:
        data = _read(path)
        kind = _kind(data)
        if kind is not None:
            raise kind
        warnings = list(_zip_directory(data))
    except NotUsable as refused:
        code, *rest = refused.finding
        raise InputRefused([Finding(code, Severity.ERROR, name, "", "", *rest)]) from None
    except OSError as error:
        found = f"it cannot be read: {error.strerror or error}"
        remedy = "close it in the program that holds it, or ask for the right to read it"
        raise InputRefused(
            [Finding("file-unreadable", Severity.ERROR, name, "", "", found, "a readable file is expected", remedy)]
        ) from None
    if path.with_name(LOCK_PREFIX + path.name).exists():
        warnings.append(("file-open", Severity.NOTE, "it is open in Excel", "what was saved last is read"))
    findings = tuple(Finding(code, severity, name, "", "", *rest) for code, severity, *rest in warnings)
    return Container(path, name, data, hashlib.sha256(data).hexdigest(), findings)


def _read(path: Path) -> bytes:
    """The bytes of a regular file of bearable size."""
    if path.name.startswith(LOCK_PREFIX):
        remedy = f"the workbook is {path.name.removeprefix(LOCK_PREFIX)}"
        raise NotUsable("file-lock", "it is the mark that Excel leaves beside an open workbook", remedy=remedy)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the name
        raise NotUsable("file-missing", "there is no such file", "an existing file is expected", _near(path)) from None
    if stat.S_ISDIR(status.st_mode):
        raise NotUsable("file-directory", "it is a folder", "a file is expected", _near(path / "x"))
    if not stat.S_ISREG(status.st_mode):
        raise NotUsable("file-not-regular", "it is a device or a pipe", "a file is expected", "save the workbook on disk first")
    with path.open("rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise _too_large(f"it has more than {LARGEST_FILE:,} bytes")
    return data


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"the folder {quoted(folder)} does not exist"
    workbooks = (p.name for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(LOCK_PREFIX))
    known = sorted(workbooks)
    below = sorted(str(child / path.name) for child in folder.iterdir() if os.path.isfile(child / path.name))  # noqa: PTH113
    if below:  # isfile of os: a folder that may not be looked into counts as one without the file
        return f"did you mean {below[0]}?"
    return nearest(path.name, known) if known else f"there is no workbook in {quoted(folder.resolve())}"


def _too_large(found: str) -> NotUsable:
    return NotUsable("file-too-large", found, "a workbook of bearable size is expected", "copy the sheets into a new workbook")


def _kind(data: bytes) -> NotUsable | None:
    """What the file is, where it is no zip."""
    if not data:
        return NotUsable("file-empty", "it is empty (0 bytes)", remedy="save the workbook again, or take a copy of it")
    if data.startswith(b"PK"):
        return None
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith(b"%PDF"):
        return NotUsable("file-other-format", "it is a PDF document")
    text = _text(data[:4096])
    if text is None:
        return NotUsable("file-other-format", f"it is no workbook: it begins with the bytes {data[:8].hex(' ')}")
    return _text_kind(text)


def _text_kind(text: str) -> NotUsable:
    start = text.lstrip().casefold()
    if start.startswith("<"):
        if "<html" in start or "<table" in start or "<!doctype html" in start:
            return NotUsable("file-html", "it is a web page (HTML) with the name of a workbook")
        return NotUsable("file-html", "it is an XML file with the name of a workbook")
    if start.startswith("{") and "doc_id" in start:
        return NotUsable("file-other-format", "it only points to an online document", remedy="download it as .xlsx")
    return NotUsable("file-text", f"it is text, not a workbook: {quoted(text[:40])}")


def _ole_kind(data: bytes) -> NotUsable:
    """Old Office files and encrypted new ones share a container; the names of its streams tell them apart."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        return NotUsable("file-encrypted", "it is protected with a password", remedy="remove the password in Excel and save it")
    if has("Workbook") or has("Book"):
        return NotUsable("file-xls", "it is a workbook of the old format (.xls)")
    return NotUsable("file-other-format", "it is an Office file of an old format")


def _text(head: bytes) -> str | None:
    """The beginning of a text file; None where it is no text. A character may be cut at the end."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _zip_directory(data: bytes) -> Iterator[tuple[str, Severity, str, str]]:
    """Warnings about the zip; raises NotUsable. Only the directory is looked at, and the one part that says what this is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            kind = _package_kind(archive)
    except ZIP_ERRORS as error:
        raise damaged(f"its zip container is damaged ({escaped(str(error))})") from None
    if kind is not None:
        raise kind
    names = [entry.filename for entry in entries]
    if any(name.endswith("vbaProject.bin") for name in names):
        yield "macros", Severity.WARNING, "it has macros", "they are never run; values are read as they stand"
    links = [
        name for name in names if name.startswith(("xl/externalLinks/externalLink", "xl/connections.xml", "xl/queryTables/"))
    ]
    if links:
        found = f"{len(links)} links to other files or data sources"
        yield "external-links", Severity.WARNING, found, "they are not followed; values are read as last calculated"


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS:
        raise _too_large(f"it has {len(entries):,} parts; at most {MOST_PARTS:,} are read")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise NotUsable("file-entry-name", f"it has a part named {quoted(entry.filename)}", remedy=FRESH)
        if entry.flag_bits & 1:
            raise NotUsable("file-encrypted", "its zip container is encrypted", remedy="save it without a password")
    repeated = [name for name, count in Counter(entry.filename.casefold() for entry in entries).items() if count > 1]
    if repeated:
        raise NotUsable("file-entry-name", f"it has two parts named {quoted(repeated[0])}", remedy=FRESH)
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > LARGEST_UNPACKED:
        raise _too_large(f"it unpacks to {unpacked:,} bytes; at most {LARGEST_UNPACKED:,} are read")
    if unpacked > RATIO_MATTERS and unpacked > LARGEST_RATIO * packed:
        raise _too_large(f"it unpacks to {unpacked // max(packed, 1)} times its size; at most {LARGEST_RATIO} times is read")


def _package_kind(archive: zipfile.ZipFile) -> NotUsable | None:
    """None for a workbook; otherwise what the zip is."""
    names = archive.namelist()
    if "[Content_Types].xml" not in names:
        found = "it is a zip archive, not a workbook"
        if "mimetype" in names:
            media = archive.read("mimetype")[:80].decode("ascii", errors="replace")
            found = (
                "it is an OpenDocument spreadsheet (.ods)" if "spreadsheet" in media else f"it is a file of type {quoted(media)}"
            )
        elif any(name.endswith(".iwa") for name in names):
            found = "it is a Numbers document"
        return NotUsable("file-other-format", found)
    types = archive.read("[Content_Types].xml")
    for mark, found in _PACKAGES:
        if mark in types:
            return NotUsable("file-other-format", f"it is {found}")
    if any(mark in types for mark in (*_WORKBOOK_PARTS, *_MACRO_PARTS)):
        return None
    return NotUsable("file-other-format", "it is a zip archive without a workbook")
