"""The calibrated effect: how much changed beyond what noise alone would show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.null_moments import dealt_cells, squared_tv
from barograph.metrics.drift.unseen import Mask
from barograph.metrics.intervals import Z

Size = Literal["slight", "small", "moderate", "large"]
#: Columns of up to a multiple of so many cells are computed together, and of those with many cells.
_FEW: Final = 32
_MANY: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A calibrated total variation.

    Attributes
    ----------
    effect : √max(TV² − E₀[TV²], 0), the share of rows that moved, in [0, 1].
    interval : 95 % interval of the effect of the counts' own noise.
    total_variation : TV as observed, noise included.
    noise : √E₀[TV²], what TV would read on average with no change.
    """

    effect: float
    interval: tuple[float, float]
    total_variation: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Effects of many windows; all arrays have shape (windows,), the fields are those of `Effect`."""

    effect: Floats
    low: Floats
    high: Floats
    total_variation: Floats
    noise: Floats


def effect(reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None) -> Effect:
    """Calibrated effect of one comparison; see `effects`.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep.

    Returns
    -------
    Effect

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Examples
    --------
    >>> e = effect([400, 250, 200, 100, 50], [320, 250, 200, 150, 80])
    >>> round(e.total_variation, 3), round(e.effect, 3)
    (0.08, 0.071)
    """
    counts = pair(reference, current)
    found = effects(counts.reference, counts.current[None], unseen=unseen)
    return Effect(
        effect=float(found.effect[0]),
        interval=(float(found.low[0]), float(found.high[0])),
        total_variation=float(found.total_variation[0]),
        noise=float(found.noise[0]),
    )


def effects(reference: Floats, current: Floats, *, unseen: Mask | None = None) -> Effects:
    """Calibrated effects ``√max(TV² − E₀[TV²], 0)`` of many windows, each with a 95 % interval.

    The interval is that of counts drawn again from the shares seen: then TV* has the mean M = ½ Σ E|Dᵢ| and variance V
    of a sum of folded normals, and ``TV*² − E[TV*²]`` reaches from ``max(M − 1.96 √V, 0)²`` to ``(M + 1.96 √V)²``, each
    less M² + V.

    Parameters
    ----------
    reference : ndarray of float64 of shape (cells,)
        Rows per cell of the test grid, at least one.
    current : ndarray of float64 of shape (windows, cells)
        Rows per window and cell, at least one in each window.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep.

    Notes
    -----
    "TV minus its expectation" is biased (a true .020 reads .003, .007, .014 at n = 1 k, 10 k, 100 k). Spread
    over 20 equal cells, the hardest case, .020 reads .022, .014, .019 here, and .10 reads .082 at n = 1,000,
    so the interval's upper end is taken about the noise's own correction ``2 TV² − E[TV*²]``. Signs of differences are
    correlated as their means are, to first order. Coverage: benchmarks/RESULTS.md.
    Cost: O(windows · cells), 15 µs a window of 25 cells.
    Source: Leone, Nelson & Nottingham (1961), Technometrics 3, for folded normals.

    Examples
    --------
    >>> found = effects(np.array([500.0, 500.0]), np.array([[500.0, 500.0], [400.0, 600.0]]))
    >>> found.effect.round(3), found.high.round(3)
    (array([0.   , 0.097]), array([0.03, 0.14]))
    """
    return effects_of_columns([ColumnCounts(reference=reference, current=current, unseen=unseen)])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCounts:
    """Rows of one column: the arguments of `effects`."""

    reference: Floats
    current: Floats
    unseen: Mask | None = None


def effects_of_columns(columns: Sequence[ColumnCounts]) -> list[Effects]:
    """`effects` of several columns at once.

    Columns of about as many cells are computed together, with empty cells behind those that have fewer: so each is what
    it is by itself, to the last bit.

    Examples
    --------
    >>> one = ColumnCounts(reference=np.array([500.0, 500.0]), current=np.array([[400.0, 600.0]]))
    >>> [found.effect.round(3).tolist() for found in effects_of_columns([one, one])]
    [[0.097], [0.097]]
    """
    widths = [_width(len(column.reference)) for column in columns]
    out: dict[int, Effects] = {}
    for width in sorted(set(widths)):
        alike = [i for i, each in enumerate(widths) if each == width]
        found = _effects([columns[i] for i in alike], width)
        first = 0
        for i in alike:
            windows = slice(first, first + len(columns[i].current))
            out[i] = Effects(**{f.name: getattr(found, f.name)[windows] for f in fields(Effects)})
            first = windows.stop
    return [out[i] for i in range(len(columns))]


def _width(cells: int) -> int:
    """So many cells, with one more where unseen values are taken apart, and some empty ones."""
    return -(-(cells + 1) // _FEW) * _FEW if cells < _MANY else -(-(cells + 1) // _MANY) * _MANY


def _effects(columns: Sequence[ColumnCounts], width: int) -> Effects:
    """Of columns of so many cells, the windows of all one after the other."""
    windows = sum(len(column.current) for column in columns)
    before, after, total, copies = (np.zeros((windows, width)) for _ in range(4))
    first = 0
    for column in columns:
        place = slice(first, first + len(column.current))
        cells = len(column.reference)
        before[place, :cells], after[place, :cells] = column.reference, column.current
        dealt = dealt_cells(column.reference, column.current, column.unseen)
        for table, part in zip((total, copies), dealt, strict=True):
            table[place, : part.shape[1]] = part
        first = place.stop
    n, m = before.sum(axis=1, keepdims=True), after.sum(axis=1, keepdims=True)
    return _calibrated(before / n, after / m, (n, m), squared_tv(total, copies, n=n, m=m))


def _calibrated(p: Floats, q: Floats, rows: tuple[Floats, Floats], noise2: Floats) -> Effects:
    tv: Floats = 0.5 * np.abs(p - q).sum(axis=1)
    value2 = np.maximum(tv * tv - noise2, 0.0)
    mean, sd = _drawn_again(p, q, *rows)
    square = mean * mean + sd * sd
    low = np.maximum(mean - Z * sd, 0.0) ** 2 - square + value2
    high = (mean + Z * sd) ** 2 - square + np.maximum(value2, 2.0 * tv * tv - square)
    value = np.sqrt(value2)
    return Effects(
        effect=value,
        low=np.minimum(np.sqrt(np.maximum(low, 0.0)), value),
        high=np.clip(np.sqrt(np.maximum(high, 0.0)), value, np.maximum(value, 1.0)),
        total_variation=tv,
        noise=np.sqrt(noise2),
    )


def _drawn_again(p: Floats, q: Floats, n: Floats, m: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the total variation of counts drawn from the shares p and q."""
    from scipy.special import ndtr

    difference = p - q
    variance = p * (1.0 - p) / n + q * (1.0 - q) / m
    sd = np.sqrt(np.maximum(variance, 1e-300))
    ratio = difference / sd
    sign = 1.0 - 2.0 * ndtr(-ratio)
    with np.errstate(under="ignore"):
        folded = sd * np.sqrt(2.0 / np.pi) * np.exp(-0.5 * ratio * ratio) + difference * sign
    apart = (difference * difference + variance - folded * folded).sum(axis=1)
    by_p, by_q = sign * p, sign * q
    together = (by_p.sum(axis=1) ** 2 - (by_p * by_p).sum(axis=1)) / n[:, 0]
    together = together + (by_q.sum(axis=1) ** 2 - (by_q * by_q).sum(axis=1)) / m[:, 0]
    return 0.5 * folded.sum(axis=1), 0.5 * np.sqrt(np.maximum(apart - together, 0.0))


def effect_value(reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None) -> float:
    """The calibrated effect alone."""
    return effect(reference, current, unseen=unseen).effect


def size_of(effect: float) -> Size:
    """Size of an effect in words: slight < .02 ≤ small < .05 ≤ moderate < .15 ≤ large.

    Parameters
    ----------
    effect : float
        A calibrated total variation in [0, 1].

    Returns
    -------
    str

    Examples
    --------
    >>> [size_of(x) for x in (0.01, 0.02, 0.05, 0.15)]
    ['slight', 'small', 'moderate', 'large']
    """
    if effect < 0.02:
        return "slight"
    if effect < 0.05:
        return "small"
    return "moderate" if effect < 0.15 else "large"
