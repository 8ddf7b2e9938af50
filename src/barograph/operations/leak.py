"""Memory that grows and does not come back: how fast, and for how long it can."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.intervals import Interval, student
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.operations.figures import figure
from barograph.operations.in_time import lag_one
from barograph.operations.view import HOUR_US, Operations, Window, sums_of, windows_of

Floats = NDArray[np.float64]
_LEAST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    slope: float
    interval: Interval
    n: int


def memory_leak(view: Operations) -> Result:
    """Slope of the readings `process_memory`, in bytes per hour.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> round(memory_leak(operations_of(process_memory=[1e9 + 6e4 * minute for minute in range(60)])).value)
    3600000
    """
    line = _line(view)
    return line if isinstance(line, Undefined) else figure(line.slope, line.n, line.interval)


def hours_to_limit(view: Operations) -> Result:
    """Hours until memory that grows as now reaches the reading `host_memory_limit`.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> rising = [1e9 + 1e6 * minute for minute in range(60)]
    >>> round(hours_to_limit(operations_of(process_memory=rising, host_memory_limit=[2e9])).value, 1)
    15.7
    """
    line = _line(view)
    if isinstance(line, Undefined):
        return line
    limit = sums_of(view, "host_memory_limit")
    if isinstance(limit, Undefined):
        return limit
    low, high = line.interval
    if low <= 0.0:
        detail = say(
            "no rise of memory is shown: {low} to {high} bytes an hour", low=f"{low:.3g}", high=f"{high:.3g}"
        )
        return Undefined(reason="constant", detail=detail)
    held = sums_of(view, "process_memory")
    left = 0.0 if isinstance(held, Undefined) else max(limit.last - held.last, 0.0)
    return figure(left / line.slope, line.n, (left / high, left / low))


def runs(windows: tuple[Window, ...]) -> list[list[Window]]:
    """Windows of one host and version from one start of the process to the next.

    A start is where memory falls to less than half of what it was in the window before.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> [len(run) for run in runs(operations_of(process_memory=[5.0, 6.0, 2.0, 3.0]).readings["process_memory"])]
    [2, 2]
    """
    found: list[list[Window]] = []
    ordered = sorted(windows, key=lambda w: (w.host, w.version, w.start, w.seconds))
    for _, of_one in groupby(ordered, key=lambda w: (w.host, w.version)):
        found.append([])
        for window in of_one:
            if found[-1] and window.sums.mean < found[-1][-1].sums.mean / 2.0:
                found.append([])
            found[-1].append(window)
    return found


def _line(view: Operations) -> _Line | Undefined:
    """One slope for all runs, each with a level of its own; its variance allows for windows like the one before."""
    windows = windows_of(view, "process_memory")
    if isinstance(windows, Undefined):
        return windows
    held = [run for run in runs(windows) if len(run) > 1]
    n = sum(map(len, held))
    if n < max(_LEAST, len(held) + 3):
        detail = say(
            "the slope of memory needs {least} windows of a process; there are {n}", least=_LEAST, n=n
        )
        return Undefined(reason="too_little_history", detail=detail)
    hours = [np.array([(w.start - view.start) / HOUR_US for w in run]) for run in held]
    memory = [np.array([w.sums.mean for w in run]) for run in held]
    with np.errstate(over="ignore", invalid="ignore"):
        t, y = (np.concatenate([x - x.mean() for x in series]) for series in (hours, memory))
        return _fitted(t, y, len(held))


def _fitted(t: Floats, y: Floats, levels: int) -> _Line | Undefined:
    """Least-squares slope of y over t, both about the mean of their run."""
    n, spread = len(t), float(t @ t)
    if spread == 0.0:
        return Undefined(reason="constant", detail=say("all readings of memory are of one moment"))
    slope = float(t @ y) / spread
    residuals: Floats = y - slope * t
    left = float(residuals @ residuals)
    if not math.isfinite(left):
        return Undefined(reason="overflow", detail=say("the figure is beyond the largest number"))
    rho = lag_one(residuals, fitted=2)
    freedom = max(n * (1.0 - rho) / (1.0 + rho) - levels - 1.0, 1.0)
    variance = left / (n - levels - 1.0) * (1.0 + rho) / (1.0 - rho) / spread
    half = student(freedom) * math.sqrt(variance)
    return _Line(slope=slope, interval=(slope - half, slope + half), n=n)


_MISLEADS = (
    "A cache that fills grows like a leak until it is full. A service that is restarted more often than every ten "
    "windows shows no slope."
)
METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.memory_leak", title="Growth of memory", scope="readings", applies_to=("readings",),
        compute=memory_leak, direction="lower_is_better", unit="bytes_per_hour",
        definition="Least-squares slope of the windows' mean `process_memory` over time, common to all hosts and "
        "restarts, each with a level of its own; a fall to below half is a restart. The interval allows for windows "
        "that are like the one before: variance × (1 + ρ)/(1 − ρ).",
        misleads=_MISLEADS, source="least squares; Bartlett (1935); Kendall (1954)", minimum_rows=_LEAST,
    ),
    MetricSpec(
        name="operations.hours_to_limit", title="Time until memory is full", scope="readings",
        applies_to=("readings",), compute=hours_to_limit, direction="higher_is_better", unit="hours",
        range=(0.0, None),
        definition="(last `host_memory_limit` − last `process_memory`) / operations.memory_leak; undefined while the "
        "slope's interval holds 0.",
        misleads=_MISLEADS, source="exact arithmetic", minimum_rows=_LEAST,
    ),
)  # fmt: skip
