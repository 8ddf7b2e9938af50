"""The difference of two distribution functions, drawn from bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats, Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedCells:
    """Where the cells of a full grid lie.

    Attributes
    ----------
    lower, upper : edges of every cell, ascending and not overlapping; finite.
    reference_means, current_means : mean of the side's values in a cell whose rows are drawn at it, NaN where
        they are spread evenly over the cell; None where all are spread.
    """

    lower: Floats
    upper: Floats
    reference_means: Floats | None = None
    current_means: Floats | None = None


def differences(counts: Pair, cells: OrderedCells) -> tuple[Floats, Floats, Floats]:
    """Widths of the stretches on which F − G is a straight line, and its value at both of their ends.

    Parameters
    ----------
    counts : Pair
        Both sides' counts, cells in ascending order.
    cells : OrderedCells
        Where they lie.

    Returns
    -------
    (width, left, right) : ndarray of float64
        F − G just after the start and just before the end of each stretch.

    Raises
    ------
    DataError
        Edges not aligned with the counts, not finite or not ascending.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> edges = OrderedCells(lower=np.array([0.0, 1.0]), upper=np.array([1.0, 2.0]))
    >>> differences(pair([1, 1], [0, 2]), edges)
    (array([1., 1.]), array([0. , 0.5]), array([0.5, 0. ]))
    """
    lower, upper = np.asarray(cells.lower, dtype=np.float64), np.asarray(cells.upper, dtype=np.float64)
    _check(lower, upper, len(counts.reference))
    f = _Side.of(counts.p, lower, upper, cells.reference_means)
    g = _Side.of(counts.q, lower, upper, cells.current_means)
    points = np.unique(np.concatenate([f.start, f.end, g.start, g.end]))
    start, end = points[:-1], points[1:]
    return end - start, f.after(start) - g.after(start), f.before(end) - g.before(end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One distribution function: rows spread from `start` to `end`, or at a point where the two are equal."""

    start: Floats
    end: Floats
    share: Floats
    below: Floats

    @classmethod
    def of(cls, share: Floats, lower: Floats, upper: Floats, means: Floats | None) -> _Side:
        held = share > 0
        at = np.full(len(share), np.nan) if means is None else np.asarray(means, dtype=np.float64)
        spread = np.isnan(at)
        at = np.clip(at, lower, upper)
        start, end = np.where(spread, lower, at), np.where(spread, upper, at)
        kept = share[held]
        return cls(start=start[held], end=end[held], share=kept, below=np.cumsum(kept) - kept)

    def after(self, x: Floats) -> Floats:
        """F(x), rows at x included."""
        return self._at(x, np.searchsorted(self.start, x, side="right") - 1)

    def before(self, x: Floats) -> Floats:
        """F(x−), rows at x left out."""
        return self._at(x, np.searchsorted(self.start, x, side="left") - 1)

    def _at(self, x: Floats, cell: NDArray[np.intp]) -> Floats:
        inside = np.maximum(cell, 0)
        width = self.end[inside] - self.start[inside]
        # Held to the cell before dividing: the width of an atom is far smaller than the way to x.
        way = np.clip(x - self.start[inside], 0.0, width)
        part = np.where(width > 0, way / np.where(width > 0, width, 1.0), 1.0)
        value = self.below[inside] + self.share[inside] * part
        return np.where(cell >= 0, value, 0.0)


def _check(lower: Floats, upper: Floats, cells: int) -> None:
    if len(lower) != cells or len(upper) != cells:
        raise DataError(
            f"{cells} cells have {len(lower)} lower and {len(upper)} upper edges; expected one each per cell"
        )
    if not (np.isfinite(lower).all() and np.isfinite(upper).all()):
        raise DataError(
            "a cell has an infinite or NaN edge; give the cells beyond the range finite edges or a mean"
        )
    if (upper < lower).any() or (lower[1:] < upper[:-1]).any():
        raise DataError("the cells' edges overlap or do not ascend; expected them sorted by value")
