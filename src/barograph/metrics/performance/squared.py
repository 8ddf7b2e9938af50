"""Mean squared error and its root."""

from __future__ import annotations

import math

from barograph.metrics.performance.figures import degrees_of_squared_error, loss, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def mse(view: OutcomeView) -> Result:
    """Mean squared error ``Σ(ŷ − y)²/n``, in the label's unit squared; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mse(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 4.0, 1.0])).value
    3.0
    """
    found = means(view, "squared_error")
    if isinstance(found, Undefined):
        return found
    freedom = degrees_of_squared_error(found)
    return loss(found["squared_error"], found["error_4"], found, degrees_of_freedom=freedom)


def rmse(view: OutcomeView) -> Result:
    """Root mean squared error ``√(Σ(ŷ − y)²/n)``, in the label's unit; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> rmse(outcome_of("regression", [1.0, 2.0], [4.0, 6.0])).value.__round__(6)
    3.535534
    """
    square = mse(view)
    if isinstance(square, Undefined):
        return square
    ends = square.interval
    interval = None if ends is None else (math.sqrt(ends[0]), math.sqrt(ends[1]))
    return Value(value=math.sqrt(square.value), n=square.n, interval=interval)


_MISLEADS = "A few large errors make most of it; one mistaken label can double it."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.mse", title="Mean squared error", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=mse, direction="lower_is_better", unit="label²", range=(0.0, None),
        definition="Σ(ŷ − y)²/n over rows with a finite label and prediction. "
        "Interval: Student's on the logarithm, from Σe² and Σe⁴; degrees of freedom from the second to fourth moment, "
        "few where few rows make most of Σe⁴.",
        misleads=_MISLEADS, source="sklearn.metrics.mean_squared_error",
    ),
    MetricSpec(
        name="performance.rmse", title="Root mean squared error", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=rmse, direction="lower_is_better", unit="label", range=(0.0, None),
        definition="√(Σ(ŷ − y)²/n) over rows with a finite label and prediction. Interval: the root of MSE's.",
        misleads=_MISLEADS, source="sklearn.metrics.root_mean_squared_error",
    ),
)  # fmt: skip
