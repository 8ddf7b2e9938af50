"""What a digest and a weekly summary say: read in one snapshot, as a document of sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from barograph.charts.numbers import count
from barograph.locale.said import Said, say, together, word
from barograph.server.notify.links import incident_address, incidents_address
from barograph.server.times import as_datetime
from barograph.store.digests import StoredDigest, latest_moment
from barograph.store.tables.alerts import alerts, channels, incidents, outbox
from barograph.store.tables.catalog import models
from barograph.store.tables.events import events

_WEEK_US: Final = 7 * 86_400_000_000
_SHOWN: Final = 12
_WORST: Final = 5
Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is told of: a project, from a time to one, µs UTC; days are those of a time zone."""

    project_id: int
    project: str
    first: int
    end: int
    timezone: str = "UTC"
    public_url: str = ""


def digest_document(conn: sa.Connection, span: Span) -> dict[str, Any] | None:
    """The digest of a span: what is worth knowing and woke nobody; None where there is nothing to say."""
    minor = _alerts(conn, span, alerts.c.severity == "info")
    still = _open(conn, span)
    ended = _incidents(conn, span, incidents.c.resolved_at)
    if not (minor or still or ended):
        return None
    sections = [
        _section(say("Open incidents"), [_of_incident(row, span) for row in still]),
        _section(say("Resolved"), [_of_incident(row, span) for row in ended]),
        _section(say("Minor alerts"), _by_monitor(minor)),
    ]
    said = say(
        "{alerts} since {day}; {incidents} open",
        alerts=_minor_said(len(minor)), day=_day(span.first, span), incidents=_incidents_said(len(still)),
    )  # fmt: skip
    counted = ((len(still), _open_said), (len(minor), _minor_said))
    leading = [words(n) for n, words in counted if n] or [_resolved_said(len(ended))]
    title = say("{project}: {alerts}", project=span.project, alerts=together(leading, ", "))
    return _document("digest", title, said, sections, span)


def summary_document(conn: sa.Connection, span: Span) -> dict[str, Any]:
    """The summary of a week: how much there was, how much of it was noise, and which models fared worst."""
    before = Span(
        project_id=span.project_id, project=span.project, first=span.first - _WEEK_US, end=span.first
    )
    all_alerts, opened = _alerts(conn, span), _incidents(conn, span, incidents.c.opened_at)
    earlier = len(_incidents(conn, before, incidents.c.opened_at))
    marks = Counter(row["mark"] for row in opened)
    said = say(
        "{incidents} (the week before: {earlier}), {alerts}; {useful} marked useful, {noise} noise",
        incidents=_incidents_said(len(opened)), earlier=count(earlier), alerts=_alerts_said(len(all_alerts)),
        useful=count(marks["useful"]), noise=count(marks["noise"]),
    )  # fmt: skip
    dead = _given_up(conn, span)
    sections = [
        _section(say("Incidents of the week"), [_of_incident(row, span) for row in opened]),
        _section(say("Models with most alerts"), _by_model(all_alerts)),
        _section(say("Monitors that spoke most"), _by_monitor(all_alerts)),
        _section(say("Segments that became worse"), _worse_segments(conn, span)),
        _section(
            say("Marked as noise"), [_of_incident(row, span) for row in opened if row["mark"] == "noise"]
        ),
        _section(
            say("Messages that did not arrive"),
            [{"title": who, "text": _messages_said(n)} for who, n in dead],
        ),
    ]
    title = say("{project}: the week from {day}", project=span.project, day=_day(span.first, span))
    return _document("summary", title, said, sections, span)


def first_of(digest: StoredDigest, due: int) -> int:
    """Where a digest that is due begins: where the last one ended; a summary is always of a week."""
    return latest_moment(digest, due - 1) if digest.kind == "summary" else digest.told_through


def _document(
    kind: str, title: str, said: str, sections: Iterable[Line | None], span: Span
) -> dict[str, Any]:
    link = incidents_address(span.public_url, span.project)
    return {
        "type": kind, "reason": kind, "title": title, "severity": "info", "status": "told",
        "what": say("{said}.", said=said),
        "started_at": as_datetime(span.first).isoformat(), "until": as_datetime(span.end).isoformat(),
        "links": {} if link is None else {"alerts": link}, "sections": [each for each in sections if each],
    }  # fmt: skip


def _section(title: str, lines: Sequence[Line]) -> Line | None:
    return {"title": title, "lines": list(lines)} if lines else None


def _alerts(
    conn: sa.Connection, span: Span, where: sa.ColumnElement[bool] | None = None
) -> Sequence[sa.RowMapping]:
    asked = (
        sa.select(alerts.c.monitor, alerts.c.summary, alerts.c.severity, models.c.name.label("model"))
        .join(models, models.c.id == alerts.c.model_id)
        .where(alerts.c.project_id == span.project_id, alerts.c.backfilled.is_(sa.false()))
        .where(alerts.c.fired_at >= span.first, alerts.c.fired_at < span.end)
        .order_by(alerts.c.fired_at, alerts.c.id)
    )
    return conn.execute(asked if where is None else asked.where(where)).mappings().all()


