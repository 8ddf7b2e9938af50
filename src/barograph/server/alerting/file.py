"""A project's monitors as one file: read, and put in place of what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from barograph.alerts.machine import close
from barograph.alerts.state_json import read_state, state_document
from barograph.monitors.document import read_monitor, written
from barograph.monitors.file import SETTINGS, MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.plan import Plan, plan
from barograph.server.alerting.ending import end_alerts
from barograph.store.alerts import open_alerts
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import series_of_monitor, write_series
from barograph.store.monitors import (
    StoredMonitor,
    all_monitors,
    put_monitor,
    put_settings,
    remove_monitors,
    settings_of,
)

#: Keys that change who is told and how, not what is judged.
_TOLD: Final = ("severity", "notify", "labels", "runbook", "owner", "reason", "models", "calendars")


def kept_file(conn: sa.Connection, project_id: int) -> MonitorFile:
    """A project's monitors, routes, calendars and inhibitions."""
    held = settings_of(conn, project_id)
    return MonitorFile(
        monitors=tuple(_read(each) for each in all_monitors(conn, project_id)),
        routes=held.get("routes", {}),
        calendars=held.get("calendars", {}),
        inhibitions=held.get("inhibitions", {}),
    )


def put_file(conn: sa.Connection, project_id: int, wanted: MonitorFile, *, now: int, actor: str) -> Plan:
    """Keep a file in place of what is there; returns what that changed.

    Alerts of monitors that are gone, switched off, or judge otherwise than before are resolved, which says so.

    Parameters
    ----------
    actor : id of the key that asks for it.
    """
    hold_project(conn, project_id)
    found = plan(kept_file(conn, project_id), wanted)
    stored = {each.name: each for each in all_monitors(conn, project_id)}
    monitors = {monitor.name: monitor for monitor in wanted.monitors}
    gone = {stored[e.name].id for e in found.removed if e.kind == "monitor"}
    _end(conn, project_id, gone, "monitor removed", now=now)
    remove_monitors(conn, gone)
    for entry in (*found.added, *found.changed):
        if entry.kind == "monitor":
            monitor_id = put_monitor(
                conn, project_id, entry.name, written(monitors[entry.name]), now=now, actor=actor
            )
            keys = {difference.key for difference in entry.differences}
            if keys - {*_TOLD}:
                _begin_again(conn, project_id, monitor_id, monitors[entry.name], now=now)
    for kind in SETTINGS:
        put_settings(conn, project_id, kind, getattr(wanted, kind), now=now)
    return found


def _begin_again(
    conn: sa.Connection, project_id: int, monitor_id: int, monitor: Monitor, *, now: int
) -> None:
    """A monitor that judges otherwise starts with no alert; windows it has judged stay as they were."""
    why = "monitor changed" if monitor.enabled else "monitor switched off"
    _end(conn, project_id, {monitor_id}, why, now=now)
    write_series(
        conn,
        [
            replace(
                series, state=state_document(close(read_state(series.state))),
                blind=state_document(close(read_state(series.blind))),
            )
            for series in series_of_monitor(conn, monitor_id)
        ],
    )  # fmt: skip


def _end(conn: sa.Connection, project_id: int, monitor_ids: set[int], why: str, *, now: int) -> None:
    if monitor_ids:
        alerts = [a for a in open_alerts(conn, project_id=project_id) if a.monitor_id in monitor_ids]
        end_alerts(conn, alerts, why, now=now)


def _read(stored: StoredMonitor) -> Monitor:
    return read_monitor(stored.document, where=f"monitor {stored.name!r}")
