"""How often something may happen: a bucket of tokens for each name."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

_NAMES: Final = 10_000
_MINUTE_SECONDS: Final = 60.0


class Pace:
    """Counts what each name does, so many a minute; a pause gives back what was not used.

    Parameters
    ----------
    per_minute : how often a name may; 0 for without limit.
    seconds : a clock that never goes back.

    Examples
    --------
    >>> pace = Pace(2, seconds=lambda: 0.0)
    >>> [pace.wait_seconds("a") for _ in range(3)]
    [0, 0, 30]
    """

    def __init__(self, per_minute: int, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, name: str) -> int:
        """Count one more; 0 where it may, else the seconds to wait, and it is not counted."""
        if not self.per_minute:
            return 0
        with self._lock:
            left = self._now_left(name)
            if left < 1.0:
                return max(1, math.ceil((1.0 - left) * _MINUTE_SECONDS / self.per_minute))
            self._keep(name, left - 1.0)
            return 0

    def exhausted_seconds(self, name: str) -> int:
        """As `wait_seconds`, without counting."""
        if not self.per_minute:
            return 0
        with self._lock:
            left = self._now_left(name)
        return 0 if left >= 1.0 else max(1, math.ceil((1.0 - left) * _MINUTE_SECONDS / self.per_minute))

    def _now_left(self, name: str) -> float:
        left, at = self._left.get(name, (float(self.per_minute), self._seconds()))
        gained = (self._seconds() - at) * self.per_minute / _MINUTE_SECONDS
        return min(float(self.per_minute), left + gained)

    def _keep(self, name: str, left: float) -> None:
        self._left[name] = (left, self._seconds())
        self._left.move_to_end(name)
        # Whoever was heard of least recently has a full bucket again soonest.
        if len(self._left) > _NAMES:
            self._left.popitem(last=False)
