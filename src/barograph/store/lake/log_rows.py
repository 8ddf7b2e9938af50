"""Rows of the log as the lake holds them: typed, complete, each with its place and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import polars as pl

from barograph.frames.names import values_of
from barograph.frames.typed import typed
from barograph.schema.model import Schema
from barograph.store.errors import Damaged
from barograph.store.lake.about import ABOUT, DAY, Table, TypedRows, joined
from barograph.store.lake.stored import columns_of, complete
from barograph.store.log.entry import Stored
from barograph.store.profiles.rows import days_of

_ORDER: Final = ("barograph_seq", "barograph_position")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The rows of one entry as they were received, with their place."""

    kind: str
    frame: pl.DataFrame


def predictions_of(
    entries: Sequence[Stored], schema: Schema, *, losers: pl.DataFrame | None = None, received_floor: int = 0
) -> TypedRows:
    """The predictions of entries, in the log's order.

    Parameters
    ----------
    entries : of one model, in order; those of other kinds are passed over.
    losers : rows to be left out, columns `seq` and `position`.
    received_floor : µs UTC; times of receipt never go back, and never below this.
    """
    bodies = [_without(b, losers) for b in _bodies(entries, received_floor) if b.kind == "predictions"]
    return _rows(bodies, schema, "predictions")


def labels_of(entries: Sequence[Stored], schema: Schema, *, received_floor: int = 0) -> TypedRows:
    """The labels of entries, in the log's order: those sent as labels, and those that came with predictions.

    Notes
    -----
    A label without a time of its own has that of its label timestamp, or of receipt. Its day is the one on which it
    was received.
    """
    names = [c.name for c in schema.with_role("label")]
    bodies = []
    for body in _bodies(entries, received_floor):
        if body.kind == "labels":
            bodies.append(body)
        elif body.kind == "predictions" and (given := _labelled(body.frame, names)) is not None:
            bodies.append(_Body(kind=body.kind, frame=given))
    return _with_times(_rows(bodies, schema, "labels"), schema)


def _labelled(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame | None:
    """Predictions that came with a label, without the time of the prediction; None where none did."""
    given = np.zeros(frame.height, bool)
    for name in set(names) & set(frame.columns):
        given |= values_of(frame, name).is_not_null().to_numpy()
    return frame.drop("barograph_time").filter(given) if given.any() else None


def _bodies(entries: Sequence[Stored], floor: int) -> list[_Body]:
    received = list(accumulate((e.received_at for e in entries), max, initial=floor))[1:]
    return [_body(entry, at) for entry, at in zip(entries, received, strict=True)]


def _body(entry: Stored, received: int) -> _Body:
    try:
        frame = pl.read_ipc_stream(entry.body)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Damaged(
            f"entry {entry.seq} of the log cannot be read ({error}). Restore the log from a backup."
        ) from error
    # Polars' own eager functions are queries, which take longer than the batch itself.
    placed = [
        pl.Series("barograph_seq", np.full(frame.height, entry.seq, np.int64)),
        pl.Series("barograph_received", np.full(frame.height, received, np.int64)),
    ]
    if "barograph_position" not in frame.columns:
        # Where rows were deleted, those left bring the position they had.
        placed.append(pl.Series("barograph_position", np.arange(frame.height, dtype=np.int32)))
    return _Body(kind=entry.kind, frame=frame.hstack(placed))


def _without(body: _Body, losers: pl.DataFrame | None) -> _Body:
    if losers is None or losers.is_empty() or body.frame.is_empty():
        return body
    seq = body.frame.get_column("barograph_seq")[0]
    lost = losers.filter(pl.col("seq") == seq).get_column("position")
    if not len(lost):
        return body
    kept = ~body.frame.get_column("barograph_position").is_in(lost.cast(pl.Int32).implode())
    return _Body(kind=body.kind, frame=body.frame.filter(kept))


def _rows(bodies: Sequence[_Body], schema: Schema, table: Table) -> TypedRows:
    """Type bodies of one form together: a small batch costs as much as a large one."""
    columns = columns_of(schema, table)
    forms: dict[tuple[tuple[str, pl.DataType], ...], list[pl.DataFrame]] = {}
    for body in bodies:
        forms.setdefault(tuple(body.frame.schema.items()), []).append(body.frame)
    parts = []
    for frames in forms.values() or [[pl.DataFrame()]]:
        raw = pl.concat(frames) if len(frames) > 1 else frames[0]
        about = _about(raw, table, schema.timezone)
        parts.append(TypedRows(about=about, batch=complete(typed(raw, schema), columns)))
    rows = joined(parts)
    return rows if len(parts) == 1 else rows.at(rows.about.select(pl.arg_sort_by(*_ORDER)).to_series())


def _about(raw: pl.DataFrame, table: Table, timezone: str) -> pl.DataFrame:
    columns = {}
    for name, dtype in ABOUT[table].items():
        if name in raw.columns:
            columns[name] = raw.get_column(name).cast(dtype)
        else:
            columns[name] = pl.Series([None], dtype=dtype).new_from_index(0, raw.height)
    placed = columns["barograph_time" if table == "predictions" else "barograph_received"]
    columns[DAY] = pl.Series(days_of(placed, timezone), dtype=pl.Int32)
    return pl.DataFrame(columns)


def _with_times(rows: TypedRows, schema: Schema) -> TypedRows:
    column, time = schema.one("label_timestamp"), pl.col("barograph_time")
    own = None if column is None else values_of(rows.batch.frame, column.name).to_physical()
    filled = pl.coalesce(time, *(() if own is None else (pl.lit(own),)), pl.col("barograph_received"))
    return TypedRows(about=rows.about.with_columns(filled.alias("barograph_time")), batch=rows.batch)
