"""A regression that adds up one step function a column: fitted by least squares, answers by look-up, on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Fitted steps.

    Attributes
    ----------
    edges : per column the inner edges of its steps; values beyond belong to the outermost.
    heights : per column what each step adds; the last one is for missing values.
    """

    mean: float
    edges: tuple[Floats, ...]
    heights: tuple[Floats, ...]

    def __call__(self, x: Floats) -> Floats:
        """Answers for rows of shape (rows, columns)."""
        out = np.full(len(x), self.mean)
        for column, edges, heights in zip(x.T, self.edges, self.heights, strict=True):
            out += heights[_steps(column, edges)]
        return out


def fit_steps(x: Floats, y: Floats, *, ridge: float = 5.0) -> Steps:
    """Fit on rows of shape (rows, columns); NaN is missing, and adds nothing where training had none."""
    edges = tuple(_edges(column) for column in x.T)
    codes = [_steps(column, e) for column, e in zip(x.T, edges, strict=True)]
    sizes = [len(e) + 2 for e in edges]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    at = np.stack([code + start for code, start in zip(codes, starts[:-1], strict=True)], axis=1)
    mean = float(y.mean())
    beta = np.linalg.solve(
        _normal(at, int(starts[-1])) + ridge * np.eye(starts[-1]), _sums(at, y - mean, starts)
    )
    return Steps(mean=mean, edges=edges, heights=tuple(np.split(beta, starts[1:-1])))


def _edges(column: Floats) -> Floats:
    held = column[np.isfinite(column)]
    inner: Floats = np.unique(np.quantile(held, np.arange(1, STEPS) / STEPS))
    return inner


def _steps(column: Floats, edges: Floats) -> Ints:
    codes = np.searchsorted(edges, column, side="right")
    return np.where(np.isfinite(column), codes, len(edges) + 1)


def _normal(at: Ints, size: int) -> Floats:
    counts = np.zeros((size, size))
    for left in at.T:
        for right in at.T:
            np.add.at(counts, (left, right), 1.0)
    return counts


def _sums(at: Ints, y: Floats, starts: Sequence[int] | Ints) -> Floats:
    return sum(np.bincount(codes, weights=y, minlength=int(starts[-1])) for codes in at.T)
