"""The time of a replay: set by who replays, and running on from there when the replay is over."""

from __future__ import annotations

import time
from datetime import datetime

from barograph.server.times import as_time_us


class ReplayClock:
    """Server and client read one clock, which stands until it is moved.

    Parameters
    ----------
    start : its time now; aware.

    Examples
    --------
    >>> from datetime import UTC
    >>> clock = ReplayClock(datetime(2011, 1, 1, tzinfo=UTC))
    >>> clock.move(datetime(2011, 2, 1, tzinfo=UTC))
    >>> clock.now()
    1296518400000000
    """

    def __init__(self, start: datetime) -> None:
        self._time_us = as_time_us(start)
        self._began_ns: int | None = None

    def now(self) -> int:
        """Microseconds UTC, as the server asks."""
        if self._began_ns is None:
            return self._time_us
        return self._time_us + (time.monotonic_ns() - self._began_ns) // 1_000

    def now_us(self) -> int:
        """Microseconds UTC, as the client asks."""
        return self.now()

    def monotonic(self) -> float:
        """Seconds that never go back: pauses between tries are those of the machine."""
        return time.monotonic()

    @property
    def runs(self) -> bool:
        """Whether the replay is over."""
        return self._began_ns is not None

    def move(self, moment: datetime) -> None:
        """Set it."""
        self._time_us = as_time_us(moment)

    def run_on(self) -> None:
        """Let it run from where it stands, as fast as any clock."""
        self._began_ns = time.monotonic_ns()
