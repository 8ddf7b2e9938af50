"""What is said of windows otherwise than before: it is written, and told to their alerts; nobody is paged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.blind import blinded
from barograph.alerts.history import rules_of
from barograph.alerts.machine import Judged, State, advance, close
from barograph.alerts.state_json import read_state, state_document
from barograph.monitors.verdict import Status, Verdict
from barograph.server.alerting.alike import verdict_document
from barograph.server.alerting.judging import MOST_BREACHED
from barograph.server.alerting.settle import settle
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, alerts_of_series, change_alert
from barograph.store.monitor_series import (
    Evaluation,
    StoredSeries,
    add_evaluations,
    require_unmoved,
    write_series,
)

_SERVER: Final = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A window of which something else is said now."""

    watch: Watch
    window: Window
    verdict: Verdict
    evaluation: Evaluation
    before: Status


def write_revised(
    conn: sa.Connection, found: Sequence[Revised], *, project_id: int, now: int
) -> list[StoredSeries]:
    """Write what is said of windows now, and tell their alerts; returns the series as they stand then.

    Raises
    ------
    Conflict
        Where series stand otherwise than they were read; the transaction must be taken back.
    """
    model_id = found[0].watch.series.model_id
    by_series: dict[int, list[Revised]] = {}
    for one in found:
        by_series.setdefault(one.watch.series.id, []).append(one)
    alerts = alerts_of_series(conn, list(by_series), since=min(one.window.start for one in found))
    require_unmoved(conn, model_id, [one.watch.series for one in found])
    add_evaluations(conn, [one.evaluation for one in found])
    events: list[AlertEvent] = []
    changed: list[StoredSeries] = []
    touched: set[int] = set()
    for series_id, those in by_series.items():
        series = those[0].watch.series
        for one in those:
            series = _learned(series, one)
            events += [_event(a, one, now) for a in alerts.get(series_id, ()) if _covers(a, one.window)]
            if one.window.end == series.window_end:
                series, resolved = _last(conn, series, one, alerts.get(series_id, ()), now)
                events += resolved
                touched |= {e.incident_id for e in resolved if e.incident_id is not None}
        changed.append(series)
    write_series(conn, changed)
    add_events(conn, events)
    if touched:
        settle(conn, project_id, touched, now=now)
    return changed


def _learned(series: StoredSeries, one: Revised) -> StoredSeries:
    """Whether something may be learned from the window."""
    start = one.window.start
    others = [each for each in series.breached if each != start]
    breached = sorted([*others, start])[-MOST_BREACHED:] if one.verdict.status == "breach" else others
    return replace(series, breached=tuple(breached))


def _last(
    conn: sa.Connection, series: StoredSeries, one: Revised, alerts: Sequence[StoredAlert], now: int
) -> tuple[StoredSeries, list[AlertEvent]]:
    """The series' last window said otherwise; where it is fine now, or has an answer, its alert may resolve."""
    stood = {"breach": read_state(series.state), "blind": read_state(series.blind)}
    stands = dict(stood)
    # A window that was fine before has been counted as such.
    if one.verdict.status == "ok" and one.before != "ok" and stood["breach"].phase != "ok":
        stands["breach"] = _passed(stood["breach"], one)
    if _is_blind(one, one.before) and not _is_blind(one, one.verdict.status):
        stands["blind"] = _answered(stood["blind"], one)
    after = replace(
        series, status=one.verdict.status, verdict=verdict_document(one.verdict), figures=one.evaluation.figures,
        state=state_document(stands["breach"]), blind=state_document(stands["blind"]),
    )  # fmt: skip
    events = []
    for alert in alerts:
        if alert.is_open and stood[alert.kind].is_open and not stands[alert.kind].is_open:
            change_alert(conn, alert.id, phase="ok", resolved_at=now, resolved_why="revised")
            events.append(_of(alert, "resolved", {"why": "revised"}, now))
    return after, events


def _passed(state: State, one: Revised) -> State:
    """The state as if the window had been fine; an alert that fired with it was none."""
    if state.fired == one.window.end:
        return close(state)
    fine = Judged(start=one.window.start, end=one.window.end, status="ok")
    after, _ = advance(replace(state, through=one.window.start), fine, rules_of(one.watch.monitor))
    return replace(after, windows=state.windows)


def _is_blind(one: Revised, status: Status) -> bool:
    """Whether a window of which that is said is one without an answer, and that is an alert."""
    judged = Judged(start=one.window.start, end=one.window.end, status=status)
    return blinded(judged, one.watch.monitor).status == "breach"


def _answered(state: State, one: Revised) -> State:
    """The state of having no answer as if the window had had one: an alert is over, for its answers have come."""
    return close(state) if state.is_open else _passed(state, one)


def _covers(alert: StoredAlert, window: Window) -> bool:
    return alert.started_at <= window.start and window.end <= alert.window_end


def _event(alert: StoredAlert, one: Revised, now: int) -> AlertEvent:
    details: dict[str, Any] = {
        "window": {"start": one.window.start, "end": one.window.end}, "before": one.before,
        "verdict": verdict_document(one.verdict), "revision": one.evaluation.revision,
    }  # fmt: skip
    return _of(alert, "revised", details, now)


def _of(alert: StoredAlert, kind: str, details: dict[str, Any], now: int) -> AlertEvent:
    return AlertEvent(
        project_id=alert.project_id, incident_id=alert.incident_id, alert_id=alert.id, at=now, actor=_SERVER,
        kind=kind, details=details,
    )  # fmt: skip
