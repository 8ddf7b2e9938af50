"""What the client did, in numbers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The client's own account at one moment.

    Attributes
    ----------
    queued_rows, queued_bytes : held in memory.
    spooled_bytes : held on disk, not yet acknowledged.
    sent_rows, sent_batches : acknowledged by the server; batches of readings and events count, their rows do not.
    retries : tries that were to be repeated.
    dropped : rows never to be sent, by reason: `overflow`, `unreadable` (a frame or body that cannot be read),
        `refused` (the server said no for good; they are in the dead-letter file where there is one), `messages`
        (readings and the like, not rows).
    rejected : rows the server set aside, by its reason.
    values : single values left out as nothing JSON can hold, by column.
    errors : mistakes of the client itself or of its use, by kind; each is a bug or a call to mend.
    last_success_us : time of the last acknowledgement, µs UTC; None: none yet.
    last_error : what went wrong last; empty: nothing did.
    """

    queued_rows: int = 0
    queued_bytes: int = 0
    spooled_bytes: int = 0
    sent_rows: int = 0
    sent_batches: int = 0
    retries: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    last_success_us: int | None = None
    last_error: str = ""


class Counters:
    """Where the parts of a client count. Nothing on the caller's way counts here."""

    #: Names beyond this are counted as "other", so that hostile names cannot fill memory.
    names_held = 200

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.sent_rows = 0
        self.sent_batches = 0
        self.retries = 0
        self.dropped: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.last_success_us: int | None = None
        self.last_error = ""

    def count(self, counter: Counter[str], name: str, number: int = 1) -> None:
        """Add to a counter of this object."""
        with self._lock:
            counter[name if name in counter or len(counter) < self.names_held else "other"] += number

    def sent(self, rows: int, now_us: int) -> None:
        """A batch was acknowledged."""
        with self._lock:
            self.sent_rows += rows
            self.sent_batches += 1
            self.last_success_us = now_us

    def retried(self, why: str) -> None:
        """A try failed and is to be repeated."""
        with self._lock:
            self.retries += 1
            self.last_error = why

    def failed(self, kind: str, why: str) -> None:
        """Something went wrong for good."""
        with self._lock:
            self.errors[kind] += 1
            self.last_error = why

    def snapshot(self, **held: int) -> Stats:
        """The account, with what is held now."""
        with self._lock:
            return Stats(
                sent_rows=self.sent_rows,
                sent_batches=self.sent_batches,
                retries=self.retries,
                dropped=dict(self.dropped),
                rejected=dict(self.rejected),
                values=dict(self.values),
                errors=dict(self.errors),
                last_success_us=self.last_success_us,
                last_error=self.last_error,
                **held,
            )
