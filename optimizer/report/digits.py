"""Exact numbers as text, for data that other programs read."""

from __future__ import annotations

from fractions import Fraction

Data = dict[str, object]


def exact(value: Fraction) -> str:
    """A decimal number where it has an end, else a fraction: 37.5, 350/9."""
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest > 1:
        return str(value)
    places = 0
    while (value * 10**places).denominator > 1:
        places += 1
    sign, digits = "-" if value < 0 else "", str(int(abs(value) * 10**places)).zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits
