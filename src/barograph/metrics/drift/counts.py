"""Two aligned count vectors: checked once, turned into shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Counts of both sides on one set of cells, as float64, with their totals."""

    reference: Floats
    current: Floats
    n_reference: float
    n_current: float

    @property
    def p(self) -> Floats:
        """Shares of the reference; they sum to 1."""
        return self.reference / self.n_reference

    @property
    def q(self) -> Floats:
        """Shares of the current side; they sum to 1."""
        return self.current / self.n_current


def pair(reference: ArrayLike, current: ArrayLike) -> Pair:
    """Check two count vectors and return them with their totals.

    Parameters
    ----------
    reference, current : array-like of shape (cells,), integer or float
        Rows (or weights) per cell; cell i means the same on both sides. Nulls are a cell of their own.

    Returns
    -------
    Pair

    Raises
    ------
    DataError
        Different numbers of cells, a negative or non-finite count, or a side without rows.

    Examples
    --------
    >>> pair([3, 1], [1, 1]).p
    array([0.75, 0.25])
    """
    sides = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if sides[0].ndim != 1 or sides[0].shape != sides[1].shape:
        raise DataError(
            f"reference has counts of shape {sides[0].shape} and current {sides[1].shape}; "
            "expected two vectors over the same cells: count both on one grid"
        )
    totals = []
    for name, counts in zip(("reference", "current"), sides, strict=True):
        total = float(counts.sum())
        if not np.isfinite(total) or (counts < 0).any():
            raise DataError(f"{name} holds a negative or non-finite count; expected rows per cell, 0 or more")
        if total == 0:
            raise DataError(f"{name} has no rows; a comparison needs at least one on each side")
        totals.append(total)
    return Pair(reference=sides[0], current=sides[1], n_reference=totals[0], n_current=totals[1])


def shares(counts: Floats) -> Floats:
    """Counts over their sum, along the last axis.

    Examples
    --------
    >>> shares(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist()
    [[0.25, 0.75], [0.5, 0.5]]
    """
    divided: Floats = counts / counts.sum(axis=-1, keepdims=True)
    return divided


def scale_to(counts: ArrayLike, effective_n: float) -> Floats:
    """Scale weighted counts so that they sum to the effective number of rows.

    ``counts · effective_n / Σ counts`` with Kish's ``effective_n = (Σw)² / Σw²``: shares stay as weighted,
    noise is that of the rows that carry the information.

    Parameters
    ----------
    counts : array-like of shape (cells,)
        Sums of weights per cell.
    effective_n : float
        Kish's effective number of rows, greater than 0.

    Returns
    -------
    ndarray of float64 of shape (cells,)

    Notes
    -----
    Source: Kish, Survey Sampling (1965), §11.7.

    Examples
    --------
    >>> scale_to([30.0, 10.0], 20.0)
    array([15.,  5.])
    """
    weights = np.asarray(counts, dtype=np.float64)
    total = float(weights.sum())
    if total <= 0 or effective_n <= 0:
        raise DataError(
            f"cannot scale counts that sum to {total:g} to {effective_n:g} rows; expected both above 0"
        )
    return weights * (effective_n / total)
