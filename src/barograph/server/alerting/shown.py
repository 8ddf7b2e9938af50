"""Alerts, incidents and silences as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from barograph.alerts.facts import facts_document, read_facts
from barograph.server.times import as_datetime
from barograph.store.alerts import AlertEvent, StoredAlert
from barograph.store.incidents import StoredIncident
from barograph.store.notifications import Notification
from barograph.store.silences import StoredSilence


class EventShown(BaseModel):
    """Something that happened, and who did it."""

    at: datetime
    actor: str = Field(description="`server`, or the id of a key.")
    kind: str
    alert: int | None
    details: dict[str, Any]


_SAID: Final = (
    "What messages say of it: what, since when, how bad, why as far as it is known, what to do, links; details of "
    "performance, operation and related events. null where no alert is left."
)


class AlertShown(BaseModel):
    """An alert of one series of a monitor."""

    id: int
    type: str = "alert"
    incident: int | None
    model: str
    version: str = Field(description="Empty: all versions.")
    monitor: str
    address: str
    kind: str = Field(description="breach, or blind: it gives no answer.")
    phase: str = Field(description="firing, recovering, or ok where it is over.")
    severity: str
    peak_severity: str
    started_at: datetime = Field(description="Start of its first breached window.")
    fired_at: datetime
    resolved_at: datetime | None
    resolved_why: str | None = Field(
        description="`recovered`, `missing_segment`, `missing_version`, or what ended it otherwise."
    )
    flapping: bool
    backfilled: bool = Field(description="Of rows that came long after their time; nobody is told.")
    summary: str
    details: dict[str, Any]
    labels: dict[str, str]
    suppressed: list[dict[str, Any]] = Field(description="By what it is silenced, while it is.")


class AlertAnswer(AlertShown):
    """An alert with its history."""

    said: dict[str, Any] | None = Field(description=_SAID)
    history: list[EventShown]


class AlertsAnswer(BaseModel):
    """Alerts, the latest first."""

    alerts: list[AlertShown]
    next: str | None = Field(description="Give it as `before` to see those that fired earlier.")


class IncidentShown(BaseModel):
    """Alerts of one cause."""

    id: int
    type: str = "incident"
    status: str = Field(description="new, escalating, regressed, ongoing or resolved.")
    title: str
    severity: str
    peak_severity: str
    started_at: datetime = Field(description="Start of the first breached window.")
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    previous: int | None = Field(description="The incident it is the return of.")
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    assignee: str | None
    mark: str | None = Field(description="useful or noise.")
    details: dict[str, Any] = Field(
        description="What its alerts are about: models, columns, versions, sources, hosts."
    )


class NotificationShown(BaseModel):
    """What was told, or is to be."""

    channel: str
    kind: str
    reason: str
    state: str = Field(description="waiting, sent, dead or withdrawn.")
    not_before: datetime
    attempts: int
    sent_at: datetime | None
    error: str | None


class IncidentAnswer(IncidentShown):
    """An incident with what belongs to it."""

    alerts: list[AlertShown] = Field(description="The latest that fired, in order.")
    alert_count: int = Field(description="How many alerts it has.")
    earlier: str | None = Field(
        description="Give it as `before` to `/alerts?incident=…` to see those that fired earlier."
    )
    said: dict[str, Any] | None = Field(description=_SAID)
    explanation: dict[str, Any] | None
    history: list[EventShown] = Field(description="The latest that happened, in order.")
    notifications: list[NotificationShown]


class IncidentsAnswer(BaseModel):
    """Incidents, the latest first."""

    incidents: list[IncidentShown]
    next: str | None = Field(description="Give it as `before` to see those that were opened earlier.")


class SilenceAnswer(BaseModel):
    """A silence or a maintenance window."""

    id: int
    kind: str
    matchers: list[dict[str, Any]]
    starts_at: datetime
    ends_at: datetime
    recurrence: dict[str, Any] | None
    comment: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None = Field(description="Where it was ended early.")
    ended_by: str | None


class SilencesAnswer(BaseModel):
    """Silences, by number."""

    silences: list[SilenceAnswer]


def alert_shown(alert: StoredAlert) -> AlertShown:
    """An alert as it is listed."""
    return AlertShown(**_alert(alert))


def alert_answer(
    alert: StoredAlert, history: Sequence[AlertEvent], *, said: dict[str, Any] | None
) -> AlertAnswer:
    """An alert with what is said of its incident, and its history."""
    return AlertAnswer(**_alert(alert), said=said, history=[event_shown(event) for event in history])


def _alert(alert: StoredAlert) -> dict[str, Any]:
    same = (
        "id", "version", "monitor", "address", "kind", "phase", "severity", "peak_severity", "resolved_why", "flapping",
        "backfilled", "summary",
    )  # fmt: skip
    return {
        **{name: getattr(alert, name) for name in same},
        "incident": alert.incident_id,
        "model": alert.labels.get("model", ""),
        "started_at": as_datetime(alert.started_at),
        "fired_at": as_datetime(alert.fired_at),
        "resolved_at": time_shown(alert.resolved_at),
        "details": dict(alert.details),
        "labels": dict(alert.labels),
        "suppressed": [dict(each) for each in alert.suppressed],
    }


def incident_shown(incident: StoredIncident) -> IncidentShown:
    """An incident as it is listed."""
    return IncidentShown(**_incident(incident))


def incident_answer(
    incident: StoredIncident,
    alerts: Sequence[StoredAlert],
    history: Sequence[AlertEvent],
    notifications: Sequence[Notification],
    *,
    said: dict[str, Any] | None,
    limit: int,
) -> IncidentAnswer:
    """An incident with its latest alerts, what is said of it, history and notifications.

    Parameters
    ----------
    alerts : all of it, in the order in which they fired.
    limit : how many of them are shown.
    """
    latest = alerts[-limit:]
    return IncidentAnswer(
        **_incident(incident),
        alerts=[alert_shown(alert) for alert in latest],
        alert_count=len(alerts),
        earlier=f"{latest[0].fired_at}-{latest[0].id}" if len(latest) < len(alerts) else None,
        said=said,
        explanation=None if incident.explanation is None else dict(incident.explanation),
        history=[event_shown(event) for event in history],
        notifications=[
            NotificationShown(
                channel=n.channel, kind=n.kind, reason=n.reason, state=n.state, attempts=n.attempts,
                not_before=as_datetime(n.not_before), sent_at=time_shown(n.sent_at), error=n.last_error,
            )
            for n in notifications
        ],
    )  # fmt: skip


def _incident(incident: StoredIncident) -> dict[str, Any]:
    same = (
        "id", "status", "title", "severity", "peak_severity", "acknowledged_by", "assignee", "mark",
    )  # fmt: skip
    return {
        **{name: getattr(incident, name) for name in same},
        "previous": incident.previous_id,
        "started_at": as_datetime(incident.started_at),
        "opened_at": as_datetime(incident.opened_at),
        "changed_at": as_datetime(incident.changed_at),
        "resolved_at": time_shown(incident.resolved_at),
        "acknowledged_at": time_shown(incident.acknowledged_at),
        "snoozed_until": time_shown(incident.snoozed_until),
        "details": facts_shown(incident.facts),
    }


def facts_shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """What an incident is about, without its times."""
    held = facts_document(read_facts(document))
    return {name: value for name, value in held.items() if isinstance(value, list)}


def event_shown(event: AlertEvent) -> EventShown:
    """One entry of a history."""
    return EventShown(
        at=as_datetime(event.at),
        actor=event.actor,
        kind=event.kind,
        alert=event.alert_id,
        details=dict(event.details),
    )


def silence_answer(silence: StoredSilence) -> SilenceAnswer:
    """A silence."""
    same = ("id", "kind", "comment", "created_by", "ended_by")
    return SilenceAnswer(
        **{name: getattr(silence, name) for name in same},
        matchers=[dict(each) for each in silence.matchers],
        recurrence=None if silence.recurrence is None else dict(silence.recurrence),
        starts_at=as_datetime(silence.starts_at), ends_at=as_datetime(silence.ends_at),
        created_at=as_datetime(silence.created_at), ended_at=time_shown(silence.ended_at),
    )  # fmt: skip


def time_shown(time_us: int | None) -> datetime | None:
    """A time, where there is one."""
    return None if time_us is None else as_datetime(time_us)
