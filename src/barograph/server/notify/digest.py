"""What a digest and a weekly summary say: read in one snapshot, as a document of sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.charts.numbers import count
from barograph.server.notify.links import incident_address, incidents_address
from barograph.server.times import as_datetime
from barograph.store.digests import StoredDigest
from barograph.store.tables.alerts import alerts, channels, incidents, outbox
from barograph.store.tables.catalog import models

_WEEK_US: Final = 7 * 86_400_000_000
_SHOWN: Final = 12
_WORST: Final = 5
Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is told of: a project, from a time to one, µs UTC."""

    project_id: int
    project: str
    first: int
    end: int
    public_url: str = ""


def digest_document(conn: sa.Connection, span: Span) -> dict[str, Any] | None:
    """The digest of a span: what is worth knowing and woke nobody; None where there is nothing to say."""
    minor = _alerts(conn, span, alerts.c.severity == "info")
    still = _open(conn, span)
    ended = _incidents(conn, span, incidents.c.resolved_at)
    if not (minor or still or ended):
        return None
    sections = [
        _section("Open incidents", [_of_incident(row, span) for row in still]),
        _section("Resolved", [_of_incident(row, span) for row in ended]),
        _section("Minor alerts", _by_monitor(minor)),
    ]
    said = (
        f"{_many(len(minor), 'minor alert')} since {_day(span.first)}; {_many(len(still), 'incident')} open"
    )
    return _document("digest", f"{span.project}: {_many(len(minor), 'minor alert')}", said, sections, span)


def summary_document(conn: sa.Connection, span: Span) -> dict[str, Any]:
    """The summary of a week: how much there was, how much of it was noise, and which models fared worst."""
    before = Span(
        project_id=span.project_id, project=span.project, first=span.first - _WEEK_US, end=span.first
    )
    all_alerts, opened = _alerts(conn, span), _incidents(conn, span, incidents.c.opened_at)
    earlier = len(_incidents(conn, before, incidents.c.opened_at))
    marks = Counter(row["mark"] for row in opened)
    said = (
        f"{_many(len(opened), 'incident')} (the week before: {count(earlier)}), {_many(len(all_alerts), 'alert')}; "
        f"{count(marks['useful'])} marked useful, {count(marks['noise'])} noise"
    )
    dead = _given_up(conn, span)
    sections = [
        _section("Incidents of the week", [_of_incident(row, span) for row in opened]),
        _section("Models with most alerts", _by_model(all_alerts)),
        _section("Monitors that spoke most", _by_monitor(all_alerts)),
        _section("Marked as noise", [_of_incident(row, span) for row in opened if row["mark"] == "noise"]),
        _section(
            "Messages that did not arrive", [{"title": who, "text": _many(n, "message")} for who, n in dead]
        ),
    ]
    return _document("summary", f"{span.project}: the week from {_day(span.first)}", said, sections, span)


def first_of(digest: StoredDigest, due: int) -> int:
    """Where a digest that is due begins: where the last one ended, of a summary at most a week earlier."""
    return max(digest.told_through, due - _WEEK_US) if digest.kind == "summary" else digest.told_through


def _document(
    kind: str, title: str, said: str, sections: Iterable[Line | None], span: Span
) -> dict[str, Any]:
    link = incidents_address(span.public_url, span.project)
    return {
        "type": kind, "reason": kind, "title": title, "severity": "info", "status": "told", "what": f"{said}.",
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
    asked = sa.select(incidents).where(incidents.c.project_id == span.project_id)
    return conn.execute(asked.where(when >= span.first, when < span.end).order_by(when)).mappings().all()


def _open(conn: sa.Connection, span: Span) -> Sequence[sa.RowMapping]:
    asked = sa.select(incidents).where(incidents.c.project_id == span.project_id)
    asked = asked.where(incidents.c.resolved_at.is_(None), incidents.c.severity != "info")
    return conn.execute(asked.order_by(incidents.c.opened_at)).mappings().all()


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
    since = f"since {_day(row['started_at'])}"
    if row["resolved_at"] is not None:
        since += f", resolved {_day(row['resolved_at'])}"
    return {
        "title": row["title"], "text": since, "tone": row["peak_severity"],
        "link": incident_address(span.public_url, row["id"]),
    }  # fmt: skip


def _by_monitor(found: Sequence[sa.RowMapping]) -> list[Line]:
    """One line a monitor and model, those with most alerts first."""
    latest = {(row["monitor"], row["model"]): row for row in found}
    counted = Counter((row["monitor"], row["model"]) for row in found)
    return [
        {
            "title": f"{monitor} · {model}",
            "text": f"{_many(n, 'alert')}; last: {latest[monitor, model]['summary']}",
        }
        for (monitor, model), n in counted.most_common(_SHOWN)
    ]


def _by_model(found: Sequence[sa.RowMapping]) -> list[Line]:
    """Models by their alerts, those that woke somebody first."""
    loud = Counter(row["model"] for row in found if row["severity"] != "info")
    minor = Counter(row["model"] for row in found if row["severity"] == "info")
    ordered = sorted(loud.keys() | minor.keys(), key=lambda name: (-loud[name], -minor[name], name))
    return [
        {"title": name, "text": f"{_many(loud[name], 'alert')}, {count(minor[name])} minor"}
        for name in ordered[:_WORST]
    ]


def _many(n: int, what: str) -> str:
    return f"{count(n)} {what}" + ("" if n == 1 else "s")


def _day(time_us: int) -> str:
    return f"{as_datetime(time_us):%-d %B %Y}"
