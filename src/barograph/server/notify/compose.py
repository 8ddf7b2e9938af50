"""The letter of an incident, made from what is stored of it when it is first sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast

import sqlalchemy as sa

from barograph.alerts.compose import IncidentSaid, message_of, worst_first
from barograph.alerts.facts import Facts, read_facts
from barograph.alerts.impact import Impact, impact_of
from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.labels import Kind
from barograph.alerts.message import AlertSaid, RelatedEvent
from barograph.alerts.told import Reason
from barograph.metrics.address import parse_address
from barograph.monitors.addressed import spec_of
from barograph.monitors.monitor import Severity
from barograph.server.notify.charted import chart_of
from barograph.server.notify.letter import Letter
from barograph.server.notify.links import incident_address
from barograph.store import catalog
from barograph.store.alerts import StoredAlert, alerts_of_incidents
from barograph.store.errors import NotFound
from barograph.store.events import read_events
from barograph.store.incidents import StoredIncident, incident_of
from barograph.store.notifications import Notification

#: What happens all the time, or is told elsewhere, explains nothing.
_NOT_RELATED: Final = ("notification_failed", "retention", "grid_learned", "personal_data", "dropped_rows")


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
    stored = {alert.id: alert for alert in alerts_of_incidents(conn, [incident.id]).get(incident.id, [])}
    said = [_said(alert) for alert in stored.values()]
    if not said:
        raise NotFound(f"incident {incident.id} has no alerts any more: their models were deleted.")
    facts = read_facts(incident.facts)
    lead = stored[cast("int", worst_first(said)[0].id)]
    link = incident_address(public_url, project, incident.id)
    message = message_of(
        _incident(conn, incident, facts, project, {} if link is None else {"incident": link}), said,
        cast("Reason", row.reason), events=_events(conn, facts, {a.model_id for a in stored.values()}),
        chart=chart_of(conn, lead, now=now), timezone=catalog.model_by_id(conn, lead.model_id).schema.timezone or "UTC",
    )  # fmt: skip
    return Letter(
        kind="incident",
        document=message.to_dict(),
        project=project,
        reason=row.reason,
        incident_id=incident.id,
    )


def _incident(
    conn: sa.Connection, incident: StoredIncident, facts: Facts, project: str, links: Mapping[str, str]
) -> IncidentSaid:
    return IncidentSaid(
        id=incident.id, project=project, status=cast("IncidentStatus", incident.status),
        severity=cast("Severity", incident.severity), facts=facts, started_at=incident.started_at,
        resolved_at=incident.resolved_at, previous_id=incident.previous_id, explanation=incident.explanation,
        impact=_impact(conn, incident.explanation), assignee=incident.assignee,
        acknowledged_by=incident.acknowledged_by, links=links,
    )  # fmt: skip


def _impact(conn: sa.Connection, explanation: Mapping[str, Any] | None) -> Impact | None:
    if explanation is None:
        return None
    schema = catalog.model_by_id(conn, explanation["model_id"]).schema
    spec = spec_of(parse_address(explanation["metric"]), schema)
    return impact_of(explanation, higher_is_better=spec.direction == "higher_is_better")


def _said(alert: StoredAlert) -> AlertSaid:
    details = alert.details
    return AlertSaid(
        id=alert.id, monitor=alert.monitor, model=details.get("model", ""), address=alert.address,
        severity=cast("Severity", alert.severity), started_at=alert.started_at, title=details.get("title", ""),
        summary=alert.summary, version=alert.version or "all", kind=cast("Kind", alert.kind), phase=alert.phase,
        resolved_at=alert.resolved_at, unit=details.get("unit", ""), verdict=details.get("verdict", {}),
        columns=tuple(str(column["column"]) for column in details.get("columns", ())),
        suppressed=tuple(str(each["sentence"]) for each in alert.suppressed),
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
