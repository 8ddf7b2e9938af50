"""Rows beyond a column's range: 8 bins an octave of the distance from its edge, each with its sum."""

from __future__ import annotations

import numpy as np

from barograph.profile.algebra import Ints, Sparse
from barograph.profile.division import Division
from barograph.profile.grid import ColumnGrid, NumericGrid
from barograph.profile.reading import ReadColumn
from barograph.profile.values import Floats

_TAIL_BITS = 30
#: Distances end here, in units: rounded up they are still finite.
FURTHEST = float(np.finfo(np.float64).max) / 2.0


def tail_sums(read: ReadColumn, grid: ColumnGrid, division: Division, counts: Ints) -> Sparse:
    """Keys (cell, side -1 or 1, bin), values (rows, Σ mantissa·2³⁰) of the rows beyond the range."""
    if not isinstance(grid, NumericGrid) or read.values is None:
        return Sparse.empty(3, 2)
    below, above = grid.code("below"), grid.code("above")
    if not counts[:, [below, above]].any():
        return Sparse.empty(3, 2)
    beyond = np.flatnonzero(read.codes >= above)
    beyond = beyond[read.codes[beyond] <= below]
    side = np.where(read.codes[beyond] == above, 1, -1).astype(np.int64)
    x = read.values[beyond]
    low, high = (grid.edges[0], grid.edges[-1]) if grid.bins else (0.0, 0.0)
    with np.errstate(over="ignore"):
        distance = np.where(side > 0, x / grid.unit - high / grid.unit, low / grid.unit - x / grid.unit)
    bins, q = tail_bin(np.clip(distance, 0.0, FURTHEST))
    cell = np.zeros(len(beyond), np.int64) if division.cell is None else division.cell[beyond]
    return Sparse.of(np.stack((cell, side, bins), axis=1), np.stack((np.ones_like(q), q), axis=1))


def tail_bin(distance: Floats) -> tuple[Ints, Ints]:
    """Bin of a distance beyond the range, in units: 0 below one unit, then 8 linear bins an octave.

    Returns the bin and the integer whose sum restores Σ distance: mantissa·2³⁰.
    """
    mantissa, exponent = np.frexp(distance)
    eighth = np.floor(mantissa * 16.0).astype(np.int64) - 8
    bins = np.where(distance < 1.0, 0, 1 + 8 * (exponent.astype(np.int64) - 1) + eighth)
    q = np.where(distance < 1.0, distance, mantissa) * float(1 << _TAIL_BITS)
    return bins, np.rint(q).astype(np.int64)


def tail_distances(bins: Ints, q: Ints | Floats) -> Floats:
    """Distance, in units, that `q` stands for in each tail bin; of Σ q over its rows, the mean is finite."""
    exponent = np.where(bins == 0, 0, (bins - 1) // 8 + 1)
    with np.errstate(over="ignore"):
        distances: Floats = np.ldexp(q.astype(np.float64), exponent - _TAIL_BITS)
        return distances


def tail_ends(bins: Ints) -> tuple[Floats, Floats]:
    """Smallest and largest distance, in units, of each tail bin.

    Examples
    --------
    >>> [ends.tolist() for ends in tail_ends(np.array([0, 1, 8, 9]))]
    [[0.0, 1.0, 1.875, 2.0], [1.0, 1.125, 2.0, 2.25]]
    """
    exponent, eighth = np.divmod(np.maximum(bins - 1, 0), 8)
    inner = bins == 0
    with np.errstate(over="ignore"):
        near = np.where(inner, 0.0, np.ldexp((8.0 + eighth) / 16.0, exponent + 1))
        far = np.where(inner, 1.0, np.ldexp((9.0 + eighth) / 16.0, exponent + 1))
    return near, far
