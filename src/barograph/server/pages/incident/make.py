"""The page of an incident, made from what is stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.compose import OPEN_IT
from barograph.alerts.message import Message
from barograph.metrics.address import parse_address
from barograph.monitors.addressed import spec_of
from barograph.server.alerting.record import CAUSE
from barograph.server.notify.charted import Charted, charted
from barograph.server.notify.compose import impact_in, incident_message, leading
from barograph.server.pages.incident.figures import picture_of, scopes_of, steps_of, tiles_of
from barograph.server.pages.incident.shown import AlertRow, EventLine, HistoryLine, IncidentPage, ToldLine
from barograph.server.pages.incident.snippet import snippet_of
from barograph.server.pages.incident.why import columns_of, waterfall_of
from barograph.server.pages.view import View
from barograph.server.reading.series import Asked
from barograph.server.reading.span import Span
from barograph.server.reading.windows import window_counts
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.alerts import AlertEvent, StoredAlert
from barograph.store.errors import NotFound
from barograph.store.incidents import StoredIncident
from barograph.store.keys import all_keys
from barograph.store.notifications import Notification
from barograph.store.users import all_users

#: Of the log of messages, which has its own table.
_ELSEWHERE: Final = ("told", "untold", "notified", "not_notified")
_MOST_ALERTS: Final = 50
_MOST_LINES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is stored of an incident."""

    incident: StoredIncident
    alerts: Sequence[StoredAlert]
    history: Sequence[AlertEvent]
    told: Sequence[Notification]


def incident_page(conn: sa.Connection, view: View, project: str, held: Held) -> IncidentPage:
    """Make the page.

    Raises
    ------
    NotFound
        Where the models of all of its alerts were deleted.
    """
    incident = held.incident
    if not held.alerts:
        raise NotFound(f"incident {incident.id} has no alerts any more: their models were deleted.")
    lead = leading(held.alerts)
    message = incident_message(conn, incident, held.alerts, "new", project=project)
    chart = charted(conn, lead, now=view.now)
    events = tuple(
        EventLine(at=e.at, kind=e.kind, name=e.name, model=e.model) for e in message.related_events
    )
    names = _names(conn)
    model = catalog.model_by_id(conn, lead.model_id)
    return IncidentPage(
        id=incident.id, project=project, title=message.title, status=incident.status, severity=incident.severity,
        peak_severity=incident.peak_severity, started_at=incident.started_at, opened_at=incident.opened_at,
        resolved_at=incident.resolved_at, now=view.now, timezone=model.schema.timezone or "UTC",
        models=tuple(incident.facts.get("models", ())), sources=tuple(incident.facts.get("sources", ())),
        previous_id=incident.previous_id,
        acknowledged_by=_name(names, incident.acknowledged_by), acknowledged_at=incident.acknowledged_at,
        snoozed_until=_ahead(incident.snoozed_until, view.now), assignee=incident.assignee, mark=incident.mark,
        cause=_cause(held.history),
        people=tuple(user.name for user in all_users(conn) if user.disabled_at is None),
        steps=steps_of(incident, lead, held.history, held.told),
        tiles=tiles_of(
            lead, chart, impact_in(conn, incident.explanation), rows=_all_rows(conn, lead, chart),
            language=view.language,
        ),
        **_said(message), chart=picture_of(chart, events),
        narrow_chart=picture_of(chart, events, narrow=True), chart_caption="" if chart is None else chart.caption,
        columns=columns_of(conn, lead, incident.explanation, now=view.now),
        waterfall=_waterfall(conn, incident), explanation=incident.explanation, events=events,
        alerts=tuple(_alert(alert) for alert in sorted(held.alerts, key=_openest)[:_MOST_ALERTS]),
        history=_history(held.history, names), told=tuple(_told(each) for each in reversed(held.told)),
        compared=_compared(project, lead), scopes=scopes_of(lead, held.alerts),
        snippet=snippet_of(str(view.request.base_url), project, incident, lead),
    )  # fmt: skip


def _said(message: Message) -> dict[str, Any]:
    """Its sentences, by the question they answer."""
    names = ("what", "since_when", "how_bad", "why", "what_to_do")
    return {
        name: tuple(part for part in getattr(message, name).split("\n") if part not in ("", OPEN_IT))
        for name in names
    }


