"""Monitors of a project, as they were written, and what belongs to them: routes, calendars, inhibitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.store.removed_monitors import keep_revisions
from barograph.store.tables.monitors import monitor_revisions, monitor_settings, monitors
from barograph.store.upsert import upsert

Document = Mapping[str, Any]


def _mark(table: sa.Table, *numbers: sa.ColumnElement[int]) -> sa.Subquery:
    most = (sa.func.coalesce(number, 0) for number in (sa.func.max(table.c.changed_at), *numbers))
    return sa.select(sa.func.count(), *most).select_from(table).subquery()


_MONITORS: Final = _mark(monitors, sa.func.max(monitors.c.id), sa.func.sum(monitors.c.revision))
_SETTINGS: Final = _mark(monitor_settings, sa.func.max(monitor_settings.c.project_id))
#: Made once, for it is asked before each model that is judged.
_CHANGES: Final = sa.select(_MONITORS, _SETTINGS).select_from(_MONITORS.join(_SETTINGS, sa.true()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMonitor:
    """A monitor as it is kept; `document` is the form it is written in, `revision` counts its changes from 1."""

    id: int
    project_id: int
    name: str
    document: Document
    revision: int
    created_at: int
    changed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A monitor as it was written once; `at` in microseconds UTC."""

    revision: int
    document: Document
    at: int
    actor: str


def all_monitors(conn: sa.Connection, project_id: int | None = None) -> list[StoredMonitor]:
    """The monitors of a project, or of all, by project, in the order in which they were added."""
    asked = sa.select(monitors).order_by(monitors.c.project_id, monitors.c.id)
    if project_id is not None:
        asked = asked.where(monitors.c.project_id == project_id)
    return [StoredMonitor(**row._mapping) for row in conn.execute(asked)]


def settings_of(conn: sa.Connection, project_id: int) -> dict[str, dict[str, Document]]:
    """What belongs to a project's monitors and is none, by kind and name."""
    asked = sa.select(monitor_settings).where(monitor_settings.c.project_id == project_id)
    found: dict[str, dict[str, Document]] = {}
    for row in conn.execute(asked.order_by(monitor_settings.c.kind, monitor_settings.c.name)):
        found.setdefault(row.kind, {})[row.name] = row.document
    return found


def monitors_by_id(conn: sa.Connection, ids: Collection[int]) -> dict[int, StoredMonitor]:
    """Some monitors by their id; those that are gone are left out."""
    asked = sa.select(monitors).where(monitors.c.id.in_(list(ids)))
    return {row.id: StoredMonitor(**row._mapping) for row in conn.execute(asked)}


def monitor_names(conn: sa.Connection, project_id: int | None = None) -> list[tuple[int, int, str]]:
    """Id, project's id and name of the monitors of a project, or of all, in the order in which they were added."""
    asked = sa.select(monitors.c.id, monitors.c.project_id, monitors.c.name).order_by(monitors.c.id)
    if project_id is not None:
        asked = asked.where(monitors.c.project_id == project_id)
    return [(row.id, row.project_id, row.name) for row in conn.execute(asked)]


def monitor_named(conn: sa.Connection, project_id: int, name: str) -> StoredMonitor | None:
    """The monitor of a name; None where there is none."""
    asked = sa.select(monitors).where(monitors.c.project_id == project_id, monitors.c.name == name)
    row = conn.execute(asked).one_or_none()
    return None if row is None else StoredMonitor(**row._mapping)


def revisions_of(conn: sa.Connection, monitor_id: int, *, limit: int = 50) -> list[Revision]:
    """How a monitor was written through time, the latest first."""
    key = monitor_revisions.c
    asked = sa.select(key.revision, key.document, key.at, key.actor).where(key.monitor_id == monitor_id)
    return [
        Revision(**row._mapping) for row in conn.execute(asked.order_by(key.revision.desc()).limit(limit))
    ]


def changes_mark(conn: sa.Connection) -> tuple[int, ...]:
    """Numbers that change when a monitor or a setting is added, changed or removed."""
    return tuple(int(n) for n in conn.execute(_CHANGES).one())


def put_monitor(
    conn: sa.Connection, project_id: int, name: str, document: Document, *, now: int, actor: str
) -> int:
    """Add a monitor, or change the one of its name; returns its id.

    A change is a new revision; the earlier ones are kept.
    """
    known = conn.execute(
        sa.select(monitors.c.id, monitors.c.revision).where(
            monitors.c.project_id == project_id, monitors.c.name == name
        )
    ).one_or_none()
    if known is None:
        row = {
            "project_id": project_id, "name": name, "document": dict(document), "revision": 1, "created_at": now,
            "changed_at": now,
        }  # fmt: skip
        monitor_id, revision = (
            int(conn.execute(sa.insert(monitors).values(row).returning(monitors.c.id)).scalar_one()),
            1,
        )
    else:
        monitor_id, revision = known.id, known.revision + 1
        changed = {"document": dict(document), "revision": revision, "changed_at": now}
        conn.execute(sa.update(monitors).where(monitors.c.id == monitor_id).values(changed))
    kept = {
        "monitor_id": monitor_id,
        "revision": revision,
        "document": dict(document),
        "at": now,
        "actor": actor,
    }
    conn.execute(sa.insert(monitor_revisions).values(kept))
    return monitor_id


def remove_monitors(conn: sa.Connection, ids: Collection[int], *, now: int) -> None:
    """Remove monitors, their series and what was said of them; alerts stay, and what they were judged with."""
    keep_revisions(conn, ids, now=now)
    conn.execute(sa.delete(monitors).where(monitors.c.id.in_(list(ids))))


def put_settings(
    conn: sa.Connection, project_id: int, kind: str, wanted: Mapping[str, Document], *, now: int
) -> None:
    """Keep these settings of a kind, and no others; those that stay the same keep their time."""
    held = settings_of(conn, project_id).get(kind, {})
    of_kind = (monitor_settings.c.project_id == project_id) & (monitor_settings.c.kind == kind)
    gone = [name for name in held if name not in wanted]
    conn.execute(sa.delete(monitor_settings).where(of_kind, monitor_settings.c.name.in_(gone)))
    rows = [
        {"project_id": project_id, "kind": kind, "name": name, "document": dict(document), "changed_at": now}
        for name, document in wanted.items()
        if held.get(name) != document
    ]
    upsert(conn, monitor_settings, rows, ["project_id", "kind", "name"])


def document_at(conn: sa.Connection, monitor_id: int, revision: int) -> Document | None:
    """A monitor as it was written in a revision; None where it is gone."""
    asked = sa.select(monitor_revisions.c.document).where(
        monitor_revisions.c.monitor_id == monitor_id, monitor_revisions.c.revision == revision
    )
    found: Document | None = conn.execute(asked).scalar_one_or_none()
    return found
