"""What people said of predictions, by kind and segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.operations.view import Feedback, Operations, Rows, rows_of
from barograph.profile.segments import partition, segment_of_rows
from barograph.server.errors import RequestRefused
from barograph.server.reading.span import day_of
from barograph.server.worker.store import ModelStore
from barograph.store.catalog import Model
from barograph.store.ids.keys import keys_of
from barograph.store.profiles.part import TABLE
from barograph.store.profiles.stored import parts_between
from barograph.store.tables.worker import feedback

#: Pieces of feedback whose rows are looked up for one answer.
MOST_LOOKED_UP: Final = 100_000


def feedback_seen(
    conn: sa.Connection, model: Model, view: Operations, *, segment: str = "", store: ModelStore | None = None
) -> Feedback:
    """Feedback that came in the span.

    Parameters
    ----------
    segment : the one that is asked for; feedback knows ids alone, so its rows are looked up.
    store : the model's rows; needed for a segment.

    Raises
    ------
    RequestRefused
        422 where the rows of too much feedback would have to be looked up.
    """
    asked = sa.select(feedback.c.id, feedback.c.row, feedback.c.kind, feedback.c.at).where(
        feedback.c.model_id == model.id, feedback.c.at >= view.start, feedback.c.at < view.end
    )
    if not segment or store is None:
        return Feedback(said=_by_time((kind, "", at) for _, _, kind, at in conn.execute(asked)))
    found = conn.execute(asked.limit(MOST_LOOKED_UP + 1)).all()
    if len(found) > MOST_LOOKED_UP:
        raise RequestRefused(
            422, f"more than {MOST_LOOKED_UP:,} pieces of feedback in this span; ask for a shorter one."
        )
    said = pl.DataFrame(
        [tuple(row) for row in found],
        schema={"id": pl.String, "row": pl.Int32, "kind": pl.String, "at": pl.Int64}, orient="row",
    )  # fmt: skip
    within = _ids_within(conn, store, said.get_column("id").unique(), segment)
    mine = said.filter(pl.col("id").is_in(within.implode()))
    return Feedback(
        said=_by_time((kind, segment, at) for _, _, kind, at in mine.iter_rows()),
        predictions={segment: _predictions(conn, model, view, segment)},
    )


def _by_time(said: Iterator[tuple[str, str, int]]) -> dict[tuple[str, str], Rows]:
    counts: dict[tuple[str, str], Counter[int]] = {}
    for kind, segment, at in said:
        counts.setdefault((kind, segment), Counter())[at] += 1
    return {key: rows_of(held) for key, held in counts.items()}


def _ids_within(conn: sa.Connection, store: ModelStore, ids: pl.Series, segment: str) -> pl.Series:
    """Those of the ids of which a row is in the segment."""
    hits = store.predictions.find(conn, keys_of(ids))
    if not len(hits):
        return ids.clear()
    rows = store.rows.predictions(
        conn, days=np.unique(hits.days).tolist(), ids=ids.gather(np.unique(hits.index))
    )
    within = np.zeros(rows.rows, bool)
    for expressions in store.model.by:
        division = partition(expressions)
        names, codes = segment_of_rows(rows.batch.frame, division)
        within |= np.isin(codes, [i for i, name in enumerate(names) if name == segment])
    return rows.about.get_column("barograph_id").filter(pl.Series(within)).unique()


def _predictions(conn: sa.Connection, model: Model, view: Operations, segment: str) -> Rows:
    """Predictions of a segment, by day."""
    timezone = model.schema.timezone
    span = day_of(view.start, timezone), day_of(max(view.end - 1, view.start), timezone)
    counts: Counter[int] = Counter()
    held = parts_between(conn, model.id, grain="day", names=(TABLE,), span=span, version_id=None)
    for part in held.get(TABLE, ()):
        for cell, n in zip(part.cells, part.record.rows.tolist(), strict=True):
            if cell.segment == segment and cell.window is not None:
                counts[cell.window] += n
    return rows_of(counts, seconds=86_400, timezone=timezone)
