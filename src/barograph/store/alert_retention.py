"""What is kept of judging goes when its time is over: alerts that ended long ago, and what was said of old windows."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.monitor_series import drop_evaluations
from barograph.store.pins import unpin
from barograph.store.removed_monitors import drop_uncited
from barograph.store.tables.alerts import alerts, incidents

_DAY_US: Final = 86_400_000_000
#: Alerts forgotten in one transaction.
_AT_ONCE: Final = 200


def keep_alerts(database: Database, *, now: int, history_days: int) -> frozenset[int]:
    """Forget alerts and incidents that ended so many days ago, with what was pinned for them; do it once a day.

    Parameters
    ----------
    now : microseconds UTC.

    Returns
    -------
    Incidents that alerts were forgotten of.
    """
    before = now - history_days * _DAY_US
    with database.writing() as conn:
        drop_evaluations(conn, before=before)
    smaller: set[int] = set()
    while forgotten := _forget_some(database, before):
        smaller.update(incident for incident in forgotten if incident is not None)
    with database.writing() as conn:
        empty = ~sa.exists().where(alerts.c.incident_id == incidents.c.id)
        conn.execute(sa.delete(incidents).where(incidents.c.resolved_at < before, empty))
        drop_uncited(conn)
    return frozenset(smaller)


def _forget_some(database: Database, before: int) -> list[int | None]:
    """Forget some of the alerts; returns the incident of each, nothing where there are none any more."""
    with database.writing() as conn:
        asked = sa.select(alerts.c.id, alerts.c.model_id, alerts.c.incident_id)
        old = conn.execute(asked.where(alerts.c.resolved_at < before).limit(_AT_ONCE)).all()
        for row in old:
            unpin(conn, row.model_id, f"alert/{row.id}")
        conn.execute(sa.delete(alerts).where(alerts.c.id.in_([row.id for row in old])))
    return [row.incident_id for row in old]
