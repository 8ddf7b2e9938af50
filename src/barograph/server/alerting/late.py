"""Late rows and labels: windows that were judged are judged again. They revise what is said; they never page."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import sqlalchemy as sa

from barograph.alerts.blind import blinded
from barograph.alerts.history import rules_of
from barograph.alerts.machine import Judged, State, advance, close
from barograph.alerts.state_json import read_state, state_document
from barograph.monitors.calendars import Calendar, leaves_out
from barograph.monitors.judge import judge
from barograph.monitors.shares import Shares
from barograph.monitors.verdict import Status, Verdict
from barograph.server.alerting.alike import mark_of, verdict_document
from barograph.server.alerting.contents import Contents, contents_of
from barograph.server.alerting.gathered import Gathered, Place, gather
from barograph.server.alerting.judging import MOST_BREACHED
from barograph.server.alerting.known import Known
from barograph.server.alerting.model import are_of_rows, groups_of, shares_in
from barograph.server.alerting.seen import seen_of
from barograph.server.alerting.settle import settle
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window, windows_between
from barograph.server.reading.span import start_of_day
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.store import Store
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, alerts_of_series, change_alert
from barograph.store.catalog import Model
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import (
    Evaluation,
    StoredSeries,
    add_evaluations,
    evaluations_of,
    require_unmoved,
    write_series,
)

_logger = logging.getLogger(__name__)
#: Windows that ended earlier stay as they were judged.
LATE_DAYS: Final = 60
_DAY_US: Final = 86_400_000_000
_SERVER: Final = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revised:
    """A window of which something else is said now."""

    watch: Watch
    window: Window
    verdict: Verdict
    evaluation: Evaluation
    before: Status


def judge_late(
    store: Store,
    known: Known,
    contents: Contents,
    model: Model,
    *,
    project_id: int,
    watches: Sequence[Watch],
    days: Iterable[int],
    calendars: Mapping[str, Calendar],
    now: int,
) -> int:
    """Judge the windows of some local days again that were judged before; returns of how many something else is said.

    A window that is said otherwise gets one more revision, and its alert is told. The state of a series stays, but for
    its last window: where that turns out to be fine, the alert may resolve. What a calendar leaves out stays so.

    Parameters
    ----------
    project_id : the model's project.
    calendars : of the project, by name.
    """
    revised = 0
    shares, wanted = shares_in(watches), sorted(set(days))
    for group, those in groups_of(watches).items():
        place = Place(model=model, every=group.every, now=now, store=store, known=known)
        judged = [
            w for w in those if w.series.window_end is not None and w.series.status and are_of_rows([w])
        ]
        for run in _runs(wanted):
            windows = list(_windows(place, run, judged))
            if not windows:
                continue
            with store.database.reading() as conn:
                marks = contents_of(conn, model, group.every, windows)
                starts = contents.changed(model, group.every, marks)
                windows = [window for window in windows if window.start in starts]
                if not windows:
                    continue
                held = gather(conn, place, [w.wanted for w in judged], windows)
                found = list(_revisions(conn, held, judged, shares, calendars))
            if found:
                with store.database.writing() as conn:
                    hold_project(conn, project_id)
                    _write(conn, model, found, project_id=project_id, now=now)
            contents.note(model, group.every, marks)
            revised += len(found)
    return revised


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of days that follow one another, at most a week."""
    first: int | None = None
    for i, day in enumerate(days):
        first = day if first is None else first
        last = i + 1 == len(days) or days[i + 1] != day + 1 or day - first >= 6
        if last:
            yield first, day
            first = None


def _windows(place: Place, run: tuple[int, int], watches: Sequence[Watch]) -> Iterator[Window]:
    """Windows that lie in some days and were judged, not too long ago."""
    seen = [w.series.window_end for w in watches if w.series.window_end is not None]
    if not seen:
        return
    first, end = (start_of_day(day, place.timezone) for day in (run[0], run[1] + 1))
    # A window of more than a day began before its days.
    longest = max(w.window_us for w in watches)
    for window in windows_between(first - longest, end + longest, every=place.every, timezone=place.timezone):
        inside = window.start < end and window.end > first
        if inside and window.end <= max(seen) and window.end > place.now - LATE_DAYS * _DAY_US:
            yield window


