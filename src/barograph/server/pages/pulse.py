"""Whether there may be news, looked for once for all who listen."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from time import monotonic
from typing import Final

from starlette.concurrency import run_in_threadpool

Mark = tuple[int, int]

#: How old a mark may be.
_FRESH_SECONDS: Final = 1.0


class Pulse:
    """The store's mark, which changes when there may be news: read once a second, however many listen.

    Parameters
    ----------
    read : the mark as it is now; it is called in a thread.
    time : seconds on a clock that never goes back.
    """

    def __init__(self, read: Callable[[], Mark], *, time: Callable[[], float] = monotonic) -> None:
        self._read, self._time = read, time
        self._lock = asyncio.Lock()
        self._mark: Mark = (0, 0)
        self._at = -math.inf

    async def mark(self) -> Mark:
        """The mark as it was a second ago at most."""
        async with self._lock:
            now = self._time()
            if now - self._at >= _FRESH_SECONDS:
                self._mark = await run_in_threadpool(self._read)
                self._at = now
            return self._mark
