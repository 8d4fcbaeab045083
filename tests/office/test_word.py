"""Word documents as a reader sees them: converted by LibreOffice, page by page."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.report import docx, published
from optimizer.report.language import LANGUAGES
from tests.dossiers import by_hand, drawn, over_time

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
READER = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(not (OFFICE and READER), reason="LibreOffice or pdftotext is not installed: no page to read")
PLANS = {"120 outputs": lambda: by_hand(*drawn(2, size=120)), "funds": over_time}


def pages(path: Path, folder: Path) -> list[str]:
    """The text of each page, as it lies on it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    made = subprocess.run(
        [str(READER), "-layout", str(path.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
    )
    return made.stdout.decode().rstrip("\f").split("\f")


@pytest.mark.parametrize(("name", "code"), [("120 outputs", "fr"), ("funds", "es")])
def test_pages_have_headers_and_numbers_and_nothing_is_cut(name: str, code: str, tmp_path: Path) -> None:
    found = replace(PLANS[name](), language=LANGUAGES[code])
    path = tmp_path / "paper.docx"
    path.write_bytes(docx.render(published.document(found), found.language))
    read = pages(path, tmp_path)
    say, last = found.language.say, len(read)
    for number, page in enumerate(read, start=1):
        footer = say("Page {page} of {pages}", page=number, pages=last)
        assert footer in page, f"page {number}"
    first = [page for page in read if re.search(rf"^ *{say('Output')} +{say('Title')}", page, re.MULTILINE)]
    assert len(first) >= 2, "the header comes again on each page"
    whole = " ".join(" ".join(read).split())
    for figures in found.shown.components.values():
        assert found.language.integer(figures.estimated).replace("\u00a0", " ") in whole.replace("\u00a0", " ")
    for output in found.plan.outputs:
        assert output.id in whole
