"""What alerts make of their incident, what suppresses them, and what people are told: in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.routes import DEFAULT_NAME, DEFAULT_ROUTE, Route, read_route, routes_of_alerts
from barograph.alerts.telling import due, unsent, withdrawn
from barograph.alerts.told import Told, read_told, told_document
from barograph.server.alerting.standing import highest, of_incident, severity_of, stand
from barograph.server.alerting.suppression import suppress
from barograph.store.alerts import AlertEvent, add_events
from barograph.store.channels import all_channels
from barograph.store.incident_counts import AlertsAlike, alerts_counted, telling_events
from barograph.store.incidents import StoredIncident, incidents_of, open_incidents
from barograph.store.monitors import all_monitors, settings_of
from barograph.store.outbox import beyond_recall, put, withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """Where a project tells of incidents: its routes, those by the names of channels too."""

    routes: Mapping[str, Route]
    channels: Sequence[str]
    notify: Mapping[str, Sequence[str]]

    def of(self, alike: Iterable[AlertsAlike], told: Iterable[Told]) -> tuple[Route, ...]:
        """Routes of an incident, by the monitors of its alerts and what was told of it."""
        asked = [
            (self.notify.get(each.monitor, ()), severity_of(each.severity)) for each in alike if each.loud
        ]
        return routes_of_alerts(asked, {one.route for one in told}, self.routes, self.channels)


def settle_project(
    conn: sa.Connection, project_id: int, *, now: int, incidents: Collection[int] = ()
) -> None:
    """Bring all open incidents of a project to now, and some that may have ended just now.

    Parameters
    ----------
    incidents : that changed.
    now : microseconds UTC.
    """
    opened = {incident.id for incident in open_incidents(conn, project_id)}
    settle(conn, project_id, opened | set(incidents), now=now)


def settle(conn: sa.Connection, project_id: int, incidents: Collection[int], *, now: int) -> None:
    """Bring incidents to what their alerts are now, and write what is to be told.

    Parameters
    ----------
    incidents : that changed; those whose alerts are suppressed otherwise than before are looked at too.
    now : microseconds UTC.
    """
    touched = set(incidents) | suppress(conn, project_id, now=now)
    if not touched:
        return
    alike, told = alerts_counted(conn, touched), telling_events(conn, touched)
    telling = _telling(conn, project_id)
    for incident in incidents_of(conn, touched):
        if incident.id in alike:
            _settle(conn, incident, alike[incident.id], told.get(incident.id, []), telling, now=now)
        elif incident.resolved_at is not None:
            _end_joined(conn, incident, told_of(told.get(incident.id, [])), telling, now=now)


def _settle(
    conn: sa.Connection,
    incident: StoredIncident,
    alike: Sequence[AlertsAlike],
    events: Sequence[AlertEvent],
    telling: _Telling,
    *,
    now: int,
) -> None:
    told = told_of(events)
    last = next((one for one in reversed(told) if not one.withdrawn), None)
    before = (None, 0) if last is None or last.reason == "resolved" else (last.severity, last.alerts)
    after = stand(conn, incident, alike, before, now=now)
    _tell_all(conn, after, view_of(after, alike, events, told), telling.of(alike, told), now=now)


def _end_joined(
    conn: sa.Connection, incident: StoredIncident, told: tuple[Told, ...], telling: _Telling, *, now: int
) -> None:
    """Tell those who were told of an incident that it has become part of another one."""
    view = IncidentView(
        id=incident.id, severity=severity_of(incident.severity), opened_at=incident.opened_at, firing=0, loud=0,
        loud_severity=None, resolved_at=incident.resolved_at, told=told,
    )  # fmt: skip
    _tell_all(conn, incident, view, telling.of((), told), now=now)


def _tell_all(
    conn: sa.Connection, after: StoredIncident, view: IncidentView, routes: Sequence[Route], *, now: int
) -> None:
    view = _take_back(conn, after, view, routes, now=now)
    for route in routes:
        view = _tell(conn, after, view, route, now=now)


def _take_back(
    conn: sa.Connection, incident: StoredIncident, view: IncidentView, routes: Sequence[Route], *, now: int
) -> IncidentView:
    """Withdraw what waits to be sent and is true no more, of all routes before any tells anew."""
    taken = [one for route in routes for one in withdrawn(view, route, now=now)]
    if not taken:
        return view
    arrive = beyond_recall(conn, unsent(_in_place(view.told, taken), taken))
    gone = [one for one in taken if arrive.isdisjoint(one.keys)]
    told = _in_place(view.told, gone)
    withdraw(conn, incident_id=incident.id, keys=unsent(told, gone))
    add_events(conn, [of_incident(incident, "untold", told_document(one), at=now) for one in gone])
    # The sender's clock went on since `now` was taken: what it has begun to send is told.
    told = tuple(one if arrive.isdisjoint(one.keys) else replace(one, not_before=now) for one in told)
    return replace(view, told=told)


def _tell(
    conn: sa.Connection, incident: StoredIncident, view: IncidentView, route: Route, *, now: int
) -> IncidentView:
    """Write what a route tells of an incident; returns it with what was told."""
    happened: list[AlertEvent] = []
    for telling in due(view, route, now=now):
        happened.append(of_incident(incident, "told", told_document(telling.told), at=now))
        view = replace(view, told=(*view.told, telling.told))
        for channel, key in zip(telling.channels, telling.keys, strict=True):
            said = put(
                conn, project_id=incident.project_id, channel=channel, reason=telling.reason, key=key, now=now,
                not_before=telling.not_before, incident_id=incident.id,
            )  # fmt: skip
            if said == "no channel":
                why = {
                    "channel": channel,
                    "reason": telling.reason,
                    "why": "there is no such channel that is on",
                }
                happened.append(of_incident(incident, "not_notified", why, at=now))
    add_events(conn, happened)
    return view


def told_of(events: Iterable[AlertEvent]) -> tuple[Told, ...]:
    """What was told of an incident, in order, with what was taken back."""
    told: list[Told] = []
    for event in events:
        if event.kind == "told":
            told.append(read_told(event.details))
        elif event.kind == "untold":
            gone = read_told(event.details)
            told = [*_in_place(told, [gone])]
    return tuple(told)


def view_of(
    incident: StoredIncident,
    alike: Sequence[AlertsAlike],
    events: Iterable[AlertEvent],
    told: tuple[Told, ...],
) -> IncidentView:
    """The incident as those see it who tell of it."""
    opened = [each for each in alike if each.is_open]
    loud = [each for each in opened if each.loud]
    severity = highest(each.severity for each in loud) if loud else None
    # A milder alert that comes and goes ends neither steps nor reminders of one that stays.
    flaps = bool(loud) and all(each.flapping for each in loud if each.severity == severity)
    at = {event.kind: event.at for event in events}
    return IncidentView(
        id=incident.id, severity=severity_of(incident.severity), opened_at=incident.opened_at,
        firing=sum(each.alerts for each in opened), loud=sum(each.alerts for each in loud),
        loud_severity=severity, resolved_at=incident.resolved_at,
        open_peak=highest(each.peak_severity for each in opened) if opened else None,
        lifted_at=at.get("lifted"), flapping_since=at.get("flapping") if flaps else None,
        backfilled=all(each.backfilled for each in alike), previous_id=incident.previous_id,
        acknowledged_at=incident.acknowledged_at, snoozed_until=incident.snoozed_until, told=told,
    )  # fmt: skip


def _telling(conn: sa.Connection, project_id: int) -> _Telling:
    held = settings_of(conn, project_id).get("routes", {})
    routes = {name: read_route(name, document) for name, document in held.items()}
    default = routes.get(DEFAULT_NAME, DEFAULT_ROUTE)
    channels = [channel.name for channel in all_channels(conn, project_id) if channel.enabled]
    # A monitor may name a channel as it is.
    alone = {name: replace(default, name=name, channels=(name,)) for name in channels}
    notify = {each.name: each.document.get("notify") or () for each in all_monitors(conn, project_id)}
    return _Telling(
        routes={**alone, **routes}, channels=channels,
        notify={name: [said] if isinstance(said, str) else list(said) for name, said in notify.items()},
    )  # fmt: skip


def _in_place(told: Iterable[Told], gone: Iterable[Told]) -> tuple[Told, ...]:
    """What was told, with what was taken back of it."""
    by = {replace(one, withdrawn=False): one for one in gone}
    return tuple(by.get(one, one) for one in told)
