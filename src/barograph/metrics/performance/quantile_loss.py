"""Quantile (pinball) loss."""

from __future__ import annotations

from barograph.errors import AddressError
from barograph.metrics.mean_intervals import RawMoments
from barograph.metrics.performance.figures import mean_figure, means
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import REGRESSION_TASKS


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
    over_square = found["over_error_2"]
    over_cube = (found["absolute_error_3"] + found["error_3"]) / 2.0
    under_cube = (found["absolute_error_3"] - found["error_3"]) / 2.0
    # Fourth powers are kept for both sides together: they are divided as the cubes are.
    above = over_cube / found["absolute_error_3"] if found["absolute_error_3"] > 0.0 else 0.5
    moments = RawMoments(
        first=q * under + (1.0 - q) * over,
        second=q * q * (found["squared_error"] - over_square) + (1.0 - q) ** 2 * over_square,
        third=q**3 * under_cube + (1.0 - q) ** 3 * over_cube,
        fourth=(q**4 * (1.0 - above) + (1.0 - q) ** 4 * above) * found["error_4"],
    )
    return mean_figure(moments, found, lowest=0.0)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.quantile_loss", title="Quantile loss", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=quantile_loss, direction="lower_is_better", unit="label", range=(0.0, None), parameters=("q",),
        definition="Mean of q·max(y − ŷ, 0) + (1 − q)·max(ŷ − y, 0); q = 0.5 is half of MAE. "
        "Interval: Hall's for skewed rows, degrees of freedom from the kurtosis.",
        misleads="Only a model that predicts the q-quantile is judged fairly by it.",
        source="sklearn.metrics.mean_pinball_loss; Hall, J. R. Stat. Soc. B 54 (1992) 221",
    ),
)  # fmt: skip
