"""Dataclasses to JSON and back: nothing is lost on the way, and nothing is taken that does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.files.codec import Malformed, dumps, loads
from optimizer.files.recheck import as_read
from optimizer.fund import Fund
from optimizer.plan import Plan
from tests import example
from tests.dossiers import NASTY


class Colour(StrEnum):
    RED = "red"


class Size(Enum):
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    name: str = ""


@dataclass(frozen=True)
class Other:
    x: int


@dataclass(frozen=True)
class Alike:
    either: str | Fraction


@dataclass(frozen=True)
class Everything:
    whole: int
    text: str
    flag: bool
    decimal: float
    exact: Fraction
    colour: Colour
    size: Size
    pair: tuple[int, str]
    points: tuple[Point, ...]
    by_name: Mapping[str, Point]
    either: Point | Other | None
    mixed: tuple[tuple[int, int] | Point, ...]
    perhaps: int | None = None
    more: tuple[tuple[str, Fraction], ...] = ()


FULL = Everything(
    -(10**30), "a", True, 0.1, Fraction(-350, 9), Colour.RED, Size.LARGE, (1, "b"), (Point(1), Point(2, "p")),
    {"k": Point(3)}, Other(4), ((1, 2), Point(5)), 0, (("x", Fraction(1, 3)),),
)  # fmt: skip
BARE = Everything(0, "", False, 1.0, Fraction(5), Colour.RED, Size.LARGE, (0, ""), (), {}, None, ())


@pytest.mark.parametrize("value", [FULL, BARE])
def test_what_goes_in_comes_out(value: Everything) -> None:
    back = loads(dumps(value), Everything)
    assert back == value
    assert [type(item) for item in vars(back).values()] == [type(item) for item in vars(value).values()]


@pytest.mark.parametrize("plan", [example.PLAN, example.OVER_TIME])
def test_a_plan(plan: Plan) -> None:
    assert loads(dumps(plan), Plan) == plan


def test_defaults_are_left_out() -> None:
    assert json.loads(dumps(Point(1))) == {"x": 1}
    assert json.loads(dumps(BARE)).keys() == {
        "whole", "text", "flag", "decimal", "exact", "colour", "size", "pair", "points", "by_name", "either", "mixed",
    }  # fmt: skip
    assert json.loads(dumps(FULL))["exact"] == "-350/9"
    assert json.loads(dumps(FULL))["either"] == {"is": "Other", "x": 4}


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=())) | st.sampled_from(NASTY) | st.text("_x05F \r\n\\\"='", max_size=40))
def test_any_text_survives_a_workbook(text: str) -> None:
    """Printable ASCII that no escape of a workbook looks like, so that whoever reads it back has the same."""
    written = dumps(Point(1, text))
    assert written.isascii()
    assert written.isprintable()
    assert as_read(written) == written
    assert "  " not in written
    assert loads(written, Point) == Point(1, text)


WRONG = [
    ("x", 1.0, "a whole number"), ("x", True, "a whole number"), ("x", "1", "a whole number"), ("x", None, "a whole number"),
    ("name", 1, "text"), ("name", ["a"], "text"), ("more", 1, "more is unknown"), ("x", ..., "x is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), WRONG)
def test_what_does_not_fit_is_refused(key: str, value: object, said: str) -> None:
    data = {"x": 1, key: value}
    with pytest.raises(Malformed, match=said):
        loads(json.dumps({name: item for name, item in data.items() if item is not ...}), Point)


SPOILT = [
    ("exact", 5, "a fraction in lowest terms"), ("exact", "2/4", "a fraction in lowest terms"), ("exact", "1/0", "a fraction"),
    ("exact", "0.5", "a fraction"), ("exact", "1" * 5000, "a fraction"), ("decimal", 1, "a number with decimals"),
    ("flag", 0, "true or false"), ("colour", "blue", "one of red"), ("colour", 1, "one of red"), ("pair", [1], "a list of 2"),
    ("points", {}, r"points: a list"), ("points", [{"x": 1}, {"x": "1"}], r"points\[1\]\.x: a whole number"),
    ("by_name", [], "an object"), ("by_name", {"k": 1}, r"by_name\.k: Point"), ("either", {"x": 1}, "one of Point, Other"),
    ("either", {"is": "Third", "x": 1}, "one of Point, Other"), ("either", 3, "one of null is expected, 3 is found"),
    ("mixed", [[1, 2, 3]], r"mixed\[0\]: a list of 2"), ("perhaps", "1", "one of number, null"), ("whole", 1.5, "a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), SPOILT)
def test_each_kind_of_value_is_checked(key: str, value: object, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        loads(json.dumps(json.loads(dumps(FULL)) | {key: value}), Everything)


@pytest.mark.parametrize(
    "text", ["", "{", '{"x":NaN}', '{"x":1,"x":1}', "[" * 100_000, '{"x":' + "1" * 5000 + "}", "[]", '{"x":1} {"x":1}']
)
def test_what_is_no_json_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        loads(text, Point)


def test_what_cannot_be_stored_is_a_fault_of_the_program() -> None:
    for value in (Point("1"), Point(1, 2), Other(None), example.PLAN.levels, Fund("a", "b", "c", 1)):  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            dumps(value)
    with pytest.raises(TypeError, match="would look alike"):
        dumps(Alike("x"))
    assert dumps(Point(np.int64(7))) == '{"x":7}'  # type: ignore[arg-type]