def _incidents(conn: sa.Connection, span: Span, when: sa.Column[int]) -> Sequence[sa.RowMapping]:
    """Those that people had: neither found in history alone, nor taken into another."""
    of_it = sa.select(alerts.c.id).where(alerts.c.incident_id == incidents.c.id)
    is_history = of_it.exists() & ~of_it.where(alerts.c.backfilled.is_(sa.false())).exists()
    asked = sa.select(incidents).where(incidents.c.project_id == span.project_id)
    asked = asked.where(incidents.c.status != "absorbed", ~is_history)
    return conn.execute(asked.where(when >= span.first, when < span.end).order_by(when)).mappings().all()


def _open(conn: sa.Connection, span: Span) -> Sequence[sa.RowMapping]:
    asked = sa.select(incidents).where(incidents.c.project_id == span.project_id)
    asked = asked.where(incidents.c.resolved_at.is_(None), incidents.c.severity != "info")
    return conn.execute(asked.order_by(incidents.c.opened_at)).mappings().all()


def _worse_segments(conn: sa.Connection, span: Span) -> list[Line]:
    """What the searches of the span found in models, the latest first."""
    asked = (
        sa.select(events.c.name, models.c.name.label("model"))
        .join(models, models.c.id == events.c.model_id)
        .where(models.c.project_id == span.project_id, events.c.kind == "segment_worse")
        .where(events.c.at >= span.first, events.c.at < span.end)
        .order_by(events.c.id.desc())
        .limit(_SHOWN)
    )
    return [{"title": row.model, "text": row.name} for row in conn.execute(asked)]


def _given_up(conn: sa.Connection, span: Span) -> list[tuple[str, int]]:
    asked = (
        sa.select(channels.c.name, sa.func.count())
        .join(outbox, outbox.c.channel_id == channels.c.id)
        .where(outbox.c.project_id == span.project_id, outbox.c.state == "dead")
        .where(outbox.c.created_at >= span.first, outbox.c.created_at < span.end)
        .group_by(channels.c.name)
        .order_by(channels.c.name)
    )
    return [(row[0], row[1]) for row in conn.execute(asked)]


def _of_incident(row: sa.RowMapping, span: Span) -> Line:
    parts = [say("since {day}", day=_day(row["started_at"], span))]
    if row["resolved_at"] is not None:
        parts.append(say("resolved {day}", day=_day(row["resolved_at"], span)))
    return {
        "title": row["title"], "text": together(parts, ", "), "tone": row["peak_severity"],
        "link": incident_address(span.public_url, row["id"]),
    }  # fmt: skip


def _by_monitor(found: Sequence[sa.RowMapping]) -> list[Line]:
    """One line a monitor and model, those with most alerts first."""
    latest = {(row["monitor"], row["model"]): row for row in found}
    counted = Counter((row["monitor"], row["model"]) for row in found)
    return [
        {
            "title": f"{monitor} · {model}",
            "text": say(
                "{alerts}; last: {summary}", alerts=_alerts_said(n), summary=latest[monitor, model]["summary"]
            ),
        }
        for (monitor, model), n in counted.most_common(_SHOWN)
    ]


def _by_model(found: Sequence[sa.RowMapping]) -> list[Line]:
    """Models by their alerts, those that woke somebody first."""
    loud = Counter(row["model"] for row in found if row["severity"] != "info")
    minor = Counter(row["model"] for row in found if row["severity"] == "info")
    ordered = sorted(loud.keys() | minor.keys(), key=lambda name: (-loud[name], -minor[name], name))
    return [
        {
            "title": name,
            "text": say("{alerts}, {n} minor", alerts=_alerts_said(loud[name]), n=count(minor[name])),
        }
        for name in ordered[:_WORST]
    ]


def _alerts_said(n: int) -> Said:
    return say("1 alert") if n == 1 else say("{n} alerts", n=count(n))


def _incidents_said(n: int) -> Said:
    return say("1 incident") if n == 1 else say("{n} incidents", n=count(n))


def _minor_said(n: int) -> Said:
    return say("1 minor alert") if n == 1 else say("{n} minor alerts", n=count(n))


def _open_said(n: int) -> Said:
    return say("1 incident open") if n == 1 else say("{n} incidents open", n=count(n))


def _resolved_said(n: int) -> Said:
    return say("1 incident resolved") if n == 1 else say("{n} incidents resolved", n=count(n))


def _messages_said(n: int) -> Said:
    return say("1 message") if n == 1 else say("{n} messages", n=count(n))


def _day(time_us: int, span: Span) -> Said:
    day = as_datetime(time_us).astimezone(ZoneInfo(span.timezone))
    return say("{day} {month} {year}", day=day.day, month=word(f"{day:%B}"), year=day.year)
