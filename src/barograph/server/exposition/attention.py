"""Alerts, incidents and what was told of them, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from barograph.monitors.verdict import Status
from barograph.store.tables.alerts import alerts, channels, incidents, outbox
from barograph.store.tables.catalog import projects
from barograph.store.tables.monitors import monitor_series, monitors
from barograph.store.tallies import tallies

#: How an attempt to send a message ends. A counter is told at 0 before it counts: what began at 1 has not increased.
_ENDS: Final = ("sent", "failed", "refused", "dead")


def attention(conn: sa.Connection, *, alive: bool) -> Iterator[Metric]:
    """How many alerts and incidents are open, what was sent, and whether monitors are judged.

    Parameters
    ----------
    alive : whether a worker was heard of lately.
    """
    names = {row.id: row.name for row in conn.execute(sa.select(projects.c.id, projects.c.name))}
    yield _open_alerts(conn, names)
    yield _open_incidents(conn, names)
    yield _series(conn, names)
    waiting = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state == "waiting")
    yield GaugeMetricFamily(
        "barograph_notifications_waiting", "Messages that are to be sent.", conn.scalar(waiting)
    )
    yield _sent(conn)
    yield from _evaluated(conn, names)
    yield GaugeMetricFamily(
        "barograph_watchdog",
        "1 while somebody judges monitors: an alert on it always fires, and its absence is the alarm.",
        float(alive),
    )


def _open_alerts(conn: sa.Connection, names: Mapping[int, str]) -> Metric:
    family = GaugeMetricFamily(
        "barograph_alerts", "Open alerts, those that are silenced too.", labels=("project", "severity", "phase")
    )  # fmt: skip
    key = (alerts.c.project_id, alerts.c.severity, alerts.c.phase)
    asked = sa.select(*key, sa.func.count().label("many")).where(alerts.c.resolved_at.is_(None))
    for row in conn.execute(asked.group_by(*key).order_by(*key)):
        family.add_metric((names[row.project_id], row.severity, row.phase), row.many)
    return family


def _open_incidents(conn: sa.Connection, names: Mapping[int, str]) -> Metric:
    family = GaugeMetricFamily(
        "barograph_incidents", "Incidents that are not resolved.", labels=("project", "severity", "status")
    )
    key = (incidents.c.project_id, incidents.c.severity, incidents.c.status)
    asked = sa.select(*key, sa.func.count().label("many")).where(incidents.c.status != "resolved")
    for row in conn.execute(asked.group_by(*key).order_by(*key)):
        family.add_metric((names[row.project_id], row.severity, row.status), row.many)
    return family


def _series(conn: sa.Connection, names: Mapping[int, str]) -> Metric:
    """One that gives no answer is seen: `unknown`, `no_data`, `error`."""
    family = GaugeMetricFamily(
        "barograph_monitor_series", "What monitors watch, by what was said of it last.",
        labels=("project", "status"),
    )  # fmt: skip
    key = (monitors.c.project_id, monitor_series.c.status)
    asked = sa.select(*key, sa.func.count().label("many")).select_from(monitor_series.join(monitors))
    for row in conn.execute(asked.group_by(*key).order_by(*key)):
        family.add_metric((names[row.project_id], row.status), row.many)
    return family


def _sent(conn: sa.Connection) -> Metric:
    family = CounterMetricFamily(
        "barograph_notifications", "Attempts to send a message, by how they ended.",
        labels=("channel_kind", "outcome"),
    )  # fmt: skip
    kinds = conn.scalars(sa.select(channels.c.kind).distinct().order_by(channels.c.kind))
    counts = {(kind, outcome): 0 for kind in kinds for outcome in _ENDS}
    for one in tallies(conn, "notifications"):
        key = one.kind, one.outcome
        counts[key] = counts.get(key, 0) + one.count
    for labels, count in counts.items():
        family.add_metric(labels, count)
    return family


def _evaluated(conn: sa.Connection, names: Mapping[int, str]) -> Iterator[Metric]:
    counted = CounterMetricFamily(
        "barograph_evaluations", "Windows that were judged, by what was said of them.", labels=("status",)
    )
    success = GaugeMetricFamily(
        "barograph_evaluation_last_success_timestamp_seconds", "When a window was last judged without an error.",
        labels=("project",),
    )  # fmt: skip
    counts = dict.fromkeys(get_args(Status), 0)
    last: dict[str, int] = {}
    for one in tallies(conn, "evaluations"):
        counts[one.outcome] = counts.get(one.outcome, 0) + one.count
        project = names.get(one.project_id)
        if project is not None and one.outcome != "error":
            last[project] = max(last.get(project, 0), one.last_at)
    for status, count in counts.items():
        counted.add_metric((status,), count)
    for project, at in last.items():
        success.add_metric((project,), at / 1e6)
    yield counted
    yield success
