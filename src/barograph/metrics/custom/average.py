"""The mean per row of a sum or a cost, and the rows that it stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.custom.terms import term_view
from barograph.metrics.mean_intervals import RawMoments, skewed_interval
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.division import WEIGHT_STEPS
from barograph.profile.value import Profile
from barograph.schema.custom.model import CostMatrix, CustomMetric, ErrorCost, Ratio
from barograph.schema.custom.terms import term_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """A mean per row.

    Attributes
    ----------
    mean : with Hall's interval; `n` is the logged rows that give a number.
    weight : rows that these stand for.
    left_out : logged rows, of rows that have labels where these are needed, that give no number.
    """

    mean: Value
    weight: float
    left_out: int


def average(cell: Profile, metric: CustomMetric) -> Average | Undefined:
    """The mean per row of a sum, a cost matrix or the cost of errors.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> rows = profile_of({"x": [1.0, 2.0, None, 6.0]}, {"lost": {"sum": "x"}})
    >>> found = average(rows, rows.schema.metrics[0])
    >>> found.mean.value, found.weight, found.left_out
    (3.0, 3.0, 1)
    """
    if isinstance(metric.formula, CostMatrix):
        return _matrix_average(cell, metric.formula)
    if isinstance(metric.formula, ErrorCost):
        return _error_average(cell, metric.formula)
    view = term_view(cell, term_of(metric, cell.schema))
    if isinstance(view, Undefined):
        return view
    moments = view.moments()
    ends = skewed_interval(moments, view.effective)
    centre = view.centres[0]
    interval = None if ends is None else (ends[0] + centre, ends[1] + centre)
    mean = figure(moments.first + centre, view.rows, interval)
    if isinstance(mean, Undefined):
        return mean
    return Average(mean=mean, weight=view.weight, left_out=sum(view.left_out))


def left_out(cell: Profile, metric: CustomMetric) -> int:
    """Logged rows that give no number; those without a label where one is needed are not meant.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> rows = profile_of({"x": [1.0, None], "y": [2.0, 0.0]}, {"share": {"ratio": ["x", "y"]}})
    >>> left_out(rows, rows.schema.metrics[0])
    1
    """
    if isinstance(metric.formula, Ratio):
        view = term_view(cell, term_of(metric, cell.schema))
        return 0 if isinstance(view, Undefined) else sum(view.left_out)
    found = average(cell, metric)
    return 0 if isinstance(found, Undefined) else found.left_out


def _matrix_average(cell: Profile, costs: CostMatrix) -> Average | Undefined:
    """Of the confusion counts, whose cells have one cost each: every moment is exact."""
    view = outcome_view(cell)
    if isinstance(view, Undefined):
        return view
    classes = view.grid.classes
    rows = view.confusion()[: len(classes), : len(classes)]
    cost = _costs(costs, classes)
    weight, judged = float(rows.sum()), view.measures()["weight"]
    share = weight / judged if judged > 0.0 else 0.0
    n = round(view.judged * share)
    if n == 0 or weight <= 0.0:
        detail = say("no judged row has a label and a prediction that the reference knows")
        return Undefined(reason="too_few_rows", detail=detail)
    first, second, third, fourth = (float((rows * cost**k).sum()) / weight for k in (1, 2, 3, 4))
    moments = RawMoments(first=first, second=second, third=third, fourth=fourth)
    bounds = float(cost.min()), float(cost.max())
    return _of_outcome((cell, view), moments, bounds, share=share)


def _costs(costs: CostMatrix, classes: tuple[str, ...]) -> NDArray[np.float64]:
    table = np.zeros((len(classes), len(classes)))
    for label, prediction, cost in costs.costs:
        if label in classes and prediction in classes:
            table[classes.index(label), classes.index(prediction)] = cost
    return table


def _error_average(cell: Profile, cost: ErrorCost) -> Average | Undefined:
    """Of the sums of errors and of their sizes: half of what they have in common, and of what they have not."""
    view = outcome_view(cell)
    if isinstance(view, Undefined):
        return view
    found = means(view, "absolute_error")
    if isinstance(found, Undefined):
        return found
    error, size = found["error"], found["absolute_error"]
    cubes = found["error_3"], found["absolute_error_3"]
    over_square = found["over_error_2"]
    over, under = cost.over, cost.under
    # Fourth powers are kept for both sides together: they are divided as the cubes are.
    above = (cubes[1] + cubes[0]) / 2.0 / cubes[1] if cubes[1] > 0.0 else 0.5
    moments = RawMoments(
        first=over * (size + error) / 2.0 + under * (size - error) / 2.0,
        second=over**2 * over_square + under**2 * (found["squared_error"] - over_square),
        third=over**3 * (cubes[1] + cubes[0]) / 2.0 + under**3 * (cubes[1] - cubes[0]) / 2.0,
        fourth=(over**4 * above + under**4 * (1.0 - above)) * found["error_4"],
    )
    lowest = 0.0 if over >= 0.0 and under >= 0.0 else -math.inf
    return _of_outcome((cell, view), moments, (lowest, math.inf), share=1.0)


def _of_outcome(
    of: tuple[Profile, OutcomeView], moments: RawMoments, bounds: tuple[float, float], *, share: float
) -> Average | Undefined:
    """An average of judged rows; no end of its interval lies beyond the smallest and the largest cost."""
    cell, view = of
    n = round(view.judged * share)
    ends = skewed_interval(moments, view.effective_rows * share)
    interval = None if ends is None else (max(ends[0], bounds[0]), min(ends[1], bounds[1]))
    mean = figure(moments.first, n, interval)
    if isinstance(mean, Undefined):
        return mean
    weight = view.measures()["weight"] * share * _rows_each(cell)
    return Average(mean=mean, weight=weight, left_out=view.labelled - n)


def _rows_each(cell: Profile) -> float:
    """Rows that a logged row of weight 1 stands for."""
    if cell.outcome is not None and cell.outcome.weights is not None:
        return cell.grid.weight_unit
    return float(cell.table.weight[0]) / WEIGHT_STEPS / int(cell.table.rows[0])
