"""A file of rows as batches to be sent, each with an id that is the same whenever the file is sent again."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import polars as pl

    from barograph.frames.batch import Source

Kind = Literal["predictions", "labels"]
#: Rows of a batch, and values where it has many columns.
BATCH_ROWS: Final = 10_000
_BATCH_VALUES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """Rows that are sent at once.

    Attributes
    ----------
    key : of the place in the file and of the rows: the same rows sent again are known again.
    """

    kind: Kind
    frame: pl.DataFrame
    key: str
    body: bytes

    def halves(self) -> tuple[RowBatch, RowBatch]:
        """The batch in two, where it is too large for one."""
        middle = self.frame.height // 2
        parts = (self.frame[:middle], self.frame[middle:])
        first, second = (
            replace(self, frame=part, key=f"{self.key}.{i}", body=_body(part)) for i, part in enumerate(parts)
        )
        return first, second


@dataclass(slots=True)
class Taken:
    """What became of rows.

    Attributes
    ----------
    labelled : of the accepted ones, those that brought a label.
    reasons : of rejected rows, by reason and column, as far as they were told.
    first, last : times of the first and the last row that was taken or sent before, µs UTC; None where not told.
    """

    accepted: int
    duplicates: int
    rejected: int
    reasons: Counter[tuple[str, str]]
    labelled: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, other: Taken) -> None:
        """Count what became of others too."""
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.rejected += other.rejected
        self.reasons += other.reasons
        self.labelled += other.labelled
        self.first = min((t for t in (self.first, other.first) if t is not None), default=None)
        self.last = max((t for t in (self.last, other.last) if t is not None), default=None)


def nothing() -> Taken:
    """Of no rows."""
    return Taken(0, 0, 0, Counter())


def row_batches(source: Source, kind: Kind) -> Iterator[RowBatch]:
    """The batches of a file, in order.

    Examples
    --------
    >>> import polars as pl
    >>> from barograph.frames.source import source
    >>> rows = source(pl.DataFrame({"x": [1, 2]}))
    >>> [b.key for b in row_batches(rows, "predictions")] == [b.key for b in row_batches(rows, "predictions")]
    True
    """
    rows = max(1, min(BATCH_ROWS, _BATCH_VALUES // max(len(source.types), 1)))
    for index, frame in enumerate(source.batches(rows)):
        body = _body(frame)
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        yield RowBatch(kind=kind, frame=frame, key=f"file-{index}-{digest}", body=body)


def _body(frame: pl.DataFrame) -> bytes:
    """An Arrow IPC stream."""
    out = io.BytesIO()
    frame.write_ipc_stream(out, compression="lz4")
    return out.getvalue()
