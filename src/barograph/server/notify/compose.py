"""The letter of an incident, made from what is stored of it when it is first sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

import sqlalchemy as sa

from barograph.alerts.compose import IncidentSaid, message_of
from barograph.alerts.facts import Facts, read_facts
from barograph.alerts.impact import Impact, impact_of
from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.labels import Kind
from barograph.alerts.message import AlertSaid, Message, RelatedEvent, worst_first
from barograph.alerts.told import Reason
from barograph.metrics.address import parse_address
from barograph.metrics.spec import MetricSpec
from barograph.monitors.addressed import spec_of
from barograph.monitors.monitor import Severity
from barograph.operations.event_kinds import ROUTINE
from barograph.server.notify.charted import charted
from barograph.server.notify.letter import Letter
from barograph.server.notify.links import incident_address
from barograph.store import catalog
from barograph.store.actors import name_of, names_of_keys
from barograph.store.alerts import StoredAlert, alerts_of_incidents, joined_into
from barograph.store.errors import NotFound
from barograph.store.events import read_events
from barograph.store.incidents import StoredIncident, incident_of
from barograph.store.notifications import Notification

#: What happens all the time, or is told elsewhere, explains nothing.
_NOT_RELATED: Final = ROUTINE | {"notification_failed", "personal_data", "dropped_rows"}


def incident_letter(conn: sa.Connection, row: Notification, *, now: int, public_url: str = "") -> Letter:
    """The letter of a row of the outbox, as its incident is now (µs UTC).

    Parameters
    ----------
    public_url : how the server is reached, for links.

    Raises
    ------
    NotFound
        Where nothing is left of the incident.
    """
    assert row.incident_id is not None
    incident = incident_of(conn, row.project_id, row.incident_id)
    project = next(p.name for p in catalog.projects(conn) if p.id == row.project_id)
    joined = joined_into(conn, incident.id)
    stored = alerts_of_incidents(conn, [joined or incident.id]).get(joined or incident.id, [])
    if not stored:
        raise NotFound(f"incident {incident.id} has no alerts any more: their models were deleted.")
    earlier = None if incident.previous_id is None else incident_address(public_url, incident.previous_id)
    goes_on = None if joined is None else incident_address(public_url, joined)
    links = {"incident": incident_address(public_url, incident.id), "earlier": earlier, "goes_on": goes_on}
    shown = {name: address for name, address in links.items() if address is not None}
    chart = charted(conn, leading(stored), now=now)
    message = incident_message(
        conn, incident, stored, cast("Reason", row.reason), project=project, joined_id=joined,
        links=shown, chart=None if chart is None else chart.document(),
    )  # fmt: skip
    return Letter(
        kind="incident",
        document=message.to_dict(),
        project=project,
        reason=row.reason,
        incident_id=incident.id,
    )


def incident_message(
    conn: sa.Connection,
    incident: StoredIncident,
    alerts: Sequence[StoredAlert],
    reason: Reason,
    *,
    project: str,
    joined_id: int | None = None,
    links: Mapping[str, str] = MappingProxyType({}),
    chart: Mapping[str, Any] | None = None,
) -> Message:
    """What is said of an incident: the same in every message and on its page.

    Parameters
    ----------
    alerts : all of it, at least one; of the incident it has become part of, where that has them now.
    joined_id : that incident.
    links, chart : of the message.
    """
    facts = read_facts(incident.facts)
    said = [_said(alert) for alert in alerts]
    lead = catalog.model_by_id(conn, _first(said, alerts).model_id)
    return message_of(
        replace(_incident(conn, incident, facts, project, links), joined_id=joined_id), said, reason,
        events=_events(conn, facts, {alert.model_id for alert in alerts}), chart=chart,
        timezone=lead.schema.timezone or "UTC",
    )  # fmt: skip


def leading(alerts: Sequence[StoredAlert]) -> StoredAlert:
    """The alert of an incident that matters most."""
    return _first([_said(alert) for alert in alerts], alerts)


def _first(said: Sequence[AlertSaid], alerts: Sequence[StoredAlert]) -> StoredAlert:
    first = worst_first(said)[0].id
    return next(alert for alert in alerts if alert.id == first)


def _incident(
    conn: sa.Connection, incident: StoredIncident, facts: Facts, project: str, links: Mapping[str, str]
) -> IncidentSaid:
    acknowledged = incident.acknowledged_by
    return IncidentSaid(
        id=incident.id, project=project, status=cast("IncidentStatus", incident.status),
        severity=cast("Severity", incident.severity), facts=facts, started_at=incident.started_at,
        resolved_at=incident.resolved_at, previous_id=incident.previous_id, explanation=incident.explanation,
        impact=impact_in(conn, incident.explanation), assignee=incident.assignee,
        acknowledged_by=acknowledged and name_of(names_of_keys(conn), acknowledged), links=links,
    )  # fmt: skip


def impact_in(conn: sa.Connection, explanation: Mapping[str, Any] | None) -> Impact | None:
    """What an explanation says a change costs; None where it says nothing of it."""
    spec = explained(conn, explanation)
    if explanation is None or spec is None:
        return None
    return impact_of(explanation, higher_is_better=spec.direction == "higher_is_better")


def explained(conn: sa.Connection, explanation: Mapping[str, Any] | None) -> MetricSpec | None:
    """The metric whose change is explained; None where none is, or its model was deleted."""
    if explanation is None:
        return None
    model = catalog.models_by_id(conn, [explanation["model_id"]]).get(explanation["model_id"])
    return None if model is None else spec_of(parse_address(explanation["metric"]), model.schema)


def _said(alert: StoredAlert) -> AlertSaid:
    details = alert.details
    window = details.get("window", {"start": 0, "end": 0})
    return AlertSaid(
        id=alert.id, monitor=alert.monitor, model=details.get("model", ""), address=alert.address,
        severity=cast("Severity", alert.severity), started_at=alert.started_at, title=details.get("title", ""),
        summary=alert.summary, version=alert.version or "all", kind=cast("Kind", alert.kind), phase=alert.phase,
        resolved_at=alert.resolved_at, resolved_why=alert.resolved_why or "",
        window_us=window["end"] - window["start"], unit=details.get("unit", ""), verdict=details.get("verdict", {}),
        columns=tuple(str(column["column"]) for column in details.get("columns", ())),
        suppressed=tuple(each["sentence"] for each in alert.suppressed),
        runbook=details.get("runbook", ""), owner=details.get("owner", ""),
    )  # fmt: skip


def _events(conn: sa.Connection, facts: Facts, models: Collection[int]) -> list[RelatedEvent]:
    """What happened to its models within a window of its beginning."""
    names = {model.id: model.name for model in catalog.models_by_id(conn, models).values()}
    first, end = facts.started_at - facts.window_us, facts.started_at + 2 * facts.window_us
    return [
        RelatedEvent(at=event.at, kind=event.kind, name=event.name, model=name)
        for model_id, name in sorted(names.items())
        for event in read_events(conn, model_id=model_id, first=first, end=end, limit=20)
        if event.kind not in _NOT_RELATED
    ]
