"""Monitors that were removed, as they were when alerts were judged with them: each revision once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from barograph.store.tables.alerts import alerts
from barograph.store.tables.monitors import monitor_revisions, monitors, removed_monitors


def keep_revisions(conn: sa.Connection, ids: Collection[int], *, now: int) -> None:
    """Keep what alerts were judged with, of monitors that are about to be removed.

    Parameters
    ----------
    now : microseconds UTC.
    """
    key, held = alerts.c, monitor_revisions.c
    of_each = (
        sa.select(key.monitor_id, sa.func.min(key.id).label("first"), sa.func.max(key.id).label("last"))
        .where(key.monitor_id.in_(list(ids)))
        .group_by(key.monitor_id)
        .subquery()
    )
    cited = (
        sa.select(key.monitor_id, key.configuration)
        .where(key.monitor_id.in_(list(ids)))
        .distinct()
        .subquery()
    )
    found = (
        sa.select(
            monitors.c.project_id, monitors.c.name, of_each.c.first, of_each.c.last, held.revision, held.document,
            sa.literal(now),
        )
        .join(monitors, monitors.c.id == held.monitor_id)
        .join(of_each, of_each.c.monitor_id == held.monitor_id)
        .join(cited, (cited.c.monitor_id == held.monitor_id) & (cited.c.configuration == held.revision))
    )  # fmt: skip
    names = ["project_id", "name", "first_alert", "last_alert", "revision", "document", "removed_at"]
    conn.execute(sa.insert(removed_monitors).from_select(names, found))


def removed_document(
    conn: sa.Connection, project_id: int, name: str, revision: int, *, alert_id: int
) -> Mapping[str, Any] | None:
    """A monitor that was removed as it was when an alert was judged with it; None where that was not kept."""
    key = removed_monitors.c
    asked = sa.select(key.document).where(
        key.project_id == project_id, key.name == name, key.revision == revision, key.first_alert <= alert_id,
        key.last_alert >= alert_id,
    )  # fmt: skip
    found: Mapping[str, Any] | None = conn.execute(asked).scalar_one_or_none()
    return found


def drop_uncited(conn: sa.Connection) -> None:
    """Forget what no alert was judged with any more."""
    key = removed_monitors.c
    cited = sa.exists().where(
        alerts.c.project_id == key.project_id, alerts.c.monitor == key.name, alerts.c.configuration == key.revision,
        alerts.c.id.between(key.first_alert, key.last_alert), alerts.c.monitor_id.is_(None),
    )  # fmt: skip
    conn.execute(sa.delete(removed_monitors).where(~cited))
