"""Which of the events passed in happened when a level changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from barograph.explain.explanation import Event
from barograph.windows import parse_every


def events_near(events: Iterable[Event], window: datetime, every: str) -> tuple[Event, ...]:
    """Those in a window, in the one before or in the one after, in order of time.

    Parameters
    ----------
    window : its start, aware.
    every : length of windows.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = datetime(2024, 5, 2, tzinfo=UTC)
    >>> notes = [Event(at=day + timedelta(days=d), kind="note", name=f"{d:+}") for d in (-2, -1, 0, 1, 2)]
    >>> [e.name for e in events_near(notes, day, "1d")]
    ['-1', '+0', '+1']
    """
    length = timedelta(seconds=parse_every(every).approximate_seconds)
    near = [e for e in events if window - length <= e.at < window + 2 * length]
    return tuple(sorted(near, key=lambda e: (e.at, e.name)))
