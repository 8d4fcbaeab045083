"""Papers, tables and figures through the commands, from the shipped workbook to files that can be pasted."""

import csv
import io
import re
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.integration.test_cli import Call, call, edit, set_cell, small  # noqa: F401 - call and small are fixtures
from tests.workbooks import repack

BASE = "results/plan_outputs_Base.xlsx"
THREE = ("Full costing", "Base", "At 60")


@pytest.fixture
def results(base: Path, call: Call, tmp_path: Path) -> Call:  # noqa: F811
    shutil.copytree(base, tmp_path / "results")
    return call


def test_a_run_in_french_is_french(call: Call, tmp_path: Path) -> None:  # noqa: F811
    code, out, err = call("run", "inputs/plan_outputs.xlsx", "--lang", "fr")
    assert code == 0, err
    assert "le Bureau a recensé 36" in " ".join(out.split())
    sheets = openpyxl.load_workbook(tmp_path / BASE, read_only=True).sheetnames
    assert sheets[:3] == ["Résumé", "Priorités", "Par période"]
    document = docx.Document(str(tmp_path / BASE.replace(".xlsx", ".docx")))
    assert document.core_properties.language == "fr-FR"
    assert "Tableau\u00a01. Hiérarchisation des produits" in "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert 'lang="fr-FR"' in (tmp_path / BASE.replace(".xlsx", ".html")).read_text(encoding="utf-8")


def test_a_table_again_in_another_language(results: Call, tmp_path: Path) -> None:
    target = tmp_path / "priorités.docx"
    code, out, err = results("table", BASE, "--table", "prioritisation", "--format", "docx", "--lang", "fr", "-o", str(target))
    assert (code, out) == (0, ""), err
    table = docx.Document(str(target)).tables[0]
    assert table.rows[-1].cells[0].text == "Total"
    assert "237\u00a0000" in [cell.text for cell in table.rows[-1].cells]


@pytest.mark.parametrize(
    "name", ["prioritisation", "side-by-side", "components", "periods", "at-stake", "coverage", "approaches"]
)
def test_every_table_as_csv_is_data(results: Call, name: str) -> None:
    code, out, err = results("table", BASE, "--table", name, "--format", "csv")
    assert code == 0, err
    header, *rows = csv.reader(io.StringIO(out))
    assert rows
    assert all(len(row) == len(header) for row in rows)


def test_the_summary_is_a_page_of_sentences(results: Call) -> None:
    code, out, _ = results("table", BASE, "--table", "summary")
    assert code == 0
    assert "The Office has identified, within the available resources of US$177,750,000, 36 outputs" in out.replace("\u00a0", " ")
    assert "|" not in out


def test_several_tables_in_one_page(results: Call, tmp_path: Path) -> None:
    code, _, err = results("table", BASE, "--table", "approaches", "--table", "at-stake", "--format", "html", "-o", "two.html")
    assert code == 0, err
    page = (tmp_path / "two.html").read_text(encoding="utf-8")
    assert re.findall(r"Table\s*([0-9])", page.replace("\u00a0", " "))[:2] == ["1", "2"]


def test_figures_are_pictures(results: Call, tmp_path: Path) -> None:
    assert results("figure", BASE, "-o", "bars.png")[0] == 0
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
    assert results("figure", BASE, "--figure", "frontier", "--format", "svg", "--lang", "es", "-o", "curve.svg")[0] == 0
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.deep
@pytest.mark.usefixtures("without_papers")
def test_scenarios_side_by_side_as_a_table(call: Call, tmp_path: Path) -> None:  # noqa: F811
    names = [part for name in THREE for part in ("--scenario", name)]
    assert call("run", "inputs/plan_outputs.xlsx", *names)[0] == 0
    assert (tmp_path / "results" / "plan_outputs_scenarios.docx").exists()
    code, out, err = call("table", "results/plan_outputs_scenarios.xlsx", "--table", "amounts", "--format", "csv")
    assert code == 0, err
    header, *rows = csv.reader(io.StringIO(out))
    assert [name.removesuffix(" (US$ thousand)") for name in header[-3:]] == list(THREE)
    totals = [sum(int(row[-3 + i] or 0) for row in rows) for i in range(3)]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] == 237_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--table", "priorities"), "one of these tables is expected"),
        (("--table", "scenarios"), "one of these tables is expected"),
        (("--table", "summary", "--format", "csv"), "a text is to be had as docx"),
    ],
)
def test_a_table_that_is_not_to_be_had_is_refused(results: Call, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = results("table", BASE, *arguments)
    assert (code, out) == (3, "")
    assert said in err


@pytest.mark.parametrize(
    "arguments", [("--format", "docx"), ("--format", "csv"), ("--template", "house.docx"), ("--lang", "de"), ("--format", "pdf")]
)
def test_a_call_that_makes_no_sense_is_a_usage_error(results: Call, arguments: tuple[str, ...]) -> None:
    assert results("table", BASE, *arguments)[0] == 2


def test_files_of_others_are_not_replaced_without_being_told(results: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    assert results("table", BASE, "-o", "mine.md")[0] == 7
    assert (tmp_path / "mine.md").read_text() == "mine"
    assert results("table", BASE, "-o", BASE, "--overwrite")[0] == 7, "what is read is never replaced"
    assert results("table", BASE, "-o", "mine.md", "--overwrite")[0] == 0
    assert "Prioritisation" in (tmp_path / "mine.md").read_text(encoding="utf-8")


def test_changed_results_make_no_table(results: Call, tmp_path: Path) -> None:
    changed = re.compile(rb'(<c r="H7"[^>]*><v>)[0-9]+')
    part = "xl/worksheets/sheet2.xml"
    data = (tmp_path / BASE).read_bytes()
    (tmp_path / BASE).write_bytes(repack(data, lambda name, xml: changed.sub(rb"\g<1>9999", xml) if name == part else xml))
    code, out, err = results("table", BASE)
    assert (code, out) == (6, "")
    assert "Prioritisation!H7" in err


def test_the_input_is_no_result(results: Call) -> None:
    code, _, err = results("table", "inputs/plan_outputs.xlsx")
    assert code == 3
    assert "a results workbook written by this tool is expected" in err


def test_a_template_that_is_none_is_refused(results: Call, tmp_path: Path) -> None:
    (tmp_path / "house.docx").write_text("no document")
    code, _, err = results("table", BASE, "--format", "docx", "--template", "house.docx", "-o", "out.docx")
    assert code == 3
    assert "template" in err
    assert not (tmp_path / "out.docx").exists()


def test_a_run_with_a_broken_template_solves_nothing(call: Call, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "house.docx").write_text("no document")
    code, _, err = call("run", "inputs/plan_outputs.xlsx", "--template", "house.docx")
    assert code == 3, err
    assert not list((tmp_path / "results").glob("*")), "nothing is half-published"


def test_an_untitled_scenario_still_has_a_name(small: Call, tmp_path: Path) -> None:  # noqa: F811
    edit(tmp_path / "inputs" / "plan_outputs.xlsx", set_cell("Scenarios", "At 60", "Title", None))
    assert small("run", "inputs/plan_outputs.xlsx", "-s", "At 60", "--lang", "es")[0] == 0
