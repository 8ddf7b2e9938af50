"""Rows moved from the log to the lake, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl
import sqlalchemy as sa

from barograph.server.worker.cursor import Cursor, advance, cursor_of
from barograph.server.worker.store import ModelStore, Store
from barograph.store.catalog import Model
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.lake.stored import stored
from barograph.store.log import Stored
from barograph.store.tables.losers import losers

#: Rows moved by one append, which holds them in memory.
MOVED_ROWS: Final = 200_000


def move_next(store: Store, model: Model, *, rows: int = MOVED_ROWS) -> bool:
    """Move the next rows that have been applied; returns whether there were any.

    A crash at any point is made good by calling it again: the lake knows what it has.
    """
    of_model = store.of(model)
    _tidy(store, of_model)
    after = _moved(of_model)
    with store.database.reading() as conn:
        cursor = cursor_of(conn, model.id)
        lost = _losers(conn, model.id)
    entries = [e for e in store.log.read(model.id, after=after, rows=rows) if e.seq <= cursor.applied_seq]
    if not entries:
        return False
    floor, through = cursor.moved_received_at, entries[-1].seq
    predictions = predictions_of(entries, model.schema, losers=lost, received_floor=floor)
    of_model.lake.append("predictions", stored(predictions, model.schema), through=through)
    labels = labels_of(entries, model.schema, received_floor=floor)
    of_model.lake.append("labels", stored(labels, model.schema), through=through)
    _finish(store, model.id, entries)
    for runs in (of_model.predictions, of_model.labels):
        runs.merge(store.database)
    return True


def _tidy(store: Store, of_model: ModelStore) -> None:
    """Finish a move that was interrupted when its rows were in the lake."""
    moved, model_id = _moved(of_model), of_model.model.id
    waiting = {one.model_id: one for one in store.log.waiting()}.get(model_id)
    if waiting is not None and waiting.first_seq <= moved:
        left = [e for e in store.log.read(model_id, after=0, rows=MOVED_ROWS) if e.seq <= moved]
        _finish(store, model_id, left)


def _finish(store: Store, model_id: int, entries: Sequence[Stored]) -> None:
    """Forget what the log kept of rows that are in the lake."""
    through = entries[-1].seq
    with store.database.writing() as conn:
        cursor = cursor_of(conn, model_id)
        advance(conn, cursor, _received(cursor, entries))
        conn.execute(sa.delete(losers).where(losers.c.model_id == model_id, losers.c.seq <= through))
    store.log.trim(model_id, through=through)


def _received(cursor: Cursor, entries: Sequence[Stored]) -> Cursor:
    latest = max(cursor.moved_received_at, *(entry.received_at for entry in entries))
    return replace(cursor, moved_received_at=latest)


def _moved(of_model: ModelStore) -> int:
    return min(of_model.lake.moved("predictions"), of_model.lake.moved("labels"))


def _losers(conn: sa.Connection, model_id: int) -> pl.DataFrame:
    found = conn.execute(
        sa.select(losers.c.seq, losers.c.position).where(losers.c.model_id == model_id)
    ).all()
    schema = {"seq": pl.Int64, "position": pl.Int32}
    return pl.DataFrame([tuple(row) for row in found], schema=schema, orient="row")
