"""What was told a moment ago, so that several scrapers cost what one does."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from threading import Lock


class Remembered:
    """Keeps a text for a while; who asks meanwhile waits for the one that is being made.

    Parameters
    ----------
    seconds : a clock that never goes back.

    Examples
    --------
    >>> held = Remembered(seconds=lambda: 0.0)
    >>> held.take(10.0, lambda: b"first"), held.take(10.0, lambda: b"second")
    (b'first', b'first')
    """

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._text = b""
        self._made_at = -inf

    def take(self, for_seconds: float, make: Callable[[], bytes]) -> bytes:
        """The text, made anew where it is older than that."""
        with self._lock:
            if self._seconds() - self._made_at >= for_seconds:
                self._text = make()
                self._made_at = self._seconds()
            return self._text
