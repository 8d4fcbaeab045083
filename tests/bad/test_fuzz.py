"""A few of the workbooks of tests/fuzz.py; `--instances 5000`, or `python -m tests.fuzz --seconds 600`, for more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.files.reader import read_workbook
from optimizer.verify.cells import read
from optimizer.verify.read import read_plan
from tests import workbooks
from tests.fuzz import differs, fuzz


@pytest.mark.instances(40)
def test_a_workbook_spoilt_at_random_is_read_rightly_or_refused(seeds: range, tmp_path: Path) -> None:
    """Two readers that share nothing agree on whatever is not refused; nothing else is raised."""
    running = fuzz(tmp_path, seeds.start)
    for _ in seeds:
        wrong = running.once()
        assert not wrong, f"{wrong}\npython -m tests.fuzz --seed {seeds.start} finds it again"
    assert running.read + running.refused == len(seeds) + 3


def test_what_is_read_differently_is_seen(tmp_path: Path) -> None:
    path = workbooks.saved(tmp_path, workbooks.book())
    one, other = read_workbook(path).plan, read_plan(read(path, typed=True))
    assert differs(one, other) == ""
    changed = replace(one, outputs=(replace(one.outputs[0], cost=5001), *one.outputs[1:]))
    assert differs(changed, other).startswith("outputs: ")