def _revisions(
    conn: sa.Connection,
    held: Gathered,
    watches: Sequence[Watch],
    shares: Shares,
    calendars: Mapping[str, Calendar],
) -> Iterator[_Revised]:
    first, end = held.windows[0].start, held.windows[-1].end
    kept: dict[tuple[int, int], Evaluation] = {}
    for each in evaluations_of(conn, [w.series.id for w in watches], first=first, end=end):
        kept[each.series_id, each.window_end] = each
    for watch in watches:
        own = [calendars[name] for name in watch.monitor.calendars if name in calendars]
        level = shares.level(watch.monitor)
        for window in held.windows:
            if not _was_judged(watch, window) or leaves_out(own, start=window.start, end=window.end):
                continue
            before = kept.get((watch.series.id, window.end))
            found = _revision(conn, held, (watch, window), before, level=level, calendars=own)
            if found is not None:
                yield found


def _was_judged(watch: Watch, window: Window) -> bool:
    """Whether a window is among those that the series has seen, the last so many."""
    last = watch.series.window_end
    seen = read_state(watch.series.state).windows
    return last is not None and last - seen * watch.window_us < window.end <= last


def _revision(
    conn: sa.Connection,
    held: Gathered,
    of: tuple[Watch, Window],
    before: Evaluation | None,
    *,
    level: float | None,
    calendars: Sequence[Calendar],
) -> _Revised | None:
    watch, window = of
    breached = frozenset(watch.series.breached) - {window.start}
    try:
        seen = seen_of(conn, held, watch, window, level=level, breached=breached, calendars=calendars)
        mark = mark_of(seen, watch.monitor)
        if before is not None and before.figures == mark:
            return None
        verdict = judge(watch.monitor, seen)
    except sa.exc.SQLAlchemyError:
        raise
    except UNFORESEEN:
        # As where it was judged first: one monitor's failure is its own, and what was said of the window stays.
        _logger.exception("monitor %s could not be judged again", watch.monitor.name)
        return None
    was: Status = "ok" if before is None else cast("Status", before.status)
    # What was fine was not kept, and stays so.
    if before is None and verdict.status == "ok":
        return None
    evaluation = Evaluation(
        series_id=watch.series.id, window_start=window.start, window_end=window.end,
        revision=1 if before is None else before.revision + 1, status=verdict.status, value=verdict.value,
        verdict=verdict_document(verdict), figures=mark, configuration=watch.configuration,
        evaluated_at=held.place.now,
    )  # fmt: skip
    return _Revised(watch=watch, window=window, verdict=verdict, evaluation=evaluation, before=was)


def _write(
    conn: sa.Connection, model: Model, found: Sequence[_Revised], *, project_id: int, now: int
) -> None:
    by_series: dict[int, list[_Revised]] = {}
    for one in found:
        by_series.setdefault(one.watch.series.id, []).append(one)
    alerts = alerts_of_series(conn, list(by_series), since=min(one.window.start for one in found))
    require_unmoved(conn, model.id, [one.watch.series for one in found])
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


def _learned(series: StoredSeries, one: _Revised) -> StoredSeries:
    """Whether something may be learned from the window."""
    start = one.window.start
    others = [each for each in series.breached if each != start]
    breached = sorted([*others, start])[-MOST_BREACHED:] if one.verdict.status == "breach" else others
    return replace(series, breached=tuple(breached))


def _last(
    conn: sa.Connection, series: StoredSeries, one: _Revised, alerts: Sequence[StoredAlert], now: int
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


def _passed(state: State, one: _Revised) -> State:
    """The state as if the window had been fine; an alert that fired with it was none."""
    if state.fired == one.window.end:
        return close(state)
    fine = Judged(start=one.window.start, end=one.window.end, status="ok")
    after, _ = advance(replace(state, through=one.window.start), fine, rules_of(one.watch.monitor))
    return replace(after, windows=state.windows)


def _is_blind(one: _Revised, status: Status) -> bool:
    """Whether a window of which that is said is one without an answer, and that is an alert."""
    judged = Judged(start=one.window.start, end=one.window.end, status=status)
    return blinded(judged, one.watch.monitor).status == "breach"


def _answered(state: State, one: _Revised) -> State:
    """The state of having no answer as if the window had had one: an alert is over, for its answers have come."""
    return close(state) if state.is_open else _passed(state, one)


def _covers(alert: StoredAlert, window: Window) -> bool:
    return alert.started_at <= window.start and window.end <= alert.window_end


def _event(alert: StoredAlert, one: _Revised, now: int) -> AlertEvent:
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
