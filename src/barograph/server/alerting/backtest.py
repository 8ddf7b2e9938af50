"""Monitors tried on the past: when they would have fired, on windows that are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field, SkipValidation

from barograph.alerts.facts import read_facts
from barograph.monitors.expand import watches as watches_model
from barograph.monitors.file import MonitorFile
from barograph.server.alerting.gathered import Place
from barograph.server.alerting.judging import JudgedSeries, JudgedWindow
from barograph.server.alerting.known import Known
from barograph.server.alerting.model import budgeted_of, groups_of, in_pieces, judge_group
from barograph.server.alerting.outlines import Read
from barograph.server.alerting.plans import calendars_of, watches_of
from barograph.server.alerting.turns import turns_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import windows_between
from barograph.server.reading.edges import check_windows
from barograph.server.reading.span import Span, read_span
from barograph.server.times import as_datetime
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.incidents import list_incidents
from barograph.store.monitor_series import StoredSeries, series_of_model
from barograph.store.monitors import StoredMonitor

_WEEK_US: Final = 7 * 86_400_000_000
#: Incidents that are looked at for what would have been missed.
_MOST_INCIDENTS: Final = 1_000


class WouldBeAlert(BaseModel):
    """An alert that there would have been."""

    kind: str
    started_at: datetime = Field(description="Start of its first breached window.")
    fired_at: datetime = Field(description="When it would have been seen.")
    resolved_at: datetime | None
    severity: str
    detail: SkipValidation[str] = Field(description="What was said of the window.")


class TriedSeries(BaseModel):
    """One series through the span."""

    monitor: str
    model: str
    address: str
    version: str
    windows: int
    statuses: dict[str, int] = Field(description="Windows by what was said of them.")
    alerts: list[WouldBeAlert]


class MissedIncident(BaseModel):
    """An incident marked as useful in which nothing would have fired."""

    id: int
    title: str
    started_at: datetime


class Backtest(BaseModel):
    """What monitors would have done."""

    first: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    alerts: int
    per_week: float
    series: list[TriedSeries]
    missed: list[MissedIncident] = Field(
        description="Incidents marked useful in which nothing would have fired."
    )


def backtest(
    store: Store,
    project: str,
    file: MonitorFile,
    *,
    model: str | None,
    span: tuple[str | None, str | None],
    now: int,
) -> Backtest:
    """Try monitors on a span of the past.

    Parameters
    ----------
    model : only this model; None: all that the monitors name.
    span : ISO 8601 times or dates as in an address; default: the last 90 days.
    now : microseconds UTC.

    Notes
    -----
    Figures are those of today, with labels that came later; what was missing when a window was judged then is not known
    any more. Nothing is kept.
    """
    known = Known()
    with store.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        models = catalog.models(conn, project) if model is None else [catalog.model(conn, project, model)]
        whole = read_span(*span, timezone=models[0].schema.timezone if models else "UTC", now=now)
        monitors = _monitors(project_id, file)
        tried = [
            each
            for one in models
            if one.grid is not None
            for each in _on_model(conn, (store, known, now), one, monitors, file=file, span=whole)
        ]  # fmt: skip
        missed = list(_missed(conn, project_id, whole, tried))
    alerts = sum(len(each.alerts) for each in tried)
    return Backtest(
        first=as_datetime(whole.first), end=as_datetime(whole.end), alerts=alerts,
        per_week=alerts / max((whole.end - whole.first) / _WEEK_US, 1e-9), series=tried, missed=missed,
    )  # fmt: skip


def _monitors(project_id: int, file: MonitorFile) -> list[Read]:
    """The file's monitors as if they were kept; their ids are below those of any that are."""
    return [
        Read(
            stored=StoredMonitor(
                id=-number, project_id=project_id, name=monitor.name, document={}, revision=0, created_at=0,
                changed_at=0,
            ),
            monitor=monitor,
        )
        for number, monitor in enumerate(file.monitors, 1)
        if monitor.enabled
    ]  # fmt: skip


def _on_model(
    conn: sa.Connection,
    of: tuple[Store, Known, int],
    model: Model,
    monitors: Sequence[Read],
    *,
    file: MonitorFile,
    span: Span,
) -> Iterator[TriedSeries]:
    store, known, now = of
    place = Place(model=model, every=model.every, now=now, store=store, known=known)
    mine = [each for each in monitors if watches_model(each.monitor, model.name)]
    watches = watches_of(conn, place.model, mine, series_of_model(conn, model.id))
    calendars, budgeted = calendars_of({"calendars": file.calendars}), budgeted_of(watches)
    for group, those in groups_of(watches).items():
        check_windows(span, group.every)
        there = replace(place, every=group.every)
        windows = windows_between(span.first, span.end, every=group.every, timezone=place.timezone)
        windows = [window for window in windows if window.end + group.delay_us <= place.now]
        standing = [
            replace(watch, series=replace(watch.series, id=number, window_end=span.first))
            for number, watch in enumerate(those)
        ]
        found: list[JudgedSeries] = []
        for piece in in_pieces(windows):
            said = judge_group(conn, there, standing, piece, budgeted=budgeted, calendars=calendars)
            found += said.judged
            after = {each.series.id: each.series for each in said.judged}
            standing = [replace(w, series=after.get(w.series.id, w.series)) for w in standing]
        for watch in standing:
            own = [each for each in found if each.series.id == watch.series.id]
            yield _tried(place.model, watch, own)


def _tried(model: Model, watch: Watch, judged: Sequence[JudgedSeries]) -> TriedSeries:
    windows = [one for each in judged for one in each.windows]
    return TriedSeries(
        monitor=watch.monitor.name, model=model.name, address=str(watch.monitor.metric), version=watch.version,
        windows=len(windows), statuses=dict(Counter(one.verdict.status for one in windows)),
        alerts=list(_alerts(windows, watch.series)),
    )  # fmt: skip


def _alerts(windows: Sequence[JudgedWindow], series: StoredSeries) -> Iterator[WouldBeAlert]:
    """Alerts of one series in order of time; one that lasts has no end."""
    opened: dict[str, WouldBeAlert] = {}
    for turn in turns_of([JudgedSeries(series=series, windows=windows)]):
        if "fired" in turn.changes:
            since = turn.one.window.start if turn.state.since is None else turn.state.since
            opened[turn.kind] = WouldBeAlert(
                kind=turn.kind, started_at=as_datetime(since), fired_at=as_datetime(turn.at), resolved_at=None,
                severity=turn.state.severity or "info", detail=turn.one.verdict.detail,
            )  # fmt: skip
        if "resolved" in turn.changes and turn.kind in opened:
            yield opened.pop(turn.kind).model_copy(update={"resolved_at": as_datetime(turn.at)})
    yield from opened.values()


def _missed(
    conn: sa.Connection, project_id: int, span: Span, tried: Sequence[TriedSeries]
) -> Iterator[MissedIncident]:
    """Incidents of the span, marked as useful, during which nothing of their models would have fired."""
    for incident in list_incidents(conn, project_id, opened=(span.first, span.end), limit=_MOST_INCIDENTS):
        if incident.mark != "useful":
            continue
        facts = read_facts(incident.facts)
        first = as_datetime(incident.started_at - facts.window_us)
        end = as_datetime(incident.resolved_at or span.end)
        seen = any(
            alert.started_at <= end and (alert.resolved_at is None or alert.resolved_at >= first)
            for each in tried
            if each.model in facts.models
            for alert in each.alerts
        )
        if not seen:
            started: Any = as_datetime(incident.started_at)
            yield MissedIncident(id=incident.id, title=incident.title, started_at=started)
