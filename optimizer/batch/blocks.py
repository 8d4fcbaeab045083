"""What a scenario file asks for, block by block; each scenario is made when it is needed, from its number alone."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import accumulate
from math import prod

from optimizer.batch.draws import Draw, Settings
from optimizer.files import codec
from optimizer.plan import Plan
from optimizer.scenario import ScenarioSpec, with_settings

VERSION = version("optimizer")
BASE, USE = "base", "use"  # axes that are no settings: the scenario to begin from, a named override


@dataclass(frozen=True, slots=True)
class Axis:
    """What a sweep varies: a setting, BASE or USE. Each value is a label and the settings that it stands for."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A scenario with settings of its own, as all scenarios of a block begin. Alone it is one scenario."""

    name: str
    start: ScenarioSpec
    source: str

    @property
    def count(self) -> int:
        return 1

    @property
    def kind(self) -> str:
        return "scenario"

    @property
    def assumed(self) -> tuple[str, ...]:
        """What differs from one scenario of the block to another."""
        return ()

    def made(self, n: int) -> tuple[ScenarioSpec, tuple[str, ...]]:
        """Scenario n, and what it assumes, as typed, in the order of `assumed`."""
        return self._named(self.start, self.name), ()

    def _named(self, spec: ScenarioSpec, name: str) -> ScenarioSpec:
        return replace(spec, name=name, title=name, titles=(), note="")


@dataclass(frozen=True, slots=True)
class Sweep(Block):
    """The axes in all combinations, the last changing fastest, or (zip) their first values, their second, and so on.

    `bases` are the scenarios that the axis BASE names, `overrides` the settings that the axis USE names; `own` are those of the
    block, which stand above both.
    """

    axes: tuple[Axis, ...]
    zipped: bool
    bases: tuple[tuple[str, ScenarioSpec], ...]
    overrides: tuple[tuple[str, tuple[str, ...]], ...]
    own: tuple[str, ...]

    @property
    def count(self) -> int:
        sizes = [len(axis.values) for axis in self.axes]
        return sizes[0] if self.zipped else prod(sizes)

    @property
    def kind(self) -> str:
        return f"sweep over {', '.join(axis.key for axis in self.axes)}"

    @property
    def assumed(self) -> tuple[str, ...]:
        return tuple(axis.key for axis in self.axes)

    def made(self, n: int) -> tuple[ScenarioSpec, tuple[str, ...]]:
        varied = dict(zip(self.assumed, self._values(n), strict=True))
        start = dict(self.bases)[varied[BASE]] if BASE in varied else self.start
        used = dict(self.overrides)[varied[USE]] if USE in varied else ()
        axes = (f"{key}={value}" for key, value in varied.items() if key not in (BASE, USE))
        spec = with_settings(start, (*used, *self.own, *axes), self.source)
        name = f"{self.name}: {', '.join(f'{key}={value}' for key, value in varied.items())}"
        return self._named(spec, name), tuple(varied.values())

    def _values(self, n: int) -> tuple[str, ...]:
        found = []
        for axis in reversed(self.axes):
            n, k = (n, n) if self.zipped else divmod(n, len(axis.values))
            found.append(axis.values[k])
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class MonteCarlo(Block):
    """So many samples, counted from 1 in their names."""

    samples: int
    seed: int
    draws: tuple[Draw, ...]

    @property
    def count(self) -> int:
        return self.samples

    @property
    def kind(self) -> str:
        return f"Monte Carlo, seed {self.seed}, over {', '.join(draw.key for draw in self.draws)}"

    @property
    def assumed(self) -> tuple[str, ...]:
        return tuple(key for draw in self.draws for key in draw.assumed)

    def made(self, n: int) -> tuple[ScenarioSpec, tuple[str, ...]]:
        samples = [draw.sample(self.seed, n) for draw in self.draws]
        settings = [f"{key}={value}" for pairs, _ in samples for key, value in pairs]
        spec = self._named(with_settings(self.start, settings, self.source), f"{self.name} {n + 1}")
        return spec, tuple(text for _, texts in samples for text in texts)


@dataclass(frozen=True)
class Batch:
    """All scenarios of a file, by position from 0. Raises IndexError beyond the last.

    `workbook` is the name of the file that the plan was read from, with its digest.
    """

    plan: Plan
    blocks: tuple[Block, ...]
    title: str = ""
    workbook: tuple[str, str] = ("", "")
    ends: tuple[int, ...] = field(init=False)
    plan_digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ends", tuple(accumulate(block.count for block in self.blocks)))
        object.__setattr__(self, "plan_digest", hashlib.sha256(codec.dumps(self.plan).encode()).hexdigest())

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def block(self, position: int) -> tuple[Block, int]:
        """The block of a scenario, and its number there."""
        if not 0 <= position < len(self):
            raise IndexError(position)
        k = bisect_right(self.ends, position)
        return self.blocks[k], position - (self.ends[k - 1] if k else 0)

    def made(self, position: int) -> tuple[ScenarioSpec, tuple[str, ...]]:
        block, n = self.block(position)
        return block.made(n)

    def spec(self, position: int) -> ScenarioSpec:
        return self.made(position)[0]

    def assumptions(self, position: int) -> Settings:
        """What a scenario assumes that others of its block do not, as typed."""
        block, n = self.block(position)
        return tuple(zip(block.assumed, block.made(n)[1], strict=True))

    def key(self, spec: ScenarioSpec) -> str:
        """What the answer depends on: the plan, what the scenario asks, and the model. Its name and title are no part of it."""
        asked = [str(spec.resources.basis), str(spec.resources.value), spec.objective, [str(change) for change in spec.changes]]
        content = json.dumps([self.plan_digest, VERSION, asked])
        return hashlib.sha256(content.encode()).hexdigest()
