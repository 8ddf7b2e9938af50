"""Readings, heartbeats, environments and events: small, few, and sent as lists."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Iterator
from typing import Final

from barograph_client.edge import Complaints
from barograph_client.identifiers import Identifiers
from barograph_client.settings import Settings
from barograph_client.stats import Counters
from barograph_client.wire.batch import Batch, project_path
from barograph_client.wire.body import packed
from barograph_client.wire.values import plain, sayable

#: More than this wait only while the server is away; then the oldest go.
_HELD: Final = 5_000
#: In one request.
_TOGETHER: Final = 500


class Messages:
    """What is said of a project rather than of rows.

    Parameters
    ----------
    ids : makes the keys of batches.
    """

    def __init__(
        self, settings: Settings, ids: Identifiers, counters: Counters, complaints: Complaints
    ) -> None:
        self._settings = settings
        self._ids = ids
        self._counters = counters
        self._complaints = complaints
        self._waiting: deque[tuple[str, dict[str, object]]] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether none waits."""
        return not self._waiting

    def add(self, kind: str, message: dict[str, object]) -> None:
        """Put a message in line: one of the readings, heartbeats, environments or events."""
        if len(self._waiting) >= _HELD:
            self._counters.count(self._counters.dropped, "messages")
            with contextlib.suppress(IndexError):  # sent by the other thread meanwhile
                self._waiting.popleft()
        self._waiting.append((kind, message))

    def batches(self) -> Iterator[Batch]:
        """Take what waits, as batches."""
        kinds: dict[str, list[dict[str, object]]] = {}
        for _ in range(len(self._waiting)):
            kind, message = self._waiting.popleft()
            kinds.setdefault(kind, []).append(message)
        for kind, messages in kinds.items():
            for start in range(0, len(messages), _TOGETHER):
                with self._complaints.caught("unreadable"):
                    part = [sayable(plain(m)) for m in messages[start : start + _TOGETHER]]
                    raw = json.dumps({kind: part}, allow_nan=False, separators=(",", ":")).encode()
                    body, encoding = packed(raw)
                    yield Batch(
                        path=project_path(self._settings.project, kind),
                        key=self._ids.one(),
                        kind=kind,
                        rows=len(part),
                        encoding=encoding,
                        body=body,
                    )
