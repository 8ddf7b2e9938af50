"""Rows divided so that each is judged by what was learned from others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 10


def folds(n: int, times: Floats | None, rng: np.random.Generator, *, k: int = FOLDS) -> Ints:
    """The fold of each row: stretches of time, so that what neighbouring rows share is not learned; else drawn.

    Examples
    --------
    >>> folds(4, np.array([3.0, 1.0, 2.0, 4.0]), np.random.default_rng(0), k=2).tolist()
    [1, 0, 0, 1]
    """
    k = min(k, n)
    place = rng.permutation(n) if times is None else np.argsort(np.argsort(times, kind="stable"))
    return place * k // n


def forward(
    n: int, times: Floats | None, rng: np.random.Generator, *, k: int = 4
) -> Iterator[tuple[Ints, Ints]]:
    """Rows to learn from and rows to judge: each stretch of time after all before it; the first is only learned.

    Without times the rows are in random order: they are then as good as later ones.
    """
    fold = folds(n, times, rng, k=k)
    for later in range(1, min(k, n)):
        yield np.flatnonzero(fold < later), np.flatnonzero(fold == later)
