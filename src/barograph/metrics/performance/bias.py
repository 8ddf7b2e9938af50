"""Relative bias: how much too much is predicted in total."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.intervals import Z, student
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def bias(view: OutcomeView) -> Result:
    """Relative bias ``Σ(ŷ − y)/|Σy|``, a share; above 0 the model predicts too much in total.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> bias(outcome_of("regression", [9.0, 10.0, 11.0], [10.0, 12.0, 11.0])).value
    0.1
    """
    found = means(view, "error")
    if isinstance(found, Undefined):
        return found
    n, centred = found.effective, found["label"]
    label, spread = centred + view.grid.centre, max(found["label_2"] - centred * centred, 0.0)
    if not math.isfinite(spread) or not math.isfinite(found["label_prediction"]):
        return Undefined(reason="overflow", detail=say("a squared label is beyond the largest number"))
    if abs(label) <= Z * math.sqrt(spread / n):
        return Undefined(
            reason="not_applicable",
            detail=say("the labels add up to about 0, so there is no total to compare with"),
        )
    value, error = found["error"] / abs(label), found["error"]
    together = found["label_prediction"] - found["label_2"] - error * centred
    ratio = error / label
    variance = found["squared_error"] - error * error - 2.0 * ratio * together + ratio * ratio * spread
    if n < 2.0 or not math.isfinite(variance):
        return figure(value, found.n, None)
    half = student(n - 1.0) * math.sqrt(max(variance, 0.0) / (n - 1.0)) / abs(label)
    return figure(value, found.n, (value - half, value + half))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.bias", title="Relative bias", scope="outcome", applies_to=REGRESSION_TASKS, compute=bias,
        direction="zero_is_best",
        definition="Σ(ŷ − y)/|Σy|, as a share. Undefined where the mean label is within 1.96 standard errors of 0. "
        "Interval: delta method for a ratio.",
        misleads="Over- and under-estimates cancel, and rows with large labels count most.",
        source="Hyndman & Koehler, International Journal of Forecasting 22 (2006) 679; Cochran, Sampling "
        "Techniques (1977), ch. 6, for the interval",
    ),
)  # fmt: skip
