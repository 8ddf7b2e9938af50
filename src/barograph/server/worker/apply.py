"""The log applied: the next rows and labels of a model become profiles, ids and figures, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from barograph.server.worker.chunk import Chunk, chunk_of
from barograph.server.worker.cursor import advance, cursor_of
from barograph.server.worker.step import Step, step_of
from barograph.server.worker.store import ModelStore, Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.errors import Conflict
from barograph.store.profiles.counting import counted_alike, counting_of
from barograph.store.profiles.stored import change
from barograph.store.tables.catalog import models
from barograph.store.tables.losers import losers
from barograph.store.tables.worker import feedback
from barograph.store.touched import touch_days
from barograph.store.upsert import upsert

#: Rows applied in one transaction.
CHUNK_ROWS: Final = 50_000


def apply_next(store: Store, model: Model, *, now: int, rows: int = CHUNK_ROWS) -> bool:
    """Apply the next entries of a model's log.

    Parameters
    ----------
    model : it must have a grid.
    now : microseconds UTC.
    rows : after which no further entry is taken.

    Returns
    -------
    Whether there were any.

    Raises
    ------
    Conflict
        Where another process applied them meanwhile; nothing was changed.
    """
    of_model = store.of(model)
    with store.database.reading() as conn:
        cursor = cursor_of(conn, model.id)
    entries = store.log.read(model.id, after=cursor.applied_seq, rows=rows)
    if not entries:
        return False
    chunk = chunk_of(entries, model.schema, received_floor=cursor.received_at)
    version_ids = _version_ids(store, model, chunk, now)
    with store.database.reading() as conn:
        step = step_of(
            conn, of_model, chunk, counting=counting_of(model), cursor=cursor, version_ids=version_ids
        )
    with store.database.writing() as conn:
        write_step(conn, of_model, step)
    return True


def write_step(conn: sa.Connection, store: ModelStore, step: Step) -> None:
    """Write what a chunk changes."""
    model_id = store.model.id
    check_unchanged(conn, store.model)
    advance(conn, step.before, step.after)
    change(conn, model_id, step.change)
    store.predictions.add(conn, step.predictions, seqs=step.seqs)
    store.labels.add(conn, step.labels, seqs=step.seqs)
    own = {"model_id": model_id}
    upsert(conn, losers, [own | row for row in step.losers.to_dicts()], ["model_id", "seq", "position"])
    upsert(conn, feedback, [own | row for row in step.feedback.to_dicts()], ["model_id", "seq", "position"])
    touch_days(conn, model_id, step.touched)


def check_unchanged(conn: sa.Connection, model: Model) -> None:
    """What was counted by another grid or other windows does not add up; they stay as they are until the commit."""
    conn.execute(sa.select(models.c.id).where(models.c.id == model.id).with_for_update(read=True))
    if not counted_alike(model, catalog.model_by_id(conn, model.id)):
        raise Conflict(
            f"model {model.name!r} was changed while its rows were counted. They are counted again."
        )


def _version_ids(store: Store, model: Model, chunk: Chunk, now: int) -> Mapping[str, int]:
    """Ids of all versions, those that the chunk names first made."""
    with store.database.reading() as conn:
        known = {version.name: version.id for version in catalog.versions(conn, model.id)}
    names = chunk.predictions.about.get_column("barograph_version").fill_null("").unique().sort().to_list()
    missing = [name for name in names if name not in known]
    if missing:
        with store.database.writing() as conn:
            known |= {name: catalog.version_id(conn, model.id, name, now=now)[0] for name in missing}
    return known
