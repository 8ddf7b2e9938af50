"""The page of one alert: what, since when, how bad, why, what to do, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from barograph.monitors.document import read_kept_monitor, written
from barograph.server.alerting.undoing import undoable
from barograph.server.notify.charted import charted, moved
from barograph.server.notify.compose import impact_in, incident_message
from barograph.server.pages.incident.figures import ends_of, picture_of, scopes_of, steps_of, tiles_of
from barograph.server.pages.incident.make import (
    Held,
    acknowledger,
    alert_row,
    all_rows,
    compared_by,
    history_of,
    sentences_of,
    told_line,
)
from barograph.server.pages.incident.quiet import silences_over
from barograph.server.pages.incident.shown import (
    AlertRow,
    Answered,
    EventLine,
    Scope,
)
from barograph.server.pages.incident.snippet import snippet_of
from barograph.server.pages.incident.why import columns_of
from barograph.server.pages.monitors.text import monitor_text
from barograph.server.pages.view import View
from barograph.store import catalog
from barograph.store.actors import names_of_keys
from barograph.store.alerts import AlertEvent, StoredAlert, events_of
from barograph.store.judged import judged_with


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage(Answered):
    """What the page shows; times in µs UTC.

    Attributes
    ----------
    incident, incident_title, others : the incident it belongs to, and how many alerts that has beside it.
    row : the alert as a table has it.
    labels : words it is silenced and routed by.
    definition : of its monitor as it was when it fired; empty where the monitor is gone.
    revision : of the monitor then; `monitor_is_kept`: whether it is still there.
    """

    incident: int
    incident_title: str
    others: int
    row: AlertRow
    labels: Mapping[str, str]
    version: str
    definition: str
    revision: int
    monitor_is_kept: bool
    template: str = "alert"


def alert_page(conn: sa.Connection, view: View, project: str, alert: StoredAlert, held: Held) -> AlertPage:
    """Make the page.

    Parameters
    ----------
    held : what is stored of its incident.
    """
    incident = held.incident
    message = incident_message(conn, incident, [alert], "new", project=project)
    chart = charted(conn, alert, now=view.now)
    events = tuple(
        EventLine(at=e.at, kind=e.kind, name=e.name, model=e.model) for e in message.related_events
    )
    names, mine = names_of_keys(conn), _mine(held.history, alert)
    as_one = replace(incident, started_at=alert.started_at, resolved_at=alert.resolved_at)
    document = judged_with(conn, alert)
    zone = catalog.model_by_id(conn, alert.model_id).schema.timezone or "UTC"
    return AlertPage(
        id=alert.id, project=project, title=message.title, incident=incident.id, incident_title=incident.title,
        others=len(held.alerts) - 1, row=alert_row(alert), labels=dict(alert.labels), version=alert.version,
        started_at=alert.started_at, resolved_at=alert.resolved_at, now=view.now,
        timezone=zone, steps=steps_of(as_one, alert, mine, held.told),
        tiles=tiles_of(
            alert, chart, impact_in(conn, incident.explanation), rows=all_rows(conn, alert, chart),
            language=view.language,
        ),
        **sentences_of(message, moved(conn, alert, now=view.now)),
        chart=picture_of(chart, events, language=view.language),
        narrow_chart=picture_of(chart, events, language=view.language, narrow=True),
        span=ends_of(chart), narrow_span=ends_of(chart, narrow=True),
        chart_caption="" if chart is None else chart.caption,
        columns=columns_of(conn, alert, incident.explanation, now=view.now, speak=view.language.said), events=events,
        history=history_of(mine, names, timezone=zone), told=tuple(told_line(each) for each in reversed(held.told)),
        scopes=_scopes(alert, held), compared=compared_by(project, alert),
        silenced=silences_over(conn, [alert], now=view.now),
        snippet=snippet_of(str(view.request.base_url), project, incident, alert),
        definition="" if document is None else _definition(document), revision=alert.configuration,
        monitor_is_kept=alert.monitor_id is not None, mark=incident.mark,
        acknowledged_by=acknowledger(names, incident),
        can_undo=undoable(conn, incident, events_of(conn, incident_id=incident.id)) is not None,
        assignee=incident.assignee,
    )  # fmt: skip


def _scopes(alert: StoredAlert, held: Held) -> tuple[Scope, ...]:
    """What a silence could cover, of all that is open of the incident; the narrowest is proposed."""
    return tuple(replace(each, is_proposed=not i) for i, each in enumerate(scopes_of(alert, held.alerts)))


def _mine(history: Sequence[AlertEvent], alert: StoredAlert) -> list[AlertEvent]:
    """What happened to the alert, and what was done about its incident as a whole."""
    return [event for event in history if event.alert_id in (None, alert.id)]


def _definition(document: Mapping[str, Any]) -> str:
    return monitor_text(written(read_kept_monitor(document, where="monitor")))
