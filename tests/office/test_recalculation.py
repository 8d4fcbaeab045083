"""A spreadsheet program that has never seen our values comes to the same ones.

The cached values are stripped from a copy first: with them in place a program may simply show them again.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from optimizer.plan import Basis, Limit
from optimizer.report import xlsx
from optimizer.report.book import results_book
from optimizer.report.dossier import Dossier
from optimizer.report.language import LANGUAGES
from tests.dossiers import by_hand, dossier, drawn, nasty, over_time, paid
from tests.workbooks import repack

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing can recalculate the workbook"),
    pytest.mark.filterwarnings("ignore:.*xtension is not supported"),
]

VALUE = re.compile(rb"(<c [^>]*?)( t=\"(?:b|str|e)\")?(>)(<f>.*?</f>)<v>.*?</v>", re.DOTALL)


def stripped(data: bytes) -> bytes:
    """The workbook without the value of any formula."""
    return repack(data, lambda name, part: VALUE.sub(rb"\1\3\4", part) if name.startswith("xl/worksheets/") else part)


def cells(data: bytes, formulas: bool = False) -> dict[tuple[str, str], object]:
    """By sheet and address: what stands there, or the formulas."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas)
    filled = ((sheet.title, cell) for sheet in book for line in sheet for cell in line if cell.value is not None)
    return {(title, cell.coordinate): cell.value for title, cell in filled if not formulas or cell.data_type == "f"}


def recalculated(books: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """What LibreOffice makes of them, in a profile of its own; started once, which takes longer than a workbook."""
    paths = {name: folder / f"{number}.xlsx" for number, name in enumerate(books)}
    for name, path in paths.items():
        path.write_bytes(books[name])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")]
    subprocess.run([*command, *map(str, paths.values())], check=True, capture_output=True, timeout=300)
    return {name: (folder / "out" / path.name).read_bytes() for name, path in paths.items()}


def alike_ids() -> Dossier:
    """Component ids that a careless formula would take for the same number."""
    plan, allocation = drawn(11, size=12)
    first, second, *rest = plan.components
    renamed = {first.id: "1.1", second.id: "1.10"}
    components = (
        replace(first, id="1.1", minimum=Limit(Basis.AMOUNT, plan.components[0].weight)),
        replace(second, id="1.10"),
        *rest,
    )
    outputs = tuple(replace(output, component=renamed.get(output.component, output.component)) for output in plan.outputs)
    return by_hand(replace(plan, components=components, outputs=outputs), allocation)


def periods_alone() -> Dossier:
    plan, allocation, _ = paid(3)
    return by_hand(replace(plan, funds=()), allocation)


PLANS = {
    "every rule": dossier,
    "look-alikes": nasty,
    "ids alike": alike_ids,
    "120 outputs": lambda: by_hand(*drawn(2, size=120)),
    "whole units": lambda: by_hand(*drawn(4, size=9, display_unit=1)),
    "funds": over_time,
    "classes, in French": lambda: replace(over_time("tiers"), language=LANGUAGES["fr"]),
    "funds, in Spanish": lambda: replace(by_hand(*paid(5)), language=LANGUAGES["es"]),
    "100 outputs paid by funds": lambda: by_hand(*paid(8, size=100)),
    "periods without funds": periods_alone,
}


LARGE = ("120 outputs", "100 outputs paid by funds")
SMALL = tuple(name for name in PLANS if name not in LARGE)


@pytest.mark.parametrize("names", [pytest.param(SMALL, id="small"), pytest.param(LARGE, id="large", marks=pytest.mark.deep)])
def test_every_formula_comes_to_the_value_written(names: tuple[str, ...], tmp_path: Path) -> None:
    written = {name: xlsx.render(results_book(PLANS[name]())) for name in names}
    without = {name: stripped(data) for name, data in written.items()}
    theirs = recalculated(without, tmp_path)
    for name, data in written.items():
        compare(name, data, without[name], theirs[name])


def compare(name: str, data: bytes, without: bytes, theirs: bytes) -> None:
    formulas, ours, empty, found = cells(data, formulas=True), cells(data), cells(without), cells(theirs)
    for place, formula in formulas.items():
        assert place not in empty, (name, place)
        assert found.get(place) == ours.get(place), (name, place, formula)
    assert len(formulas) > 60, name
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(formulas) == sum(
            archive.read(part).count(b"<f>") for part in archive.namelist() if part.startswith("xl/worksheets/")
        ), name
