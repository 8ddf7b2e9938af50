"""What waits to be sent."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from barograph_client.tables.table import Table

#: What a row takes beside its data.
ROW_BYTES: Final = 200


class Stream(NamedTuple):
    """Rows of one stream travel together: predictions, labels or feedback of one model and version."""

    kind: str
    model: str
    version: str


class Item(Protocol):
    """Anything that waits: its stream, its size and when it was logged."""

    @property
    def stream(self) -> Stream:
        """Whose rows they are."""
        ...

    @property
    def at_us(self) -> int:
        """When they were logged, µs UTC."""
        ...

    @property
    def rows(self) -> int:
        """How many."""
        ...

    @property
    def bytes(self) -> int:
        """Size in memory, about."""
        ...


class Row(NamedTuple):
    """One row, written down by `marshal`: one call that copies, checks and measures it, in some 1.5 µs."""

    stream: Stream
    at_us: int
    data: bytes

    @property
    def rows(self) -> int:
        """One."""
        return 1

    @property
    def bytes(self) -> int:
        """Size of the data and of what holds it."""
        return len(self.data) + ROW_BYTES

    def values(self) -> dict[str, object]:
        """Values by name."""
        features, beside = marshal.loads(self.data)  # noqa: S302 # written by this process
        return {**features, **beside}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Several rows in one frame, beside it what the client adds: ids, predictions, labels."""

    stream: Stream
    at_us: int
    table: Table
    beside: dict[str, Sequence[object]]
    bytes: int
    rows: int


class Body(NamedTuple):
    """A request and its reply as bytes, to be read as rows by the sending thread."""

    stream: Stream
    at_us: int
    request: bytes
    response: bytes
    read: Reader
    id: str

    @property
    def rows(self) -> int:
        """One, as nobody has looked inside yet."""
        return 1

    @property
    def bytes(self) -> int:
        """Size of both and of what holds them."""
        return len(self.request) + len(self.response) + ROW_BYTES


class Reader(Protocol):
    """Makes rows of a request and its reply; names as on the wire (`prediction`, `score`, …)."""

    def __call__(self, request: bytes, response: bytes) -> list[dict[str, object]]:
        """Rows of an exchange; raises what it likes where there are none."""
        ...
