"""Scenario files: what they say, what they refuse, and that the sheet Scenarios and --set say the same."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from optimizer.batch.blocks import Batch
from optimizer.batch.draws import Choice, Triangular, Uniform, drawn
from optimizer.batch.scenario_file import read_batch
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused
from optimizer.plan import Basis
from optimizer.scenario import derive, with_settings
from tests.batches import DOCUMENT, PLAN, UNCERTAIN, batch_of, uncertain

ROOT = Path(__file__).parent.parent.parent
Read = Callable[[str], Batch]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda text: batch_of(tmp_path, text)


def refusals(read: Read, text: str) -> str:
    with pytest.raises(InputRefused) as refused:
        read(text)
    return str(refused.value)


def test_a_scenario_says_what_set_says(read: Read) -> None:
    """The same changes by a file, by --set, and as a row of the workbook's scenarios would have them."""
    batch = read("""
        base = "Lean"
        [overrides.first]
        output.A.1.cost = 900_000
        "output.A.1.minimum viable amount" = 300_000
        criterion.ease.weight = 2.5
        [[scenario]]
        name = "One"
        use = "first"
        set.resources = "45%"
        set.objective = "money-weighted"
        set.output.B.2.status = "deferred"
        """)
    settings = (
        "output.A.1.cost=900000",
        "output.A.1.minimum viable amount=300000",
        "criterion.ease.weight=2.5",
        "resources=45%",
        "objective=money-weighted",
        "output.B.2.status=deferred",
    )
    typed = with_settings(DOCUMENT.scenario("Lean"), settings)
    spec = batch.spec(0)
    assert derive(PLAN, spec).plan == derive(PLAN, typed).plan
    assert (spec.resources, spec.objective, spec.name) == (typed.resources, typed.objective, "One")
    assert batch.key(spec) == batch.key(typed)


def test_a_scenario_of_the_workbook_asks_the_same_as_its_rows_typed_in_a_file(tmp_path: Path) -> None:
    """The sheets Scenarios and Scenario changes against the same in TOML: equal keys are equal questions."""
    document = read_workbook(ROOT / "inputs" / "plan_outputs.xlsx")
    assert document.scenario("Base").changes == ()
    signs = {Basis.AMOUNT: "", Basis.ESTIMATE: "%", Basis.FUNDS: "% of funds"}
    path = tmp_path / "scenarios.toml"
    blocks = []
    for spec in document.scenarios:
        changes = "".join(f'"{c.kind}.{c.item}.{c.setting}" = "{c.value}"\n' for c in spec.changes)
        resources = f'resources = "{spec.resources.value}{signs[spec.resources.basis]}"\nobjective = "{spec.objective}"\n'
        blocks.append(f'[[scenario]]\nname = "{spec.name}"\nbase = "Base"\n[scenario.set]\n{resources}{changes}')
    path.write_text("\n".join(blocks), encoding="utf-8")
    batch = read_batch(path, document)
    assert len(batch) >= 10
    for n, spec in enumerate(document.scenarios):
        assert batch.key(batch.spec(n)) == batch.key(spec), spec.name


def test_settings_of_the_command_line_change_all_scenarios(tmp_path: Path) -> None:
    batch = batch_of(tmp_path, '[[scenario]]\nname = "a"\n[[scenario]]\nname = "b"\nset.resources = "60%"', ("resources=55%",))
    assert [batch.spec(n).resources.value for n in range(2)] == [55, 60]


