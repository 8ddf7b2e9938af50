"""Put float64 values into ordered bins: one table look-up on their bits, then a comparison or two.

The sortable bits of (x - centre) index a table whose cells are linear pieces of an octave; a cell
names the first edge that could still lie below x, and as many comparisons as the fullest cell has
edges settle the bin. Rounding of x - centre is monotone, so no value lands in a wrong bin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_MAGNITUDE = np.int64(0x7FFF_FFFF_FFFF_FFFF)
_MANTISSA_CHOICES = (4, 6, 8, 9)
_MOST_CELLS = 1 << 14
#: Integers spread wider than this are binned as other numbers are.
_MOST_INTEGERS = 1 << 16
#: Beyond this not every integer is a float64.
_FARTHEST_INTEGER = 1 << 53
#: Values worked on at a time, so that every pass over them stays in the processor's cache.
CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class Binner:
    """A prepared look-up for one column's edges.

    Attributes
    ----------
    edges : rising lower edges, the last one closing the last bin; bin i is [edges[i], edges[i+1]).
    """

    edges: Floats
    centre: float
    shift: int
    first: int
    half: int
    table: NDArray[np.int16]
    next_edge: Floats
    comparisons: int

    @property
    def widths(self) -> Floats:
        """Width of each bin inside the edges."""
        return np.diff(self.edges)

    def codes(self, values: Floats, into: Codes | None = None) -> Codes:
        """Bin of each value, in `into` if it is given: 0 below the first edge, 1 … B, B + 1 from the last edge up.

        NaN and infinities get an arbitrary bin; the caller sets them aside.
        """
        out = np.empty(len(values), np.int64) if into is None else into
        for start in range(0, len(values), CHUNK):
            x, code = values[start : start + CHUNK], out[start : start + CHUNK]
            cell = _cells(x, self.centre, self.shift, self.first, self.half)
            code[:] = self.table.take(cell, mode="clip")
            for _ in range(self.comparisons):
                code += x >= self.next_edge.take(code, mode="clip")
        return out

    def of_integers(self) -> tuple[int, Codes] | None:
        """The smallest integer, and the bin of each from one below it to one above the largest; None if too many.

        The bins count from 0, so below the first edge is -1.
        """
        low, high = math.ceil(self.edges[0]), math.floor(self.edges[-1])
        if high - low >= _MOST_INTEGERS or max(-low, high) > _FARTHEST_INTEGER:
            return None
        return low, self.codes(np.arange(low - 1, high + 2, dtype=np.float64)) - 1


def binner(edges: Floats) -> Binner:
    """Prepare the look-up table for `edges` (at least two, rising)."""
    # x - (-0.0) makes one zero of two; x - 0.0 would leave -0.0 among the negative numbers.
    middle = float(edges[len(edges) // 2]) or -0.0
    best: Binner | None = None
    for bits in _MANTISSA_CHOICES:
        candidate = _build(edges, middle, 52 - bits)
        if best is None or candidate.comparisons < best.comparisons:
            best = candidate
        if best.comparisons <= 2:
            break
    assert best is not None  # _MANTISSA_CHOICES is not empty
    return best


def _build(edges: Floats, centre: float, shift: int) -> Binner:
    with np.errstate(over="ignore"):
        magnitude = ((edges - centre).view(np.int64) & _MAGNITUDE) >> shift
    last = int(magnitude.max())
    first = max(int(magnitude[edges != centre].min(initial=last)), last - _MOST_CELLS)
    half = last - first + 2
    cell = np.clip(_cells(edges, centre, shift, first, half), 0, 2 * half - 1)
    held = np.bincount(cell, minlength=2 * half)
    starts = np.cumsum(held) - held
    return Binner(
        edges, centre, shift, first, half, starts.astype(np.int16),
        np.concatenate((edges, [np.inf, np.inf])), int(held.max()),
    )  # fmt: skip


def _cells(values: Floats, centre: float, shift: int, first: int, half: int) -> Codes:
    """Table cell of each value; those beyond either end are left to be clipped."""
    with np.errstate(over="ignore", invalid="ignore"):
        bits = (values - centre).view(np.int64)
    cell = bits & _MAGNITUDE
    cell >>= shift
    cell -= first
    np.maximum(cell, 0, out=cell)
    bits >>= 63
    cell ^= bits
    cell += half
    return cell
