"""What happened to a project's alerts and incidents since it was last asked, as server-sent events."""

from __future__ import annotations

import json
from typing import Final

import sqlalchemy as sa

from barograph.server.times import as_datetime
from barograph.store.database import Database
from barograph.store.tables.alerts import alert_events

#: Of processes that write at once, one may take an id first and be done last: so far back it is looked again.
_LOOK_BACK: Final = 500
_AT_ONCE: Final = 500


class Follower:
    """Tells each event once, in the order of their ids where they come in it.

    Parameters
    ----------
    after : id after which events are told; None: only those to come.
    conn : of the snapshot it begins with.
    """

    def __init__(
        self, database: Database, project_id: int, *, after: int | None, conn: sa.Connection
    ) -> None:
        self._database, self._project_id = database, project_id
        latest = conn.execute(sa.select(sa.func.max(alert_events.c.id))).scalar() or 0
        self._after = latest if after is None else after
        known = sa.select(alert_events.c.id).where(
            alert_events.c.id > self._after - _LOOK_BACK, alert_events.c.id <= self._after
        )
        self._told = set(conn.execute(known).scalars())

    def news(self) -> list[str]:
        """What has come since, each as one server-sent event."""
        key = alert_events.c
        asked = (
            sa.select(alert_events)
            .where(key.project_id == self._project_id, key.id > self._after - _LOOK_BACK)
            .where(key.id.not_in(self._told))
            .order_by(key.id)
            .limit(_AT_ONCE)
        )
        with self._database.reading() as conn:
            rows = conn.execute(asked).mappings().all()
        for row in rows:
            self._told.add(row["id"])
            self._after = max(self._after, row["id"])
        self._told = {each for each in self._told if each > self._after - _LOOK_BACK}
        return [_event(row) for row in rows]


def _event(row: sa.RowMapping) -> str:
    data = {
        "id": row["id"], "at": as_datetime(row["at"]).isoformat(), "kind": row["kind"], "actor": row["actor"],
        "incident": row["incident_id"], "alert": row["alert_id"], "details": row["details"],
    }  # fmt: skip
    # JSON has no line breaks of its own, which would end a field.
    return f"id: {row['id']}\nevent: {row['kind']}\ndata: {json.dumps(data)}\n\n"
