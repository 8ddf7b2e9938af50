"""Mean absolute scaled error: the error in units of a baseline's."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.intervals import log_interval
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def mase(view: OutcomeView) -> Result:
    """``Σ|ŷ − y|/Σ|b − y|`` over rows that have a baseline b; below 1 the model is better than it.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mase(outcome_of("forecast", [1.0, 2.0, 4.0], [1.5, 2.0, 3.5], baseline=[0.0, 1.0, 2.0])).value
    0.25
    """
    if "baseline_rows" not in view.grid.steps:
        return Undefined(
            reason="column_missing",
            detail=say(
                "there is no baseline to scale by; give the role baseline to a column of another forecast, such "
                "as the label one season before"
            ),
        )
    found = means(view, "compared_error", over="baseline_rows")
    if isinstance(found, Undefined):
        if found.reason == "too_few_rows":
            return Undefined(reason="too_few_rows", detail=say("no judged row has a baseline"))
        return found
    own, other = found["compared_error"], found["baseline_error"]
    if not other > 0.0:
        return Undefined(
            reason="constant", detail=say("the baseline is right in every row, so there is no scale")
        )
    ratio = own / other
    spread = (
        found["compared_error_2"]
        - 2.0 * ratio * found["error_baseline"]
        + ratio**2 * found["baseline_error_2"]
    )
    degrees = found.effective - 1.0
    variance = max(spread, 0.0) / max(degrees, 1.0) / other**2
    return figure(ratio, found.n, log_interval(ratio, variance, degrees))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.mase", title="Mean absolute scaled error", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=mase, direction="lower_is_better", range=(0.0, None), minimum_rows=2,
        definition="Σ|ŷ − y|/Σ|b − y|: the mean absolute error over that of the column of role baseline, on the judged "
        "rows that have one; with the label one season before as baseline, the scaled error by the seasonal-naive "
        "forecast of the same rows and horizon. Interval: delta method for a ratio of means, on the logarithm.",
        misleads="It moves when the baseline gets easier or harder with the model unchanged; see MAE beside it. "
        "Hyndman & Koehler scale by the one-step naive error of the training rows instead.",
        source="Hyndman & Koehler, Int. J. Forecasting 22 (2006) 679; the relative MAE of the same paper, §2.4",
    ),
)  # fmt: skip
