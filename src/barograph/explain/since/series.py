"""A metric's course over the windows of a reference and of the current rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.candidates import Points
from barograph.metrics.address import Address
from barograph.metrics.arguments import resolved
from barograph.metrics.evaluate import evaluate_windows
from barograph.metrics.intervals import Z
from barograph.metrics.values import Value
from barograph.profile.value import ALL, Profile
from barograph.windows import parse_every

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DAY_SECONDS: Final = 86_400.0
#: A season of more phases is not looked for.
_MOST_PHASES: Final = 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSeries:
    """A figure in every window that has one.

    Attributes
    ----------
    starts : of the windows, aware; the reference's, then the current ones.
    values : as the metric gives them.
    scaled : the same on a scale on which noise is about equal at every level.
    rows : each rests on.
    row_variance : variance of one row on that scale; 0 where unknown.
    first : index of the first current window.
    every : length of the windows.
    """

    starts: tuple[datetime, ...]
    values: Floats
    scaled: Floats
    rows: Floats
    row_variance: float
    first: int
    every: str


def metric_series(reference: Profile, current: Profile, metric: Address | str) -> WindowSeries:
    """A metric in every window of the reference and of the current rows.

    The reference's windows are left out where they are cut otherwise, or where a figure of performance is asked of
    rows the model has learned from: these say nothing of what it is used to.

    Parameters
    ----------
    metric : address of one figure.

    Returns
    -------
    WindowSeries
        Windows without a figure are left out. Figures from 0 up are scaled by their square root, those from 0 to 1
        by the arcsine of it, others not.
    """
    asked, spec = resolved(metric, current)
    against = reference if spec.needs_reference else None
    learned = reference.origin == "training" and spec.family == "performance"
    sides = [] if learned or reference.grid.every != current.grid.every else [reference]
    found = [
        [(at, v) for at, v in evaluate_windows(asked, _narrow(side, asked), against) if isinstance(v, Value)]
        for side in (*sides, current)
    ]
    held = [pair for side in found for pair in side]
    values = np.array([v.value for _, v in held], dtype=np.float64)
    rows = np.array([v.n for _, v in held], dtype=np.float64)
    to_scale = _scale(spec.range)
    return WindowSeries(
        starts=tuple(at for at, _ in held),
        values=values,
        scaled=to_scale(values),
        rows=np.maximum(rows, 1.0),
        row_variance=_row_variance([v for _, v in held], to_scale),
        first=len(found[0]) if sides else 0,
        every=current.grid.every or "",
    )


def _narrow(profile: Profile, asked: Address) -> Profile:
    """Without the segments nobody asks for: a profile of many takes ten times as long to look through."""
    return profile if asked.get("segment") else profile.of_segment(ALL)


def points_of(series: WindowSeries, *, searched: int = 1) -> Points:
    """The series as what `levels_of` cuts: values, precisions, places in time, season.

    A value's variance is that of its rows' mean and what windows differ by beyond it, estimated from neighbours.
    """
    position, phases = places(series.starts, series.every)
    weights, noise = precisions(series.scaled, series.row_variance / series.rows, series.rows)
    return Points(
        y=series.scaled, weights=weights, position=position, phases=phases, first=max(series.first, 1), noise=noise,
        searched=searched,
    )  # fmt: skip


def precisions(y: Floats, variance: Floats, rows: Floats) -> tuple[Floats, float]:
    """Weights of mean 1, and the variance that rows alone give a value of weight 1.

    Parameters
    ----------
    variance : of each value, from its rows; zeros where unknown.
    """
    if not variance.any():
        return rows / rows.mean(), 0.0
    seen = float(np.median(np.abs(np.diff(y)))) / 0.6745 if len(y) > 1 else 0.0
    more = max(seen * seen / 2.0 - float(np.median(variance)), 0.0)
    weights = 1.0 / (variance + more)
    return weights / weights.mean(), float(np.median(variance * weights) / weights.mean())


def places(starts: Sequence[datetime], every: str) -> tuple[Ints, int]:
    """Where windows stand in time, counted in windows, and how many make a day or a week."""
    length = parse_every(every)
    seconds = length.approximate_seconds
    position = np.array([round((at - starts[0]).total_seconds() / seconds) for at in starts], dtype=np.int64)
    if length.unit == "d" and length.count == 1:
        phases = 7
    else:
        phases = int(_DAY_SECONDS // seconds) if seconds < _DAY_SECONDS else 1
    return position, phases if 1 < phases <= min(_MOST_PHASES, len(starts) // 2) else 1


def time_of(microseconds: int) -> datetime:
    """A window's start, as profiles keep it, as an aware time.

    Examples
    --------
    >>> time_of(86_400_000_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def _scale(bounds: tuple[float | None, float | None]) -> Callable[[Floats], Floats]:
    low, high = bounds
    if low == 0.0 and high == 1.0:
        return lambda x: np.arcsin(np.sqrt(np.clip(x, 0.0, 1.0)))
    if low == 0.0 and high is None:
        return lambda x: np.sqrt(np.maximum(x, 0.0))
    return lambda x: x


def _row_variance(values: Sequence[Value], to_scale: Callable[[Floats], Floats]) -> float:
    """Median over windows of what their intervals say of one row."""
    known = [(*v.interval, v.n) for v in values if v.interval is not None]
    if not known:
        return 0.0
    low, high, rows = np.array(known, dtype=np.float64).T
    half = (to_scale(high) - to_scale(low)) / (2.0 * Z)
    return float(np.median(rows * half * half))
