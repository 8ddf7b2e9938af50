"""The next entries of a model's log, all of them received on one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from barograph.schema.model import Schema
from barograph.store.lake.about import TypedRows
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.log import Stored
from barograph.store.profiles.rows import days_of

_FEEDBACK: Final = {
    "seq": pl.Int64(), "position": pl.Int32(), "id": pl.String(), "row": pl.Int32(), "kind": pl.String(),
    "value": pl.String(), "at": pl.Int64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What is applied in one transaction.

    Attributes
    ----------
    predictions, labels : in the log's order.
    feedback : columns as of the table.
    seqs : first and last sequence number.
    received_at : the latest time of receipt so far, microseconds UTC.
    arrival : local day on which all of it arrived.
    """

    predictions: TypedRows
    labels: TypedRows
    feedback: pl.DataFrame
    seqs: tuple[int, int]
    received_at: int
    arrival: int


def chunk_of(entries: Sequence[Stored], schema: Schema, *, received_floor: int) -> Chunk:
    """Read entries up to the first that was received on a later day; at least one entry.

    Parameters
    ----------
    received_floor : microseconds UTC, of what was applied before: arrival never goes back.
    """
    received, times = received_floor, []
    for entry in entries:
        received = max(received, entry.received_at)
        times.append(received)
    days = days_of(pl.Series(times, dtype=pl.Int64), schema.timezone)
    held = entries[: int((days == days[0]).sum())]
    return Chunk(
        predictions=predictions_of(held, schema, received_floor=received_floor),
        labels=labels_of(held, schema, received_floor=received_floor),
        feedback=_feedback_of(held),
        seqs=(held[0].seq, held[-1].seq),
        received_at=times[len(held) - 1],
        arrival=int(days[0]),
    )


def _feedback_of(entries: Sequence[Stored]) -> pl.DataFrame:
    frames = [_feedback(entry) for entry in entries if entry.kind == "feedback"]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_FEEDBACK)


def _feedback(entry: Stored) -> pl.DataFrame:
    frame = pl.read_ipc_stream(entry.body)
    placed = {
        "seq": pl.repeat(entry.seq, frame.height, eager=True),
        "position": pl.int_range(frame.height, eager=True),
    }
    # Where rows were deleted, those left bring the position they had.
    held = placed | {name.removeprefix("barograph_"): frame.get_column(name) for name in frame.columns}
    held["at"] = held.get("time", pl.repeat(entry.received_at, frame.height, eager=True))
    nothing = pl.repeat(None, frame.height, dtype=pl.Null, eager=True)
    return pl.DataFrame({name: held.get(name, nothing).cast(dtype) for name, dtype in _FEEDBACK.items()})
