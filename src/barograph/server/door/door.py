"""What a process remembers and holds while bodies come in: bytes, threads, what was told already."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from barograph.server.door.media import Form
from barograph.server.door.redact import redaction_key
from barograph.server.errors import RequestRefused

Found = TypeVar("Found")
_BODIES_BYTES: Final = 256 << 20
#: Reading JSON holds the interpreter; more threads would only take turns.
_THREADS, _READERS = 2, 2
_MINUTE_US: Final = 60_000_000
_MOST_TOLD: Final = 100_000


class Door:
    """The door of one process.

    Parameters
    ----------
    data : the data directory, which has the key of redaction.
    most_bytes : of bodies held at one time, as sent.

    Attributes
    ----------
    key : under which redacted values are hashed.
    """

    def __init__(self, data: Path, *, most_bytes: int = _BODIES_BYTES) -> None:
        # Now, and not when the first row comes: by then the disk may be full.
        self.key = redaction_key(data)
        self._most_bytes = most_bytes
        self._bytes = 0
        self._threads = CapacityLimiter(_THREADS)
        self._readers = CapacityLimiter(_READERS)
        self._told: set[Hashable] = set()
        self._looked_at: dict[int, int] = {}

    @property
    def held_bytes(self) -> int:
        """Bytes of bodies held now."""
        return self._bytes

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """A request's body, counted as long as the block lasts.

        Raises
        ------
        RequestRefused
            429 where all bodies together are too large; the same request may succeed a moment later.
        """
        parts: list[bytes] = []
        size = 0
        try:
            async for part in request.stream():
                if self._bytes + len(part) > self._most_bytes:
                    raise RequestRefused(
                        429, "too many rows are coming in at once; send the same batch again in a second.",
                        headers={"Retry-After": "1"},
                    )  # fmt: skip
                size += len(part)
                self._bytes += len(part)
                parts.append(part)
            yield parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            self._bytes -= size

    async def run(self, form: Form, work: Callable[[], Found]) -> Found:
        """Do work on a body in a thread; files that are read by a process of their own wait for each other alone."""
        limiter = self._readers if form in ("parquet", "arrow_file") else self._threads
        return await to_thread.run_sync(work, limiter=limiter)

    def tells(self, said: Hashable) -> bool:
        """Whether something has not been told yet by this process; it is from now on."""
        if said in self._told:
            return False
        if len(self._told) >= _MOST_TOLD:
            self._told.clear()
        self._told.add(said)
        return True

    def looks(self, model_id: int, now: int) -> bool:
        """Whether a model's values are to be looked at for private data: once in a minute; `now` is µs UTC."""
        last = self._looked_at.get(model_id)
        if last is not None and 0 <= now - last < _MINUTE_US:
            return False
        self._looked_at[model_id] = now
        return True
