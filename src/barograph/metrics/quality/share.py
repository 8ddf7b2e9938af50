"""A share of a column's rows with Wilson's interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.intervals import Interval, wilson
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView
from barograph.profile.grid import NumericGrid


def valued(view: ColumnView) -> NDArray[np.bool_]:
    """Mask of the codes that stand for a value: finite numbers, or categories.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> view = column_of(["a", None, "b"], kind="categorical")
    >>> int(view.counts[valued(view)].sum())
    2
    """
    codes = np.arange(view.grid.codes)
    end = view.grid.code("nan") - 1 if isinstance(view.grid, NumericGrid) else view.grid.code("null")
    mask: NDArray[np.bool_] = codes < end
    return mask


def share(view: ColumnView, part: float, whole: NDArray[np.bool_] | None = None) -> Result:
    """A weight over the weight of some codes.

    Parameters
    ----------
    part : weight of the rows in question.
    whole : codes whose rows are the denominator; None: all rows.

    Returns
    -------
    The share in [0, 1]; `n` is the logged rows of the denominator, Undefined where there are none.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> share(column_of([1.0, 2.0, 3.0, 4.0]), 1.0).value
    0.25
    """
    those = slice(None) if whole is None else whole
    rows = int(view.counts[those].sum())
    weight = float(rows) if view.sums.weighted is None else float(view.weights[those].sum())
    if rows == 0 or weight <= 0:
        return nothing(view)
    value = min(max(part / weight, 0.0), 1.0)
    return Value(value=value, n=rows, interval=share_interval(view, value, rows))


def share_interval(view: ColumnView, value: float, rows: int) -> Interval:
    """Wilson's interval of a share of `rows` of the column's logged rows; it holds the share itself."""
    effective = effective_part(view, rows)
    low, high = wilson(value * effective, effective)
    return min(low, value), max(high, value)


def effective_part(view: ColumnView, rows: int) -> float:
    """What an interval over `rows` of the column's logged rows rests on; `rows` where unweighted."""
    return rows * view.effective_rows / view.rows


def nothing(view: ColumnView) -> Undefined:
    """No row holds a value."""
    return Undefined(
        reason="too_few_rows",
        detail=say("no row of weight above 0 holds a value of {column}", column=repr(view.column.name)),
    )
