"""Events: what happened to a model, told by users or found by the server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.errors import BarographError, check_known
from barograph.operations.event_kinds import KINDS
from barograph.store.tables.catalog import models
from barograph.store.tables.events import events

#: Longer keys are told apart by their hash: an index entry is bounded.
_LONGEST_KEY = 200


class EventError(BarographError, ValueError):
    """An event is of a kind that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event.

    Attributes
    ----------
    at, received_at : when it happened and when it was told, µs UTC.
    source : who told it: `server`, or the name of a key or a client.
    """

    id: int
    project_id: int | None
    model_id: int | None
    kind: str
    at: int
    received_at: int
    name: str
    version: str | None
    source: str
    details: Mapping[str, Any]


def record(
    conn: sa.Connection,
    *,
    model_id: int | None,
    kind: str,
    at: int,
    details: Mapping[str, Any] | None = None,
    name: str = "",
    version: str | None = None,
    source: str = "server",
    once: str | None = None,
    project_id: int | None = None,
    received_at: int | None = None,
) -> int | None:
    """Write an event, in the caller's transaction.

    Parameters
    ----------
    model_id : None where it concerns a whole project, or the server.
    at : when it happened, µs UTC.
    once : a key; nothing is written where the model has an event of this kind and key.
    received_at : when it was told, µs UTC; `at` where it is not given.

    Returns
    -------
    The event's id; None where it was told before.

    Raises
    ------
    EventError
        For a kind that is not in `KINDS`.
    """
    check_known("event", [("kind", kind, KINDS)], EventError)
    if once is not None and len(once) > _LONGEST_KEY:
        once = hashlib.sha256(once.encode()).hexdigest()
    if once is not None and _told(conn, model_id, kind, once):
        return None
    row = {
        "project_id": project_id, "model_id": model_id, "kind": kind, "at": at, "name": name, "version": version,
        "received_at": at if received_at is None else received_at, "source": source,
        "details": dict(details or {}), "key": once,
    }  # fmt: skip
    if once is None:
        return int(conn.execute(events.insert().values(row).returning(events.c.id)).scalar_one())
    # Another process may tell the same meanwhile: the unique key decides, not the look before.
    return conn.execute(_insert_once(conn, row)).scalar_one_or_none()


def read_events(
    conn: sa.Connection,
    *,
    model_id: int | None = None,
    project_id: int | None = None,
    first: int | None = None,
    end: int | None = None,
    kinds: tuple[str, ...] = (),
    limit: int = 1_000,
) -> list[StoredEvent]:
    """Events in order of time, the latest `limit` of those asked for.

    Parameters
    ----------
    model_id, project_id : a model's; a project's with those of its models; with both, the model's and those of the
        project as a whole; all where neither is given.
    first, end : earliest time and the time before which they were, µs UTC.
    kinds : of these kinds only.
    """
    found = sa.select(events).order_by(events.c.at.desc(), events.c.id.desc()).limit(limit)
    of_project = events.c.project_id == project_id
    if model_id is not None and project_id is not None:
        found = found.where((events.c.model_id == model_id) | (of_project & events.c.model_id.is_(None)))
    elif model_id is not None:
        found = found.where(events.c.model_id == model_id)
    elif project_id is not None:
        of_its_models = sa.select(models.c.id).where(models.c.project_id == project_id)
        found = found.where(of_project | events.c.model_id.in_(of_its_models))
    if first is not None:
        found = found.where(events.c.at >= first)
    if end is not None:
        found = found.where(events.c.at < end)
    if kinds:
        found = found.where(events.c.kind.in_(kinds))
    return [_event(row) for row in reversed(conn.execute(found).mappings().all())]


def _event(row: sa.RowMapping) -> StoredEvent:
    return StoredEvent(**{c: row[c] for c in row if c != "key"})


def _told(conn: sa.Connection, model_id: int | None, kind: str, once: str) -> bool:
    same = (events.c.model_id.is_not_distinct_from(model_id), events.c.kind == kind, events.c.key == once)
    return conn.execute(sa.select(events.c.id).where(*same).limit(1)).first() is not None


def _insert_once(conn: sa.Connection, row: Mapping[str, Any]) -> sa.Insert:
    from sqlalchemy.dialects import postgresql, sqlite

    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    return insert(events).values(row).on_conflict_do_nothing().returning(events.c.id)
