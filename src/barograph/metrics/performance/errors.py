"""Mean error and mean absolute error, and how they spread."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.intervals import Z, sd_interval, student
from barograph.metrics.mean_intervals import RawMoments
from barograph.metrics.performance.figures import (
    Means,
    degrees_of_squared_error,
    error_size,
    figure,
    mean_figure,
    means,
)
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def me(view: OutcomeView) -> Result:
    """Mean error ``Σ(ŷ − y)/n``, in the label's unit; above 0 the model predicts too much.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> me(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 2.0, 5.0])).value
    1.0
    """
    found = means(view, "error")
    if isinstance(found, Undefined):
        return found
    moments = RawMoments(
        first=found["error"], second=found["squared_error"], third=found["error_3"], fourth=found["error_4"]
    )
    return mean_figure(moments, found)


def mae(view: OutcomeView) -> Result:
    """Mean absolute error ``Σ|ŷ − y|/n``, in the label's unit; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mae(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 2.0, 1.0])).value
    1.0
    """
    found = means(view, "absolute_error")
    return found if isinstance(found, Undefined) else mean_figure(error_size(found), found, lowest=0.0)


def me_sd(view: OutcomeView) -> Result:
    """Standard deviation of the error (divisor n − 1), in the label's unit.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> me_sd(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 2.0, 5.0])).value
    1.0
    """
    return _spread(view, "error", "error_3")


def mae_sd(view: OutcomeView) -> Result:
    """Standard deviation of the absolute error (divisor n − 1), in the label's unit.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mae_sd(outcome_of("regression", [1.0, 2.0, 3.0], [2.0, 2.0, 1.0])).value
    1.0
    """
    return _spread(view, "absolute_error", "absolute_error_3")


def standard_deviation(mean: float, mean_square: float, n: float) -> float:
    """Standard deviation with divisor n − 1 from the means of x and x²."""
    variance = mean_square - mean * mean
    # Below this the difference is rounding: the values are all the same.
    return math.sqrt(variance * n / (n - 1.0)) if variance > 1e-14 * mean_square else 0.0


def _spread(view: OutcomeView, measure: str, cube: str) -> Result:
    found = means(view, measure)
    if isinstance(found, Undefined):
        return found
    if found.effective < 2.0:
        return Undefined(
            reason="too_few_rows", detail=say("a standard deviation needs 2 rows; there is {n}", n=found.n)
        )
    if not math.isfinite(found["squared_error"]):
        return Undefined(reason="overflow", detail=say("a squared error is beyond the largest number"))
    sd = standard_deviation(found[measure], found["squared_error"], found.effective)
    t = max(student(degrees_of_squared_error(found)), Z)
    ends = sd_interval(sd, _fourth_moment(found, measure, cube), found.effective, t=t)
    return figure(sd, found.n, ends)


def _fourth_moment(found: Means, measure: str, cube: str) -> float:
    """Mean of the fourth power of the distance from the mean; NaN where rounding is all that is left."""
    m1, m2, m3, m4 = found[measure], found["squared_error"], found[cube], found["error_4"]
    fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1 * m1 * m2 - 3.0 * m1**4
    return fourth if fourth > 1e-6 * m4 or m4 == 0.0 else math.nan


_LABEL_UNIT = "label"
_HALL = "Interval: Hall's for skewed rows, degrees of freedom from the kurtosis."
_SD_INTERVAL = "Interval: Bonett's, from the fourth moment; wider where few rows make most of it."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.me", title="Mean error", scope="outcome", applies_to=REGRESSION_TASKS, compute=me,
        direction="zero_is_best", unit=_LABEL_UNIT,
        definition=f"Σ(ŷ − y)/n over rows with a finite label and prediction. {_HALL}",
        misleads="Over- and under-estimates cancel: 0 does not mean that the predictions are right.",
        source="Elementary; the sign follows prediction − label; Hall, J. R. Stat. Soc. B 54 (1992) 221",
    ),
    MetricSpec(
        name="performance.mae", title="Mean absolute error", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=mae, direction="lower_is_better", unit=_LABEL_UNIT, range=(0.0, None),
        definition=f"Σ|ŷ − y|/n over rows with a finite label and prediction. {_HALL}",
        misleads="Grows with the label's own size; on rows the model was trained on it is far too small.",
        source="sklearn.metrics.mean_absolute_error; Hall, J. R. Stat. Soc. B 54 (1992) 221",
    ),
    MetricSpec(
        name="performance.me_sd", title="Spread of the error", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=me_sd, direction="lower_is_better", unit=_LABEL_UNIT, range=(0.0, None), minimum_rows=2,
        definition=f"Standard deviation of ŷ − y with divisor n − 1. {_SD_INTERVAL}",
        misleads="A few large errors make most of it; look at the error's distribution.",
        source="numpy.std(ddof=1); Bonett, Comput. Stat. Data Anal. 50 (2006) 775",
    ),
    MetricSpec(
        name="performance.mae_sd", title="Spread of the absolute error", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=mae_sd, direction="neutral", unit=_LABEL_UNIT, range=(0.0, None),
        minimum_rows=2,
        definition=f"Standard deviation of |ŷ − y| with divisor n − 1. {_SD_INTERVAL}",
        misleads="It is the spread of rows, not the uncertainty of MAE; for that see MAE's interval.",
        source="numpy.std(ddof=1); Bonett, Comput. Stat. Data Anal. 50 (2006) 775",
    ),
)  # fmt: skip
