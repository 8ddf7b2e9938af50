"""A ratio of two sums over the same rows."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.custom.terms import TermView, term_view
from barograph.metrics.intervals import Interval
from barograph.metrics.mean_intervals import limits_of_t
from barograph.metrics.performance.figures import figure
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import Profile
from barograph.schema.custom.model import CustomMetric
from barograph.schema.custom.terms import term_of


def ratio(cell: Profile, *, metric: CustomMetric) -> Result:
    """Σ w·x/Σ w·y over the rows on which both x and y are numbers.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> columns = {"cost": [30.0, 60.0, 10.0], "loans": [1.0, 3.0, None]}
    >>> rows = profile_of(columns, {"per_loan": {"ratio": ["cost", "loans"]}})
    >>> ratio(rows, metric=rows.schema.metrics[0]).value
    22.5
    """
    term = term_of(metric, cell.schema)
    view = term_view(cell, term)
    if isinstance(view, Undefined):
        return view
    x, y = (view.means[at] + centre for at, centre in zip(((1, 0), (0, 1)), view.centres, strict=True))
    if y == 0.0:
        return Undefined(
            reason="evaluation_error",
            detail=say("the sum of {expression} is 0", expression=repr(term.expressions[1])),
        )
    return figure(x / y, view.rows, ratio_interval(view, x, y))


def ratio_interval(view: TermView, x: float, y: float) -> Interval | None:
    """Fieller's interval, with Hall's limits of t for the skewness of x − r·y.

    The ratios r for which the mean of x − r·y is not told from 0: the roots of two quadratics, one for each
    limit of t. None where the mean of y is not told from 0, since the set then has no end.

    Parameters
    ----------
    x, y : the two means.

    Notes
    -----
    Source: Fieller, J. R. Stat. Soc. B 16 (1954) 175; Hall, J. R. Stat. Soc. B 54 (1992) 221.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> from barograph.schema.custom.terms import terms
    >>> columns = {"x": [1.0, 2.0, 3.0, 4.0, 5.0], "y": [2.0, 2.0, 2.0, 2.0, 2.0]}
    >>> rows = profile_of(columns, {"each": {"ratio": ["x", "y"]}})
    >>> low, high = ratio_interval(term_view(rows, terms(rows.schema)[0]), 3.0, 2.0)
    >>> round(2 * low, 4), round(2 * high, 4)
    (1.0368, 4.9632)
    """
    n, r = view.effective, x / y
    distance = view.moments(r)
    if n < 2.0 or not math.isfinite(distance.third + distance.fourth) or not math.isfinite(r):
        return None
    u, v = view.means[(1, 0)], view.means[(0, 1)]
    xx, xy, yy = (
        (view.means[at] - product) / (n - 1.0)
        for at, product in (((2, 0), u * u), ((1, 1), u * v), ((0, 2), v * v))
    )
    if max(xx, 0.0) + r * r * max(yy, 0.0) <= 1e-14 * (x * x + r * r * y * y) or distance.variance == 0.0:
        return r, r
    low, high = limits_of_t(distance, n)
    # The larger r, the smaller the mean of x − r·y where y is positive.
    lower, upper = (_root((x, y), (xx, xy, yy), t) for t in ((high, low) if y > 0.0 else (low, high)))
    return None if lower is None or upper is None else (min(lower, r), max(upper, r))


def _root(means: tuple[float, float], variances: tuple[float, float, float], t: float) -> float | None:
    """The ratio at which the mean of x − r·y is t standard errors from 0; None where there is no end."""
    (x, y), (xx, xy, yy) = means, variances
    square = t * t
    a, b, c = y * y - square * yy, x * y - square * xy, x * x - square * xx
    if a <= 0.0:
        return None
    spread = math.sqrt(max(b * b - a * c, 0.0))
    # x − r·y is positive where r is below the ratio of the means and y is positive.
    return (b - spread) / a if (t > 0.0) == (y > 0.0) else (b + spread) / a
