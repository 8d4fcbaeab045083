"""The canonical choice of optimizer/canonical.py as numbers of each option, to be added up over the outputs.

Every digit there is a sum over outputs of whole numbers that an option gives; several digits share a number of 61 bits, the
first the most significant. Among equally good allocations the canonical one has the largest first sum, then the largest
second one, ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

BITS = 61


def ranks(keys: Sequence[str], ids: Sequence[str], width: int) -> np.ndarray:
    """`ranks[number, output, option]` for options 0 .. width - 1; `keys` are the content keys of the outputs."""
    found, used = [np.zeros((len(keys), width), dtype=np.int64)], 0
    for most, digit in _digits(keys, ids, width):
        bits = most.bit_length()
        if used + bits > BITS:
            found.append(np.zeros((len(keys), width), dtype=np.int64))
            used = 0
        used += bits
        found[-1] <<= bits
        found[-1] += digit
    return np.stack(found)


def _digits(keys: Sequence[str], ids: Sequence[str], width: int) -> Iterator[tuple[int, np.ndarray]]:
    """The largest sum of each digit, and what each option adds to it."""
    in_order = sorted(range(len(keys)), key=lambda i: (keys[i], ids[i]))
    by_key = [list(same) for _, same in groupby(in_order, key=lambda i: keys[i])]
    option = np.arange(width)

    def of(outputs: list[int], added: np.ndarray) -> np.ndarray:
        digit = np.zeros((len(keys), width), dtype=np.int64)
        digit[outputs] = added
        return digit

    for same in by_key:
        yield len(same), of(same, option > 0)
    for same in by_key:
        if len(same) == 1:
            yield width - 1, of(same, option)
        else:
            yield from ((len(same), of(same, option >= l)) for l in range(1, width))
    for same in by_key:
        if len(same) > 1:
            yield from ((1, of([i], option >= l)) for i in same for l in range(1, width))
