"""What an alert was judged from, and with: kept as it was, for it to be judged again."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.alerts import JUDGED, StoredAlert
from barograph.store.monitors import Document, document_at
from barograph.store.removed_monitors import removed_document
from barograph.store.tables.alerts import alert_events


def judged_from(conn: sa.Connection, alert_id: int) -> Document | None:
    """What an alert was judged from; None where that is not kept."""
    key = alert_events.c
    asked = (
        sa.select(key.details).where(key.alert_id == alert_id, key.kind == JUDGED).order_by(key.id).limit(1)
    )
    found: Document | None = conn.execute(asked).scalar_one_or_none()
    return found


def judged_with(conn: sa.Connection, alert: StoredAlert) -> Document | None:
    """The monitor as it was written when an alert fired, whatever became of it; None where that is not kept."""
    if alert.monitor_id is not None:
        return document_at(conn, alert.monitor_id, alert.configuration)
    return removed_document(
        conn, alert.project_id, alert.monitor, alert.configuration, alert_id=alert.id
    )  # fmt: skip
