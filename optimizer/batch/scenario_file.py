"""Scenario files: TOML -> Batch. All findings at once, each with its place; nothing unknown is passed over.

Every setting is tried on the plan while reading, so that what is left to go wrong is what settings do together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, TypeVar

from optimizer.batch.blocks import BASE, USE, Axis, Batch, Block, MonteCarlo, Sweep
from optimizer.batch.drawing import read_draw
from optimizer.batch.entries import RANGE, Log, leaves, number_range, text_of
from optimizer.files.document import InputWorkbook
from optimizer.findings import Finding, InputRefused, Severity, escaped, nearest, quoted
from optimizer.objectives import OBJECTIVES
from optimizer.overrides import apply
from optimizer.plan import Plan
from optimizer.scenario import ScenarioSpec, with_settings

MOST = 10_000_000  # scenarios of one file
MOST_SAMPLES = 1_000_000
TOP = ("title", BASE, "overrides", "scenario", "sweep", "monte_carlo")
COMMON = ("name", BASE, USE, "set")
B = TypeVar("B", bound=Block)
KEYS = {
    "scenario": COMMON,
    "sweep": (*COMMON, "over", "combine"),
    "monte_carlo": (*COMMON, "samples", "seed", "draw"),
}


def read_batch(path: Path | str, document: InputWorkbook, settings: Sequence[str] = ()) -> Batch:
    """The scenarios of a file about the plan of a workbook; `settings`, as of --set, change all of them first.

    Raises InputRefused with every finding.
    """
    path = Path(path)
    log = Log(str(path))
    content = _parsed(path)
    batch = _Reader(path, document, tuple(settings), log).read(content)
    if log.findings:
        raise InputRefused(log.findings)
    return batch


def _parsed(path: Path) -> dict[str, Any]:
    def refused(code: str, what: str, expected: str) -> InputRefused:
        return InputRefused([Finding(code, Severity.ERROR, str(path), "", "", what, expected)])

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)  # as typed: no binary fraction of it
    except OSError as error:
        raise refused(
            "file-unreadable", f"it cannot be read: {error.strerror or error}", "a scenario file is expected"
        ) from error
    except ValueError as error:  # no TOML, or no UTF-8
        found = f"it cannot be understood: {escaped(str(error))}"
        raise refused("file-form", found, "TOML is expected, as in the folder scenarios") from error


@dataclass
class _Reader:
    path: Path
    document: InputWorkbook
    settings: tuple[str, ...]
    log: Log
    overrides: dict[str, tuple[str, ...]] = field(default_factory=dict)
    base: str = ""

    @property
    def plan(self) -> Plan:
        return self.document.plan

    def read(self, content: dict[str, Any]) -> Batch:
        self.log.unknown("", content, TOP)
        self.base = self._text(content, BASE, "") or self.document.base_scenario
        overrides = self.log.table(content, "overrides", "")
        for name, table in overrides.items():
            self.overrides[name] = self._settings(table, f"overrides.{name}")
        blocks = []
        for kind, make in (("scenario", self._scenario), ("sweep", self._sweep), ("monte_carlo", self._monte_carlo)):
            for place, table in self.log.tables(content, kind):
                self.log.unknown(place, table, KEYS[kind])
                block = make(place, table)
                blocks += [block] if block is not None else []
        self._say_repeated(blocks)
        if not blocks and not self.log.findings:
            self.log.refuse("", "no scenario", "at least one is expected", "[[scenario]], [[sweep]] or [[monte_carlo]]")
        workbook = (PurePath(self.document.path).name, self.document.sha256)
        return Batch(self.plan, tuple(blocks), self._text(content, "title", "") or self.path.stem, workbook)

    def _scenario(self, place: str, table: dict[str, Any]) -> Block | None:
        name = self._name(place, table)
        start = self._start(place, table, self._base(place, table), self._used(place, table))
        return Block(name, start, f"{self.path.name} {name}:") if start else None

    def _sweep(self, place: str, table: dict[str, Any]) -> Sweep | None:
        name, base, used = self._name(place, table), self._base(place, table), self._used(place, table)
        own = self._settings(self.log.table(table, "set", place), f"{place}.set")
        given = list(leaves(self.log.table(table, "over", place)))
        axes = [axis for key, value in given if (axis := self._axis(f"{place}.over.{key}", key, value)) is not None]
        combine = self._text(table, "combine", place) or "product"
        if not given:
            self.log.refuse(place, "nothing under over", "at least one setting with its values is expected")
        if combine not in ("product", "zip"):
            self.log.refuse(
                f"{place}.combine", quoted(combine), "product or zip is expected", nearest(combine, ("product", "zip"))
            )
        if combine == "zip" and len({len(axis.values) for axis in axes}) > 1:
            sizes = ", ".join(f"{len(axis.values)} of {axis.key}" for axis in axes)
            self.log.refuse(f"{place}.over", sizes, "as many values of each are expected where combine is zip")
        if base is None or not axes or len(axes) < len(given):
            return None
        varied = next((axis.values for axis in axes if axis.key == BASE), ())
        overrides = next((axis.values for axis in axes if axis.key == USE), ())
        start = self._made(place, base, self._of(used))
        bases = tuple((other, self._made(place, self.document.scenario(other), self._of(used))) for other in varied)
        named = tuple((other, self.overrides[other]) for other in overrides)
        sweep = Sweep(name, start, f"{self.path.name} {name}:", tuple(axes), combine == "zip", bases, named, own)
        self._try_axes(place, sweep)
        return self._counted(place, sweep)

    def _monte_carlo(self, place: str, table: dict[str, Any]) -> MonteCarlo | None:
        name = self._name(place, table)
        start = self._start(place, table, self._base(place, table), self._used(place, table))
        samples = self.log.whole(table, "samples", place, 1, MOST_SAMPLES)
        seed = self.log.whole(table, "seed", place, 0, 2**63)
        given = list(leaves(self.log.table(table, "draw", place)))
        if not given:
            self.log.refuse(place, "nothing under draw", "at least one setting with its distribution is expected")
        if start is None or samples is None or seed is None:
            return None
        plan, named = apply(self.plan, start.changes, []), {key for key, _ in given}
        draws = [read_draw(plan, start, f"{place}.draw.{key}", key, value, named, self.log) for key, value in given]
        block = MonteCarlo(name, start, f"{self.path.name} {name}:", samples, seed, tuple(draw for draw in draws if draw))
        return self._counted(place, block)

    def _counted(self, place: str, block: B) -> B:
        if block.count > MOST:
            self.log.refuse(place, f"{block.count:,} scenarios", f"at most {MOST:,} in one file are expected")
        return block

    def _axis(self, place: str, key: str, value: object) -> Axis | None:
        if isinstance(value, dict):
            self.log.unknown(place, value, RANGE)
            values = number_range(value, place, MOST, self.log)
        elif isinstance(value, list):
            values = tuple(text for one in value if (text := text_of(one, place, self.log)) is not None)
        else:
            self.log.refuse(place, quoted(value), "a list of values is expected, or { from = ..., to = ..., step = ... }")
            return None
        if len(set(values)) < len(values):
            self.log.refuse(place, "a value twice", "each value once is expected")
        if not values:
            return None
        if key == BASE:
            return Axis(key, values) if None not in [self._spec(place, one) for one in values] else None
        return Axis(key, values) if key != USE or self._known(place, values) else None

    def _try_axes(self, place: str, sweep: Sweep) -> None:
        """Each value alone, on top of the block; of a range the ends, between which all numbers are as good."""
        fixed = with_settings(sweep.start, sweep.own)
        for axis in sweep.axes:
            if axis.key not in (BASE, USE):
                values = axis.values if len(axis.values) <= 100 else (axis.values[0], axis.values[-1])
                for value in values:
                    self._made(f"{place}.over", fixed, (f"{axis.key}={value}",))
        self._made(f"{place}.set", sweep.start, sweep.own)

    def _start(self, place: str, table: dict[str, Any], base: ScenarioSpec | None, used: tuple[str, ...]) -> ScenarioSpec | None:
        own = self._settings(self.log.table(table, "set", place), f"{place}.set")
        return self._made(place, base, (*self._of(used), *own)) if base is not None else None

    def _made(self, place: str, spec: ScenarioSpec, settings: Sequence[str]) -> ScenarioSpec:
        """The scenario with settings on top; those that cannot be are found here."""
        findings: list[Finding] = []
        plan = apply(self.plan, spec.changes, [])
        for setting in settings:
            try:
                changed = with_settings(spec, (setting,))
            except InputRefused as refused:
                findings += refused.findings
                continue
            plan = apply(plan, changed.changes[len(spec.changes) :], findings)
            if changed.objective not in OBJECTIVES:
                expected = f"no objective has this name; {nearest(changed.objective, OBJECTIVES)}"
                self.log.refuse(place, quoted(changed.objective), expected)
            spec = changed
        for finding in findings:
            self.log.refuse(place, finding.found, finding.expected)
        return spec

    def _base(self, place: str, table: dict[str, Any]) -> ScenarioSpec | None:
        spec = self._spec(f"{place}.{BASE}", self._text(table, BASE, place) or self.base)
        return self._made("--set", spec, self.settings) if spec is not None else None

    def _spec(self, place: str, name: str) -> ScenarioSpec | None:
        try:
            return self.document.scenario(name)
        except InputRefused as refused:
            self.log.refuse(place, quoted(name), refused.findings[0].expected)
            return None

    def _used(self, place: str, table: dict[str, Any]) -> tuple[str, ...]:
        given = table.get(USE, [])
        names = [given] if isinstance(given, str) else given
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.log.refuse(f"{place}.{USE}", quoted(given), "names of overrides are expected")
            return ()
        return tuple(names) if self._known(f"{place}.{USE}", names) else ()

    def _known(self, place: str, names: Iterable[str]) -> bool:
        unknown = [name for name in names if name not in self.overrides]
        for name in unknown:
            self.log.refuse(place, quoted(name), "no override has this name", nearest(name, self.overrides))
        return not unknown

    def _of(self, used: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(setting for name in used for setting in self.overrides[name])

    def _settings(self, table: object, place: str) -> tuple[str, ...]:
        """As --set would have them: KEY=VALUE."""
        if not isinstance(table, dict):
            self.log.refuse(place, quoted(table), "settings are expected, such as resources = 75%")
            return ()
        pairs = ((key, text_of(value, f"{place}.{key}", self.log)) for key, value in leaves(table))
        return tuple(f"{key}={value}" for key, value in pairs if value is not None)

    def _name(self, place: str, table: dict[str, Any]) -> str:
        name = self._text(table, "name", place)
        if not name and "name" not in table:
            self.log.refuse(place, "no name", "name = ... is expected")
        return name

    def _text(self, table: dict[str, Any], key: str, place: str) -> str:
        value = table.get(key, "")
        if key in table and not (isinstance(value, str) and value.strip()):
            self.log.refuse(f"{place}.{key}".strip("."), quoted(value), "text in quotes is expected")
            return ""
        return str(value).strip()

    def _say_repeated(self, blocks: Sequence[Block]) -> None:
        seen: dict[str, str] = {}
        for block in blocks:
            first = seen.setdefault(block.name.casefold(), block.name)
            if first is not block.name:
                self.log.refuse("", f"name {quoted(block.name)} twice", "a name of its own is expected for each")
