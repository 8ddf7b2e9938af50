"""A figure's interval at another level than the 95 % it comes with."""

from __future__ import annotations

import math

from barograph.checks.check import SHOWN_LEVEL
from barograph.metrics.intervals import Interval, Z
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value


def widened(figure: Value, spec: MetricSpec, level: float) -> Interval:
    """The interval of a figure at a level; the figure itself twice where it has none.

    Parameters
    ----------
    level : two-sided, in [0.5, 1).

    Returns
    -------
    Interval
        At 95 % the metric's own. Else, of figures in [0, 1] that are no distances: Clopper's and Pearson's,
        on the rows that Wilson's formula reads from each end of the 95 % interval. Of positive figures: the
        ends' distances on the logarithm, of others the distances themselves, times the ratio of the normal
        quantiles.

    Notes
    -----
    Tails of a share of few rows are far from normal: with 1 of 1,000 rows expected, 5 or more come in 0.37 % of
    draws, where a widened normal interval would allow 0.02 %. Source: Clopper & Pearson, Biometrika 26 (1934).

    Examples
    --------
    >>> from barograph.metrics.intervals import wilson
    >>> from barograph.metrics.registry import metric
    >>> figure = Value(value=0.01, n=1000, interval=wilson(10, 1000))
    >>> low, high = widened(figure, metric("quality.null_share"), 0.999)
    >>> round(low, 4), round(high, 4)
    (0.0027, 0.0251)
    """
    if figure.interval is None:
        return figure.value, figure.value
    if level == SHOWN_LEVEL:
        return figure.interval
    if spec.range == (0.0, 1.0) and not spec.needs_reference:
        return _binomial(figure.value, figure.interval, (1.0 - level) / 2.0)
    ratio = _quantile(level) / Z
    if spec.range == (0.0, None) and not spec.needs_reference and figure.interval[0] > 0.0:
        ends = [figure.value * (end / figure.value) ** ratio for end in figure.interval]
    else:
        ends = [figure.value + (end - figure.value) * ratio for end in figure.interval]
    return min(ends[0], figure.value), ends[1] if math.isfinite(ends[1]) else math.inf


def _binomial(share: float, shown: Interval, tail: float) -> Interval:
    """Clopper's and Pearson's interval on the rows behind each end of Wilson's."""
    from scipy.special import betaincinv

    low = high = share
    if share > 0.0 and (rows := _rows(share, shown[0])):
        low = float(betaincinv(share * rows, (1.0 - share) * rows + 1.0, tail))
    if share < 1.0 and (rows := _rows(share, shown[1])):
        high = float(betaincinv(share * rows + 1.0, (1.0 - share) * rows, 1.0 - tail))
    # An end of 0 or 1, as a calibration error may have, is as wide as can be at any level.
    low = 0.0 if shown[0] <= 0.0 else low
    high = 1.0 if shown[1] >= 1.0 else high
    return min(low, share), max(high, share)


def _rows(share: float, end: float) -> float:
    """Rows n of ``|share − end| = z √(end (1 − end) / n)``; 0 where the end says nothing."""
    distance = abs(share - end)
    return Z * Z * end * (1.0 - end) / (distance * distance) if distance > 0.0 else 0.0


def _quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2.0))