def test_product_zip_and_range(read: Read) -> None:
    batch = read("""
        [overrides.one]
        output.A.3.status = "deferred"
        [overrides.two]
        component.B.weight = 3
        [[sweep]]
        name = "P"
        over.use = ["one", "two"]
        over.resources = { from = "40%", to = "50%", step = "2.5%" }
        [[sweep]]
        name = "Z"
        combine = "zip"
        over.base = ["Base", "Lean"]
        over.criterion.need.weight = [0, 1.5]
        """)
    assert len(batch) == 12
    names = [batch.spec(n).name for n in range(12)]
    assert names[1] == "P: use=one, resources=42.5%"
    assert names[5] == "P: use=two, resources=40%"
    assert names[10:] == ["Z: base=Base, criterion.need.weight=0", "Z: base=Lean, criterion.need.weight=1.5"]
    assert [str(change) for change in batch.spec(9).changes] == ["component.B.weight=3"]
    assert [str(change) for change in batch.spec(11).changes] == ["component.A.minimum=none", "criterion.need.weight=1.5"]
    with pytest.raises(IndexError):
        batch.spec(12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('bse = "Base"\n[[scenario]]\nname = "a"', "did you mean base?"),
        ('[[scenario]]\nname = "a"\nuses = []', "did you mean use?"),
        ('[[scenario]]\nname = "a"\nbase = "Lan"', "did you mean Lean?"),
        ('[overrides.thrifty]\nresources = "40%"\n[[scenario]]\nname = "a"\nuse = ["thrift"]', "did you mean thrifty?"),
        ('[[scenario]]\nname = "a"\nset.output.A.1.statsu = "open"', "did you mean status?"),
        ('[[scenario]]\nname = "a"\nset.output.A.9.status = "open"', 'no output has the id "A.9"'),
        ('[[scenario]]\nname = "a"\nset."rule.flor[A].in force" = false', "did you mean floor[A]?"),
        ('[[scenario]]\nname = "a"\nset.resource = "50%"', "resources, objective or KIND.ITEM.SETTING is expected"),
        ('[[scenario]]\nname = "a"\nset.objective = "deliver"', "did you mean delivery?"),
        ('[[scenario]]\nname = "a"\nset.resources = 1.5', "a whole number >= 0"),
        ('[[scenario]]\nname = "a"\nset.resources = []', "text in quotes, a number"),
        ("[[scenario]]\nbase = 3", "text in quotes is expected"),
        ('[[scenario]]\nname = "a"\n[[scenario]]\nname = "A"', "a name of its own"),
        ('[[sweep]]\nname = "a"\nover.resources = "50%"', "a list of values is expected"),
        ('[[sweep]]\nname = "a"\nover.resources = ["50%", "50%"]', "each value once"),
        ('[[sweep]]\nname = "a"\nover.resources = ["50%", "half"]', "a whole number >= 0"),
        ('[[sweep]]\nname = "a"\nover.resources = { from = 1, to = 2, stp = 1 }', "did you mean step?"),
        ('[[sweep]]\nname = "a"\nover.resources = { from = "1%", to = 2, step = 1 }', "the same sign"),
        ('[[sweep]]\nname = "a"\nover.resources = { from = 2, to = 1, step = 1 }', "an end not before the start"),
        ('[[sweep]]\nname = "a"\nover.resources = { from = 1, to = 99_000_000, step = 1 }', "at most 10,000,000"),
        ('[[sweep]]\nname = "a"\ncombine = "zap"\nover.resources = ["50%"]', "did you mean zip?"),
        ('[[sweep]]\nname = "a"\ncombine = "zip"\nover.resources = [1, 2]\nover.base = ["Base"]', "as many values of each"),
        ('[[sweep]]\nname = "a"', "at least one setting with its values"),
        ('title = "nothing"', "at least one is expected"),
        ("[[scenario", "it cannot be understood"),
    ],
)
def test_what_is_refused(read: Read, text: str, said: str) -> None:
    assert said in refusals(read, text)


DRAW = '[[monte_carlo]]\nname = "m"\nsamples = 3\nseed = 1\n[monte_carlo.draw]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('resources = { distribution = "uniform", low = "40%", hgh = "60%" }', "did you mean high?"),
        ('resources = { distribution = "unifrom", low = 1, high = 2 }', "did you mean uniform?"),
        ('resources = { distribution = "uniform", low = "60%", high = "40%" }', "low <= high is expected"),
        ('resources = { distribution = "uniform", low = "60%", high = 70 }', "the same sign"),
        ('resources = { distribution = "uniform", as = "factr", low = 1, high = 2 }', "did you mean factor?"),
        ('"output.*.cost" = { distribution = "triangular", low = 1, high = 2 }', "low, mode, high are expected"),
        ('"output.*.coast" = { distribution = "uniform", low = 1, high = 2 }', "did you mean cost?"),
        ('"output.*.cost" = { distribution = "uniform", low = 1, high = 2, step = 0.5 }', "whole amounts are expected"),
        ('"output.*.score ease" = { distribution = "uniform", low = 50, high = 120, step = 0 }', "above 0 is expected"),
        ('"component.*.maximum" = { distribution = "uniform", as = "factor", low = 1, high = 2 }', "a number to begin from"),
        ('objective = { distribution = "choice", values = ["delivery"], weights = [1, 2] }', "a list of 1 numbers"),
        ('"output.A.1.status" = { distribution = "choice", values = ["open", "shut"] }', "one of open, committed, deferred"),
        ('resources = "50%"', "a distribution is expected"),
    ],
)
def test_what_is_refused_of_draws(read: Read, text: str, said: str) -> None:
    assert said in refusals(read, DRAW + text)


def test_all_findings_come_at_once(read: Read) -> None:
    said = refusals(read, 'x = 1\n[[scenario]]\nname = "a"\nset.output.Q.cost = 1\n[[sweep]]\nname = "b"\nover.base = ["Q"]')
    assert said.count("error ") == 3


