"""Alerts that end otherwise than by windows that are fine again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from barograph.server.alerting.settle import settle
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, change_alert


def end_alerts(
    conn: sa.Connection, alerts: Sequence[StoredAlert], why: str, *, now: int, actor: str = "server"
) -> None:
    """Resolve alerts, and their incidents where nothing else of them is open.

    Parameters
    ----------
    why : such as `monitor removed`; never `recovered`, which nobody has seen.
    """
    for alert in alerts:
        change_alert(conn, alert.id, phase="ok", resolved_at=now, resolved_why=why)
    add_events(
        conn,
        [
            AlertEvent(
                project_id=alert.project_id, incident_id=alert.incident_id, alert_id=alert.id, at=now, actor=actor,
                kind="resolved", details={"why": why},
            )
            for alert in alerts
        ],
    )  # fmt: skip
    for project_id in {alert.project_id for alert in alerts}:
        settle(conn, project_id, {a.incident_id for a in alerts if a.incident_id is not None}, now=now)
