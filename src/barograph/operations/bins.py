"""The histogram of readings: 8 linear bins an octave of their size, as the tails of a column have."""

from __future__ import annotations

import math
from typing import Final

#: Side (−1, 0, 1) and bin of the size on that side; the bin of zero is 0.
Bin = tuple[int, int]
_PER_OCTAVE: Final = 8


def bin_of(x: float) -> Bin:
    """Bin of a finite reading: ``8·exponent + ⌊16·mantissa⌋ − 8`` with x = mantissa·2^exponent, mantissa in [½, 1).

    Examples
    --------
    >>> bin_of(1.0), bin_of(1.2), bin_of(0.0), bin_of(-1.0)
    ((1, 8), (1, 9), (0, 0), (-1, 8))
    """
    if x == 0.0:
        return 0, 0
    mantissa, exponent = math.frexp(abs(x))
    return (1 if x > 0.0 else -1), _PER_OCTAVE * exponent + int(mantissa * 16.0) - 8


def ends(key: Bin) -> tuple[float, float]:
    """Smallest and largest value of a bin; a width of at most 12.5 % of either.

    Examples
    --------
    >>> ends((1, 8)), ends((-1, 8)), ends((0, 0))
    ((1.0, 1.125), (-1.125, -1.0), (0.0, 0.0))
    """
    side, number = key
    if side == 0:
        return 0.0, 0.0
    exponent, eighth = divmod(number, _PER_OCTAVE)
    low, high = (_scaled((8 + e) / 16.0, exponent) for e in (eighth, eighth + 1))
    return (low, high) if side > 0 else (-high, -low)


def order(key: Bin) -> tuple[int, int]:
    """Key by which bins stand in order of their values."""
    side, number = key
    return side, side * number


def _scaled(mantissa: float, exponent: int) -> float:
    try:
        return math.ldexp(mantissa, exponent)
    except OverflowError:
        return math.nextafter(math.inf, 0.0)
