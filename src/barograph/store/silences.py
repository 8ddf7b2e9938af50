"""Silences and maintenance windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.errors import Conflict, NotFound
from barograph.store.monitors import Document
from barograph.store.tables.alerts import silences


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSilence:
    """A silence; times in microseconds UTC.

    Attributes
    ----------
    kind : silence or maintenance.
    matchers : as `alerts.matchers` writes them.
    recurrence : weekly times of a maintenance window; None: one span.
    ended_at, ended_by : where somebody ended it early.
    """

    id: int = 0
    project_id: int
    kind: str = "silence"
    matchers: Sequence[Document]
    starts_at: int
    ends_at: int
    recurrence: Document | None = None
    comment: str
    created_by: str
    created_at: int
    ended_at: int | None = None
    ended_by: str | None = None


def add_silence(conn: sa.Connection, silence: StoredSilence) -> int:
    """Write a new silence; returns its id."""
    row = {name: getattr(silence, name) for name in StoredSilence.__dataclass_fields__ if name != "id"}
    row["matchers"] = [dict(matcher) for matcher in silence.matchers]
    row["recurrence"] = sa.null() if silence.recurrence is None else dict(silence.recurrence)
    return int(conn.execute(sa.insert(silences).values(row).returning(silences.c.id)).scalar_one())


def end_silence(conn: sa.Connection, project_id: int, silence_id: int, *, by: str, now: int) -> StoredSilence:
    """End a silence before its time.

    Raises
    ------
    NotFound, Conflict
        Where there is none, and where it is over already.
    """
    held = silence_of(conn, project_id, silence_id)
    if held.ended_at is not None or held.ends_at <= now:
        raise Conflict(f"silence {silence_id} is over already; there is nothing to end.")
    conn.execute(sa.update(silences).where(silences.c.id == silence_id).values(ended_at=now, ended_by=by))
    return silence_of(conn, project_id, silence_id)


def silence_of(conn: sa.Connection, project_id: int, silence_id: int) -> StoredSilence:
    """A silence of a project; raises NotFound."""
    asked = sa.select(silences).where(silences.c.project_id == project_id, silences.c.id == silence_id)
    found = conn.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(
            f"no silence {silence_id} in this project; those there are are listed under /silences."
        )
    return StoredSilence(**found)


def list_silences(
    conn: sa.Connection, project_id: int | None = None, *, over_since: int | None = None
) -> list[StoredSilence]:
    """Silences, by id.

    Parameters
    ----------
    over_since : leave out those that were over by this time, µs UTC.
    """
    asked = sa.select(silences).order_by(silences.c.id)
    if project_id is not None:
        asked = asked.where(silences.c.project_id == project_id)
    if over_since is not None:
        asked = asked.where(silences.c.ends_at > over_since, silences.c.ended_at.is_(None))
    return [StoredSilence(**row) for row in conn.execute(asked).mappings()]
