"""Workbooks spoilt at random, and read: `python -m tests.fuzz --seconds 600 --seed 7`.

Each is a known workbook with a few changes to its XML or its bytes. Reading must end with a plan or with findings, soon, and with
no other exception; what is read is read a second time, by the reader of optimizer.verify, and both must have read the same.

What a workbook made the reader say (its findings, without figures) counts as a place in the program that was reached: workbooks
that reach a new one are kept and spoilt further, as fuzzers guided by coverage do.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from optimizer.files.container import ZIP_ERRORS
from optimizer.files.reader import read_workbook
from optimizer.findings import InputRefused
from optimizer.plan import Plan
from optimizer.verify import plan as second
from optimizer.verify.cells import read
from optimizer.verify.read import read_plan
from tests import workbooks

SLOWEST = 5.0  # seconds for one workbook
VALUES = (
    b"", b"0", b"-1", b"1", b"1E400", b"NaN", b"inf", b"5_000", b"0x10", b"1,5", b"99999999999999999999", b"-0", b"2.5", b" 7 ",
    b"#REF!", b"=1+1", b"TRUE", b"&#0;", b"_x0000_", b"_xD800_", b"&#x202E;", b"&lt;b&gt;", b"\xc3\xa9", b"e\xcc\x81",
    b"A" * 40_000,
)  # fmt: skip
TYPES = (b"n", b"s", b"b", b"str", b"inlineStr", b"e", b"d", b"x", b"")
ADDRESSES = (b"A1", b"E2", b"XFD1048576", b"A0", b"a1", b"ZZZZ9", b"E99999999999", b"")


@dataclass
class Fuzz:
    """`kept` are workbooks that made the reader say something new, `whole` those that it read too; `seen` is what it has said."""

    draw: random.Random
    folder: Path
    kept: list[bytes] = field(default_factory=list)
    whole: list[bytes] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    read: int = 0
    refused: int = 0

    def once(self) -> str:
        """One more workbook; what is wrong with how it was read, empty when nothing is."""
        data = self.draw.choice(self.whole if self.draw.random() < 0.8 else self.kept)
        for _ in range(self.draw.choice((1, 1, 1, 2, 3, 5))):
            data = spoilt(data, self.draw)
        return self.judge(data)

    def judge(self, data: bytes) -> str:
        path, began, before = self.folder / "plan.xlsx", time.monotonic(), self.read
        path.write_bytes(data)
        try:
            said, wrong = self._read(path)
        except Exception:  # noqa: BLE001 - whatever it is: to find it is the purpose
            return traceback.format_exc()
        if said not in self.seen:
            self.seen.add(said)
            (self.whole if self.read > before else self.kept).append(data)
        seconds = time.monotonic() - began
        return wrong or (f"{seconds:.1f} seconds" if seconds > SLOWEST else "")

    def _read(self, path: Path) -> tuple[str, str]:
        try:
            document = read_workbook(path)
        except InputRefused as refused:
            self.refused += 1
            if not refused.findings:
                return "", "refused without a finding"
            return _said(refused.findings), ""
        self.read += 1
        try:
            again = read_plan(read(path, typed=True))
        except second.Unreadable as error:
            return "", f"the second reader cannot read it: {error}"
        return _said(document.findings), differs(document.plan, again)


def _said(findings: object) -> str:
    return re.sub(r"\d+", "0", str(findings))[:2000]


def differs(one: Plan, other: second.Plan) -> str:
    """What the two readers have read differently; empty when they agree on everything that is compared."""
    criteria = [criterion.id for criterion in one.criteria]
    pairs = {
        "components": (
            [(c.id, c.title, c.weight) for c in one.components], [(c.id, c.title, c.weight) for c in other.components],
        ),
        "outputs": (
            [(o.id, o.component, o.title, o.cost, o.minimum, str(o.status), o.committed, o.scores) for o in one.outputs],
            [
                (o.id, o.component, o.title, o.cost, o.minimum, o.status, o.committed, tuple(map(o.scores.get, criteria)))
                for o in other.outputs
            ],
        ),
        "levels": (
            [tuple((level.amount, level.share) for level in o.explicit_levels) for o in one.outputs],
            [tuple(o.levels) for o in other.outputs],
        ),
    }  # fmt: skip
    return "; ".join(f"{name}: {first} and {then}" for name, (first, then) in pairs.items() if first != then)


# How a workbook is spoilt.


def spoilt(data: bytes, draw: random.Random) -> bytes:
    if draw.random() < 0.05:
        return _bytes(data, draw)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except ZIP_ERRORS:
        return _bytes(data, draw)
    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    name = draw.choice(sheets) if sheets and draw.random() < 0.85 else draw.choice(sorted(parts))
    change = draw.choice((_value, _value, _value, _attribute, _attribute, _element, _swap, _bytes, _drop))
    parts[name] = change(parts[name], draw)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return stream.getvalue()


def _at(pattern: bytes, content: bytes, draw: random.Random, change: Callable[[re.Match[bytes]], bytes]) -> bytes:
    found = list(re.finditer(pattern, content, re.DOTALL))
    if not found:
        return content
    one = draw.choice(found)
    return content[: one.start()] + change(one) + content[one.end() :]


def _value(content: bytes, draw: random.Random) -> bytes:
    """Another text or number in an element."""
    known = re.findall(rb">([^<>]{1,40})<", content) or [b""]
    return _at(rb">[^<>]+<", content, draw, lambda _: b">" + draw.choice((draw.choice(VALUES), draw.choice(known))) + b"<")


def _attribute(content: bytes, draw: random.Random) -> bytes:
    def change(found: re.Match[bytes]) -> bytes:
        name = found[1]
        pool = {b"t": TYPES, b"r": ADDRESSES, b"s": (b"0", b"1", b"999", b"-1", b"x")}.get(name, VALUES)
        return b" " + name + b'="' + draw.choice(pool).replace(b"<", b"").replace(b'"', b"") + b'"'

    return _at(rb' ([\w:]+)="[^"]*"', content, draw, change)


def _element(content: bytes, draw: random.Random) -> bytes:
    """An element twice, or not at all."""
    times = draw.choice((0, 2))
    return _at(
        rb"<(c|row|v|f|is|t|si|xf|sheet|mergeCell|tablePart)\b[^>]*>.*?</\1>", content, draw, lambda found: found[0] * times
    )


def _swap(content: bytes, draw: random.Random) -> bytes:
    """Two neighbouring cells or rows change places."""
    return _at(rb"(<c [^>]*>[^c]*?</c>)(<c [^>]*>[^c]*?</c>)", content, draw, lambda found: found[2] + found[1])


def _bytes(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return content
    changed = bytearray(content)
    for _ in range(draw.choice((1, 2, 8))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _drop(content: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(max(len(content), 1))
    return content[:start] + content[start + draw.choice((1, 20, 500)) :]


def fuzz(folder: Path, seed: int) -> Fuzz:
    """Ready to go, with workbooks of every kind of sheet."""
    found = Fuzz(random.Random(seed), folder)
    for sheets in (workbooks.SHEETS, workbooks.FUNDED, workbooks.TITLED):
        data = workbooks.book(sheets=sheets)
        assert not found.judge(data), "a workbook that is as it should be"
        found.whole.append(data)
    found.kept += found.whole
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default 60)")
    parser.add_argument("--seed", type=int, default=0, help="of the first draw (default 0)")
    parser.add_argument("--keep", type=Path, default=Path(), help="where workbooks that are read wrongly are left")
    asked = parser.parse_args()
    wrong = 0
    with TemporaryDirectory() as folder:
        running, end, count = fuzz(Path(folder), asked.seed), time.monotonic() + asked.seconds, 0
        while time.monotonic() < end:
            count += 1
            said = running.once()
            if said:
                wrong += 1
                left = asked.keep / f"fuzz-{asked.seed}-{count}.xlsx"
                left.write_bytes((Path(folder) / "plan.xlsx").read_bytes())
                print(f"{left}: {said}", file=sys.stderr)
    print(
        f"{count:,} workbooks, {running.read:,} read, {running.refused:,} refused in {len(running.seen):,} ways, {wrong} wrongly"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
