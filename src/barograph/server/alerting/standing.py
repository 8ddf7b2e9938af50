"""What the alerts of an incident make of it: severity, status, end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.facts import read_facts
from barograph.alerts.incidents import Situation, attention_lapses, status_of
from barograph.alerts.labels import Kind
from barograph.metrics.address import parse_address
from barograph.monitors.monitor import SEVERITIES, Severity
from barograph.store.alerts import AlertEvent, StoredAlert, add_events
from barograph.store.incident_counts import AlertsAlike, alerts_counted, leading_alert, leading_alerts
from barograph.store.incidents import StoredIncident, change_incident, incidents_of

_SERVER: Final = "server"
#: Attention an incident loses when it becomes worse.
_NO_ATTENTION: Final = dict.fromkeys(("acknowledged_by", "acknowledged_at", "snoozed_until"))


def stand(
    conn: sa.Connection,
    incident: StoredIncident,
    alerts: Sequence[AlertsAlike],
    told: tuple[Severity | None, int],
    *,
    now: int,
) -> StoredIncident:
    """Write what an incident is by its alerts; returns it.

    Parameters
    ----------
    alerts : all of it.
    told : severity and number of alerts as people were last told; None and 0 where never.
    """
    opened = [alert for alert in alerts if alert.is_open]
    lead = leading_alert(conn, incident.id)
    severity = highest(alert.severity for alert in opened or alerts)
    situation = Situation(
        alerts=sum(alert.alerts for alert in opened), severity=severity, opened_at=incident.opened_at,
        window_us=read_facts(incident.facts).window_us, alerts_before=told[1], severity_before=told[0],
        previous_id=incident.previous_id,
    )  # fmt: skip
    peaks = [incident.peak_severity, *(alert.peak_severity for alert in alerts)]
    changed: dict[str, Any] = {
        "status": status_of(situation, now=now), "severity": severity, "peak_severity": highest(peaks),
        "title": incident.title if lead is None else titled(incident, lead, sum(a.alerts for a in alerts)),
        "resolved_at": None if opened else max((a.resolved_at or now for a in alerts), default=now),
    }  # fmt: skip
    events: list[AlertEvent] = []
    attended = incident.acknowledged_by is not None or incident.snoozed_until is not None
    if attended and opened and attention_lapses(severity_of(incident.severity), severity):
        changed |= _NO_ATTENTION
        events.append(of_incident(incident, "lapsed", {"severity": severity}, at=now))
    if incident.is_open and not opened:
        events.append(of_incident(incident, "resolved", {}, at=changed["resolved_at"]))
    if any(getattr(incident, name) != value for name, value in changed.items()):
        changed["changed_at"] = now
        change_incident(conn, incident.id, **changed)
        add_events(conn, events)
    return replace(incident, **changed)


def titled(incident: StoredIncident, lead: StoredAlert, alerts: int) -> str:
    """The title of an incident, by the alert that matters most."""
    # Sentences are loaded when there is something to say.
    from barograph.alerts.sentences import incident_title, subject

    columns = [str(each["column"]) for each in lead.details.get("columns", ())]
    kind: Kind = "blind" if lead.kind == "blind" else "breach"
    title = lead.details.get("title", lead.monitor)
    what = subject(title, parse_address(lead.address), kind=kind, columns=columns)
    return incident_title(read_facts(incident.facts), what, alerts=alerts)


def retitle(conn: sa.Connection, incidents: Collection[int]) -> None:
    """Title incidents by the alerts that they have now, where some were forgotten; the caller holds their project."""
    alike, leads = alerts_counted(conn, incidents), leading_alerts(conn, incidents)
    for incident in incidents_of(conn, list(leads)):
        title = titled(incident, leads[incident.id], sum(each.alerts for each in alike[incident.id]))
        if title != incident.title:
            change_incident(conn, incident.id, title=title)


def of_incident(incident: StoredIncident, kind: str, details: dict[str, Any], *, at: int) -> AlertEvent:
    """Something the server did to an incident."""
    return AlertEvent(
        project_id=incident.project_id,
        incident_id=incident.id,
        at=at,
        actor=_SERVER,
        kind=kind,
        details=details,
    )


def highest(severities: Iterable[str]) -> Severity:
    """The highest of some severities; info where there are none."""
    return max((severity_of(each) for each in severities), key=SEVERITIES.index, default="info")


def severity_of(text: str) -> Severity:
    """A severity as it was kept."""
    assert text in SEVERITIES
    return text
