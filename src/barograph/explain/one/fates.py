"""What became of sampled rows: the loss of each that was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.address import parse_address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.mean_intervals import RawMoments, skewed_interval
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.measures import OutcomeRows, outcome_rows, row_measures
from barograph.profile.value import Profile
from barograph.schema.model import REGRESSION_TASKS

Floats = NDArray[np.float64]

#: Tasks whose rows each have a loss.
ROW_TASKS: Final = (*REGRESSION_TASKS, "binary", "multiclass")
#: Row measure of a task, and the metric that is its mean.
_REGRESSION: Final = ("absolute_error", "performance.mae")
_SCORED: Final = ("log_loss", "performance.log_loss")
_ANSWERED: Final = ("misclassified", "performance.accuracy")
NAMES: Final = {
    "absolute_error": say("absolute error"),
    "log_loss": say("log loss"),
    "misclassified": say("share of wrong answers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """The losses of some rows.

    Attributes
    ----------
    measure : key of `NAMES`.
    loss, error : shape (rows,), NaN where a row was not judged; error is prediction less label, None for classes.
    """

    measure: str
    loss: Floats
    error: Floats | None


def fates_of(rows: pl.DataFrame, profile: Profile) -> Fates | None:
    """The fates of rows as a sample keeps them; None where the task has no loss of a row, or rows no answers."""
    schema, grid = profile.schema, profile.grid.outcome
    if schema.task not in ROW_TASKS or grid is None:
        return None
    outcome = outcome_rows(rows, schema, (grid.classes, grid.centre))
    if outcome is None:
        return None
    measure, _ = _judged_by(outcome)
    measured = row_measures(outcome)[measure]
    if measure == "log_loss":
        measured = np.where(np.isfinite(next(iter(outcome.scores.values()))), measured, np.nan)
    residual = outcome.residual
    return Fates(
        measure=measure,
        loss=_spread(measured, outcome.judged),
        error=None if residual is None else _spread(residual, outcome.judged),
    )


def _judged_by(outcome: OutcomeRows) -> tuple[str, str]:
    if outcome.task == "regression":
        return _REGRESSION
    return _SCORED if outcome.task == "binary" and outcome.scores else _ANSWERED


def _spread(values: Floats, judged: NDArray[np.bool_]) -> Floats:
    out = np.full(len(judged), np.nan)
    out[judged] = np.where(np.isfinite(values), values, np.nan)
    return out


def mean_of(values: Floats, count: Floats) -> Result:
    """Mean of rows, each counted as often as it stands for rows, with its interval.

    Examples
    --------
    >>> mean_of(np.array([1.0, 4.0]), np.array([2.0, 1.0])).value
    2.0
    """
    held = np.isfinite(values) & (count > 0.0)
    n = float(count[held].sum())
    if n == 0.0:
        return Undefined(reason="no_labels", detail=say("none of these rows has both a label and an answer"))
    x, c = values[held], count[held] / n
    with np.errstate(over="ignore", invalid="ignore"):
        first, *higher = (float(c @ x**power) for power in (1, 2, 3, 4))
        moments = RawMoments(first=first, second=higher[0], third=higher[1], fourth=higher[2])
    return Value(value=first, n=round(n), interval=skewed_interval(moments, n))


def mean_loss(profile: Profile, fates: Fates) -> Result:
    """Mean loss of all judged rows of a profile of one cell, from its exact sums."""
    metric = dict((_REGRESSION, _SCORED, _ANSWERED))[fates.measure]
    found = evaluate(parse_address(metric), profile)
    if not isinstance(found, Value) or metric != _ANSWERED[1]:
        return found
    ends = None if found.interval is None else (1.0 - found.interval[1], 1.0 - found.interval[0])
    return Value(value=1.0 - found.value, n=found.n, interval=ends)
