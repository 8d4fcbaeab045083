"""What a batch comes to: spreads by rank, the core, and which assumption moves the answer; exports."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.batch.answer import Answer, Here
from optimizer.batch.blocks import Batch
from optimizer.batch.export import FORMS, export, frame, refuse_export
from optimizer.batch.run import run
from optimizer.batch.store import Asked, open_store
from optimizer.batch.summary import SINGLE, Summary, summaries
from optimizer.batch.tables import MOST_ROWS, core, listed, overview
from optimizer.files.publish import OutputRefused
from optimizer.program import Termination
from optimizer.report.plain import csv_text
from tests.batches import batch_of, uncertain

SWEEP = """
[[scenario]]
name = "one"
[[sweep]]
name = "grid"
over.resources = { from = 1, to = 20, step = 1 }
over.base = ["Base", "Lean"]
over."output.A.1.status" = ["open", "deferred"]
"""


def answer(value: int, shares: tuple[int, ...]) -> Answer:
    amounts = tuple(100 * share for share in shares)
    return Answer(Termination.OPTIMAL, Fraction(value, 3), sum(amounts), shares, amounts, shares, proved=True)


def summed(batch: Batch, answers: list[Answer | None]) -> tuple[Summary, ...]:
    rows: list[tuple[Asked, Answer | None]] = []
    for n, one in enumerate(answers):
        rows.append(((n, batch.spec(n).name, "", tuple(value for _, value in batch.assumptions(n))), one))
    return summaries(batch, rows)


@pytest.fixture
def grid(tmp_path: Path) -> Batch:
    return batch_of(tmp_path, SWEEP)


def test_effects_are_what_the_answers_were_made_from(grid: Batch) -> None:
    """The value is made of resources alone, what is funded of one lock alone; the base does nothing."""
    answers: list[Answer | None] = [answer(0, (100,) * 5)]
    for n in range(1, len(grid)):
        assumed = dict(grid.assumptions(n))
        answers.append(
            answer(int(assumed["resources"]), (0 if assumed["output.A.1.status"] == "deferred" else 100, 50, 0, 100, 0))
        )
    single, group = summed(grid, answers)
    assert (single.name, single.count, single.effects) == (SINGLE, 1, ())
    effects = {effect.assumption: effect for effect in group.effects}
    assert effects["resources"].of_value == pytest.approx(1)
    assert effects["base"].of_value == pytest.approx(0)
    assert effects["base"].of_funding == pytest.approx(0)
    assert effects["output.A.1.status"].of_funding == pytest.approx(1)
    assert effects["output.A.1.status"].of_value < 0.01
    assert group.effects[0].assumption == "resources"
    assert [(one.funded, one.in_full) for one in group.core] == [(40, 40), (80, 0), (0, 0), (80, 80), (0, 0)]
    table = core(grid, summed(grid, answers))
    assert [row.cells[-1] for row in table.rows] == ["some", "all", "none", "all", "none"]


def test_effects_of_samples_are_estimates(tmp_path: Path) -> None:
    """A value made of one cost alone; the other assumptions of the same samples explain next to nothing."""
    batch = uncertain(tmp_path, 400)
    costs = [int(dict(batch.assumptions(n))["output.B.2.cost in proportion"]) for n in range(400)]
    (group,) = summed(batch, [answer(cost, (100, 100, 100, 100, 100 * (cost > 900_000))) for cost in costs])
    first, *others = group.effects
    assert first.assumption == "output.B.2.cost in proportion"
    assert first.of_value > 0.95
    assert first.of_funding > 0.8
    assert all(effect.of_value < 0.1 for effect in others)
    few = uncertain(tmp_path, 3)
    (small,) = summed(few, [answer(cost, (100,) * 5) for cost in costs[:3]])
    assert len(small.effects) == len(group.effects)


def test_spreads_are_answers_that_were_given(grid: Batch) -> None:
    answers: list[Answer | None] = [None, *(answer(n, (0, 0, 0, 0, n % 101)) for n in range(1, len(grid)))]
    _, group = summed(grid, answers)
    assert group.value is not None
    assert group.spend is not None
    assert [rank * 3 for rank in group.value.ranks] == [1, 4, 20, 40, 60, 76, 80]
    assert group.value.mean == Fraction(81, 6)
    assert group.spend.ranks[-1] == 8000


def test_scenarios_without_an_answer_are_counted_and_nothing_more(grid: Batch) -> None:
    answers: list[Answer | None] = [Answer("refused", message="no"), *[None] * (len(grid) - 1)]
    single, group = summed(grid, answers)
    assert (single.endings, single.allocations, single.value) == ((("refused", 1),), 0, None)
    assert (group.endings, group.allocations, group.effects) == ((("", 80),), 0, ())
    assert csv_text(overview((single, group)))


def test_what_is_not_proved_is_counted(grid: Batch) -> None:
    answers: list[Answer | None] = [replace(answer(1, (100,) * 5), proved=False), *[answer(1, (100,) * 5)] * 80]
    assert [group.unproved for group in summed(grid, answers)] == [1, 0]


def test_all_exports_hold_the_same(tmp_path: Path) -> None:
    batch = uncertain(tmp_path, 8)
    with open_store(tmp_path / "r") as store:
        run(batch, store, Here(), 60.0)
        made = frame(batch, store)
        table = listed(batch, store.answered(len(batch)))
        for form in (".xlsx", ".csv"):
            export(batch, store, tmp_path / f"all{form}")
    assert made.index.tolist() == list(range(1, 9))
    assert made["spend"].tolist() == list(table.cells("spend"))
    assert made["exact"].tolist() == [str(value) for value in table.cells("value")]
    amounts = made[[name for name in made if str(name).startswith("amount ")]]
    assert amounts.sum(axis=1).tolist() == made["spend"].tolist()
    assert made["criterion.need.weight"].dtype == float
    assert (tmp_path / "all.csv").read_text(encoding="utf-8").count("\n") == 9
    assert (tmp_path / "all.xlsx").stat().st_size > 5000


def test_exports_that_cannot_be_are_said_before(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="ends in"):
        refuse_export(uncertain(tmp_path, 1), tmp_path / "x.txt", (), False)
    with pytest.raises(OutputRefused, match="csv and parquet hold any number"):
        refuse_export(uncertain(tmp_path, MOST_ROWS + 1), tmp_path / "x.xlsx", (), False)
    for form in FORMS[:2]:
        (tmp_path / f"theirs{form}").write_text("theirs")
        with pytest.raises(OutputRefused, match="no result of this tool"):
            refuse_export(uncertain(tmp_path, 1), tmp_path / f"theirs{form}", (), False)
