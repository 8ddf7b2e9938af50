"""When a metric changed, as a picture: its windows, the onset, and what else is dated."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.charts.series import Series
from barograph.charts.timeline import Mark, Timeline
from barograph.explain.explanation import Event, Explanation, Onset, Since
from barograph.explain.since.series import WindowSeries, metric_series, places
from barograph.explain.words import title
from barograph.locale.said import say, word
from barograph.metrics.evaluate import evaluate_windows
from barograph.metrics.values import Value
from barograph.profile.value import Profile
from barograph.windows import parse_every, window_label

Ints = NDArray[np.int64]

#: More windows than this are drawn as means of several.
_DRAWN: Final = 160
#: Windows whose intervals are drawn.
_WHISKERS: Final = 60
#: A gap of more windows is drawn as one of so many.
_LONGEST_GAP: Final = 4
#: Lanes of either kind.
_LANES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Times to places on the picture.

    Attributes
    ----------
    starts : of all windows, ascending; each at its position, with long gaps cut short.
    size : windows that one drawn point stands for.
    """

    starts: tuple[datetime, ...]
    positions: tuple[int, ...]
    length: timedelta
    size: int

    def place(self, at: datetime) -> float:
        """Place of a time; a point's middle is a whole number."""
        i = bisect.bisect_right(self.starts, at) - 1
        if i < 0:
            return self.positions[0] / self.size - 0.5
        room = 1 if i + 1 == len(self.starts) else self.positions[i + 1] - self.positions[i]
        passed = min((at - self.starts[i]) / self.length, float(room))
        return (self.positions[i] + passed) / self.size - 0.5

    def holds(self, at: datetime) -> bool:
        """Whether a time lies in the windows."""
        return self.starts[0] <= at < self.starts[-1] + self.length


def timeline_of(
    explanation: Explanation, base: Profile, current: Profile, events: Sequence[Event]
) -> Timeline | None:
    """The picture of an explanation's timing; None where the rows have fewer than two windows.

    Parameters
    ----------
    base : what the metric is dated against: the held-out rows where there are some, else the reference.
    events : all that were passed in; those outside the windows are left out.
    """
    since = explanation.since
    if since is None or not current.grid.every:
        return None
    windows = since.series or metric_series(base, current, explanation.metric)
    if len(windows.starts) < 2:
        return None
    order = np.argsort([at.timestamp() for at in windows.starts], kind="stable")
    axis = _axis(windows, order)
    series = _series(explanation.metric, windows, order, axis, (base, current))
    onset, found = None, since.metric
    if found is not None:
        onset = (axis.place(found.window), axis.place(found.interval[0]), axis.place(found.interval[1]))
    return Timeline(
        series=series,
        onset=onset,
        onset_name="" if found is None else say("level changed {when}", when=_said(found.window, current)),
        levels=None if found is None else (found.before, found.after),
        bad=_bad(since, axis, series),
        marks=(*_events(since, events, axis, current), *(_column(c, axis, current) for c in since.columns[:_LANES])),
    )  # fmt: skip


def _axis(windows: WindowSeries, order: Ints) -> _Axis:
    starts = [windows.starts[i] for i in order]
    apart = np.diff(places(starts, windows.every)[0], prepend=0)
    positions = np.cumsum(np.clip(apart, 0, _LONGEST_GAP + 1)).tolist()
    length = timedelta(seconds=parse_every(windows.every).approximate_seconds)
    size = -(-len(starts) // _DRAWN)
    return _Axis(starts=tuple(starts), positions=tuple(positions), length=length, size=size)


def _series(
    metric: str, windows: WindowSeries, order: Ints, axis: _Axis, sides: tuple[Profile, Profile]
) -> Series:
    """The metric's windows; of many, means of neighbours on one side."""
    current = [bool(i >= windows.first) for i in order]
    values, rows = windows.values[order], windows.rows[order]
    together = _neighbours(current, axis.size)
    every, zone = parse_every(windows.every), sides[1].grid.timezone
    intervals: tuple[tuple[float, float] | None, ...] = ()
    if len(order) <= _WHISKERS:
        held = {(side is sides[1], at): v for side in sides for at, v in evaluate_windows(metric, side)}
        found = [held.get((c, at)) for c, at in zip(current, axis.starts, strict=True)]
        intervals = tuple(v.interval if isinstance(v, Value) else None for v in found)
    return Series(
        name=title(metric),
        labels=tuple(window_label(axis.starts[part[0]], every, zone) for part in together),
        positions=tuple(axis.positions[part[len(part) // 2]] // axis.size for part in together),
        values=tuple(float(np.average(values[part], weights=rows[part])) for part in together),
        rows=tuple(round(float(rows[part].sum())) for part in together),
        current=tuple(current[part[0]] for part in together),
        intervals=intervals,
    )  # fmt: skip


def _neighbours(current: Sequence[bool], size: int) -> list[list[int]]:
    """Runs of `size` windows of one side."""
    parts: list[list[int]] = []
    for i, side in enumerate(current):
        if parts and len(parts[-1]) < size and current[parts[-1][0]] is side:
            parts[-1].append(i)
        else:
            parts.append([i])
    return parts


def _bad(since: Since, axis: _Axis, series: Series) -> tuple[int, ...]:
    """Where single bad windows are among those drawn; of means of several none is single."""
    if axis.size > 1:
        return ()
    at = {p: i for i, p in enumerate(series.positions) if series.current[i]}
    drawn = [at.get(round(axis.place(window) + 0.5)) for window in since.bad_windows]
    return tuple(i for i in drawn if i is not None)


def _events(since: Since, events: Sequence[Event], axis: _Axis, profile: Profile) -> list[Mark]:
    """Events in the windows in order of time, those at the onset first to stay."""
    inside = [event for event in events if axis.holds(event.at)]
    kept = sorted(inside, key=lambda e: e not in since.events)[:_LANES]
    return [
        Mark(
            name=say("{what} ({detail})", what=e.name, detail=word(e.kind)),
            kind="event", place=axis.place(e.at), strong=e in since.events,
            when=_said(e.at, profile),
        )
        for e in sorted(kept, key=lambda e: e.at)
    ]  # fmt: skip


def _column(onset: Onset, axis: _Axis, profile: Profile) -> Mark:
    low, high = (axis.place(end) for end in onset.interval)
    return Mark(
        name=onset.series, kind="column", place=axis.place(onset.window), interval=(low, high),
        when=say("changed {when}", when=_said(onset.window, profile)),
    )  # fmt: skip


def _said(at: datetime, profile: Profile) -> str:
    return window_label(at, parse_every(profile.grid.every or "1d"), profile.grid.timezone)
