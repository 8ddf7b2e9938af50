"""What waits to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from barograph_client.tables.table import Table


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
    """One row, as the caller gave it; `values` is a copy."""

    stream: Stream
    at_us: int
    values: dict[str, object]
    bytes: int
    rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Several rows in one frame, beside it what the client adds: ids, predictions, labels."""

    stream: Stream
    at_us: int
    table: Table
    beside: dict[str, Sequence[object]]
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request and its reply as bytes, to be read as rows by the sending thread."""

    stream: Stream
    at_us: int
    request: bytes
    response: bytes
    read: Reader
    id: str
    bytes: int
    rows: int = 1


class Reader(Protocol):
    """Makes rows of a request and its reply; names as on the wire (`prediction`, `score`, …)."""

    def __call__(self, request: bytes, response: bytes) -> list[dict[str, object]]:
        """Rows of an exchange; raises what it likes where there are none."""
        ...
