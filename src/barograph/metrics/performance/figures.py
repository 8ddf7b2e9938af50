"""Means of stored row measures, and figures that are finite or say why not."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barograph.locale.said import say, word
from barograph.metrics.intervals import Interval, log_interval
from barograph.metrics.mean_intervals import (
    RawMoments,
    degrees_of_freedom,
    kurtosis_of_square,
    skewed_interval,
)
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Weighted means of some row measures over the rows they are defined for.

    Attributes
    ----------
    of : mean by measure; NaN where a row overflowed.
    n : logged rows; with weights and a part of the rows, the nearest number to their share.
    effective : what an interval rests on; `n` where unweighted.
    """

    of: dict[str, float]
    n: int
    effective: float

    def __getitem__(self, measure: str) -> float:
        return self.of[measure]


def means(view: OutcomeView, required: str, *, over: str | None = None) -> Means | Undefined:
    """Mean of every measure over the judged rows, or over those that `over` counts.

    Parameters
    ----------
    required : the measure without which the metric is undefined.
    over : a measure that is 1 on the rows to use and 0 on the others.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> means(outcome_of("regression", [1.0, 2.0], [2.0, 4.0]), "error")["error"]
    1.5
    """
    sums = view.measures()
    if required not in sums:
        if view.task == "regression" or over != "scored":
            return Undefined(
                reason="not_applicable",
                detail=say("a {task} task has no {figure}", task=word(view.task), figure=word(required)),
            )
        return Undefined(reason="no_scores", detail=say("there is no score of every class"))
    weight = sums["weight"] if over is None else sums[over]
    share = weight / sums["weight"] if sums["weight"] > 0 else 0.0
    n = round(view.judged * share)
    if not weight > 0 or n == 0:
        if over == "scored":
            return Undefined(reason="no_scores", detail=say("no judged row has a score between 0 and 1"))
        detail = say(
            "no judged row has a label other than 0" if over == "relative_rows" else "no row is judged"
        )
        return Undefined(reason="too_few_rows", detail=detail)
    if not math.isfinite(sums[required]):
        return Undefined(
            reason="overflow",
            detail=say("a row's {figure} is beyond the largest number", figure=word(required)),
        )
    of = {name: value / weight for name, value in sums.items()}
    return Means(of=of, n=n, effective=view.effective_rows * share)


def mean_figure(mean: RawMoments, found: Means, *, lowest: float = -math.inf) -> Result:
    """A mean whose third and fourth moment are known, with Hall's interval; none of it below `lowest`."""
    ends = skewed_interval(mean, found.effective)
    interval = None if ends is None else (max(ends[0], lowest), ends[1])
    return figure(mean.first, found.n, interval)


def loss_figure(found: Means | Undefined, measure: str, square: str) -> Result:
    """The mean of a measure that is never negative, with an interval that is symmetric on the logarithm.

    Losses are skewed, and Student's interval of a few of them ends too low.
    """
    if isinstance(found, Undefined):
        return found
    return loss(found[measure], found[square], found, degrees_of_freedom=found.effective - 1.0)


def loss(mean: float, mean_square: float, found: Means, *, degrees_of_freedom: float) -> Result:
    """A mean loss with its interval from the mean of its square."""
    variance = max(mean_square - mean * mean, 0.0) / max(found.effective - 1.0, 1.0)
    return figure(mean, found.n, log_interval(mean, variance, degrees_of_freedom))


def error_size(found: Means) -> RawMoments:
    """Moments of the absolute error of a regression."""
    return RawMoments(
        first=found["absolute_error"], second=found["squared_error"], third=found["absolute_error_3"],
        fourth=found["error_4"],
    )  # fmt: skip


def degrees_of_squared_error(found: Means) -> float:
    """Degrees of freedom of the variance of a mean squared error: few where few rows make most of it."""
    kurtosis = kurtosis_of_square(error_size(found), found.effective)
    return degrees_of_freedom(kurtosis, found.effective)


def figure(value: float, n: int, interval: Interval | None) -> Result:
    """A Value; Undefined(overflow) where it is not finite, no interval where an end is not."""
    if not math.isfinite(value):
        return Undefined(reason="overflow", detail=say("the figure is beyond the largest number"))
    if interval is not None and not all(math.isfinite(end) for end in interval):
        interval = None
    return Value(value=value, n=n, interval=interval)
