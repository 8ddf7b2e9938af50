"""What an action would have brought: a paired difference over rows, and what it leaves of the change."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.intervals import Z
from barograph.metrics.mean_intervals import RawMoments, skewed_interval
from barograph.metrics.spec import Direction
from barograph.metrics.values import Value

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The same rows answered twice, as they were and as the action would have answered them.

    Attributes
    ----------
    before, after : values whose mean over the rows is the metric, shape (rows,).
    count : rows each stands for.
    moved : rows answered otherwise; None: those whose values differ. Of a ratio every row's influence moves a little.
    later : the rows are some of the current ones, chosen by time: the rest taught the action.
    """

    before: Floats
    after: Floats
    count: Floats
    moved: NDArray[np.bool_] | None = None
    later: bool = False

    @property
    def n(self) -> int:
        """Rows."""
        return round(float(self.count.sum()))


def badness(values: Floats, count: Floats, direction: Direction) -> Floats:
    """Values turned so that more is worse; where zero is best, so that their mean is its distance from zero.

    Examples
    --------
    >>> badness(np.array([1.0, -3.0]), np.ones(2), "zero_is_best").tolist()
    [-1.0, 3.0]
    """
    if direction == "higher_is_better":
        return -values
    if direction == "zero_is_best" and float(count @ values) < 0.0:
        return -values
    return values


def paired_gain(trial: Trial, direction: Direction) -> Value:
    """By how much the metric improves, with Hall's interval of a paired mean.

    Parameters
    ----------
    trial : at least two rows.
    direction : the metric's.

    Returns
    -------
    Positive is better. Where only few rows are answered otherwise, two more rows that differ either way keep the
    interval from looking certain.

    Notes
    -----
    Two more rows, one better and one worse, each by the root mean square of the rows that differ: for differences of
    −1, 0 and 1 the interval of Bonett & Price, J. Educ. Behav. Stat. 37 (2012) 479, but for its skewness. Rows of
    later windows, each answered by what was learned before it, are a martingale: their mean covers the mean gain of
    what was learned. Coverage: see the tests.

    Examples
    --------
    >>> trial = Trial(before=np.array([4.0, 3.0, 5.0, 4.0]), after=np.ones(4), count=np.ones(4))
    >>> paired_gain(trial, "lower_is_better").value
    3.0
    """
    difference = _difference(trial, direction)
    n = float(trial.count.sum())
    value = float(trial.count @ difference) / n
    moved = difference != 0.0 if trial.moved is None else trial.moved
    if not moved.any():
        return Value(value=0.0, n=trial.n, interval=(0.0, 0.0))
    typical = math.sqrt(float(trial.count[moved] @ difference[moved] ** 2) / float(trial.count[moved].sum()))
    rows = np.concatenate((difference, [typical, -typical]))
    count = np.concatenate((trial.count, [1.0, 1.0]))
    first, second, third, fourth = (float(count @ rows**k) / (n + 2.0) for k in (1, 2, 3, 4))
    ends = skewed_interval(RawMoments(first=first, second=second, third=third, fourth=fourth), n + 2.0)
    held = None if ends is None else (min(ends[0], value), max(ends[1], value))
    return Value(value=value, n=trial.n, interval=held)


def remaining(
    trial: Trial, sides: tuple[Value, Value], change: Value, direction: Direction, *, gain: Value
) -> Value:
    """What the action leaves of the change; positive is worse than the reference.

    Parameters
    ----------
    sides : the metric of all judged reference and current rows.
    change : current less reference, with its interval.

    Returns
    -------
    The change less the gain, their correlation taken into account; for later rows their metric after the action less
    the reference's, which does not rest on the rows that taught the action.
    """
    reference, current = sides
    n = float(trial.count.sum())
    if trial.later:
        after = badness(trial.after, trial.count, direction)
        value = float(trial.count @ after) / n - _size(reference.value, direction)
        variance = _variance(after, after, trial.count) / n + standard_error(reference) ** 2
    else:
        before = badness(trial.before, trial.count, direction)
        difference = _difference(trial, direction)
        worse = _size(current.value, direction) - _size(reference.value, direction)
        value = worse - gain.value
        shared = _variance(before, difference, trial.count) / max(current.n, n)
        variance = standard_error(change) ** 2 + standard_error(gain) ** 2 - 2.0 * shared
        # What is left is a mean of the current rows less one of the reference's: no less certain than the latter.
        variance = max(variance, standard_error(reference) ** 2)
        if n >= current.n:
            # All of them are there: their own spread says it better than a difference of two large figures.
            after = badness(trial.after, trial.count, direction)
            variance = min(
                variance, _variance(after, after, trial.count) / n + standard_error(reference) ** 2
            )
    reach = Z * math.sqrt(max(variance, 0.0))
    return Value(value=value, n=trial.n, interval=(value - reach, value + reach))


def standard_error(value: Value) -> float:
    """Half the width of an interval over 1.96; 0 without one.

    Examples
    --------
    >>> round(standard_error(Value(value=0.0, n=9, interval=(-1.0, 1.0))), 2)
    0.51
    """
    return 0.0 if value.interval is None else (value.interval[1] - value.interval[0]) / (2.0 * Z)


def _difference(trial: Trial, direction: Direction) -> Floats:
    before, after = (badness(side, trial.count, direction) for side in (trial.before, trial.after))
    n = float(trial.count.sum())
    mean = float(trial.count @ after) / n
    if direction != "zero_is_best" or mean > Z * math.sqrt(_variance(after, after, trial.count) / n):
        return before - after
    # On which side of zero other rows would end is not known: the side that makes the gain less certain.
    either = before - after, before + after - 2.0 * mean
    return max(either, key=lambda rows: _variance(rows, rows, trial.count))


def _size(value: float, direction: Direction) -> float:
    return {"higher_is_better": -value, "zero_is_best": abs(value)}.get(direction, value)


def _variance(left: Floats, right: Floats, count: Floats) -> float:
    """Covariance of two values of the rows."""
    n = float(count.sum())
    centred = left - float(count @ left) / n
    return float(count @ (centred * right)) / max(n - 1.0, 1.0)
