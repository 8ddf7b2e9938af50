"""Deletion of predictions by id, from everything that is kept of them.

It is asked for in the state database, and done by the worker under the model's lease: first the days that change are
put on the list of those to be counted again, then rows leave the log, the lake, the ids and the tables, and last the
request itself. A crash at any point is made good by doing it again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import sqlalchemy as sa

from barograph.store import catalog
from barograph.store.database import Database
from barograph.store.dead_letters import delete_dead_letters
from barograph.store.ids.keys import Keys, keys_of
from barograph.store.ids.runs import IdRuns
from barograph.store.incidents import forget_explanations
from barograph.store.lake.log_rows import predictions_of
from barograph.store.lake.rows import Rows
from barograph.store.log.entry import Stored
from barograph.store.pins import empty_pins
from barograph.store.rebuilds import ask_rebuild
from barograph.store.scrub import erasing
from barograph.store.tables.alerts import incidents
from barograph.store.tables.dead_letters import dead_letters
from barograph.store.tables.deletions import deletions
from barograph.store.tables.pins import pinned_profiles
from barograph.store.tables.worker import feedback
from barograph.store.upsert import upsert

_ALL: Final = 1 << 62
#: Ids done at a time: SQLite takes 32,766 variables in a statement.
_AT_ONCE: Final = 1_000
_POSITION: Final = "barograph_position"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelData:
    """All that is kept of one model's rows.

    Attributes
    ----------
    predictions, labels : ids of each.
    """

    database: Database
    rows: Rows
    predictions: IdRuns
    labels: IdRuns

    @property
    def model_id(self) -> int:
        """The model."""
        return self.rows.model_id


def ask_deletion(conn: sa.Connection, model_id: int, ids: Collection[str], *, at: int) -> None:
    """Ask that everything of some prediction ids be deleted: rows, labels, feedback, refused rows.

    Parameters
    ----------
    ids : as they are stored: hashed where the schema says so.
    at : microseconds UTC.
    """
    rows = [{"model_id": model_id, "prediction_id": name, "asked_at": at} for name in sorted(set(ids))]
    upsert(conn, deletions, rows, ["model_id", "prediction_id"])


def models_with_deletions(conn: sa.Connection) -> list[int]:
    """The models of which ids are to be deleted."""
    return list(conn.scalars(sa.select(deletions.c.model_id).distinct().order_by(deletions.c.model_id)))


def delete_asked(data: ModelData, *, now: int) -> int:
    """Delete what was asked for of a model, and return how many ids were done; call it under the model's lease.

    Days that change are asked to be counted again, see `rebuilds`: do so after it, and apply nothing before.

    Parameters
    ----------
    now : microseconds UTC.

    Raises
    ------
    StoreUnavailable
        Where a disk or a database does not let it finish; do it again.

    Notes
    -----
    Cost: the ids of every row in the lake are read, 1 s for 20 million, and each file with one is written anew. Sums
    of days whose rows had left the lake before stay as they are: no row can be told from them.
    """
    with data.database.reading() as conn:
        asked = (
            sa.select(deletions.c.prediction_id)
            .where(deletions.c.model_id == data.model_id)
            .order_by(deletions.c.prediction_id)
            .limit(_AT_ONCE)
        )
        ids = list(conn.scalars(asked))
    if not ids:
        return 0
    entries = data.rows.log.read(data.model_id, after=0, rows=_ALL)
    days = _ask_rebuilds(data, ids, entries, now)
    data.rows.log.rewrite({e.seq: b for e in entries if (b := _without(e, ids)) is not None})
    for table in ("predictions", "labels"):
        data.rows.lake.delete(table, ids=ids)
        data.rows.lake.vacuum(table, hours=0)
    keys = keys_of(pl.Series(ids, dtype=pl.String))
    for runs in (data.predictions, data.labels):
        _forget(data.database, runs, keys)
    _from_tables(data, ids, days, now)
    return len(ids)


def _ask_rebuilds(data: ModelData, ids: Sequence[str], entries: Sequence[Stored], now: int) -> list[int]:
    """Ask for the days of all rows with the ids, before any is gone; returns the days."""
    names = ["barograph_version", "barograph_day"]
    query = data.rows.lake.scan("predictions", ids=ids, columns=names)
    waiting = predictions_of(entries, data.rows.schema).about
    held = waiting.filter(pl.col("barograph_id").is_in(ids)).select(names)
    touched = held if query is None else pl.concat([query.collect().select(names), held])
    with data.database.writing() as conn:
        version_ids = {version.name: version.id for version in catalog.versions(conn, data.model_id)}
        # A version that is not known has only rows that were not applied yet.
        days = {
            (version_ids[v or ""], d) for v, d in touched.unique().iter_rows() if (v or "") in version_ids
        }
        ask_rebuild(conn, data.model_id, days, at=now)
    return sorted({day for _, day in days})


def _without(entry: Stored, ids: Sequence[str]) -> tuple[bytes, int] | None:
    """An entry's body and rows without some ids, every row with the position it had; None where none is in it."""
    frame = pl.read_ipc_stream(entry.body)
    hit = frame.get_column("barograph_id").is_in(ids)
    if not hit.any():
        return None
    if _POSITION not in frame.columns:
        frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(_POSITION))
    kept = frame.filter(~hit)
    return kept.write_ipc_stream(None, compression="lz4").getvalue(), kept.height


def _forget(database: Database, runs: IdRuns, keys: Keys) -> None:
    runs.forget(database, keys)
    runs.sweep(database, grace_seconds=0)


def _from_tables(data: ModelData, ids: Sequence[str], days: Sequence[int], now: int) -> None:
    mine = feedback.c.model_id == data.model_id
    asked = deletions.c.model_id == data.model_id
    with erasing(data.database, [feedback, dead_letters, deletions, pinned_profiles, incidents]) as conn:
        conn.execute(sa.delete(feedback).where(mine, feedback.c.id.in_(ids)))
        delete_dead_letters(conn, data.model_id, ids)
        for day in days:
            empty_pins(conn, data.model_id, (day, day), now=now)
        forget_explanations(conn, data.model_id, set(days))
        conn.execute(sa.delete(deletions).where(asked, deletions.c.prediction_id.in_(ids)))
