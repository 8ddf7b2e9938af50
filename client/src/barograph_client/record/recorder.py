"""The way in: puts what was logged in line and wakes the sending thread."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from barograph_client.buffer.items import ROW_BYTES, Body, Reader, Row, Rows, Stream
from barograph_client.clock import Clock
from barograph_client.context import is_silent
from barograph_client.parts import Parts
from barograph_client.record.frames import pieces
from barograph_client.record.row import written
from barograph_client.tables.table import Table

#: Models beyond this many are not remembered; a stream is then made at every call.
_STREAMS = 10_000


class Recorder:
    """One process's way in. Its methods may raise; the client's do not.

    Parameters
    ----------
    threads : whether to start the sending thread with the first row.
    """

    __slots__ = ("_batch_rows", "_clock", "_streams", "_threads", "parts", "pid")

    def __init__(self, parts: Parts, clock: Clock, *, threads: bool) -> None:
        self.parts = parts
        self.pid = parts.pid
        self._clock = clock
        self._threads = threads
        self._batch_rows = parts.settings.batch_rows
        self._streams: dict[tuple[str, str | None, str | None], Stream] = {}

    def stream(self, kind: str, model: str | None, version: str | None) -> Stream:
        """The stream of a model and version, those of the settings where none is given.

        Raises
        ------
        ValueError
            No model is named anywhere.
        """
        found = self._streams.get((kind, model, version))
        if found is None:
            settings = self.parts.settings
            name = model or settings.model
            if not name:
                raise ValueError("no model; name it in the call, in init(model=…) or in BAROGRAPH_MODEL")
            default = settings.version if name == settings.model else ""
            found = Stream(kind, str(name), str(version or default) if kind == "predictions" else "")
            if kind == "predictions":
                self.parts.reporting.served(found.model, found.version)
            if len(self._streams) < _STREAMS:
                self._streams[(kind, model, version)] = found
        return found

    def row(self, stream: Stream, features: Mapping[str, object], beside: dict[str, object]) -> None:
        """Put a row in line: the caller's values, and what the client adds."""
        if is_silent():
            return
        waiting = self.parts.rows
        data = written(features, beside)
        waiting.add(Row(stream, self._clock.now_us(), data), 1, len(data) + ROW_BYTES)
        if not self.parts.started:
            self._start()
        elif waiting.rows == self._batch_rows:
            self.parts.thread.ring()

    def frame(
        self, stream: Stream, table: Table, beside: Mapping[str, Sequence[object]], *, wait_seconds: float
    ) -> None:
        """Put a frame in line, waiting for room at most so long where that is asked for."""
        if is_silent():
            return
        deadline = time.monotonic() + wait_seconds
        at_us = self._clock.now_us()
        for piece in pieces(table, beside, stream=stream, at_us=at_us, settings=self.parts.settings):
            if wait_seconds > 0.0:
                self._wait_for_room(piece, deadline)
            self.parts.frames.add(piece, piece.rows, piece.bytes)
            self.wake()

    def body(self, stream: Stream, request: bytes, response: bytes, *, read: Reader, id: str) -> None:
        """Put a request and its reply in line, to be read by the sending thread."""
        if is_silent():
            return
        waiting = self.parts.rows
        size = len(request) + len(response) + ROW_BYTES
        waiting.add(Body(stream, self._clock.now_us(), request, response, read, id), 1, size)
        if not self.parts.started:
            self._start()
        elif waiting.rows == self._batch_rows:
            self.parts.thread.ring()

    def message(self, kind: str, message: Mapping[str, object]) -> None:
        """Put a reading, heartbeat, environment or event in line; entries that are None or empty are left out."""
        self.parts.messages.add(kind, {k: v for k, v in message.items() if v is not None and v != ""})
        if not self.parts.started:
            self._start()

    def wake(self) -> None:
        """Start the sending thread, or wake it where a batch is full."""
        if not self.parts.started:
            self._start()
        elif self.parts.frames.rows + self.parts.rows.rows >= self._batch_rows:
            self.parts.thread.ring()

    def _wait_for_room(self, piece: Rows, deadline: float) -> None:
        if self._threads and not self.parts.started:
            self._start()
        self.parts.thread.wait(lambda: self.parts.frames.has_room(piece.rows, piece.bytes), deadline)

    def _start(self) -> None:
        if self._threads:
            self.parts.start()
