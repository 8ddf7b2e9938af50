"""Rows waiting to be sent: bounded by count and bytes, and sampled evenly once there are too many.

The caller's way in holds no lock while there is room. Its running sums may therefore miss a row where two threads
meet; they are counted anew whenever rows are taken and before any is dropped.
"""

from __future__ import annotations

import random
import threading
from collections import Counter, deque
from dataclasses import dataclass, field

from barograph_client.buffer.items import Item, Stream


@dataclass(slots=True)
class Missing:
    """Rows of a stream that were dropped, and the range of their times in µs."""

    rows: int = 0
    first_us: int = 0
    last_us: int = 0

    def add(self, rows: int, at_us: int) -> None:
        """Count more of them."""
        self.first_us = min(self.first_us, at_us) if self.rows else at_us
        self.last_us = max(self.last_us, at_us) if self.rows else at_us
        self.rows += rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was waiting, and what was dropped while it waited."""

    items: list[Item] = field(default_factory=list)
    missing: dict[Stream, Missing] = field(default_factory=dict)

    def kept(self) -> Counter[Stream]:
        """Rows taken of each stream."""
        found: Counter[Stream] = Counter()
        for item in self.items:
            found[item.stream] += item.rows
        return found


class Buffer:
    """A bounded line of rows. Once full, it holds an even sample of all that came since it was last emptied.

    Dropping the newest rows, or the oldest, would leave windows that show one part of an outage only.

    Parameters
    ----------
    rows, bytes : bounds; never exceeded, but for one row a thread.
    rng : decides which rows a full buffer keeps.
    """

    def __init__(self, *, rows: int, bytes: int, rng: random.Random | None = None) -> None:  # noqa: A002
        self._limit_rows = rows
        self._limit_bytes = bytes
        self._rng = rng or random.Random()  # noqa: S311 # a sample, no secret
        self._lock = threading.RLock()
        self._items: deque[Item] = deque()
        self._rows = 0
        self._bytes = 0
        self._seen = 0
        self._missing: dict[Stream, Missing] = {}

    @property
    def rows(self) -> int:
        """Rows waiting."""
        return self._rows

    @property
    def bytes(self) -> int:
        """Bytes waiting, about."""
        return self._bytes

    def add(self, item: Item, rows: int, size: int) -> None:
        """Put an item of so many rows and bytes in line; where there is no room, one of all that came goes by lot."""
        rows += self._rows
        size += self._bytes
        if rows <= self._limit_rows and size <= self._limit_bytes and not self._seen:
            self._rows = rows
            self._bytes = size
            self._items.append(item)
            return
        with self._lock:
            self._add_to_sample(item)

    def has_room(self, rows: int, size: int) -> bool:
        """Whether so much more would be kept whole."""
        return (
            not self._seen
            and self._rows + rows <= self._limit_rows
            and self._bytes + size <= self._limit_bytes
        )

    def take(self) -> Taken:
        """Take all that waits."""
        with self._lock:
            items = [self._items.popleft() for _ in range(len(self._items))]
            missing, self._missing = self._missing, {}
            self._seen = 0
            self._count_anew()
        return Taken(items=items, missing=missing)

    def _add_to_sample(self, item: Item) -> None:
        """Algorithm R by items (Vitter 1985), then more by lot until the bounds hold."""
        if not self._seen:
            self._count_anew()
            if self.has_room(item.rows, item.bytes):
                self._append(item)
                return
            self._seen = len(self._items)
        self._seen += 1
        place = self._rng.randrange(self._seen)
        too_large = item.rows > self._limit_rows or item.bytes > self._limit_bytes
        if too_large or place >= len(self._items):
            self._miss(item)
            return
        self._evict(self._items[place])
        self._items[place] = item
        self._rows += item.rows
        self._bytes += item.bytes
        while self._rows > self._limit_rows or self._bytes > self._limit_bytes:
            last = self._items.pop()
            place = self._rng.randrange(len(self._items) + 1)
            if place < len(self._items):
                last, self._items[place] = self._items[place], last
            self._evict(last)

    def _append(self, item: Item) -> None:
        self._items.append(item)
        self._rows += item.rows
        self._bytes += item.bytes

    def _evict(self, item: Item) -> None:
        self._rows -= item.rows
        self._bytes -= item.bytes
        self._miss(item)

    def _miss(self, item: Item) -> None:
        self._missing.setdefault(item.stream, Missing()).add(item.rows, item.at_us)

    def _count_anew(self) -> None:
        items = list(self._items)
        self._rows = sum(item.rows for item in items)
        self._bytes = sum(item.bytes for item in items)
