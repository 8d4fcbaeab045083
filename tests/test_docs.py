"""What docs/ and README say is what the code does."""

import re
import runpy
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.balance import balance
from optimizer.objectives import OBJECTIVES
from optimizer.program import Row
from optimizer.rules import REGISTRY
from tests.example import every_family, over_time

ROOT = Path(__file__).parent.parent
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = MODEL.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row.strip("|").split(" | ")] for row in rows[2:]]


def test_the_table_of_rules_is_the_registry() -> None:
    rows = table("Rules")
    assert [row[0] for row in rows] == list(REGISTRY)
    for kind, _, formula, _, file in rows:
        assert formula == REGISTRY[kind].FORMULA, kind
        assert REGISTRY[kind].__module__ == "optimizer." + file.removesuffix(".py").replace("/", "."), kind


def test_rows_are_labelled_as_the_table_says() -> None:
    patterns = {
        row[0]: re.sub(r"\\\[.*?\\\]", r"\\[.+\\]", re.escape(row[3])).replace(r"\.l", r"\.\d+") for row in table("Rules")
    }
    emitted: dict[str, list[Row]] = {}
    for scenario, formulation in (every_family(), over_time("balanced")):
        for rule in (*scenario.rules, *balance(scenario, Fraction(1, 3))):
            emitted.setdefault(rule.KIND, []).extend(rule.rows(formulation.columns))
    assert set(emitted) == set(REGISTRY), "the examples have every family"
    for kind, rows in emitted.items():
        assert rows, kind
        for row in rows:
            assert re.fullmatch(patterns[kind], row.label), (row.label, patterns[kind])


def test_the_table_of_objectives_is_the_registry() -> None:
    assert [(name, formula, measure) for name, formula, measure in table("Objectives")] == [
        (objective.name, objective.formula, objective.measure) for objective in OBJECTIVES.values()
    ]


def test_the_reference_is_that_of_the_sheets() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "build_reference.py"))["reference"]()
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == made, "run python docs/build_reference.py"


def test_docs_link_to_what_is_there() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    assert len(pages) >= 6
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (page.parent / link).exists(), (page.name, link)


@pytest.mark.deep
def test_the_python_of_the_analysts_guide_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) >= 3
    shared: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/analyst.md", "exec"), shared)


def test_every_promise_names_a_test_that_is_there() -> None:
    """docs/trust.md: no row of its promises without a test, and each named test exists."""
    text = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    rows = [line for line in text.partition("## Promises")[2].partition("## ")[0].splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row) for row in rows if "---" not in row]
    assert len(named) > 10
    assert all(named)
    for file, name in (one for row in named for one in row):
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8") if name else (ROOT / file).is_file(), f"{file} {name}"
