"""What goes into the log, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["predictions", "labels", "feedback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One batch to be logged.

    Attributes
    ----------
    batch_id : of the sender; a batch of the same model, kind and id is logged once.
    body : rows as an Arrow IPC stream.
    received_at : microseconds UTC; logged as no earlier than that of the entry before it.
    digest : of what was sent; another digest under the same id is told apart from a retry.
    """

    batch_id: str
    model_id: int
    kind: EntryKind
    body: bytes
    rows: int
    received_at: int
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Where a batch is in the log.

    Attributes
    ----------
    seq : its sequence number; of a duplicate, the one it had the first time.
    duplicate : a batch of this id was logged before.
    differs : it is a duplicate by its id, but what was sent is not the same.
    """

    seq: int
    duplicate: bool
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One entry of the log, its body as it was given."""

    seq: int
    batch_id: str
    model_id: int
    kind: EntryKind
    body: bytes
    rows: int
    received_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the log holds of one model."""

    model_id: int
    first_seq: int
    last_seq: int
    rows: int
    oldest_received_at: int
