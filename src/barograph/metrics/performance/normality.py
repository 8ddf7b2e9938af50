"""Whether errors are normal: their quantiles against those of a normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.performance.residuals import residuals
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]

_POINTS: Final = 99
_FEWEST_ROWS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalQuantiles:
    """The points of a QQ plot.

    Attributes
    ----------
    normal : quantiles of the standard normal distribution, rising, shape (points,).
    error : quantiles of prediction − label at the same levels, in the label's unit.
    mean, sd : of the error: a normal one with these lies on ``mean + sd·normal``.
    correlation : of both quantiles, in [−1, 1]; 1 where the error is normal.
    """

    normal: Floats
    error: Floats
    mean: float
    sd: float
    correlation: float
    n: int


def normal_quantiles(view: OutcomeView) -> NormalQuantiles | Undefined:
    """Quantiles of the error against normal ones, interpolated inside the residual's bins.

    Parameters
    ----------
    view : the outcome of one cell, of a regression without weights.

    Returns
    -------
    At most 99 points at the levels (i − ½)/points.

    Notes
    -----
    Source: scipy.stats.probplot, within a bin's width; Filliben, Technometrics 17 (1975) 111.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> found = normal_quantiles(outcome_of("regression", [0.0] * 21, [float(i) for i in range(21)]))
    >>> found.mean, len(found.error), round(found.correlation, 2)
    (10.0, 21, 0.99)
    """
    from scipy.special import ndtri

    found = residuals(view)
    if isinstance(found, Undefined):
        return found
    if found.n < _FEWEST_ROWS:
        detail = say(
            "quantiles of the error need {fewest_rows} rows; there are {n}",
            fewest_rows=_FEWEST_ROWS,
            n=found.n,
        )
        return Undefined(reason="too_few_rows", detail=detail)
    mean, variance = found.between(0.0, 1.0)
    sd = float(np.sqrt(variance))
    if not (np.isfinite(sd) and sd > 0.0):
        return Undefined(reason="constant", detail=say("all errors are equal, or too large to be squared"))
    points = min(found.n, _POINTS)
    levels = (np.arange(points) + 0.5) / points
    normal: Floats = ndtri(levels)
    error = np.array([found.quantile(level) for level in levels])
    spread = float(error.std())
    correlation = float(((error - error.mean()) * normal).mean() / (spread * normal.std())) if spread else 0.0
    return NormalQuantiles(normal=normal, error=error, mean=mean, sd=sd, correlation=correlation, n=found.n)
