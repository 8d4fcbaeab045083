"""A scene as PNG, at 288 dots an inch, with what is drawn in words among its properties.

The same scene gives the same bytes on one installation: nothing in the file tells time or place. Another font or another
version of Pillow gives other bytes.
"""

from __future__ import annotations

import io
import unicodedata
from functools import lru_cache
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from optimizer.files.results import MARK
from optimizer.report.page import clean
from optimizer.report.scene import Dot, Line, Rectangle, Scene, Text

SCALE = 4  # pixels a point: three times the 96 dots an inch of a screen
# Regular and bold, as Windows, macOS and Linux name them. Liberation is as wide as Arial, DejaVu is wider and set smaller.
FACES = (
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
)
DASH, GAP = 4, 3  # points
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Place = tuple[float, float]


def render(scene: Scene, scale: int = SCALE) -> bytes:
    """`scale` in pixels a point."""
    image = Image.new("RGB", (round(scene.width * scale), round(scene.height * scale)), "#ffffff")
    pen = _Pen(ImageDraw.Draw(image), scale)
    for mark in scene.marks:
        pen.draw(mark)
    words = PngInfo()
    words.add_text("Software", MARK)
    words.add_itxt("Title", clean(scene.title), scene.tag)
    words.add_itxt("Description", clean(scene.description), scene.tag)
    target = io.BytesIO()
    dots = 72 * scale
    image.quantize(64, dither=Image.Dither.NONE).save(target, "PNG", optimize=True, dpi=(dots, dots), pnginfo=words)
    return target.getvalue()


class _Pen:
    def __init__(self, canvas: ImageDraw.ImageDraw, scale: int) -> None:
        self.canvas, self.scale = canvas, scale

    def draw(self, mark: Rectangle | Line | Dot | Text) -> None:
        match mark:
            case Rectangle():
                self._rectangle(mark)
            case Line():
                self._line(mark)
            case Dot():
                self._dot(mark)
            case Text():
                self._text(mark)

    def _pixels(self, points: float) -> int:
        return round(points * self.scale)

    def _rectangle(self, mark: Rectangle) -> None:
        """Its outline lies half inside and half outside, as in SVG."""
        half = mark.weight / 2 if mark.line else 0.0
        corners = (
            self._pixels(mark.x - half),
            self._pixels(mark.y - half),
            self._pixels(mark.x + mark.width + half) - 1,
            self._pixels(mark.y + mark.height + half) - 1,
        )
        if corners[2] < corners[0] or corners[3] < corners[1]:
            return
        weight = max(self._pixels(mark.weight), 1) if mark.line else 0
        self.canvas.rectangle(corners, fill=mark.fill or None, outline=mark.line or None, width=weight)

    def _line(self, mark: Line) -> None:
        weight = max(self._pixels(mark.weight), 1)
        pieces = [piece for ends in pairwise(mark.points) for piece in _dashes(*ends)] if mark.dashed else [mark.points]
        for piece in pieces:
            place = [(self._pixels(x), self._pixels(y)) for x, y in piece]
            self.canvas.line(place, fill=mark.colour, width=weight, joint="curve")

    def _dot(self, mark: Dot) -> None:
        for radius, colour in ((mark.radius + 0.5, "#ffffff"), (mark.radius - 0.5, "#000000")):
            box = (mark.x - radius, mark.y - radius, mark.x + radius, mark.y + radius)
            self.canvas.ellipse([self._pixels(one) for one in box], fill=colour)

    def _text(self, mark: Text) -> None:
        text = "".join(letter for letter in clean(mark.text) if unicodedata.category(letter) != "Cf")  # those have no shape
        font, room = _font(mark.size * self.scale, mark.bold), mark.room * self.scale
        width = self.canvas.textlength(text, font)
        if width > room:  # a wider face than the one measured
            font = _font(mark.size * self.scale * room / width, mark.bold)
            width = self.canvas.textlength(text, font)
        start = mark.x * self.scale - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
        self.canvas.text((start, mark.y * self.scale), text, fill=mark.colour, font=font, anchor="ls")


def _dashes(start: Place, end: Place) -> list[tuple[Place, Place]]:
    (x, y), (to_x, to_y) = start, end
    whole = hypot(to_x - x, to_y - y)

    def at(distance: float) -> Place:
        share = min(distance / whole, 1.0)
        return x + share * (to_x - x), y + share * (to_y - y)

    count = int(whole // (DASH + GAP)) + 1 if whole else 0
    return [(at(i * (DASH + GAP)), at(i * (DASH + GAP) + DASH)) for i in range(count)]


@lru_cache(maxsize=256)
def _font(pixels: float, bold: bool) -> Font:
    """The first face that this machine has, else the one that comes with Pillow, which has no bold."""
    for names in FACES:
        try:
            return ImageFont.truetype(names[bold], pixels, layout_engine=ImageFont.Layout.BASIC)
        except OSError:  # there is no such face here
            continue
    return ImageFont.load_default(pixels)
