"""What people are told of an incident, as a value; its schema is in docs/reference/message.schema.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.labels import Kind
from barograph.alerts.told import Reason
from barograph.monitors.monitor import SEVERITIES, Severity

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSaid:
    """An alert as a message tells it; times in µs UTC.

    Attributes
    ----------
    id : None where it is not stored, as in a rule test.
    version : its name, or ``all``.
    title : of the metric; summary: the alert in one sentence.
    verdict : of the last window, as it is kept: value, interval, n, expected, limits, p_value, detail.
    window_us : length of its windows, µs; 0 where it is not known.
    resolved_why : what ended it: `recovered`, or see `ends.unseen_end`; empty while it is open.
    columns : behind a figure over all columns, the worst first.
    suppressed : a sentence for each of what suppresses it.
    """

    id: int | None
    monitor: str
    model: str
    address: str
    severity: Severity
    started_at: int
    title: str
    summary: str
    version: str = "all"
    kind: Kind = "breach"
    phase: str = "firing"
    resolved_at: int | None = None
    resolved_why: str = ""
    window_us: int = 0
    unit: str = ""
    verdict: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    columns: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    runbook: str = ""
    owner: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedEvent:
    """Something that happened about then; `at` in µs UTC."""

    at: int
    kind: str
    name: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What people are told, whatever the channel.

    Attributes
    ----------
    reason : why now.
    started_at : start of the first breached window, µs UTC.
    what, since_when, how_bad, why, what_to_do : texts; paragraphs are parted by a line feed. Empty where nothing is
        known.
    links : name and address; the first is that of the incident.
    performance, operational : alerts on what the model achieves, and on the service around it; all others are data.
    alerts : the most important first; `alert_count` of them there are.
    chart : what is drawn of the leading alert.
    """

    reason: Reason
    title: str
    severity: Severity
    status: IncidentStatus
    project: str
    incident: int | None
    started_at: int
    what: str
    since_when: str
    how_bad: str = ""
    why: str = ""
    what_to_do: str = ""
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    performance: tuple[AlertSaid, ...] = ()
    operational: tuple[AlertSaid, ...] = ()
    related_events: tuple[RelatedEvent, ...] = ()
    alerts: tuple[AlertSaid, ...] = ()
    alert_count: int = 0
    chart: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; times as ISO 8601 in UTC.

        Examples
        --------
        >>> told = Message(
        ...     reason="new", title="credit: Recall", severity="critical", status="new", project="bank", incident=7,
        ...     started_at=0, what="Recall fell.", since_when="Since Thursday.",
        ... )
        >>> told.to_dict()["started_at"]
        '1970-01-01T00:00:00+00:00'
        """
        return {
            "type": "incident",
            "reason": self.reason,
            "title": self.title,
            "severity": self.severity,
            "status": self.status,
            "project": self.project,
            "incident": self.incident,
            "started_at": iso(self.started_at),
            "what": self.what,
            "since_when": self.since_when,
            "how_bad": self.how_bad,
            "why": self.why,
            "what_to_do": self.what_to_do,
            "links": dict(self.links),
            "details": {
                "performance": [_figure(alert) for alert in self.performance],
                "operational": [_figure(alert) for alert in self.operational],
                "related_events": [_event(event) for event in self.related_events],
            },
            "alerts": [_alert(alert) for alert in self.alerts],
            "alert_count": self.alert_count,
            "chart": None if self.chart is None else dict(self.chart),
        }


def worst_first(alerts: Sequence[AlertSaid]) -> list[AlertSaid]:
    """Alerts by how much they matter: open ones, the gravest, what was measured, those of whole models, the first.

    Examples
    --------
    >>> def alert(address):
    ...     return AlertSaid(
    ...         id=1, monitor="m", model="credit", address=address, severity="info", started_at=0, title="", summary=""
    ...     )
    >>> worst_first([alert('drift.psi(column="income")'), alert("drift.share")])[0].address
    'drift.share'
    """
    return sorted(
        alerts,
        key=lambda a: (
            not a.is_open,
            bool(a.suppressed),
            -SEVERITIES.index(a.severity),
            a.kind == "blind",
            "column=" in a.address,
            a.started_at,
            a.model,
            a.address,
        ),
    )


def iso(at: int) -> str:
    """A time in µs UTC as ISO 8601.

    Examples
    --------
    >>> iso(1_500_000)
    '1970-01-01T00:00:01.500000+00:00'
    """
    return (_EPOCH + timedelta(microseconds=at)).isoformat()


def part_of(address: str) -> Literal["performance", "operational", "data"]:
    """Which part of a message's details a metric belongs to.

    Examples
    --------
    >>> part_of("performance.mae"), part_of("operations.latency(q=0.95)"), part_of("drift.share")
    ('performance', 'operational', 'data')
    """
    if address.startswith(("performance.", "custom.")):
        return "performance"
    return "operational" if address.startswith("operations.") else "data"


def _figure(alert: AlertSaid) -> dict[str, Any]:
    verdict = alert.verdict
    interval, limits = verdict.get("interval"), verdict.get("limits")
    return {
        "model": alert.model,
        "version": alert.version,
        "metric": alert.address,
        "name": alert.title,
        "unit": alert.unit,
        "value": verdict.get("value"),
        "interval": None if interval is None else list(interval),
        "n": verdict.get("n", 0),
        "expected": verdict.get("expected"),
        "limits": [None, None] if limits is None else list(limits),
    }


def _event(event: RelatedEvent) -> dict[str, Any]:
    return {"at": iso(event.at), "kind": event.kind, "name": event.name, "model": event.model}


def _alert(alert: AlertSaid) -> dict[str, Any]:
    return {
        "id": alert.id,
        "monitor": alert.monitor,
        "kind": alert.kind,
        "severity": alert.severity,
        "phase": alert.phase,
        "started_at": iso(alert.started_at),
        "resolved_at": None if alert.resolved_at is None else iso(alert.resolved_at),
        "summary": alert.summary,
        "suppressed": list(alert.suppressed),
        "owner": alert.owner,
        "runbook": alert.runbook,
        **_figure(alert),
    }
