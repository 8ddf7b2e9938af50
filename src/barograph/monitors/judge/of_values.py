"""Whether a window's figure differs from those of windows in which nothing is wrong: Student's t."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import Said
from barograph.metrics.intervals import Z
from barograph.metrics.values import Value
from barograph.monitors.condition import Side
from barograph.monitors.judge.own_variation import OwnVariation, own_variation
from barograph.monitors.judge.window_figures import WindowFigures
from barograph.monitors.verdict import Seen

Floats = NDArray[np.float64]

#: On what the figures are tested: metrics that cannot be below 0 on the logarithm, shares on their log odds.
Scale = Literal["plain", "log", "logit"]
#: Nothing and everything, as far as they have a logarithm.
_SMALLEST: Final = 1e-12
_MOST_LOG: Final = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A window against others.

    Attributes
    ----------
    expected : of the windows, in the metric's unit.
    limits : between which the figure is not breached.
    """

    p_value: float
    expected: float
    limits: tuple[float | None, float | None]
    own: OwnVariation


def compare_value(
    figure: Value, own: WindowFigures, seen: Seen, *, side: Side, level: float, scale: Scale | None = None
) -> Tested | Said:
    """p-value of ``t = (v − mean)/√(between² + e² + variance/K_mean)`` with ν degrees of freedom.

    ``between² = max(variance − the windows' mean e², 0)``, e the sampling error of the end of the 95 % interval that
    faces the mean; ``ν = (K_eff − 1)(var/variance)²``, Satterthwaite's, no less than K_eff − 1, var the square under
    the root. Metrics that cannot be below 0 and were above it in every window are tested on the logarithm. Where the
    windows do not differ at all and have no intervals, another figure has a p-value of 1/(K + 1).

    Parameters
    ----------
    own : windows in which nothing is wrong.
    scale : what to test on; None: as above.

    Returns
    -------
    Tested, or why it is unknown.

    Notes
    -----
    Source: Student (1908); Satterthwaite, Biometrics Bull. 2 (1946) 110.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.judge.window_figures import window_figures
    >>> from barograph.monitors.verdict import Figure
    >>> day = 86_400_000_000
    >>> past = [Figure(start=i * day, end=(i + 1) * day, result=Value(value=4.0 + i % 3, n=90)) for i in range(12)]
    >>> now = Value(value=30.0, n=90)
    >>> seen = Seen(spec=metric("performance.mae"), current=Figure(start=12 * day, end=13 * day, result=now))
    >>> compare_value(now, window_figures(past), seen, side="above", level=0.01).p_value < 1e-5
    True
    """
    if scale is None:
        is_positive = seen.spec.range == (0.0, None) and bool((own.values > 0.0).all())
        scale = "log" if is_positive else "plain"
    found = own_variation(
        scaled(own.values, scale), own.starts, (seen.current.start, seen.current.end), seen.timezone
    )
    if isinstance(found, str):
        return found
    ends = figure.interval or (figure.value, figure.value)
    value, low, high = scaled(np.array((figure.value, *ends)), scale).tolist()
    error = (value - low if value > found.mean else high - value) / Z
    between = max(found.variance - _noise(own, scale), 0.0)
    total = between + error * error + found.variance / found.of_mean
    if total > 0.0:
        return _tested(value, found, total, scale=scale, asked=(side, level))
    p_value = 1.0 if math.isclose(value, found.mean) else 1.0 / (found.windows + 1.0)
    expected = unscaled(found.mean, scale)
    return Tested(p_value=p_value, expected=expected, limits=(None, None), own=found)


def scaled(values: Floats, scale: Scale) -> Floats:
    """Values on the scale they are tested on.

    Examples
    --------
    >>> scaled(np.array([0.5, 0.9]), "logit").round(3).tolist()
    [0.0, 2.197]
    """
    if scale == "plain":
        return values
    held = np.maximum(values, _SMALLEST)
    if scale == "log":
        return np.log(held)
    odds: Floats = np.log(held) - np.log(np.maximum(1.0 - values, _SMALLEST))
    return odds


def unscaled(x: float, scale: Scale) -> float:
    """Back to the metric's unit.

    Examples
    --------
    >>> round(unscaled(2.197, "logit"), 3)
    0.9
    """
    if scale == "plain":
        return x
    e = math.exp(min(max(x, -_MOST_LOG), _MOST_LOG))
    return e if scale == "log" else e / (1.0 + e)


def _tested(
    value: float, found: OwnVariation, total: float, *, scale: Scale, asked: tuple[Side, float]
) -> Tested:
    from scipy.special import stdtr, stdtrit

    side, level = asked
    spread = math.sqrt(total)
    free = found.k_eff - 1.0
    if found.variance > 0.0:
        free *= max(total / found.variance, 1.0) ** 2
    t = (value - found.mean) / spread
    tail = {"above": -t, "below": t, "both": -abs(t)}[side]
    p_value = float(stdtr(free, tail)) * (2.0 if side == "both" else 1.0)
    half = -float(stdtrit(free, level / 2.0 if side == "both" else level)) * spread
    low = None if side == "above" else unscaled(found.mean - half, scale)
    high = None if side == "below" else unscaled(found.mean + half, scale)
    return Tested(p_value=p_value, expected=unscaled(found.mean, scale), limits=(low, high), own=found)


def _noise(own: WindowFigures, scale: Scale) -> float:
    """Mean square of the windows' own sampling errors."""
    error = (scaled(own.high, scale) - scaled(own.low, scale)) / (2.0 * Z)
    return float(error @ error) / len(error)
