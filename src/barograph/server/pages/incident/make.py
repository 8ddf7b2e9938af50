"""The page of an incident, made from what is stored of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.compose import OPEN_IT
from barograph.alerts.message import Message
from barograph.alerts.sentences import beyond_title
from barograph.alerts.since import moment
from barograph.charts.spoken import Speak
from barograph.locale.said import lines, say, word
from barograph.server.alerting.record import CAUSE
from barograph.server.alerting.undoing import undoable
from barograph.server.notify.charted import Charted, Moved, charted, moved
from barograph.server.notify.compose import explained, impact_in, incident_message, leading
from barograph.server.pages.incident.costs import cost_tiles
from barograph.server.pages.incident.figures import ends_of, picture_of, scopes_of, steps_of, tiles_of
from barograph.server.pages.incident.quiet import silences_over
from barograph.server.pages.incident.shown import AlertRow, EventLine, HistoryLine, IncidentPage, ToldLine
from barograph.server.pages.incident.snippet import snippet_of
from barograph.server.pages.incident.why import columns_of, waterfall_of
from barograph.server.pages.view import View
from barograph.server.reading.series import Asked
from barograph.server.reading.span import Span
from barograph.server.reading.windows import window_counts
from barograph.server.times import as_datetime, as_time_us
from barograph.store import catalog
from barograph.store.actors import name_of, names_of_keys
from barograph.store.alerts import AlertEvent, StoredAlert
from barograph.store.errors import NotFound
from barograph.store.incidents import StoredIncident
from barograph.store.notifications import Notification
from barograph.store.users import all_users

#: Of the log of messages, which has its own table.
_ELSEWHERE: Final = ("told", "untold", "notified", "not_notified")
_DAY_US: Final = 86_400_000_000
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
    names = names_of_keys(conn)
    zone = catalog.model_by_id(conn, lead.model_id).schema.timezone or "UTC"
    return IncidentPage(
        id=incident.id, project=project, title=message.title, status=incident.status, severity=incident.severity,
        peak_severity=incident.peak_severity, started_at=incident.started_at, opened_at=incident.opened_at,
        resolved_at=incident.resolved_at, now=view.now, timezone=zone,
        models=tuple(incident.facts.get("models", ())), sources=tuple(incident.facts.get("sources", ())),
        previous_id=incident.previous_id,
        recovering=all(alert.phase == "recovering" for alert in held.alerts if alert.is_open),
        acknowledged_by=acknowledger(names, incident), can_undo=undoable(conn, incident, held.history) is not None,
        acknowledged_at=incident.acknowledged_at,
        snoozed_until=ahead(incident.snoozed_until, view.now), assignee=incident.assignee, mark=incident.mark,
        cause=_cause(held.history),
        people=tuple(user.name for user in all_users(conn) if user.disabled_at is None),
        steps=steps_of(incident, lead, held.history, held.told),
        tiles=(
            *tiles_of(
                lead, chart, impact_in(conn, incident.explanation), rows=all_rows(conn, lead, chart),
                language=view.language,
            ),
            *cost_tiles(conn, incident.id, now=view.now, language=view.language),
        ),
        **sentences_of(message, moved(conn, lead, now=view.now)),
        chart=picture_of(chart, events, language=view.language),
        narrow_chart=picture_of(chart, events, language=view.language, narrow=True),
        span=ends_of(chart), narrow_span=ends_of(chart, narrow=True),
        chart_caption="" if chart is None else chart.caption,
        columns=columns_of(conn, lead, incident.explanation, now=view.now, speak=view.language.said),
        waterfall=waterfall_in(conn, incident, view.language.said), explanation=incident.explanation, events=events,
        alerts=tuple(alert_row(alert) for alert in sorted(held.alerts, key=_openest)[:_MOST_ALERTS]),
        history=history_of(held.history, names, timezone=zone),
        told=tuple(told_line(each) for each in reversed(held.told)),
        compared=compared_by(project, lead), scopes=scopes_of(lead, held.alerts),
        silenced=silences_over(conn, held.alerts, now=view.now),
        snippet=snippet_of(str(view.request.base_url), project, incident, lead),
    )  # fmt: skip


def sentences_of(message: Message, far: Moved | None = None) -> dict[str, Any]:
    """Its sentences, by the question they answer, each once.

    Parameters
    ----------
    far : how far a column moved, where what is told is how likely that is by chance.
    """
    told: set[str] = {"", OPEN_IT}
    found: dict[str, tuple[str, ...]] = {}
    # In the order they are read: what was told already is not told again.
    for name in ("what", "why", "how_bad", "what_to_do", "since_when"):
        found[name] = tuple(part for part in lines(getattr(message, name)) if part not in told)
        told |= set(found[name])
    said = beyond_title(message.alerts[0].summary, message.title)
    return {"lead": said if far is None else far.before(said), **found}


def waterfall_in(conn: sa.Connection, incident: StoredIncident, speak: Speak) -> Any:
    """The change of its explanation as its parts; None where there is none, or its model was deleted."""
    held, spec = incident.explanation, explained(conn, incident.explanation)
    if held is None or spec is None:
        return None
    return waterfall_of(held, higher_is_better=spec.direction == "higher_is_better", speak=speak)


def all_rows(conn: sa.Connection, lead: StoredAlert, chart: Charted | None) -> int | None:
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


def compared_by(project: str, lead: StoredAlert) -> dict[str, str]:
    """Its windows, as the page that compares takes them."""
    ends = (as_datetime(time).isoformat() for time in (lead.started_at, lead.window_end))
    held = {"model": f"{project}/{lead.labels.get('model', '')}", "span": "/".join(ends)}
    return held | ({"segment": lead.labels["segment"]} if lead.labels.get("segment") else {})


def acknowledger(names: dict[str, str], incident: StoredIncident) -> str | None:
    """Who acknowledged it; None where nobody did."""
    return None if incident.acknowledged_by is None else name_of(names, incident.acknowledged_by)


def ahead(time: int | None, now: int) -> int | None:
    """A time that is still to come, µs UTC."""
    return time if time is not None and time > now else None


def _openest(alert: StoredAlert) -> tuple[bool, int]:
    return not alert.is_open, alert.id


def alert_row(alert: StoredAlert) -> AlertRow:
    """An alert as a row of a table."""
    window = alert.details.get("window", {"start": 0, "end": 0})
    return AlertRow(
        id=alert.id, severity=alert.severity, phase=alert.phase, kind=alert.kind,
        model=alert.labels.get("model", ""), monitor=alert.monitor, address=alert.address, summary=alert.summary,
        detail=alert.details.get("verdict", {}).get("detail", ""), started_at=alert.started_at,
        fired_at=alert.fired_at, resolved_at=alert.resolved_at, resolved_why=alert.resolved_why,
        flapping=alert.flapping, suppressed=tuple(each["sentence"] for each in alert.suppressed),
        monitor_is_kept=alert.monitor_id is not None, window_days=round((window["end"] - window["start"]) / _DAY_US),
    )  # fmt: skip


def history_of(
    happened: Sequence[AlertEvent], names: dict[str, str], *, timezone: str
) -> tuple[HistoryLine, ...]:
    """What happened, the latest first; the same at the same time is one line."""
    found: dict[tuple[int, str, str, str], int] = {}
    for event in reversed(happened):
        if event.kind not in _ELSEWHERE:
            # What befalls an alert is not done by anybody.
            itself = event.actor == "server" and (event.alert_id is not None or event.kind == "lifted")
            who = "" if itself else name_of(names, event.actor)
            key = (event.at, who, event.kind, _text(event, timezone))
            found[key] = found.get(key, 0) + 1
    lines = [
        HistoryLine(at=at, who=who, kind=kind, text=text, count=n)
        for (at, who, kind, text), n in found.items()
    ]
    return tuple(lines[:_MOST_LINES])


def _text(event: AlertEvent, timezone: str) -> str:
    """What was said with an event."""
    details = event.details
    if details.get("until"):
        return say(
            "until {moment}", moment=moment(as_time_us(datetime.fromisoformat(details["until"])), timezone)
        )
    for name in ("text", "why", "impact", "to", "as"):
        if details.get(name):
            said = details[name]
            return word(str(said)) if name in ("why", "as") else said if isinstance(said, str) else str(said)
    return word(str(details.get("severity", ""))) if event.kind in ("escalated", "eased") else ""


def _cause(happened: Sequence[AlertEvent]) -> str | None:
    """Whether the first cause was right, as it was judged last."""
    said = [event.details.get("as") for event in happened if event.kind == CAUSE]
    return said[-1] if said else None


def told_line(row: Notification) -> ToldLine:
    """A message as a line of the log."""
    return ToldLine(
        id=row.id, at=row.sent_at if row.sent_at is not None else row.not_before, channel=row.channel, kind=row.kind,
        reason=row.reason, state=row.state, error=row.last_error,
    )  # fmt: skip
