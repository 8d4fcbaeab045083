"""What typed text is taken for, and what is refused rather than guessed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from optimizer.plan import Basis, Limit
from optimizer.values import (
    ValueRefused,
    parse_amount,
    parse_choice,
    parse_limit,
    parse_number,
    parse_percent,
    parse_resources,
)

THREE_QUARTERS = Limit(Basis.ESTIMATE, Fraction(75))


@pytest.mark.parametrize(
    ("parse", "text", "expected"),
    [
        (parse_amount, "0", 0),
        (parse_amount, " 1250000 ", 1_250_000),
        (parse_amount, "999999999999999", 999_999_999_999_999),
        (parse_number, "0.1", Fraction(1, 10)),
        (parse_number, "12.50", Fraction(25, 2)),
        (parse_percent, "60", Fraction(60)),
        (parse_percent, "62.5 %", Fraction(125, 2)),
        (parse_percent, "100%", Fraction(100)),
        (parse_limit, "none", None),
        (parse_limit, "None ", None),
        (parse_limit, "5000", Limit(Basis.AMOUNT, Fraction(5000))),
        (parse_limit, "60% of estimate", Limit(Basis.ESTIMATE, Fraction(60))),
        (parse_limit, "12.5 % of  Resources", Limit(Basis.RESOURCES, Fraction(25, 2))),
        (parse_resources, "75%", THREE_QUARTERS),
        (parse_resources, "75 % of estimate", THREE_QUARTERS),
        (parse_resources, "120%", Limit(Basis.ESTIMATE, Fraction(120))),
        (parse_resources, "90000000", Limit(Basis.AMOUNT, Fraction(90_000_000))),
    ],
)
def test_accepted(parse: Callable[[str], object], text: str, expected: object) -> None:
    assert parse(text) == expected


AMBIGUOUS = [
    "",
    " ",
    "1,000",
    "1 000",
    "1.000,50",
    "1,5",
    "$5",
    "5k",
    "(500)",
    "-1",
    "+1",
    "−1",
    "1e3",
    "0x10",
    "1_000",
    "nan",
    "inf",
]


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        *((parse, text) for parse in (parse_amount, parse_number, parse_percent, parse_resources) for text in AMBIGUOUS),
        (parse_amount, "1.0"),
        (parse_amount, "1000000000000000"),  # 16 digits: a cell does not hold them
        (parse_amount, "１２"),  # full-width digits
        (parse_amount, "١٢"),  # Arabic-Indic digits
        (parse_number, ".5"),
        (parse_number, "5."),
        (parse_number, "1.2.3"),
        (parse_percent, "100.01"),
        (parse_percent, "50%%"),
        (parse_limit, "60%"),  # of what?
        (parse_limit, "60% of budget"),
        (parse_limit, "101% of estimate"),
        (parse_limit, "1.2.3% of estimate"),
        (parse_limit, "half"),
        (parse_resources, "75% of resources"),
        (parse_resources, "%"),
        (parse_resources, "none"),
    ],
)
def test_refused(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        parse(text)
    assert "expected" in refused.value.expected or "must say" in refused.value.expected


def test_a_choice_is_returned_as_listed() -> None:
    assert parse_choice(" Deferred ", ["open", "deferred"]) == "deferred"
    with pytest.raises(ValueRefused, match="did you mean deferred"):
        parse_choice("defered", ["open", "deferred"])