def _waterfall(conn: sa.Connection, incident: StoredIncident) -> Any:
    held = incident.explanation
    if held is None:
        return None
    schema = catalog.model_by_id(conn, held["model_id"]).schema
    direction = spec_of(parse_address(held["metric"]), schema).direction
    return waterfall_of(held, higher_is_better=direction == "higher_is_better")


def _all_rows(conn: sa.Connection, lead: StoredAlert, chart: Charted | None) -> int | None:
    """Rows of the last breached window, of which the alert may be of some only; None where they are not counted."""
    if chart is None or not chart.drawn.breached:
        return None
    model = catalog.model_by_id(conn, lead.model_id)
    first = chart.starts[chart.drawn.breached[-1]]
    span = Span(first=first, end=first + chart.length_us, timezone=model.schema.timezone)
    asked = Asked(
        model=model,
        version_id=None,
        every=model.every,
        span=span,
        compared=None,
        default_reference=True,
        now=span.end,
    )
    return None if model.grid is None else sum(window.rows for window in window_counts(conn, asked))


def _compared(project: str, lead: StoredAlert) -> dict[str, str]:
    """Its windows, as the page that compares takes them."""
    ends = (as_datetime(time).isoformat() for time in (lead.started_at, lead.window_end))
    held = {"model": f"{project}/{lead.labels.get('model', '')}", "span": "/".join(ends)}
    return held | ({"segment": lead.labels["segment"]} if lead.labels.get("segment") else {})


def _ahead(time: int | None, now: int) -> int | None:
    return time if time is not None and time > now else None


def _openest(alert: StoredAlert) -> tuple[bool, int]:
    return not alert.is_open, alert.id


def _alert(alert: StoredAlert) -> AlertRow:
    return AlertRow(
        id=alert.id, severity=alert.severity, phase=alert.phase, kind=alert.kind,
        model=alert.labels.get("model", ""), monitor=alert.monitor, address=alert.address, summary=alert.summary,
        detail=str(alert.details.get("verdict", {}).get("detail", "")), started_at=alert.started_at,
        fired_at=alert.fired_at, resolved_at=alert.resolved_at, resolved_why=alert.resolved_why,
        flapping=alert.flapping, suppressed=tuple(str(each["sentence"]) for each in alert.suppressed),
    )  # fmt: skip


def _history(happened: Sequence[AlertEvent], names: dict[str, str]) -> tuple[HistoryLine, ...]:
    """What happened, the latest first; the same at the same time is one line."""
    found: dict[tuple[int, str, str, str], int] = {}
    for event in reversed(happened):
        if event.kind not in _ELSEWHERE:
            key = (event.at, _name(names, event.actor) or "", event.kind, _text(event))
            found[key] = found.get(key, 0) + 1
    lines = [
        HistoryLine(at=at, who=who, kind=kind, text=text, count=n)
        for (at, who, kind, text), n in found.items()
    ]
    return tuple(lines[:_MOST_LINES])


def _text(event: AlertEvent) -> str:
    """What was said with an event."""
    details = event.details
    for name in ("text", "why", "impact", "to", "until", "as"):
        if details.get(name):
            return str(details[name])
    return str(details.get("severity", "")) if event.kind in ("escalated", "eased") else ""


def _cause(happened: Sequence[AlertEvent]) -> str | None:
    """Whether the first cause was right, as it was judged last."""
    said = [event.details.get("as") for event in happened if event.kind == CAUSE]
    return said[-1] if said else None


def _told(row: Notification) -> ToldLine:
    return ToldLine(
        at=row.sent_at if row.sent_at is not None else row.not_before, channel=row.channel, kind=row.kind,
        reason=row.reason, state=row.state, error=row.last_error,
    )  # fmt: skip


def _names(conn: sa.Connection) -> dict[str, str]:
    """What keys are called, by their ids."""
    return {key.key_id: key.name for key in all_keys(conn)}


def _name(names: dict[str, str], actor: str | None) -> str | None:
    """Who it was: the name of a person or of a key."""
    return None if actor is None else names.get(actor, actor.removeprefix("user:"))
