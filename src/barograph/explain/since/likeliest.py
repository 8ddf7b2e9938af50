"""When a change came that all windows together show and no window does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.candidates import SHORTEST, Points
from barograph.explain.since.levels import Levels
from barograph.explain.since.onset import Departure

Floats = NDArray[np.float64]

#: Square of a difference in standard errors from which it is more than chance.
_SHOWN: Final = 1.96**2


def likeliest_change(levels: Levels, points: Points, direction: float) -> tuple[Levels, Departure] | None:
    """The one lasting step in a direction that explains a series best, known that there is one.

    Parameters
    ----------
    levels : of the series, without a change that is shown; its bad windows and season are kept.
    direction : above 0 where the step is up, below 0 where it is down.

    Returns
    -------
    The two levels, and the step; None where no step in this direction leaves two windows on either side.

    Notes
    -----
    Whether there is a change is not asked here: the caller knows it from all rows, whose mean one window's noise does
    not hide. Least squares; cost: the length of the series.

    Examples
    --------
    >>> from barograph.explain.since.levels import levels_of
    >>> y = np.array([0.0, 1.0, 0.2, 0.9, 0.1, 0.8, 0.4, 1.1, 0.6, 1.2])
    >>> p = Points(y=y, weights=np.ones(10), position=np.arange(10), first=4)
    >>> likeliest_change(levels_of(p), p, 1.0)[1].window
    7
    """
    held = np.flatnonzero(levels.label >= 0)
    season = levels.season[points.position[held] % len(levels.season)]
    y, w = points.y[held] - season, points.weights[held]
    at = np.arange(max(int(np.searchsorted(held, points.first)), SHORTEST), len(held) - SHORTEST + 1)
    if not len(at):
        return None
    weight, value = np.cumsum(w), np.cumsum(w * y)
    before = value[at - 1] / weight[at - 1]
    after = (value[-1] - value[at - 1]) / (weight[-1] - weight[at - 1])
    step = after - before
    saved = step**2 * weight[at - 1] * (weight[-1] - weight[at - 1]) / weight[-1]
    first = float(saved[0])
    saved[step * direction <= 0.0] = -1.0
    best = int(saved.argmax())
    left = max(float(w @ (y - np.average(y, weights=w)) ** 2) - float(saved[best]), 0.0) / max(len(y) - 2, 1)
    # Where windows are left out as bad, the change may have been theirs.
    if saved[best] < 0.0 or (levels.bad and first < _SHOWN * left):
        return None
    cut, means = int(held[at[best]]), (float(before[best]), float(after[best]))
    return _split(levels, (y, w), held, cut, means), Departure(
        start=cut, end=None, before=0, after=1, window=cut
    )


def _split(
    levels: Levels,
    series: tuple[Floats, Floats],
    held: NDArray[np.int64],
    cut: int,
    means: tuple[float, float],
) -> Levels:
    label = np.full(len(levels.label), -1)
    label[held] = held >= cut
    residual = np.full(len(label), np.nan)
    residual[held] = (series[0] - np.where(held >= cut, means[1], means[0])) * np.sqrt(series[1])
    return replace(levels, cuts=(cut,), means=means, label=label, residual=residual)
