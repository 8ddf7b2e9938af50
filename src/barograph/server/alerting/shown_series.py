"""How the series of monitors stand, as it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, Field

from barograph.alerts.state_json import read_state
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.monitor_series import StoredSeries, series_of_monitor
from barograph.store.tables.alerts import alerts
from barograph.store.tables.catalog import versions
from barograph.store.tables.monitors import monitor_series, monitors


class SeriesShown(BaseModel):
    """One thing a monitor watches."""

    model: str
    version: str = Field(description="Empty: all versions.")
    address: str
    phase: str = Field(description="ok, pending, firing or recovering.")
    blind: str = Field(description="The same of having no answer.")
    status: str = Field(description="Of the last window judged; empty: none was judged yet.")
    start: datetime | None = Field(description="Of the last window judged.")
    end: datetime | None
    judged_at: datetime | None
    verdict: dict[str, Any] = Field(description="What was said of it: value, interval, limits, detail.")


def shown_series(conn: sa.Connection, project: str, monitor_id: int) -> list[SeriesShown]:
    """The series of a monitor, by model, version and address."""
    models = {m.id: m.name for m in catalog.models(conn, project)}
    names = {row.id: row.name for row in conn.execute(sa.select(versions.c.id, versions.c.name))}
    return [
        shown(series, models[series.model_id], names.get(series.version_id, ""))
        for series in series_of_monitor(conn, monitor_id)
        if series.model_id in models
    ]


def shown(series: StoredSeries, model: str, version: str) -> SeriesShown:
    """One series; of one that was not judged yet the window is none."""
    start, end = (series.window_start, series.window_end) if series.status else (None, None)
    return SeriesShown(
        model=model, version=version, address=series.address, phase=read_state(series.state).phase,
        blind=read_state(series.blind).phase, status=series.status,
        start=None if start is None else as_datetime(start), end=None if end is None else as_datetime(end),
        judged_at=None if series.judged_at is None else as_datetime(series.judged_at),
        verdict=dict(series.verdict),
    )  # fmt: skip


def counted(conn: sa.Connection, project_id: int) -> dict[int, dict[str, Any]]:
    """Of each monitor of a project: its series, by the status of their last window, and its open alerts."""
    asked = (
        sa.select(monitor_series.c.monitor_id, monitor_series.c.status, sa.func.count())
        .join(monitors)
        .where(monitors.c.project_id == project_id)
        .group_by(monitor_series.c.monitor_id, monitor_series.c.status)
    )
    found: dict[int, dict[str, Any]] = {}
    for monitor_id, status, n in conn.execute(asked):
        told = found.setdefault(monitor_id, {"series": 0, "statuses": {}, "alerts": 0})
        told["series"] += n
        told["statuses"][status or "not judged yet"] = n
    opened = (
        sa.select(alerts.c.monitor_id, sa.func.count())
        .where(alerts.c.project_id == project_id, alerts.c.resolved_at.is_(None))
        .group_by(alerts.c.monitor_id)
    )
    for monitor_id, n in conn.execute(opened):
        if monitor_id in found:
            found[monitor_id]["alerts"] = n
    return found
