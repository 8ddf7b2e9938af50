"""How long a reference window remembers: autocorrelation of window shares, pooled over columns."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from barograph.errors import DataError

#: A correlation below this counts as none.
_NEGLIGIBLE = 0.1
#: Windows pooled as if they were correlated more would leave no history at all.
_LARGEST_RHO = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMemory:
    """One column's sums for the pooled autocorrelation; sums of columns add up.

    Attributes
    ----------
    product : Σ of products of neighbouring windows' standardised deviations.
    square : Σ of their squares.
    noise : what `square` would be if only rows were drawn and the shares stood still.
    pull : what noise takes from `product`, as deviations are from the mean of the same windows.
    free : degrees of freedom of one window's shares.
    windows : number of windows with rows.
    """

    product: float
    square: float
    noise: float
    pull: float
    free: int
    windows: int


def window_memory(windows: ArrayLike, *, phases: ArrayLike | None = None) -> WindowMemory:
    """Return the sums of one column for `pooled_rho`.

    With ``d_kb = (p_kb − p̄_b)/√p̄_b``: ``product = Σ_k Σ_b d_kb d_{k+1,b}`` ``square = Σ_k Σ_b d²_kb``
    and ``noise = Σ_k (B − 1)/n_k``.

    Parameters
    ----------
    windows : array-like of shape (windows, cells)
        Rows per reference window, in order of time, and test cell. Windows without rows are skipped.
    phases : array-like of int of shape (windows,), optional
        Hour of the day or day of the week; deviations are then from the phase's own shares.

    Returns
    -------
    WindowMemory

    Raises
    ------
    DataError
        Not a matrix.

    Examples
    --------
    >>> m = window_memory([[10, 0], [10, 0], [0, 10], [0, 10]])
    >>> round(m.product, 6), round(m.square, 6), round(m.noise, 6)
    (1.0, 4.0, 0.3)
    """
    table = np.asarray(windows, dtype=np.float64)
    if table.ndim != 2:
        raise DataError(f"reference windows have shape {table.shape}; expected rows per window and cell")
    held = table.sum(axis=1) > 0
    table = table[held]
    if len(table) < 2:
        return WindowMemory(product=0.0, square=0.0, noise=0.0, pull=0.0, free=0, windows=len(table))
    phase = np.zeros(len(table), dtype=np.int64) if phases is None else np.asarray(phases)[held]
    shares = table / table.sum(axis=1, keepdims=True)
    overall = shares.mean(axis=0)
    deviation = np.empty_like(shares)
    for value in np.unique(phase):
        same = phase == value
        deviation[same] = shares[same] - shares[same].mean(axis=0)
    deviation = deviation[:, overall > 0] / np.sqrt(overall[overall > 0])
    groups = len(np.unique(phase))
    free = int(np.count_nonzero(overall)) - 1
    noise = free * np.sum(1.0 / table.sum(axis=1)) * (1.0 - groups / len(table))
    return WindowMemory(
        product=float(np.sum(deviation[:-1] * deviation[1:])),
        square=float(np.sum(deviation * deviation)),
        noise=float(noise),
        pull=float(noise) / len(table) if groups == 1 else 0.0,
        free=free,
        windows=len(table),
    )


def pooled_rho(memories: Iterable[WindowMemory]) -> float:
    """Lag-1 autocorrelation of reference windows, pooled over columns and corrected for its bias.

    ``r = Σ product / Σ square``, then ``ρ̂ = (K r + 1)/(K − 3)``: deviations from a mean of K windows pull r
    down by (1 + 3ρ)/K.

    Parameters
    ----------
    memories : iterable of WindowMemory
        Of all columns of one reference.

    Returns
    -------
    float in [0, 0.95]; negative correlations count as none.

    Notes
    -----
    Every column's deviations are weighed by their cells, each in units of its own share. Cost: O(columns).
    Source: Kendall (1954), Biometrika 41, 403–404, for the bias.

    Examples
    --------
    >>> pooled_rho([WindowMemory(product=14.0, square=28.0, noise=0.0, pull=0.0, free=3, windows=28)])
    0.6
    """
    kept = [m for m in memories if m.square > 0]
    return lag_one_rho(sum(m.product for m in kept), sum(m.square for m in kept), _most_windows(kept))


def wander_rho(memories: Iterable[WindowMemory]) -> float:
    """Lag-1 autocorrelation of what wanders, the noise of drawing rows taken out.

    ``r = Σ (product + pull) / (Σ square − Σ noise)``, corrected as in `pooled_rho`: with few rows a window, noise
    hides how long the wander lasts, and pooling windows brings it out.

    Parameters
    ----------
    memories : iterable of WindowMemory
        Of all columns of one reference.

    Returns
    -------
    float in [0, 0.95]; 0 where nothing wanders beyond noise.

    Examples
    --------
    >>> wander_rho([WindowMemory(product=13.0, square=48.0, noise=20.0, pull=1.0, free=3, windows=28)])
    0.6
    """
    kept = [m for m in memories if m.square > 0]
    square = sum(m.square - m.noise for m in kept)
    return lag_one_rho(sum(m.product + m.pull for m in kept), square, _most_windows(kept))


def thinned_rho(memory: WindowMemory, *, wander: float) -> float:
    """Lag-1 autocorrelation of one column in the direction that wanders: `wander` · W/(1 + W).

    ``W = (B − 1) max(square/noise − 1, 0)`` is the wander's variance there in units of the noise, as if it moved
    one direction only; in others there is less memory.

    Parameters
    ----------
    wander : from `wander_rho`, of all columns together.

    Examples
    --------
    >>> memory = WindowMemory(product=14.0, square=48.0, noise=24.0, pull=0.0, free=3, windows=28)
    >>> round(thinned_rho(memory, wander=0.6), 6)
    0.45
    """
    if memory.noise <= 0:
        return wander if memory.square > 0 else 0.0
    moved = memory.free * max(memory.square / memory.noise - 1.0, 0.0)
    return wander * moved / (1.0 + moved)


def lag_one_rho(product: float, square: float, windows: int) -> float:
    """``product / square`` with Kendall's bias of `windows` windows taken out, within [0, 0.95].

    Examples
    --------
    >>> lag_one_rho(14.0, 28.0, 28)
    0.6
    """
    if square <= 0 or product <= 0:
        return 0.0
    r = product / square
    if windows > 4:
        r = (windows * r + 1.0) / (windows - 3.0)
    return float(min(r, _LARGEST_RHO))


def _most_windows(memories: list[WindowMemory]) -> int:
    return max((m.windows for m in memories), default=0)


def neighbours_left_out(rho: float) -> int:
    """Neighbours on each side that remember a window: the last lag at which ``ρ^lag ≥ .1``.

    Examples
    --------
    >>> [neighbours_left_out(r) for r in (0.0, 0.05, 0.3, 0.7)]
    [0, 0, 1, 6]
    """
    return 0 if rho < _NEGLIGIBLE else int(math.log(_NEGLIGIBLE) / math.log(rho))
