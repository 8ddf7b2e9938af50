"""Hours of the day and days of the week: which windows of a reference are alike."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.metrics.drift.counts import Floats
from barograph.schema.readings import UTC_TIME
from barograph.windows import parse_every

_DAY_SECONDS: Final = 86_400
#: Windows of a phase, fewer than which say nothing about it.
_FEWEST: Final = 4
#: Level at which phases differ.
_LEVEL: Final = 0.01


def phases_of(starts: NDArray[np.int64], every: str, timezone: str) -> NDArray[np.int64] | None:
    """The phase of each window: its place in the day, or its day of the week.

    Parameters
    ----------
    starts : microseconds UTC.
    every : length of the windows. Shorter than a day: 0 for the first window after local midnight and so on; a day:
        1 for Monday to 7.
    timezone : IANA name.

    Returns
    -------
    None for windows of any other length, which have no phase.

    Examples
    --------
    >>> phases_of(np.array([0, 9 * 3_600_000_000]), "6h", "UTC").tolist()
    [0, 1]
    """
    length = parse_every(every)
    times = pl.Series(starts, dtype=pl.Int64).cast(UTC_TIME).dt.convert_time_zone(timezone)
    if length.unit in ("m", "h"):
        minutes = times.dt.hour().cast(pl.Int64) * 60 + times.dt.minute()
        return np.asarray(minutes.to_numpy() // round(length.approximate_seconds / 60), np.int64)
    if length.approximate_seconds == _DAY_SECONDS:
        return times.dt.weekday().to_numpy().astype(np.int64)
    return None


def phases_differ(table: Floats, phases: NDArray[np.int64]) -> bool:
    """Whether windows are to be compared with those of their own phase only.

    They are where every phase has at least 4 windows with rows, and the phases differ by more than the windows of one
    phase do: F of the shares' sums of squares, each cell in units of its own share, between and within phases, taken
    for that of a single cell, which asks for more than several cells would; level .01.

    Parameters
    ----------
    table : rows per window and cell.
    phases : of each window.

    Examples
    --------
    >>> days = np.array([[60.0, 40.0], [40.0, 60.0]] * 8) + np.arange(16)[:, None] % 3
    >>> phases_differ(days, np.arange(16) % 2), phases_differ(days, np.arange(16) // 8)
    (True, False)
    """
    from scipy.special import fdtrc

    held = table.sum(axis=1) > 0
    there, place, windows = np.unique(phases[held], return_inverse=True, return_counts=True)
    if len(there) < 2 or windows.min() < _FEWEST:
        return False
    shares = table[held] / table[held].sum(axis=1, keepdims=True)
    mean = shares.mean(axis=0)
    scaled = (shares - mean)[:, mean > 0] / np.sqrt(mean[mean > 0])
    sums = np.zeros((len(there), scaled.shape[1]))
    np.add.at(sums, place, scaled)
    between = float((sums * sums / windows[:, None]).sum())
    within = float((scaled * scaled).sum()) - between
    free = len(there) - 1, len(scaled) - len(there)
    if within <= 1e-12 * between:
        return between > 0
    return bool(fdtrc(*free, (between / free[0]) / (within / free[1])) <= _LEVEL)
