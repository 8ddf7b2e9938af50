"""The time, as an argument: tests bring their own."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the client asks of time."""

    def now_us(self) -> int:
        """Microseconds since 1970-01-01 UTC, of the wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, from any start."""
        ...


class SystemClock:
    """The machine's clock.

    Examples
    --------
    >>> SystemClock().now_us() > 1_700_000_000_000_000
    True
    """

    __slots__ = ()

    def now_us(self) -> int:
        """Microseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()
