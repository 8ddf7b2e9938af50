"""The nearest rows, each counted as often as it stands for rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def nearest(distance: Floats, count: Floats, k: int) -> tuple[Ints, Floats]:
    """Places of the nearest rows to each row, and how many of each are among its k.

    Parameters
    ----------
    distance : shape (rows, others).
    count : rows that each other stands for: of shape (others,), or (rows, others) where some do not count for all.

    Returns
    -------
    Both of shape (rows, at most k + 1), nearest first; where fewer than k rows are left, all of them.

    Examples
    --------
    >>> places, taken = nearest(np.array([[3.0, 1.0, 2.0]]), np.array([1.0, 1.0, 4.0]), 3)
    >>> places.tolist(), taken.tolist()
    ([[1, 2, 0]], [[1.0, 2.0, 0.0]])
    """
    each = np.broadcast_to(count, distance.shape)
    apart = np.where(each > 0.0, distance, np.inf)
    width = min(k + 1, apart.shape[1])
    near = np.argpartition(apart, width - 1, axis=1)[:, :width]
    order = np.argsort(np.take_along_axis(apart, near, axis=1), axis=1, kind="stable")
    near = np.take_along_axis(near, order, axis=1)
    held = np.take_along_axis(each, near, axis=1)
    before = np.cumsum(held, axis=1) - held
    return near, np.clip(k - before, 0.0, held)


def mean_to_nearest(distance: Floats, count: Floats, k: int) -> Floats:
    """Mean distance of each row to its k nearest; infinite where none is left.

    Examples
    --------
    >>> mean_to_nearest(np.array([[3.0, 1.0, 2.0]]), np.ones(3), 2).tolist()
    [1.5]
    """
    near, taken = nearest(distance, count, k)
    total = taken.sum(axis=1)
    sums = (taken * np.take_along_axis(distance, near, axis=1)).sum(axis=1)
    found: Floats = np.divide(sums, total, out=np.full(len(total), np.inf), where=total > 0.0)
    return found