def test_a_sample_depends_on_seed_and_number_alone(tmp_path: Path) -> None:
    few, many = uncertain(tmp_path, 5), uncertain(tmp_path, 500)
    assert [few.key(few.spec(n)) for n in range(5)] == [many.key(many.spec(n)) for n in range(5)]
    alone = (
        DRAW.replace("seed = 1", "seed = 7")
        + '"output.A.1.cost" = { distribution = "triangular", as = "factor", low = 0.8, mode = 1, high = 1.5 }'
    )
    assert batch_of(tmp_path, alone).assumptions(2) == many.assumptions(2)[:1]
    other = batch_of(tmp_path, UNCERTAIN.format(samples=5).replace("seed = 7", "seed = 8"))
    assert other.assumptions(0) != few.assumptions(0)


def test_samples_are_the_same_everywhere(tmp_path: Path) -> None:
    """Frozen: another platform, version of Python, or a change of this code that would move them is noticed."""
    batch = uncertain(tmp_path, 3)
    assert batch.assumptions(0)[:2] == FROZEN[:2]
    assert batch.assumptions(2)[-2:] == FROZEN[2:]


FROZEN = (
    ("output.A.1.cost in proportion", "1190000"),
    ("output.A.2.cost in proportion", "711000"),
    ("criterion.ease.weight", "1.2"),
    ("output.*.score ease", "-15.019"),
)


def test_draws_stay_within_what_can_be(tmp_path: Path) -> None:
    """Costs are whole multiples of the unit of account, minima, levels and commitments follow them, scores stay from 0 to 100."""
    batch = uncertain(tmp_path, 200)
    for n in range(200):
        plan = derive(PLAN, batch.spec(n)).plan
        for output, before in zip(plan.outputs, PLAN.outputs, strict=True):
            assert output.cost % 1000 == 0
            assert 0.8 * before.cost <= output.cost <= 1.5 * before.cost
            assert 0 < output.minimum <= output.cost
            assert (output.minimum == output.cost) == (before.minimum == before.cost)
            assert all(0 <= score <= 100 for score in output.scores)
            assert all(low.amount < high.amount for low, high in pairwise(output.levels(25, 1000)))
        second, committed = plan.outputs[1], plan.outputs[3]
        assert second.explicit_levels[-1].amount == second.cost
        assert second.explicit_levels[0].amount == -(-second.cost // 3000) * 1000
        assert committed.committed == committed.minimum
    shift = {batch.assumptions(n)[-1][1] for n in range(200)}
    assert len(shift) > 150, "one draw for all outputs, in thousandths"


def test_an_item_of_its_own_is_left_out_of_the_line_for_all(read: Read) -> None:
    batch = read(
        DRAW + '"output.*.cost" = { distribution = "uniform", as = "factor", low = 1, high = 2 }\n'
        '"output.A.1.cost" = { distribution = "choice", values = [700_000] }'
    )
    (_, *others, last) = batch.assumptions(0)
    assert last == ("output.A.1.cost in proportion", "700000")
    assert "output.A.1.cost in proportion" not in dict(others)


@pytest.mark.instances(40)
def test_quantiles_are_those_of_the_distribution(seeds: range) -> None:
    """Against the distribution functions: F(at(u)) = u, to the last digits of the square root."""
    for seed in seeds:
        k = drawn(seed, 0, "x")
        u = Fraction(k, 2**65)
        low, mode, high = sorted(Fraction(drawn(seed, n, "y") % 1000, 7) for n in range(3))
        x = Fraction(*Uniform(low, high).at(k))
        assert x == low + u * (high - low), seed
        y = Fraction(*Triangular(low, mode, high).at(k))
        assert low <= y <= high, seed
        width = high - low
        below = (y - low) ** 2 / (width * (mode - low)) if y <= mode else 1 - (high - y) ** 2 / (width * (high - mode))
        assert abs(below - u) < Fraction(1, 2**40), seed


def test_choices_come_as_often_as_their_weights() -> None:
    choice = Choice(("a", "b", "c"), (Fraction(1), Fraction(0), Fraction(3)))
    picked = [choice.pick(drawn(3, n, "k")) for n in range(2000)]
    assert picked.count("b") == 0
    assert 440 < picked.count("a") < 560, "a quarter, within three standard deviations"


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_files_are_read(path: Path) -> None:
    document = read_workbook(ROOT / "inputs" / "plan_outputs.xlsx")
    batch = read_batch(path, document)
    assert len(batch) >= 10
    for position in range(0, len(batch), max(len(batch) // 10, 1)):
        derive(document.plan, batch.spec(position))
