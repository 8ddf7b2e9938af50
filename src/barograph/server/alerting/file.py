"""A project's monitors as one file: read, and put in place of what is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from barograph.alerts.inhibition import read_inhibition
from barograph.alerts.known_labels import check_inhibition, known_labels
from barograph.alerts.machine import close
from barograph.alerts.routes import read_route
from barograph.alerts.state_json import read_state, state_document
from barograph.errors import MonitorError, check_known
from barograph.monitors.calendars_read import read_calendar
from barograph.monitors.document import read_kept_monitor, written
from barograph.monitors.expand import require_watching
from barograph.monitors.file import SETTINGS, MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.plan import Difference, Plan, plan
from barograph.server.alerting.ending import end_alerts
from barograph.server.alerting.plans import watched
from barograph.store.alerts import open_alerts
from barograph.store.catalog import models as models_of
from barograph.store.channels import all_channels
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

#: Keys that change who is told and how, or how many windows and what rows it takes: not what is right.
_STAYS: Final = frozenset(
    (
        "severity",
        "notify",
        "labels",
        "runbook",
        "owner",
        "reason",
        "models",
        "calendars",
        "for",
        "clear",
        "needs",
    )
)


def kept_file(conn: sa.Connection, project_id: int) -> MonitorFile:
    """A project's monitors, routes, calendars and inhibitions."""
    held = settings_of(conn, project_id)
    return MonitorFile(
        monitors=tuple(_read(each) for each in all_monitors(conn, project_id)),
        routes=held.get("routes", {}),
        calendars=held.get("calendars", {}),
        inhibitions=held.get("inhibitions", {}),
    )


def check_file(conn: sa.Connection, project: str, project_id: int, wanted: MonitorFile) -> None:
    """Refuse a file that could not work here.

    Raises
    ------
    MonitorError
        For a monitor that watches nothing in the models it names, a route or channel there is not, routes, calendars
        and inhibitions that cannot be read, and inhibitions by labels that no alert can have.
    """
    for name, document in wanted.calendars.items():
        read_calendar(name, document)
    kept = settings_of(conn, project_id)
    labels = known_labels([monitor.labels for monitor in wanted.monitors])
    for name, document in wanted.inhibitions.items():
        read_inhibition(name, document)
        if kept.get("inhibitions", {}).get(name) != document:
            check_inhibition(name, document, labels)
    channels = sorted(channel.name for channel in all_channels(conn, project_id))
    for name, document in wanted.routes.items():
        route = read_route(name, document)
        if kept.get("routes", {}).get(name) == document:
            continue  # a channel that has gone since keeps nobody from changing something else
        told = (*route.channels, *(channel for step in route.escalate for channel in step.channels))
        check_known(f"route {name!r}", [("channel", each, channels) for each in told], MonitorError)
    names = {*wanted.routes, *channels}
    gone = _gone_by_monitor(conn, project_id, {*kept.get("routes", {}), *channels})
    for monitor in wanted.monitors:
        asked = [n for n in monitor.notify if n not in gone.get(monitor.name, ())]
        check_known(f"monitor {monitor.name!r}", [("notify", n, sorted(names)) for n in asked], MonitorError)
    models = [m for m in models_of(conn, project) if m.grid is not None]
    about = [watched(conn, model, wanted.monitors, {}) for model in models]
    for monitor in wanted.monitors:
        require_watching(monitor, about)


def _gone_by_monitor(conn: sa.Connection, project_id: int, there: Collection[str]) -> dict[str, set[str]]:
    """Names that monitors notify and that have gone since: they keep nobody from changing something else."""
    return {each.name: set(_read(each).notify) - set(there) for each in all_monitors(conn, project_id)}


def put_file(conn: sa.Connection, project_id: int, wanted: MonitorFile, *, now: int, actor: str) -> Plan:
    """Keep a file in place of what is there; returns what that changed.

    Alerts of monitors that are gone, switched off, or judge otherwise than before are resolved, which says so. One that
    fires by another severity, or after more windows, goes on: the next window says whether it is over.

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
    remove_monitors(conn, gone, now=now)
    for entry in (*found.added, *found.changed):
        if entry.kind == "monitor":
            monitor_id = put_monitor(
                conn, project_id, entry.name, written(monitors[entry.name]), now=now, actor=actor
            )
            if any(_judges_otherwise(difference) for difference in entry.differences):
                _begin_again(conn, project_id, monitor_id, monitors[entry.name], now=now)
    for kind in SETTINGS:
        put_settings(conn, project_id, kind, getattr(wanted, kind), now=now)
    return found


def _judges_otherwise(difference: Difference) -> bool:
    """Whether what was a breach may be none: not where an alert is only told otherwise, or recovers elsewhere."""
    if difference.key != "when":
        return difference.key not in _STAYS
    before, after = (
        {name: value for name, value in each.items() if name != "clear"} if isinstance(each, dict) else each
        for each in (difference.before, difference.after)
    )
    return bool(before != after)


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
    return read_kept_monitor(stored.document, where=f"monitor {stored.name!r}")
