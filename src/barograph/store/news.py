"""What has come since a page was made, for those who look at it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.alerts import alert_events
from barograph.store.tables.monitors import monitor_series
from barograph.store.tables.tallies import tallies

#: What changes how an incident stands; what somebody writes to it is no news to those who look elsewhere.
_CHANGES: Final = ("opened", "grew", "escalated", "relapsed", "resolved")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """How much is new.

    Attributes
    ----------
    incidents : that opened, became worse or were resolved.
    windows : of the model looked at that were judged.
    """

    incidents: int = 0
    windows: int = 0


#: Made once: it is asked every second.
_MARK: Final = sa.select(
    sa.select(sa.func.max(alert_events.c.id)).scalar_subquery(),
    sa.select(sa.func.sum(tallies.c["count"])).where(tallies.c.what == "evaluations").scalar_subquery(),
)


def mark(conn: sa.Connection) -> tuple[int, int]:
    """What changes when there may be news for somebody: the last event, and how many windows were judged.

    Notes
    -----
    Cost: 0.1 ms.
    """
    event, judged = conn.execute(_MARK).one()
    return int(event or 0), int(judged or 0)


def last_event(conn: sa.Connection) -> int:
    """Id of the last event of all alerts and incidents; 0 before the first."""
    return int(conn.execute(sa.select(sa.func.max(alert_events.c.id))).scalar() or 0)


def news(
    conn: sa.Connection, project_ids: Collection[int], *, after: int, model_id: int | None, since: int
) -> News:
    """What has come.

    Parameters
    ----------
    after : id of the last event that the page knows of.
    model_id : whose page it is; None: of no model.
    since : when the page was made, µs UTC.

    Notes
    -----
    Cost: the events after that id, and the series of one model.
    """
    key, series = alert_events.c, monitor_series.c
    told = sa.select(sa.func.count(key.incident_id.distinct())).where(
        key.id > after, key.project_id.in_(project_ids), key.kind.in_(_CHANGES)
    )
    judged = sa.select(sa.func.count(series.window_end.distinct())).where(
        series.model_id == model_id, series.judged_at > since
    )
    return News(
        incidents=conn.execute(told).scalar_one(),
        windows=0 if model_id is None else conn.execute(judged).scalar_one(),
    )
