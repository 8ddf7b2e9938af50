"""The distribution of prediction minus label, restored from its bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.grid import NumericGrid
from barograph.profile.tails import tail_distances

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """Pieces of even density in rising order.

    Attributes
    ----------
    low, high, rows : ends and rows of each piece, shape (pieces,). The outermost bins and
        the pieces beyond them are narrowed so that their means agree with exact sums.
    """

    low: Floats
    high: Floats
    rows: Floats

    @property
    def n(self) -> int:
        """All rows."""
        return int(self.rows.sum())

    def quantile(self, level: float) -> float:
        """Value below which a share `level` of the rows lies."""
        rank = min(max(level, 0.0), 1.0) * self.n
        before = np.cumsum(self.rows) - self.rows
        piece = max(int(np.searchsorted(before, rank, side="left")) - 1, 0)
        inside = min((rank - before[piece]) / self.rows[piece], 1.0)
        return float(self.low[piece] + (self.high[piece] - self.low[piece]) * inside)

    def between(self, low: float, high: float) -> tuple[float, float]:
        """Mean and variance of the rows between two levels."""
        before = np.cumsum(self.rows) - self.rows
        start = np.clip((low * self.n - before) / self.rows, 0.0, 1.0)
        stop = np.clip((high * self.n - before) / self.rows, 0.0, 1.0)
        width = self.high - self.low
        mass = self.rows * (stop - start)
        middle = self.low + width * (start + stop) / 2.0
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float((mass * middle).sum() / mass.sum())
            inside = (width * (stop - start)) ** 2 / 12.0
            return mean, float((mass * ((middle - mean) ** 2 + inside)).sum() / mass.sum())


def residuals(view: OutcomeView) -> Residuals | Undefined:
    """Restore the distribution of the residuals of one cell.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> residuals(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 2.0, 5.0])).quantile(0.5)
    1.0
    """
    grid, counts = view.grid.residual, view.sums.residual
    if grid is None:
        return Undefined(reason="not_applicable", detail=say("classes have no residual"))
    if counts is None or not grid.bins:
        return Undefined(
            reason="no_reference", detail=say("the reference had no finite residual to learn bins from")
        )
    if view.sums.weights is not None:
        return Undefined(
            reason="not_applicable",
            detail=say("residuals are counted by row, so rows with weights have no quantiles"),
        )
    inner = counts[0, : grid.bins].astype(np.float64)
    below, above = beyond_pieces(view, grid, -1), beyond_pieces(view, grid, 1)
    low = np.concatenate((below[0], grid.edges[:-1], above[0]))
    high = np.concatenate((below[1], grid.edges[1:], above[1]))
    rows = np.concatenate((below[2], inner, above[2]))
    _narrow_ends(view, (low, high, rows), (len(below[0]), len(below[0]) + grid.bins - 1))
    held = rows > 0
    if not held.any():
        return Undefined(reason="overflow", detail=say("no residual is finite"))
    order = np.argsort(low[held], kind="stable")
    return Residuals(low=low[held][order], high=high[held][order], rows=rows[held][order])


def _narrow_ends(view: OutcomeView, pieces: tuple[Floats, Floats, Floats], ends: tuple[int, int]) -> None:
    """Give the outermost bins the mean that the exact sums of positive and negative errors leave to them.

    These bins are wide and their density falls steeply: taken as even, the mean of the worst 5 % of
    normal errors would be 3 % too far out.
    """
    low, high, rows = pieces
    sums = view.measures()
    for end, sign in zip(ends, (-1.0, 1.0), strict=True):
        exact = (sums["absolute_error"] + sign * sums["error"]) / 2.0
        if not rows[end] or not np.isfinite(exact):
            continue
        near, far = (low, high) if sign > 0 else (-high, -low)
        width = np.where(far > near, far - near, 1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            inside = np.where(near >= 0.0, (near + far) / 2.0, np.maximum(far, 0.0) ** 2 / (2.0 * width))
            middle = (low[end] + high[end]) / 2.0
            mean = middle + sign * (exact - float((rows * inside).sum())) / rows[end]
        if not np.isfinite(mean):
            continue
        mean = min(max(mean, low[end]), high[end])
        half = min(mean - low[end], high[end] - mean)
        low[end], high[end] = mean - half, mean + half


def beyond_pieces(view: OutcomeView, grid: NumericGrid, side: int) -> tuple[Floats, Floats, Floats]:
    """Low ends, high ends and rows of the pieces beyond one end of the range: −1 below it, 1 above."""
    keys, values = view.sums.residual_tails.keys, view.sums.residual_tails.values
    held = keys[:, 1] == side
    bins, rows = keys[held, 2], values[held, 0].astype(np.float64)
    octave, eighth = np.maximum(bins - 1, 0) // 8, np.maximum(bins - 1, 0) % 8
    with np.errstate(over="ignore", invalid="ignore"):
        start = np.where(bins == 0, 0.0, np.ldexp(1.0 + eighth / 8.0, octave))
        stop = np.where(bins == 0, 1.0, np.ldexp(1.0 + (eighth + 1) / 8.0, octave))
        mean = tail_distances(bins, values[held, 1] / np.maximum(rows, 1.0))
        half = np.where(rows > 1, np.maximum(np.minimum(mean - start, stop - mean), 0.0), 0.0)
        near, far = (mean - half) * grid.unit, (mean + half) * grid.unit
    if side > 0:
        return grid.edges[-1] + near, grid.edges[-1] + far, rows
    return grid.edges[0] - far, grid.edges[0] - near, rows
