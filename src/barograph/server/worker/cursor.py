"""How far a model's log has been applied and moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.errors import Conflict
from barograph.store.tables.worker import cursors as table
from barograph.store.upsert import insert_missing

#: Before any day.
NO_DAY: Final = -(1 << 31)
#: Made once, for it is asked for every model that is counted or judged.
_OF_MODEL: Final = sa.select(table).where(table.c.model_id == sa.bindparam("of_model"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A model's place in the log.

    Attributes
    ----------
    applied_seq : the last sequence number whose rows are in the profiles.
    received_at : the latest time of receipt among those applied, microseconds UTC; later entries arrive no earlier.
    moved_received_at : the same of those that are in the lake.
    rows, duplicates, conflicts : predictions that count; those whose id had come before with the same values, or
        with others, which do not.
    """

    model_id: int
    applied_seq: int = 0
    received_at: int = 0
    moved_received_at: int = 0
    rows: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rolled_day: int = NO_DAY
    sealed_day: int = NO_DAY


def cursor_of(conn: sa.Connection, model_id: int) -> Cursor:
    """The cursor of a model; at the beginning where nothing was applied."""
    row = conn.execute(_OF_MODEL, {"of_model": model_id}).one_or_none()
    return Cursor(model_id=model_id) if row is None else Cursor(**row._mapping)


def advance(conn: sa.Connection, before: Cursor, after: Cursor) -> None:
    """Move a cursor; what else the transaction writes is of the rows between.

    Raises
    ------
    Conflict
        Where another has moved it meanwhile: the transaction must be taken back.
    """
    names = list(Cursor.__dataclass_fields__)
    insert_missing(
        conn, table, {n: getattr(Cursor(model_id=before.model_id), n) for n in names}, ["model_id"]
    )
    same = [table.c[name] == getattr(before, name) for name in names]
    changed = {name: getattr(after, name) for name in names if name != "model_id"}
    if conn.execute(sa.update(table).where(*same).values(**changed)).rowcount != 1:
        raise Conflict(
            f"another process has applied rows of model {before.model_id} meanwhile. Go on from there."
        )


def applied_of_all(conn: sa.Connection) -> dict[int, int]:
    """How far the log of each model was applied."""
    return {
        row.model_id: row.applied_seq
        for row in conn.execute(sa.select(table.c.model_id, table.c.applied_seq))
    }
