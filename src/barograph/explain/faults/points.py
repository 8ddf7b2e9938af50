"""A numeric column's reference as weighted points, and values beyond its range as points."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.looks import Side
from barograph.profile.grid import NumericGrid
from barograph.profile.tails import tail_distances

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A bin of several values stands for as many points, spread evenly over it.
_POINTS: Final = 4


def reference_points(side: Side, grid: NumericGrid) -> tuple[Floats, Floats]:
    """Points in the reference's bins, and the share of rows each stands for.

    Examples
    --------
    >>> from barograph.explain.faults.tried import look_of
    >>> look = look_of([1.0, 1.0, 2.0], [1.0])
    >>> x, share = reference_points(look.reference, look.grid)
    >>> x[share > 0].tolist(), share[share > 0].tolist()
    ([1.0, 2.0], [0.6666666666666666, 0.3333333333333333])
    """
    mass = side.counts[:, : grid.bins].sum(axis=0).astype(np.float64)
    held = mass > 0
    low, width = grid.edges[:-1][held], np.diff(grid.edges)[held]
    exact = grid.exact[: grid.bins][held]
    steps = (np.arange(_POINTS) + 0.5) / _POINTS
    spread = low[~exact, None] + width[~exact, None] * steps
    x = np.concatenate((low[exact], spread.ravel()))
    share = np.concatenate((mass[held][exact], np.repeat(mass[held][~exact] / _POINTS, _POINTS)))
    return x, share / max(share.sum(), 1.0)


def tail_points(
    side: Side, grid: NumericGrid, windows: NDArray[np.bool_], above: bool
) -> tuple[Floats, Floats]:
    """The mean of each tail bin on one side of the range in some windows, and its rows."""
    keys, values = side.tails.keys, side.tails.values
    held = (keys[:, 1] == (1 if above else -1)) & windows[keys[:, 0]] if len(keys) else np.empty(0, bool)
    if not held.any():
        return np.empty(0), np.empty(0)
    bins, which = np.unique(keys[held, 2], return_inverse=True)
    rows = np.bincount(which, weights=values[held, 0]).astype(np.float64)
    q = np.bincount(which, weights=values[held, 1].astype(np.float64))
    distance = tail_distances(bins, q / rows) * grid.unit
    x = grid.edges[-1] + distance if above else grid.edges[0] - distance
    return x, rows


def codes_of(x: Floats, grid: NumericGrid) -> Ints:
    """Code of each finite value: its bin, `above`, or `below`."""
    codes = grid.binner.codes(x) - 1
    codes[codes < 0] = grid.code("below")
    return codes


def ks_distance(x: Floats, weight: Floats, y: Floats, other: Floats) -> float:
    """Largest distance between two weighted distributions.

    Examples
    --------
    >>> ks_distance(np.array([1.0, 2.0]), np.ones(2), np.array([1.0, 3.0]), np.ones(2))
    0.5
    """
    at = np.concatenate((x, y))
    steps = np.concatenate((weight / weight.sum(), -other / other.sum()))
    order = np.argsort(at, kind="stable")
    summed = np.cumsum(steps[order])
    last = np.append(np.diff(at[order]) > 0, True)
    return float(np.abs(summed[last]).max())
