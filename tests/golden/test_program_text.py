"""The program of a small plan with every rule family, as text that a person can check line by line; and its answer."""

from pathlib import Path

from optimizer.optimize import optimize
from optimizer.result import Result
from tests.example import every_family

GOLDEN = Path(__file__).with_name("every_family.txt")


def test_the_text_is_as_recorded() -> None:
    _, formulation = every_family()
    text = "\n".join(formulation.program.text(goal) for goal in formulation.goals[:1])
    text += "".join(formulation.program.text(goal).splitlines()[0] + "\n" for goal in formulation.goals[1:])
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_answer_is_as_worked_out_by_hand() -> None:
    """9,000 available; B.1 takes 1,000 at least and B.3 nothing; A needs 2,800.

    B may have 60 per cent of 9,000 = 5,400, so B.2 stops at 3,500 (75 per cent, with B.1 at 1,000: 4,500 of 5,400). That leaves
    4,500, and B.4 (10 points for 1,000) would exclude A.2 (80 points for 3,000); A.2 and A.1, which it requires, need 5,000.
    The choices for B.2 are therefore 1,500 with A.1 and A.2 (5,000), or 3,500 with A.1 only.
    B.1 1,000 + B.2 1,500 + A.1 2,000 + A.2 3,000 = 7,500; 1,500 more: B.1 in full (+1,000, +15 points) or nothing for A.1 (full
    needs +2,000). Value: B.1 30 + B.2 60 x 40 % = 24 + A.1 50 x 50 % = 25 + A.2 80 = 159 for 8,500.
    B.2 at 75 per cent: 45 + A.1 in full 50 + B.1 15 = 110 and less. So 159.
    """
    scenario, _ = every_family()
    result = optimize(scenario)
    assert isinstance(result, Result)
    assert [(d.amount, d.share) for d in result.allocation] == [(2000, 50), (3000, 100), (2000, 100), (1500, 40), (0, 0), (0, 0)]
    assert result.audit.value == 159
    assert result.audit.spend == 8500
    assert result.ties.unique
