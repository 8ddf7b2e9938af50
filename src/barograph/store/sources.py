"""Sources as they are kept: what is read, when next, and up to where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.store.catalog.names import check_name, not_found
from barograph.store.errors import Conflict
from barograph.store.tables.sources import source_days, source_files, sources
from barograph.store.upsert import add_to, insert_missing, upsert

_SECOND_US = 1_000_000
_LONGEST_ERROR = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """A source.

    Attributes
    ----------
    model_id : whose rows it has; None where it has readings of a project.
    cursor : up to where it was read; empty: not yet.
    due_at, ran_at : when it is to be read next, and was last, µs UTC.
    error : why it could not be read the last time.
    failures : how often in a row it could not.
    rows : read from it in all.
    """

    id: int
    project_id: int
    model_id: int | None
    name: str
    kind: str
    settings: Mapping[str, Any]
    schedule_seconds: int
    cursor: Mapping[str, Any]
    created_at: int
    due_at: int
    ran_at: int | None
    error: str | None
    failures: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """A file that was read; `modified_ns` since 1970."""

    path: str
    size_bytes: int
    modified_ns: int
    hash: str
    rows: int = 0


def add_source(
    conn: sa.Connection,
    *,
    project_id: int,
    model_id: int | None,
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    schedule_seconds: int,
    now: int,
) -> StoredSource:
    """Make a source, due at once.

    Raises
    ------
    InvalidName, Conflict
        Where the name cannot be one, or is taken.
    """
    check_name("source", name)
    row = {
        "project_id": project_id, "model_id": model_id, "name": name, "kind": kind, "settings": dict(settings),
        "schedule_seconds": schedule_seconds, "cursor": {}, "created_at": now, "due_at": now,
    }  # fmt: skip
    if not insert_missing(conn, sources, row, ["project_id", "name"]):
        raise Conflict(f"source {name!r} exists already in this project; choose another name.")
    return source_named(conn, project_id, name)


def source_named(conn: sa.Connection, project_id: int, name: str) -> StoredSource:
    """The source of a name; raises NotFound, with the nearest name that is there."""
    held = {source.name: source for source in all_sources(conn, project_id)}
    if name not in held:
        raise not_found("source", name, held)
    return held[name]


def all_sources(conn: sa.Connection, project_id: int) -> list[StoredSource]:
    """Sources of a project, by name."""
    asked = sa.select(sources).where(sources.c.project_id == project_id).order_by(sources.c.name)
    return [StoredSource(**row) for row in conn.execute(asked).mappings()]


def due_sources(conn: sa.Connection, now: int) -> list[StoredSource]:
    """Sources that are to be read now (µs UTC), those that wait longest first."""
    asked = sa.select(sources).where(sources.c.due_at <= now).order_by(sources.c.due_at, sources.c.id)
    return [StoredSource(**row) for row in conn.execute(asked).mappings()]


def failing_sources(conn: sa.Connection) -> list[StoredSource]:
    """Sources that could not be read the last time they were tried."""
    asked = sa.select(sources).where(sources.c.failures > 0).order_by(sources.c.id)
    return [StoredSource(**row) for row in conn.execute(asked).mappings()]


def delete_source(conn: sa.Connection, source: StoredSource) -> None:
    """Delete a source; what was read from it stays in the profiles, and its days stay marked."""
    conn.execute(sources.delete().where(sources.c.id == source.id))


def make_due(conn: sa.Connection, source: StoredSource, now: int) -> None:
    """Have a source read as soon as may be."""
    conn.execute(sources.update().where(sources.c.id == source.id).values(due_at=now))


def advance(
    conn: sa.Connection, source: StoredSource, cursor: Mapping[str, Any], *, rows: int
) -> StoredSource:
    """Move a source's cursor; what else the transaction writes stands between the two places.

    Raises
    ------
    Conflict
        Where another process has moved it meanwhile: the transaction must be taken back.
    """
    held = conn.execute(
        sa.select(sources.c.cursor, sources.c.rows).where(sources.c.id == source.id).with_for_update()
    ).one_or_none()
    if held is None or held.cursor != source.cursor:
        raise Conflict(f"source {source.name!r} was read, changed or deleted by another process meanwhile.")
    changed = {"cursor": dict(cursor), "rows": held.rows + rows}
    conn.execute(sources.update().where(sources.c.id == source.id).values(**changed))
    found = conn.execute(sa.select(sources).where(sources.c.id == source.id)).mappings().one()
    return StoredSource(**found)


def note_run(conn: sa.Connection, source: StoredSource, *, now: int, error: str | None) -> None:
    """Note that a source was read, or why it could not be; it is due after its schedule, later at each failure."""
    failures = 0 if error is None else source.failures + 1
    wait_seconds = source.schedule_seconds
    if failures:
        wait_seconds = min(max(wait_seconds, 60) * 2 ** min(failures - 1, 10), max(86_400, wait_seconds))
    changed = {
        "ran_at": now, "due_at": now + wait_seconds * _SECOND_US, "failures": failures,
        "error": None if error is None else error[:_LONGEST_ERROR],
    }  # fmt: skip
    conn.execute(sources.update().where(sources.c.id == source.id).values(**changed))


def seen_files(conn: sa.Connection, source_id: int) -> dict[str, SeenFile]:
    """Files a source has read, by path."""
    columns = [source_files.c[name] for name in ("path", "size_bytes", "modified_ns", "hash", "rows")]
    asked = sa.select(*columns).where(source_files.c.source_id == source_id)
    return {row["path"]: SeenFile(**row) for row in conn.execute(asked).mappings()}


def keep_files(conn: sa.Connection, source_id: int, files: Iterable[SeenFile], *, now: int) -> None:
    """Note files as they are now."""
    rows = [
        {
            "source_id": source_id, "path": file.path, "size_bytes": file.size_bytes,
            "modified_ns": file.modified_ns, "hash": file.hash, "rows": file.rows, "read_at": now,
        }
        for file in files
    ]  # fmt: skip
    upsert(conn, source_files, rows, ["source_id", "path"])


def mark_days(conn: sa.Connection, source: StoredSource, rows: Mapping[tuple[int, int], int]) -> None:
    """Note rows that were counted of (version, local day) and are nowhere else."""
    for (version_id, day), n in sorted(rows.items()):
        key = {"model_id": source.model_id, "version_id": version_id, "day": day, "source_id": source.id}
        add_to(conn, source_days, key, {"rows": n})
