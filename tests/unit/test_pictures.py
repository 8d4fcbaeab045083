"""Figures as SVG and PNG: what they say, that everything lies on the page, and that texts do not lie on one another."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageFont

from optimizer.plan import Component
from optimizer.report import axes, pictures, png, svg
from optimizer.report.language import ENGLISH, LANGUAGES, Language
from optimizer.report.scene import WIDTH, Dot, Line, Rectangle, Scene, Text, measure, wrapped
from tests.dossiers import NASTY, by_hand, dossier, drawn, nasty

LONG = ("Réaffirmation du mandat et du rôle de chef de file de l’Organisation " * 3)[:200]
CURVE = [(80_000_000 + 2_000_000 * i, Fraction(20 + 2 * i, 100)) for i in range(41)]


def box(mark: Rectangle | Line | Dot | Text) -> tuple[float, float, float, float]:
    """Left, upper, right, lower."""
    if isinstance(mark, Rectangle):
        return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    if isinstance(mark, Dot):
        return mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius
    if isinstance(mark, Line):
        xs, ys = zip(*mark.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    left = mark.x - {"start": 0.0, "middle": mark.room / 2, "end": mark.room}[mark.anchor]
    return left, mark.y - 0.75 * mark.size, left + mark.room, mark.y + 0.22 * mark.size


def check(scene: Scene) -> None:
    """Nothing leaves the page, no text lies on another, nothing is too small to be read."""
    assert scene.width == pytest.approx(WIDTH)
    for mark in scene.marks:
        left, upper, right, lower = box(mark)
        assert -0.1 <= left <= right <= scene.width + 0.1, mark
        assert -0.1 <= upper <= lower <= scene.height + 0.1, mark
    said = [mark for mark in scene.marks if isinstance(mark, Text)]
    boxes = [box(mark) for mark in said]
    for i, one in enumerate(boxes):
        assert said[i].size >= 7
        for other in boxes[:i]:
            apart = one[2] <= other[0] + 0.1 or other[2] <= one[0] + 0.1 or one[3] <= other[1] + 0.1 or other[3] <= one[1] + 0.1
            assert apart, (said[i], other)
    root = ElementTree.fromstring(svg.render(scene))
    assert root.get("role") == "img"
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]


def words(scene: Scene) -> list[str]:
    return [mark.text for mark in scene.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("count", [1, 5, 20])
@pytest.mark.parametrize("unit", [1, 1000])
def test_bars_hold_for_any_plan(language: Language, count: int, unit: int) -> None:
    plan, allocation = drawn(count, size=3 * count, display_unit=unit)
    outputs = tuple(replace(output, id=f"{i}", component=f"{i % count + 1}") for i, output in enumerate(plan.outputs))
    components = tuple(Component(f"{k + 1}", LONG if k % 2 else "Short") for k in range(count))
    found = by_hand(replace(plan, components=components, outputs=outputs, currency="US$", title=LONG), allocation)
    scene = pictures.component_bars(replace(found, language=language), 3)
    check(scene)
    bars = [mark for mark in scene.marks if isinstance(mark, Rectangle)]
    assert len(bars) == 2 + count + sum(figures.allocated > 0 for figures in found.shown.components.values())
    assert scene.title.startswith(("Figure\u00a03. ", "Gráfico\u00a03. "))


def test_bars_print_every_amount() -> None:
    found = dossier()
    scene = pictures.component_bars(found)
    said = words(scene)
    for figures in (*found.shown.components.values(), found.shown.total):
        assert ENGLISH.integer(figures.estimated) in said
        assert ENGLISH.integer(figures.allocated) in said
    assert {"Minimum allocation: 2,800", "Minimum allocation: 2,000"} <= set(said)
    assert "A. First: Estimated requirements: 7,000; Allocated: 5,000; % of estimate: 71.4%; Minimum allocation: 2,800." in (
        scene.description
    )


def test_bars_are_as_long_as_their_amounts() -> None:
    found = dossier()
    bars = [mark for mark in pictures.component_bars(found).marks if isinstance(mark, Rectangle)][2:]
    amounts = [n for f in found.shown.components.values() for n in (f.estimated, f.allocated)]
    assert [bar.width / bars[0].width for bar in bars] == pytest.approx([n / amounts[0] for n in amounts])
    assert [bool(bar.fill) for bar in bars] == [False, True] * 2


def test_the_notice_is_on_the_figure_itself() -> None:
    assert "@notice & <more>." in words(pictures.component_bars(nasty()))


@pytest.mark.parametrize("value", [*NASTY, "a\x00b", LONG + "x" * 300])
def test_text_stays_text(value: str) -> None:
    scene = pictures.frontier_steps(CURVE, 120_000_000, ENGLISH, "US$", value, (value,), (value,))
    check(scene)
    root = ElementTree.fromstring(svg.render(scene))
    assert {child.tag.rpartition("}")[2] for child in root} <= {"title", "desc", "rect", "path", "circle", "text"}
    assert "".join(LONG.split())[:100] in "".join(root.itertext()).replace(" ", "") if value.startswith(LONG) else True


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("here", [1, 80_000_000, 119_999_999, 160_000_000, 10**10])
def test_the_curve_and_its_words(language: Language, here: int) -> None:
    scene = pictures.frontier_steps(CURVE, here, language, "US$", lead=("Notice.",), number=1)
    check(scene)
    share = axes.at(CURVE, here)
    dots = [mark for mark in scene.marks if isinstance(mark, Dot)]
    assert len(dots) == (share is not None)
    said = " ".join(words(scene))
    if share is not None:
        assert language.ratio(share) in said
        assert language.ratio(share) in scene.description
    assert language.integer(here) in said


def test_the_words_hide_nothing_of_the_curve() -> None:
    for here in range(80_000_000, 160_000_001, 5_000_000):
        scene = pictures.frontier_steps(CURVE, here, ENGLISH, "US$")
        plate = next(mark for mark in scene.marks if isinstance(mark, Rectangle))
        curve = next(mark for mark in scene.marks if isinstance(mark, Line) and len(mark.points) > 2)
        left, upper, right, lower = box(plate)
        for (x, y), (to_x, to_y) in zip(curve.points, curve.points[1:], strict=False):
            beside = max(x, to_x) < left or min(x, to_x) > right
            assert beside or max(y, to_y) < upper or min(y, to_y) > lower


@pytest.mark.parametrize(("top", "here"), [(1, 1), (9, 4), (10**10, 7 * 10**9), (3 * 10**5, 0)])
def test_axes_of_any_size(top: int, here: int) -> None:
    check(pictures.frontier_steps([(top // 2, Fraction(1, 2)), (top, Fraction(1))], here, LANGUAGES["fr"], "US$"))


def test_many_points_stay_small_and_true() -> None:
    points = [(400_000 * i, Fraction(i, 25_000)) for i in range(1, 25_001)]
    scene = pictures.frontier_steps(points, 10**9, ENGLISH, "US$")
    assert len(svg.render(scene)) < 25_000
    curve = next(mark for mark in scene.marks if isinstance(mark, Line) and len(mark.points) > 2)
    assert curve.points[-1][1] == min(y for _, y in curve.points)
    xs, ys = zip(*curve.points, strict=True)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys, reverse=True)


def test_a_curve_needs_a_point() -> None:
    with pytest.raises(ValueError, match="a point"):
        pictures.frontier_steps([], 1, ENGLISH, "US$")


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [(0, 237, 6, [0, 50, 100, 150, 200]), (0, 1, 4, [0, 1]), (95, 103, 5, [96, 98, 100, 102]), (7, 7, 4, [7])],
)
def test_round_numbers(low: int, high: int, most: int, found: list[int]) -> None:
    assert axes.ticks(low, high, most) == found


def test_lines_of_text() -> None:
    assert wrapped("one two\nthree", 1000, 8) == ["one two three"]
    assert all(measure(line, 8) <= 60 for line in wrapped(LONG + " " + "x" * 200, 60, 8))
    assert "".join(wrapped("x" * 200, 60, 8)) == "x" * 200
    assert wrapped("1\u00a0234\u00a0567 francs", measure("1\u00a0234\u00a0567", 8), 8)[0] == "1\u00a0234\u00a0567"


def test_png_has_its_size_and_its_words_and_no_time() -> None:
    scene = pictures.component_bars(nasty())
    content = png.render(scene)
    assert content == png.render(pictures.component_bars(nasty()))
    image = Image.open(io.BytesIO(content))
    image.load()
    dots = image.info["dpi"][0]
    assert image.width / dots * 2.54 == pytest.approx(16, abs=0.01)
    assert image.info["Title"] == scene.title
    assert image.info["Description"] == scene.description
    assert b"tIME" not in content
    assert not re.search(rb"20\d\d-\d\d-\d\d", content.replace(b"2021-01-01", b""))


def test_png_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "FACES", (("no such face.ttf", "nor this.ttf"),))
    png._font.cache_clear()
    try:
        assert isinstance(png._font(32, True), ImageFont.FreeTypeFont | ImageFont.ImageFont)
        assert png.render(pictures.component_bars(dossier())).startswith(b"\x89PNG")
    finally:
        png._font.cache_clear()
