"""Errors as a share of the label's size."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.performance.errors import standard_deviation
from barograph.metrics.performance.figures import figure, loss_figure, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def mape(view: OutcomeView) -> Result:
    """Mean of ``|ŷ − y|/|y|`` over rows whose label is not 0; a share, 0.1 is 10 %.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mape(outcome_of("regression", [2.0, -4.0, 0.0], [3.0, -4.0, 1.0])).value
    0.25
    """
    found = means(view, "relative_error", over="relative_rows")
    return loss_figure(found, "relative_error", "relative_error_2")


def mape_sd(view: OutcomeView) -> Result:
    """Standard deviation (divisor n − 1) of ``|ŷ − y|/|y|`` over rows whose label is not 0.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mape_sd(outcome_of("regression", [2.0, 4.0], [2.0, 8.0])).value.__round__(6)
    0.707107
    """
    found = means(view, "relative_error", over="relative_rows")
    if isinstance(found, Undefined):
        return found
    if found.effective < 2.0:
        return Undefined(
            reason="too_few_rows", detail=say("a standard deviation needs 2 rows; there is {n}", n=found.n)
        )
    if not math.isfinite(found["relative_error_2"]):
        return Undefined(
            reason="overflow", detail=say("a squared relative error is beyond the largest number")
        )
    sd = standard_deviation(found["relative_error"], found["relative_error_2"], found.effective)
    return figure(sd, found.n, None)


def smape(view: OutcomeView) -> Result:
    """Mean of ``2|ŷ − y|/(|y| + |ŷ|)``, 0 where both are 0; between 0 and 2.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> smape(outcome_of("regression", [0.0, 1.0], [0.0, 3.0])).value
    0.5
    """
    return loss_figure(means(view, "symmetric_error"), "symmetric_error", "symmetric_error_2")


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.mape", title="Mean absolute percentage error", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=mape, direction="lower_is_better", range=(0.0, None),
        definition="Mean of |ŷ − y|/|y| over rows with y ≠ 0, as a share (0.1 is 10 %). "
        "Interval: Student's on the logarithm.",
        misleads="Labels near 0 dominate it, rows with label 0 are left out, and it favours models that "
        "predict too little.",
        source="sklearn.metrics.mean_absolute_percentage_error, where no label is 0",
    ),
    MetricSpec(
        name="performance.mape_sd", title="Spread of the percentage error", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=mape_sd, direction="neutral", range=(0.0, None), minimum_rows=2,
        definition="Standard deviation with divisor n − 1 of |ŷ − y|/|y| over rows with y ≠ 0, as a share. "
        "No interval: fourth powers of relative errors are not kept, and mostly are one row's.",
        misleads="A single label near 0 can make all of it.",
        source="numpy.std(ddof=1)",
    ),
    MetricSpec(
        name="performance.smape", title="Symmetric percentage error", scope="outcome",
        applies_to=REGRESSION_TASKS, compute=smape, direction="lower_is_better", range=(0.0, 2.0),
        definition="Mean of 2|ŷ − y|/(|y| + |ŷ|), 0 where both are 0, as a share. "
        "Interval: Student's on the logarithm.",
        misleads="Where label and prediction differ in sign it is 2, however small both are.",
        source="Makridakis, International Journal of Forecasting 9 (1993) 527",
    ),
)  # fmt: skip
