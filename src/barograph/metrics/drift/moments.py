"""Rows, mean and variance of one side: what the tests of means need."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barograph.errors import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Rows, mean and variance of one side's values, nulls left out.

    Attributes
    ----------
    n : rows (effective rows where weighted), at least 2.
    mean : arithmetic mean.
    variance : sample variance, divided by n − 1.
    """

    n: float
    mean: float
    variance: float


def mean_difference(reference: Moments, current: Moments) -> tuple[float, float]:
    """Current mean − reference mean, and its standard error ``√(s²ₚ/n + s²_q/m)``.

    Raises
    ------
    DataError
        Fewer than 2 rows on a side, or both sides constant, where no test of means exists.

    Examples
    --------
    >>> mean_difference(Moments(n=8, mean=1.0, variance=4.0), Moments(n=8, mean=2.0, variance=4.0))
    (1.0, 1.0)
    """
    for name, side in (("reference", reference), ("current", current)):
        if side.n < 2:
            raise DataError(f"{name} has {side.n:g} rows; expected at least 2 for a test of means")
    error = math.sqrt(reference.variance / reference.n + current.variance / current.n)
    if error == 0:
        raise DataError("both sides are constant; a test of means needs some spread on one of them")
    return current.mean - reference.mean, error
