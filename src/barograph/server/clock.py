"""The server's time: the real one, or one that was set and may run faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from barograph.config.settings import Settings


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Now, in µs since 1970 in UTC."""
        ...


class SystemClock:
    """The machine's time.

    Examples
    --------
    >>> SystemClock().now() > 1_600_000_000_000_000
    True
    """

    def now(self) -> int:
        """Now, in µs since 1970 in UTC."""
        return time.time_ns() // 1_000


class FastClock:
    """A clock that was set, for demonstrations and tests.

    Parameters
    ----------
    start : its time now, in µs since 1970 in UTC.
    speed : how many times faster than the real one it runs.
    began : the machine's time at which it showed `start`, in ns; default: now. With it processes share one clock.

    Examples
    --------
    >>> FastClock(1_300_000_000_000_000, 3600.0).now() >= 1_300_000_000_000_000
    True
    """

    def __init__(self, start: int, speed: float = 1.0, *, began: int | None = None) -> None:
        self.start = start
        self.speed = speed
        self.began = time.time_ns() if began is None else began

    def now(self) -> int:
        """Now, in µs since 1970 in UTC."""
        return self.start + int((time.time_ns() - self.began) * self.speed / 1_000)


def clock_of(settings: Settings) -> Clock:
    """The clock the settings ask for."""
    if settings.clock is None:
        return SystemClock()
    began = None if settings.clock_began is None else settings.clock_began * 1_000
    return FastClock(settings.clock, settings.speed, began=began)
