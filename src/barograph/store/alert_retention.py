"""What is kept of judging goes when its time is over: alerts that ended long ago, and what was said of old windows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import drop_evaluations
from barograph.store.pins import unpin
from barograph.store.removed_monitors import drop_uncited
from barograph.store.tables.alerts import alerts, incidents

_DAY_US: Final = 86_400_000_000
#: Alerts forgotten in one transaction, of one project.
_AT_ONCE: Final = 200


def keep_alerts(
    database: Database,
    *,
    now: int,
    history_days: int,
    retitle: Callable[[sa.Connection, Collection[int]], None],
) -> None:
    """Forget alerts and incidents that ended so many days ago, with what was pinned for them; do it once a day.

    Parameters
    ----------
    now : microseconds UTC.
    retitle : is given incidents that alerts were forgotten of, in the transaction in which they were.
    """
    before = now - history_days * _DAY_US
    with database.writing() as conn:
        drop_evaluations(conn, before=before)
        projects = list(
            conn.scalars(sa.select(alerts.c.project_id).where(alerts.c.resolved_at < before).distinct())
        )
    for project_id in sorted(projects):
        while _forget_some(database, project_id, before, retitle):
            pass
    with database.writing() as conn:
        empty = ~sa.exists().where(alerts.c.incident_id == incidents.c.id)
        conn.execute(sa.delete(incidents).where(incidents.c.resolved_at < before, empty))
        drop_uncited(conn)


def _forget_some(
    database: Database,
    project_id: int,
    before: int,
    retitle: Callable[[sa.Connection, Collection[int]], None],
) -> bool:
    """Forget some of the alerts of a project; returns whether there may be more."""
    with database.writing() as conn:
        hold_project(conn, project_id)
        asked = sa.select(alerts.c.id, alerts.c.model_id, alerts.c.incident_id)
        mine = (alerts.c.project_id == project_id) & (alerts.c.resolved_at < before)
        old = conn.execute(asked.where(mine).limit(_AT_ONCE)).all()
        for row in old:
            unpin(conn, row.model_id, f"alert/{row.id}")
        conn.execute(sa.delete(alerts).where(alerts.c.id.in_([row.id for row in old])))
        retitle(conn, {row.incident_id for row in old if row.incident_id is not None})
    return len(old) == _AT_ONCE
