"""Quantiles, interpolated inside bins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from barograph.errors import AddressError
from barograph.metrics.quality.finite import FiniteCells, finite_cells
from barograph.metrics.quality.share import effective_part, nothing
from barograph.metrics.rank_limits import rank_limits
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView

#: Shares this near to a boundary between cells lie on it: what rounding may have moved.
_ROUNDING = 1e-12


def quantile(view: ColumnView, *, q: float) -> Result:
    """The q-quantile of the finite values, in the column's unit.

    Parameters
    ----------
    q : from 0 (the minimum) to 1 (the maximum).

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> quantile(column_of([1.0, 2.0, 3.0, 10.0]), q=0.75).value
    6.5
    """
    if not 0.0 <= q <= 1.0:
        raise AddressError(f"quality.quantile: q is {q!r}; expected a number from 0 to 1, such as q=0.95.")
    cells = finite_cells(view)
    if isinstance(cells, Undefined):
        return cells
    rows = int(cells.rows.sum())
    if rows == 0 or float(cells.weights.sum()) <= 0:
        return nothing(view)
    limits = rank_limits(q, effective_part(view, rows))
    ends = None
    if limits is not None:
        # Beyond the range a cell's mean is known, and not where in it a row lies.
        wide = (cells.least < cells.first) | (cells.most > cells.last)
        lowest = replace(cells, first=cells.least, last=np.where(wide, cells.least, cells.last))
        highest = replace(cells, first=np.where(wide, cells.most, cells.first), last=cells.most)
        ends = (quantile_of(lowest, min(limits[0], q)), quantile_of(highest, max(limits[1], q)))
    return Value(value=quantile_of(cells, q), n=rows, interval=ends)


def median(view: ColumnView) -> Result:
    """The middle of the finite values, in the column's unit.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> median(column_of([1.0, 2.0, 90.0])).value
    2.0
    """
    return quantile(view, q=0.5)


def quantile_of(cells: FiniteCells, q: float) -> float:
    """Where the share of weight below reaches q; half-way across a gap that begins exactly there.

    Rises with q. Cells must hold some weight.
    """
    if q <= _ROUNDING:
        return cells.minimum
    if q >= 1.0 - _ROUNDING:
        return cells.maximum
    held = cells.weights > 0
    first, last, weights = cells.first[held], cells.last[held], cells.weights[held]
    shares = np.cumsum(weights) / weights.sum()
    i = int(np.searchsorted(shares, q - _ROUNDING))
    if abs(shares[i] - q) <= _ROUNDING and i + 1 < len(shares):
        return float(last[i] / 2 + first[i + 1] / 2)
    before = float(shares[i - 1]) if i else 0.0
    part = min(max((q - before) / (float(shares[i]) - before), 0.0), 1.0)
    value = first[i] * (1.0 - part) + last[i] * part
    return float(min(max(value, first[i]), last[i]))


_HOW = (
    "over the finite values (of a text column: lengths in characters): rows even inside a bin, exact where it "
    "holds one value, beyond the range at the mean of an eighth of an octave, half-way where the share falls on a gap. "
    "Nulls, NaN and infinities are left out. Interval: the rows between whose ranks the quantile lies, from the "
    "binomial distribution, beyond the range as far as those may lie within their eighth of an octave; none where too "
    "few rows lie beyond it."
)
_SOURCE = "numpy.quantile(method='averaged_inverted_cdf'), within a bin's width; Conover (1999), §3.2"

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.quantile", title="Quantile", scope="column", applies_to=("numeric", "text"), compute=quantile,
        unit="column", parameters=("q",), definition=f"The value below which a share q of the weight lies, {_HOW}",
        misleads="Far quantiles of few rows are the extremes by another name.", source=_SOURCE,
    ),
    MetricSpec(
        name="quality.median", title="Median", scope="column", applies_to=("numeric", "text"), compute=median,
        unit="column", definition=f"The 0.5-quantile, {_HOW}",
        misleads="It says nothing of the ends: half of the rows may move with the median where it was.", source=_SOURCE,
    ),
)  # fmt: skip
