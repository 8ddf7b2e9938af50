"""What operational metrics look at: readings, heartbeats and rows of one model in one span of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.operations.sums import ReadingSums, added_up

Ints = NDArray[np.int64]

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
#: The day on which clocks go forward.
_SHORTEST_DAY_US = 23 * HOUR_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Readings of one host and version in a window that begins at `start` (µs UTC) and lasts `seconds`."""

    start: int
    seconds: int
    sums: ReadingSums
    host: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beats:
    """Minutes of one hour in which a host was heard.

    Attributes
    ----------
    hour : its start, µs UTC.
    minutes : bit k is set where a heartbeat came in minute k.
    interval_seconds : time between heartbeats, as the host announces it.
    """

    hour: int
    minutes: int
    interval_seconds: int = 60
    host: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows over time: of predictions, or of something else that is counted.

    Attributes
    ----------
    starts : of the windows that hold a row, µs UTC, ascending. For figures that compare with earlier weeks they
        reach back before the span.
    counts : rows of each, shape as `starts`.
    seconds : length of a window.
    timezone : in which the hours of a week are the same.
    last_at : time of the latest row, µs UTC; None where there is none.
    by_day_until : rows before this time are kept by the day, each day's at its beginning, µs UTC; None: none are.
    """

    starts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    counts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    seconds: int = 3_600
    timezone: str = "UTC"
    last_at: int | None = None
    by_day_until: int | None = None

    @property
    def first(self) -> int | None:
        """Start of the first window with a row, µs UTC; None where there is none."""
        return int(self.starts[0]) if len(self.starts) else None

    def tells(self, start: int, end: int) -> bool:
        """Whether rows are told apart finely enough for a span: by the day is not enough for some hours."""
        by_day = self.by_day_until is not None and start < self.by_day_until
        return not by_day or end - start >= _SHORTEST_DAY_US

    def between(self, start: int, end: int) -> int:
        """Rows of the windows that begin from `start` until before `end`, µs UTC."""
        first, after = np.searchsorted(self.starts, (start, end))
        return int(self.counts[first:after].sum())


def rows_of(
    counts: Mapping[int, int], *, seconds: int = 3_600, timezone: str = "UTC", last_at: int | None = None
) -> Rows:
    """Rows by the start of their window, µs UTC.

    Examples
    --------
    >>> rows_of({0: 3, 3_600_000_000: 4}).between(0, 3_600_000_000)
    3
    """
    held = sorted((start, n) for start, n in counts.items() if n)
    pairs = np.array(held, np.int64).reshape(-1, 2)
    return Rows(
        starts=pairs[:, 0], counts=pairs[:, 1], seconds=seconds, timezone=timezone,
        last_at=max((start for start, _ in held), default=None) if last_at is None else last_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What people said of predictions.

    Attributes
    ----------
    said : by kind and segment ("" for all rows), when and how often.
    predictions : of each segment but "", whose predictions are the view's rows.
    """

    said: Mapping[tuple[str, str], Rows] = field(default_factory=dict)
    predictions: Mapping[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Fixed rows that are scored again and again; `changed`: when and how many had another answer."""

    scored: int
    changed: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """One model's service from `start` until before `end`, µs UTC; `end` is at most now.

    Attributes
    ----------
    readings : windows of each name, in any order.
    dropped : rows that clients had to drop, by the time of their loss.
    probes : None where no row is scored again.
    events : when events of each kind happened.
    versions : when each version was first seen, µs UTC, ascending.
    labels : rows by the day on which their label came; None where none ever came.
    """

    start: int
    end: int
    readings: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    beats: tuple[Beats, ...] = ()
    rows: Rows = field(default_factory=Rows)
    feedback: Feedback = field(default_factory=Feedback)
    dropped: Rows = field(default_factory=Rows)
    probes: Probes | None = None
    events: Mapping[str, Rows] = field(default_factory=dict)
    versions: tuple[int, ...] = ()
    labels: Rows | None = None

    @property
    def seconds(self) -> float:
        """Length of the span."""
        return (self.end - self.start) / SECOND_US

    def of(self, host: str | None, version: str | None) -> Operations:
        """Readings and heartbeats of one host or version only; None stands for all."""
        if host is None and version is None:
            return self

        def wanted(one: Window | Beats) -> bool:
            return host in (None, one.host) and version in (None, one.version)

        readings = {name: tuple(filter(wanted, windows)) for name, windows in self.readings.items()}
        return replace(self, readings=readings, beats=tuple(filter(wanted, self.beats)))


def windows_of(view: Operations, name: str) -> tuple[Window, ...] | Undefined:
    """Windows of the readings called `name` that begin in the span, in order of time."""
    windows = (w for w in view.readings.get(name, ()) if view.start <= w.start < view.end)
    found = tuple(sorted(windows, key=lambda w: (w.start, w.seconds, w.host, w.version)))
    if any(w.seconds > view.seconds for w in found):
        detail = say(
            "readings {name} of this time are kept by the hour by now; ask for longer windows",
            name=repr(name),
        )
        return Undefined(reason="too_few_rows", detail=detail)
    if found:
        return found
    known = ", ".join(sorted(name for name, held in view.readings.items() if held)) or say("none")
    return Undefined(
        reason="too_few_rows",
        detail=say("no reading {name} in this span; readings: {known}", name=repr(name), known=known),
    )


def sums_of(view: Operations, name: str) -> ReadingSums | Undefined:
    """All readings called `name` in the span, added up."""
    windows = windows_of(view, name)
    if isinstance(windows, Undefined):
        return windows
    total = added_up(w.sums for w in windows)
    return total or Undefined(
        reason="too_few_rows", detail=say("no reading {name} in this span", name=repr(name))
    )
