"""Incidents as the inbox lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from markupsafe import Markup

from barograph.alerts.sentences import beyond_title
from barograph.charts.series import Series
from barograph.charts.sparkline import sparkline_svg
from barograph.charts.spoken import Speak
from barograph.locale.said import say, word
from barograph.metrics.address import parse_address
from barograph.monitors.monitor import SEVERITIES
from barograph.monitors.needed import is_p_value
from barograph.server.notify.charted import Moved, moved
from barograph.server.pages.inbox.shown import GROUPS, IncidentRow
from barograph.store.actors import name_of
from barograph.store.alerts import StoredAlert
from barograph.store.incident_counts import AlertsAlike, alerts_counted, leading_alerts
from barograph.store.incidents import StoredIncident
from barograph.store.monitor_series import scores_of

#: Windows of a sparkline.
_WINDOWS: Final = 30
_DAY_US: Final = 86_400_000_000
_LOOKED_BACK_US: Final = 45 * _DAY_US
#: A score beyond this many times its limit is drawn there: the line would be flat but for one spike.
_MOST: Final = 4.0


def incident_rows(
    conn: sa.Connection,
    found: Sequence[StoredIncident],
    *,
    projects: Mapping[int, str],
    names: Mapping[str, str],
    now: int,
    speak: Speak = str,
) -> tuple[IncidentRow, ...]:
    """Incidents in the order in which they need somebody.

    Parameters
    ----------
    projects : names by id.
    names : of keys, by their ids.
    now : microseconds UTC.
    speak : says the words of pictures.

    Notes
    -----
    Cost: 0.5 ms an incident.
    """
    counts = alerts_counted(conn, [incident.id for incident in found])
    leads = leading_alerts(conn, [incident.id for incident in found])
    series = [lead.series_id for lead in leads.values() if lead.series_id is not None]
    judged = scores_of(conn, series, first=now - _LOOKED_BACK_US, end=now)
    rows = [
        _row(
            incident, leads[incident.id], counts.get(incident.id, []),
            judged.get(leads[incident.id].series_id or 0, {}), (projects[incident.project_id], names, now), speak,
            moved(conn, leads[incident.id], now=now) if incident.is_open else None,
        )
        for incident in found
        if incident.id in leads
    ]  # fmt: skip
    return tuple(sorted(rows, key=_need))


def _need(row: IncidentRow) -> tuple[int, int, int]:
    group = GROUPS.index(row.group) if row.group else len(GROUPS)
    return group, -SEVERITIES.index(row.severity), -row.since


def _row(
    incident: StoredIncident,
    lead: StoredAlert,
    counts: Sequence[AlertsAlike],
    judged: Mapping[int, float],
    around: tuple[str, Mapping[str, str], int],
    speak: Speak,
    far: Moved | None,
) -> IncidentRow:
    project, names, now = around
    said = beyond_title(lead.summary, incident.title)
    opened = [each for each in counts if each.is_open]
    by, until = incident.acknowledged_by, incident.snoozed_until
    return IncidentRow(
        id=incident.id, project=project, group=_group(incident, lead), severity=incident.severity,
        title=incident.title, summary=said if far is None else far.before(said), since=incident.started_at,
        resolved_at=incident.resolved_at,
        models=tuple(incident.facts.get("models", ())), n=_rows(lead) if far is None else far.figure.n,
        picture=_picture(lead, judged, speak),
        owner=incident.assignee, acknowledged_by=None if by is None else name_of(names, by),
        snoozed_until=until if until is not None and until > now else None,
        alerts=sum(each.alerts for each in opened),
        suppressed=sum(each.alerts for each in opened if not each.loud),
    )  # fmt: skip


def _group(incident: StoredIncident, lead: StoredAlert) -> str:
    if not incident.is_open:
        return ""
    if lead.kind == "blind":
        return "unknown"
    return incident.status if incident.status in GROUPS else "ongoing"


def _rows(lead: StoredAlert) -> int | None:
    """Rows of the last window; what is judged over columns rests on columns."""
    n = lead.details.get("verdict", {}).get("n")
    return None if n is None or is_p_value(parse_address(lead.address)) else int(n)


def _picture(lead: StoredAlert, judged: Mapping[int, float], speak: Speak) -> Markup | None:
    """How near to its limit the last windows were, the limit at 1; of windows well within it nothing is kept."""
    window = lead.details.get("window")
    if window is None:
        return None
    length, end = window["end"] - window["start"], max(lead.window_end, window["end"])
    scores = {
        _WINDOWS - round((end - start) / length): min(max(score, 0.0), _MOST)
        for start, score in judged.items()
    }
    kept = {place: score for place, score in sorted(scores.items()) if 0 <= place < _WINDOWS}
    if not kept:
        return None
    # Both ends are there, so that the last window is at the right.
    places = sorted({0, *kept, _WINDOWS - 1})
    drawn = Series(
        name=say("{metric}: how near to the limit", metric=word(lead.details.get("title", ""))),
        labels=("",) * len(places), positions=tuple(places), rows=(0,) * len(places), current=(True,) * len(places),
        values=tuple(kept.get(place) for place in places),
    )  # fmt: skip
    return Markup(sparkline_svg(drawn, width=132, height=30, limit=1.0, speak=speak))  # noqa: S704 - a chart of our own
