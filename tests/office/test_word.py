"""Word documents as a reader sees them: converted by LibreOffice, page by page."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.report import docx, published
from optimizer.report.dossier import Dossier
from optimizer.report.language import LANGUAGES
from tests.dossiers import by_hand, drawn, over_time

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
READER = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(not (OFFICE and READER), reason="LibreOffice or pdftotext is not installed: no page to read")
IN = {"120 outputs": "fr", "funds": "es"}
PLANS = {"120 outputs": lambda: by_hand(*drawn(2, size=120)), "funds": over_time}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Dossier, list[str]]]:
    """Each dossier with the text of its pages, as it lies on them; LibreOffice is started once."""
    folder = tmp_path_factory.mktemp("papers")
    found = {name: replace(PLANS[name](), language=LANGUAGES[code]) for name, code in IN.items()}
    paths = {name: folder / f"{code}.docx" for name, code in IN.items()}
    for name, path in paths.items():
        path.write_bytes(docx.render(published.document(found[name]), found[name].language))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths.values())], check=True, capture_output=True, timeout=180)
    return {name: (found[name], pages(path.with_suffix(".pdf"))) for name, path in paths.items()}


def pages(path: Path) -> list[str]:
    made = subprocess.run([str(READER), "-layout", str(path), "-"], check=True, capture_output=True, timeout=60)
    return made.stdout.decode().rstrip("\f").split("\f")


@pytest.mark.parametrize("name", IN)
def test_pages_have_headers_and_numbers_and_nothing_is_cut(name: str, papers: dict[str, tuple[Dossier, list[str]]]) -> None:
    found, read = papers[name]
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
