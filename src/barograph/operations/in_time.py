"""What neighbouring windows have in common, and what is left of their number for an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.intervals import Interval, student
from barograph.operations.view import Window

Floats = NDArray[np.float64]
#: Fewer windows say nothing of how much a window is like the one before.
LEAST_WINDOWS = 8
_MOST = 0.99


def lag_one(residuals: Floats, *, fitted: int) -> float:
    """Correlation of each value with the one before, corrected for what fitting took away; from 0 to 0.99.

    Parameters
    ----------
    residuals : in order of time, about their mean or line.
    fitted : numbers fitted: 1 for a mean, 2 for a line.

    Notes
    -----
    The estimate is too low by about ``(fitted + (fitted + 2)·ρ)/n``, more than half of it in 20 windows with
    ρ = 0.7. Source: Kendall, Biometrika 41 (1954) 403, for a mean.

    Examples
    --------
    >>> lag_one(np.array([1.0, -1.0] * 10), fitted=1)
    0.0
    """
    square = float(residuals @ residuals)
    if square <= 0.0:
        return 0.0
    n = len(residuals)
    raw = float(residuals[1:] @ residuals[:-1]) / square
    return min(max((raw * n + fitted) / (n - fitted - 2), 0.0), _MOST)


def level_interval(windows: Sequence[Window]) -> Interval | None:
    """Interval of the mean level over windows that are like their neighbours; None below eight.

    Each host's windows are a series of their own; windows count by their readings.

    Notes
    -----
    Student's t with ``W(1 − ρ)/(1 + ρ)`` windows in place of W, ρ their lag-1 correlation. Source: Bartlett,
    J. R. Stat. Soc. 98 (1935) 536.
    """
    if len(windows) < LEAST_WINDOWS:
        return None
    ordered = sorted(windows, key=lambda w: (w.host, w.version, w.start))
    means = np.array([w.sums.mean for w in ordered])
    weights = np.array([w.sums.n for w in ordered], np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(weights @ means / weights.sum())
        residuals = means - mean
        variance = float(weights @ residuals**2 / weights.sum())
    if not math.isfinite(variance):
        return None
    rho = lag_one(residuals, fitted=1)
    effective = len(means) * (1.0 - rho) / (1.0 + rho)
    if effective < 2.0:
        return None
    half = student(effective - 1.0) * math.sqrt(variance / (effective - 1.0))
    return mean - half, mean + half
