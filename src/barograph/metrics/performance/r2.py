"""R²: the share of the label's variance that the predictions explain."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.intervals import Interval, log_interval
from barograph.metrics.performance.figures import Means, degrees_of_squared_error, figure, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


def r2(view: OutcomeView) -> Result:
    """Coefficient of determination ``1 − Σ(ŷ − y)²/Σ(y − ȳ)²``; 1 is best, below 0 is worse than the mean.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> r2(outcome_of("regression", [1.0, 2.0, 3.0], [1.0, 2.0, 4.0])).value
    0.5
    """
    found = means(view, "squared_error")
    if isinstance(found, Undefined):
        return found
    if not math.isfinite(found["label_2"]):
        return Undefined(reason="overflow", detail=say("a squared label is beyond the largest number"))
    centre = found["label"]
    spread = found["label_2"] - centre * centre
    if spread <= 1e-12 * found["label_2"] + view.grid.steps["label_2"] * 2.0**-30:
        return Undefined(
            reason="constant", detail=say("all labels are the same, so there is no variance to explain")
        )
    return figure(1.0 - found["squared_error"] / spread, found.n, _interval(found, spread))


def _interval(found: Means, spread: float) -> Interval | None:
    """Delta method for ``A/B``, A = mean e², B = variance of y, on the logarithm of the ratio."""
    error, centre = found["squared_error"], found["label"]
    m2, m3, m4 = found["label_2"], found["label_3"], found["label_4"]
    fourth = m4 - 4.0 * centre * m3 + 6.0 * centre * centre * m2 - 3.0 * centre**4
    joint = (
        found["squared_error_label_2"] - 2.0 * centre * found["squared_error_label"] + centre * centre * error
    )
    ratio = error / spread
    variance = (found["error_4"] - 2.0 * ratio * joint + ratio * ratio * fourth) / (spread * spread)
    of_ratio = max(variance, 0.0) / max(found.effective - 1.0, 1.0)
    ends = log_interval(ratio, of_ratio, degrees_of_squared_error(found))
    return None if ends is None else (1.0 - ends[1], 1.0 - ends[0])


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.r2", title="R²", scope="outcome", applies_to=REGRESSION_TASKS, compute=r2,
        direction="higher_is_better", range=(None, 1.0), minimum_rows=2,
        definition="1 − Σ(ŷ − y)²/Σ(y − ȳ)². Undefined where all labels are the same. "
        "Interval: delta method on the logarithm of 1 − R², from stored fourth-order sums, degrees of freedom as for "
        "MSE.",
        misleads="It falls when labels merely vary less, with errors as before: compare MAE beside it.",
        source="sklearn.metrics.r2_score",
    ),
)  # fmt: skip
