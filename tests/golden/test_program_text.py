"""The programs of two small plans with every rule family, as text that a person can check line by line; and their answers."""

from pathlib import Path

import pytest

from optimizer.formulate import Formulation
from optimizer.optimize import optimize
from optimizer.result import Result
from tests.example import every_family, over_time

HERE = Path(__file__).parent
EXAMPLES = {"every_family": every_family, "over_time": over_time}


def text(formulation: Formulation) -> str:
    """The program under its first goal, then the other goals, a line each."""
    whole = "\n".join(formulation.program.text(goal) for goal in formulation.goals[:1])
    return whole + "".join(formulation.program.text(goal).splitlines()[0] + "\n" for goal in formulation.goals[1:])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_text_is_as_recorded(name: str) -> None:
    _, formulation = EXAMPLES[name]()
    assert text(formulation) == (HERE / f"{name}.txt").read_text(encoding="utf-8")


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


def test_the_answer_over_time_is_as_worked_out_by_hand() -> None:
    """The years up to 2021 are closed. RB has 200, 300 and 650; X has 150 in 22-23 for A.2 alone, up to 100 of it a period later.

    B.1 and B.2 have spent 100 each, which is the 200 of 20-21. B.3 is over. The rest of B.2 would fall on 24-25 alone, after a
    period without money: it stays at what is spent. Adopted were A.1 600, B.1 500, B.2 100 and B.4 100: at most one of them
    receives less, and at most two outputs another amount.
    Without A.1, B.1 in full and B.4 would have to stay: 267 + 100 in 22-23, more than 300. A.1 as planned takes all 300 of
    22-23, and neither B.1 nor B.4 would keep theirs. So A.1 begins in 24-25, for 600 of 650, and the 50 left do not pay what
    B.1 in full needs then (a third of 400): B.1 is the one that drops, B.4 stays. B.1 at 250 needs 100 and 50, the 50 exactly.
    A.2 at half needs 100 and 100: the second is paid by X, which carries 100 over, the first by the 50 that X keeps and RB's last
    100. In full it would need 200 in 24-25. Value: 90 + 35 + 30 + 15 + 20 = 190 for 600 + 200 + 250 + 100 + 100.
    """
    scenario, _ = over_time()
    result = optimize(scenario)
    assert isinstance(result, Result)
    chosen = [(d.amount, d.share, d.start) for d in result.allocation]
    late = (600, 100, 2)
    assert chosen == [late, (200, 50, None), (250, 50, None), (100, 30, None), (0, 0, None), (100, 100, None)]
    assert result.audit.value == 190
    assert result.audit.spend == 1250
    assert result.ties.unique
    assert result.proof.proved
    assert result.funding is not None
    of_x = [(balance.own, balance.carried_in, balance.paid, balance.carried_out) for balance in result.funding.balances[1]]
    assert of_x == [(0, 0, 0, 0), (150, 0, 50, 100), (0, 100, 100, 0)]
