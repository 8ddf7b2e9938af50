"""Where batches stay until they are acknowledged: in memory, one at a time, or on disk (`spool/`)."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from barograph_client.wire.batch import Batch


class Outbox(Protocol):
    """Batches in the order in which they came."""

    def has_room(self) -> bool:
        """Whether another batch may be put in."""
        ...

    def put(self, batch: Batch) -> None:
        """Take charge of a batch.

        Raises
        ------
        OSError
            It cannot be kept; the caller still has it.
        """
        ...

    def oldest(self) -> Batch | None:
        """The batch to be sent next; it stays until it is `done`."""
        ...

    def done(self, instead: list[Batch]) -> None:
        """The oldest batch is settled, these come first in its place."""
        ...


class MemoryOutbox:
    """Holds one batch, and what it was split into."""

    def __init__(self) -> None:
        self._batches: deque[Batch] = deque()

    def has_room(self) -> bool:
        """Whether it is empty."""
        return not self._batches

    def put(self, batch: Batch) -> None:
        """Hold a batch."""
        self._batches.append(batch)

    def oldest(self) -> Batch | None:
        """The batch held."""
        return self._batches[0] if self._batches else None

    def done(self, instead: list[Batch]) -> None:
        """Let go of it."""
        self._batches.popleft()
        self._batches.extendleft(reversed(instead))
