"""Figures in the words of a verdict."""

from __future__ import annotations

import math
from typing import Final

from barograph.charts.numbers import measured, measured_share, number, share
from barograph.locale.said import Said, say, word
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value

#: Units that are written behind a figure, as they are written there.
UNITS: Final = {
    "seconds": "s",
    "hours": "h",
    "rows": "rows",
    "per_second": "per second",
    "bytes_per_second": "bytes per second",
    "bytes_per_hour": "bytes per hour",
}
#: Names of windows of usual lengths, by their written form.
WINDOWS: Final = {"1m": "minutes", "1h": "hours", "1d": "days", "1w": "weeks", "1mo": "months"}
#: A score is drawn and sorted by: beyond this it says no more.
_HIGHEST_SCORE: Final = 1_000.0
_SMALLEST_CHANCE: Final = 1e-9


def told(figure: Value, spec: MetricSpec) -> str:
    """A figure with its interval and unit; shares of rows in percent.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> told(Value(value=0.19, n=800, interval=(0.17, 0.21)), metric("drift.total_variation"))
    '0.19 (0.17–0.21)'
    >>> told(Value(value=0.19, n=800), metric("quality.null_share")).replace("\N{NARROW NO-BREAK SPACE}", " ")
    '19 %'
    """
    if _is_share(spec):
        return measured_share(figure.value, figure.interval)
    return _with_unit(measured(figure.value, figure.interval), spec)


def amount(x: float, spec: MetricSpec) -> str:
    """A limit or an expected figure in the metric's unit.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> from barograph.operations.registry import operational_metric
    >>> freshness = operational_metric("operations.freshness")
    >>> amount(0.1, metric("drift.psi")), amount(90.0, freshness).replace("\N{NARROW NO-BREAK SPACE}", " ")
    ('0.1', '90 s')
    """
    if _is_share(spec):
        return share(x)
    return _with_unit(number(x), spec)


def windows_word(window: str) -> Said:
    """What people call windows of a length.

    Examples
    --------
    >>> windows_word("1d"), windows_word("15m")
    ('days', 'windows')
    """
    return word(WINDOWS.get(window, "windows"))


def times(ratio: float) -> Said:
    """A ratio as people say it.

    Examples
    --------
    >>> times(3.2041)
    '3.2 times'
    """
    return say("{ratio} times", ratio=number(ratio, significant=2))


def chance(p_value: float) -> Said:
    """A p-value as people say it.

    Examples
    --------
    >>> chance(0.011), chance(0.7), chance(0.0)
    ('chance of 1 in 91', 'chance of 1 in 1.4', 'chance of less than 1 in a billion')
    """
    if p_value < _SMALLEST_CHANCE:
        return say("chance of less than 1 in a billion")
    return say("chance of 1 in {n}", n=number(1.0 / p_value, significant=2))


def is_beyond(value: float, limit: float, side: int) -> bool:
    """Whether a value lies above (`side` 1) or below (−1) a limit, by more than rounding.

    Examples
    --------
    >>> is_beyond(0.1 + 0.2, 0.3, 1), is_beyond(0.2, 0.3, -1)
    (False, True)
    """
    return side * (value - limit) > 0.0 and not math.isclose(value, limit, rel_tol=1e-12)


def scored(ratio: float) -> float:
    """A score from 0 to 1,000."""
    return min(max(ratio, 0.0), _HIGHEST_SCORE)


def _with_unit(figure: str, spec: MetricSpec) -> str:
    unit = UNITS.get(spec.unit)
    return figure if unit is None else say("{figure}\u202f{unit}", figure=figure, unit=word(unit))


def _is_share(spec: MetricSpec) -> bool:
    # A total variation is a share of rows too, and is written as a distance, as all drift is.
    return spec.unit.startswith("share of ") and spec.family != "drift"
