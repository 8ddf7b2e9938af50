"""The two edges at which everything is caught: the caller's, and that of the sending thread.

A monitoring client must not break what it watches. What is caught is counted, told to `on_error`, and logged at most
once a minute for each kind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from barograph_client.clock import Clock
from barograph_client.stats import Counters

logger = logging.getLogger("barograph_client")
#: One message of a kind in this time.
_QUIET_SECONDS = 60.0


class Complaints:
    """Counts what goes wrong, and says so now and then."""

    def __init__(
        self, counters: Counters, clock: Clock, on_error: Callable[[str, str], object] | None = None
    ) -> None:
        self._counters = counters
        self._clock = clock
        self._on_error = on_error
        self._told: dict[str, float] = {}

    def failed(self, kind: str, why: str) -> None:
        """Count a failure, hand it to `on_error`, log it where none of its kind was logged in the last minute."""
        self._counters.failed(kind, why)
        self.told(kind, why)
        if self._on_error is not None:
            try:
                self._on_error(kind, why)
            except Exception as error:  # noqa: BLE001 # the user's function, called from our thread
                self._counters.failed("on_error", repr(error))

    def told(self, kind: str, why: str) -> None:
        """Log a message where none of its kind was logged in the last minute."""
        now = self._clock.monotonic()
        last = self._told.get(kind)
        if last is None or now - last >= _QUIET_SECONDS:
            self._told[kind] = now
            logger.warning("%s: %s", kind, why)

    def caught(self, kind: str) -> Caught:
        """A block from which no exception comes out; exits and interrupts do."""
        return Caught(kind, self.failed)


class Caught:
    """A block whose exceptions are handed to a function as kind and text, and go no further."""

    __slots__ = ("_failed", "_kind")

    def __init__(self, kind: str, failed: Callable[[str, str], object]) -> None:
        self._kind = kind
        self._failed = failed

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._failed(self._kind, f"{type(error).__name__}: {error}")
        return True
