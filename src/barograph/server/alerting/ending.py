"""Alerts that end otherwise than by windows that are fine again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from barograph.server.alerting.settle import settle
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, change_alert, open_alerts
from barograph.store.monitor_series import remove_series


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


def end_stale(conn: sa.Connection, model_id: int, series_ids: Sequence[int], *, now: int) -> None:
    """Remove series of a model that no monitor watches any more; their alerts are over, which says so."""
    gone = set(series_ids)
    if gone:
        opened = [alert for alert in open_alerts(conn, model_id=model_id) if alert.series_id in gone]
        end_alerts(conn, opened, "no longer watched", now=now)
        remove_series(conn, sorted(gone))
