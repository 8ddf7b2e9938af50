"""What alerts make of their incident, what suppresses them, and what people are told: in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.machine import is_worse
from barograph.alerts.routes import DEFAULT_NAME, DEFAULT_ROUTE, Route, read_route, routes_for
from barograph.alerts.telling import due, unsent, withdrawn
from barograph.alerts.told import Told, read_told, told_document
from barograph.server.alerting.standing import highest, of_incident, severity_of, stand
from barograph.server.alerting.suppression import suppress
from barograph.store.alerts import AlertEvent, add_events
from barograph.store.channels import all_channels
from barograph.store.incident_counts import AlertsAlike, alerts_counted, telling_events
from barograph.store.incidents import StoredIncident, incidents_of, open_incidents
from barograph.store.monitors import all_monitors, settings_of
from barograph.store.outbox import put, withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """Where a project tells of incidents: its routes, those by the names of channels too."""

    routes: Mapping[str, Route]
    channels: Sequence[str]
    notify: Mapping[str, Sequence[str]]

    def of(self, alike: Iterable[AlertsAlike], told: Iterable[Told]) -> tuple[Route, ...]:
        """Routes of an incident: those by which it was told, and those of the monitors of its alerts.

        A monitor that names none has the default one. An alert milder than its route tells of asks for nobody.
        """
        by_name = {route.name: route for route in routes_for(self.routes, self.routes, self.channels)}
        default = self.routes.get(DEFAULT_NAME, DEFAULT_ROUTE)
        names = {one.route for one in told}
        for each in alike:
            for name in self.notify.get(each.monitor) or (DEFAULT_NAME,):
                route = by_name.get(name, default)
                if each.loud and not is_worse(route.least, severity_of(each.severity)):
                    names.add(route.name)
        return routes_for(sorted(names), self.routes, self.channels)


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
    view = view_of(after, alike, events, told)
    routes = telling.of(alike, told)
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
    told = tuple(next((gone for gone in taken if _is_same(one, gone)), one) for one in view.told)
    withdraw(conn, incident_id=incident.id, keys=unsent(told, taken))
    add_events(conn, [of_incident(incident, "untold", told_document(gone), at=now) for gone in taken])
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
            told = [gone if _is_same(one, gone) else one for one in told]
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
    flaps = any(each.flapping for each in opened)
    at = {event.kind: event.at for event in events}
    return IncidentView(
        id=incident.id, severity=severity_of(incident.severity), opened_at=incident.opened_at,
        firing=sum(each.alerts for each in opened), loud=sum(each.alerts for each in loud),
        loud_severity=highest(each.severity for each in loud) if loud else None, resolved_at=incident.resolved_at,
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


def _is_same(one: Told, other: Told) -> bool:
    return replace(one, withdrawn=False) == replace(other, withdrawn=False)
