"""Quantiles of readings from their histogram."""

from __future__ import annotations

import numpy as np

from barograph.errors import AddressError
from barograph.metrics.quality.finite import FiniteCells
from barograph.metrics.quality.quantile import quantile_of
from barograph.metrics.rank_limits import rank_limits
from barograph.metrics.values import Result
from barograph.operations.bins import ends
from barograph.operations.figures import figure
from barograph.operations.sums import ReadingSums

DEFINITION = (
    "Interpolated inside bins of 8 an octave, so within 12.5 % of the reading there and mostly far nearer; the "
    "smallest and largest reading are exact. The interval is that of order statistics of independent readings."
)


def quantile(sums: ReadingSums, q: float) -> Result:
    """The q-quantile of the readings.

    Parameters
    ----------
    q : from 0 (the minimum) to 1 (the maximum).

    Raises
    ------
    AddressError
        For a q outside.

    Examples
    --------
    >>> from barograph.operations.sums import reading_sums
    >>> quantile(reading_sums([1.0, 1.0, 4.0], at=0), 1.0).value
    4.0
    """
    if not 0.0 <= q <= 1.0:
        raise AddressError(f"q is {q!r}; expected a number from 0 to 1, such as q=0.95.")
    cells = _cells(sums)
    limits = rank_limits(q, float(sums.n))
    between = None
    if limits is not None:
        between = quantile_of(cells, min(limits[0], q)), quantile_of(cells, max(limits[1], q))
    return figure(quantile_of(cells, q), sums.n, between)


def _cells(sums: ReadingSums) -> FiniteCells:
    keys = [key for key, _ in sums.bins]
    counts = np.array([count for _, count in sums.bins], np.int64)
    first, last = (np.array([ends(k)[side] for k in keys], np.float64) for side in (0, 1))
    low, high = sums.lowest, sums.highest
    first, last = np.clip(first, low, high), np.clip(last, low, high)
    return FiniteCells(
        rows=counts, weights=counts.astype(np.float64), first=first, last=last, least=first, most=last, minimum=low,
        maximum=high,
    )  # fmt: skip
