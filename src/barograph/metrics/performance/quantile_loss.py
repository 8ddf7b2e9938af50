"""Quantile (pinball) loss."""

from __future__ import annotations

from barograph.errors import AddressError
from barograph.metrics.performance.figures import loss, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView


def quantile_loss(view: OutcomeView, *, q: float = 0.5) -> Result:
    """Mean of ``q·max(y − ŷ, 0) + (1 − q)·max(ŷ − y, 0)``, in the label's unit; 0 is best.

    Parameters
    ----------
    q : the quantile that is predicted, between 0 and 1.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> quantile_loss(outcome_of("regression", [1.0, 5.0], [2.0, 1.0]), q=0.75).value
    1.625
    """
    if not 0.0 <= q <= 1.0:
        raise AddressError(f"quantile_loss: q is {q}; expected a number from 0 to 1, such as q=0.9.")
    found = means(view, "absolute_error")
    if isinstance(found, Undefined):
        return found
    over = (found["absolute_error"] + found["error"]) / 2.0
    under = (found["absolute_error"] - found["error"]) / 2.0
    value = q * under + (1.0 - q) * over
    over_square = found["over_error_2"]
    square = q * q * (found["squared_error"] - over_square) + (1.0 - q) ** 2 * over_square
    return loss(value, square, found)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.quantile_loss", title="Quantile loss", scope="outcome", applies_to=("regression",),
        compute=quantile_loss, direction="lower_is_better", unit="label", range=(0.0, None), parameters=("q",),
        definition="Mean of q·max(y − ŷ, 0) + (1 − q)·max(ŷ − y, 0); q = 0.5 is half of MAE. "
        "Interval: Student's on the logarithm.",
        misleads="Only a model that predicts the q-quantile is judged fairly by it.",
        source="sklearn.metrics.mean_pinball_loss",
    ),
)  # fmt: skip
