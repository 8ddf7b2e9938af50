"""Whether a window's figure differs from those of windows in which nothing is wrong: Student's t."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from barograph.metrics.intervals import Z
from barograph.metrics.values import Value
from barograph.monitors.condition import Side
from barograph.monitors.judge.own_variation import OwnVariation, own_variation
from barograph.monitors.judge.window_figures import WindowFigures
from barograph.monitors.verdict import Seen

#: A logarithm of nothing, for figures that are 0 where none of the windows was.
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A window against others.

    Attributes
    ----------
    expected : of the windows, in the metric's unit.
    spread : standard deviation of such a window about it.
    limits : between which the figure is not breached.
    """

    p_value: float
    expected: float
    spread: float
    limits: tuple[float | None, float | None]
    own: OwnVariation


def test_value(figure: Value, own: WindowFigures, seen: Seen, *, side: Side, level: float) -> Tested | str:
    """p-value of ``t = (v − mean)/√(between² + e² + variance/K_mean)`` with ν degrees of freedom.

    ``between² = max(variance − the windows' mean e², 0)``, e the sampling error of the end of the 95 % interval that
    faces the mean; ``ν = (K_eff − 1)(var/variance)²``, Satterthwaite's, no less than K_eff − 1, var the square under
    the root. Metrics that cannot be below 0 and were above it in every window are tested on the logarithm. Where the
    windows do not differ at all and have no intervals, another figure has a p-value of 1/(K + 1).

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
    >>> test_value(now, window_figures(past), seen, side="above", level=0.01).p_value < 1e-5
    True
    """
    low, high = seen.spec.range
    scaled = low == 0.0 and high is None and bool((own.values > 0.0).all())
    values = np.log(own.values) if scaled else own.values
    current = (seen.current.start, seen.current.end)
    found = own_variation(values, own.starts, current, seen.timezone)
    if isinstance(found, str):
        return found
    value = math.log(max(figure.value, _SMALLEST)) if scaled else figure.value
    noise = _noise(own, scaled=scaled)
    error = _facing(figure, value, found.mean, scaled=scaled)
    total = max(found.variance - noise, 0.0) + error * error + found.variance / found.of_mean
    if total <= 0.0:
        p_value = 1.0 if math.isclose(value, found.mean) else 1.0 / (found.windows + 1.0)
        expected = math.exp(found.mean) if scaled else found.mean
        return Tested(p_value=p_value, expected=expected, spread=0.0, limits=(None, None), own=found)
    return _tested(value, found, total, scaled=scaled, asked=(side, level))


def _tested(
    value: float, found: OwnVariation, total: float, *, scaled: bool, asked: tuple[Side, float]
) -> Tested:
    from scipy.special import stdtr, stdtrit

    side, level = asked
    spread = math.sqrt(total)
    free = found.k_eff - 1.0
    if found.variance > 0.0:
        free *= max(total / found.variance, 1.0) ** 2
    t = (value - found.mean) / spread
    tails = {"above": stdtr(free, -t), "below": stdtr(free, t), "both": min(2.0 * stdtr(free, -abs(t)), 1.0)}
    half = -float(stdtrit(free, level / 2.0 if side == "both" else level)) * spread
    ends = found.mean - half, found.mean + half
    expected = found.mean
    if scaled:
        expected = math.exp(expected)
        ends = math.exp(ends[0]), math.exp(min(ends[1], 700.0))
        spread = expected * min(spread, 1e6)
    return Tested(
        p_value=float(tails[side]), expected=expected, spread=spread,
        limits=(None if side == "above" else ends[0], None if side == "below" else ends[1]), own=found,
    )  # fmt: skip


def _noise(own: WindowFigures, *, scaled: bool) -> float:
    if not scaled:
        return own.noise
    error = (own.high - own.low) / (2.0 * Z * own.values)
    return float(error @ error) / len(error)


def _facing(figure: Value, value: float, mean: float, *, scaled: bool) -> float:
    """Standard error of the figure, from the end of its interval that faces the mean."""
    if figure.interval is None:
        return 0.0
    low, high = figure.interval
    end = low if value > mean else high
    if not scaled:
        return abs(figure.value - end) / Z
    if end <= 0.0 or figure.value <= 0.0:
        return abs(figure.value - end) / (Z * max(figure.value, _SMALLEST))
    return abs(value - math.log(end)) / Z
