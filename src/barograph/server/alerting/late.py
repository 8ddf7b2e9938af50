"""Late rows and labels: windows that were judged are judged again. They revise what is said, and page nobody.

The last windows of a series, where they had no rows at all, are judged as for the first time: see `awaited`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

import sqlalchemy as sa

from barograph.alerts.state_json import read_state
from barograph.monitors.calendars import Calendar, leaves_out
from barograph.monitors.judge import judge
from barograph.monitors.shares import Shares
from barograph.monitors.verdict import Status
from barograph.server.alerting.alike import mark_of, verdict_document
from barograph.server.alerting.awaited import Awaited, awaited_of, judge_awaited, with_rows, write_awaited
from barograph.server.alerting.contents import Contents, contents_of
from barograph.server.alerting.gathered import Gathered, Place, gather
from barograph.server.alerting.known import Known
from barograph.server.alerting.model import are_of_rows, groups_of, shares_in
from barograph.server.alerting.revising import Revised, write_revised
from barograph.server.alerting.seen import seen_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window, windows_between
from barograph.server.reading.rolled import kept_since
from barograph.server.reading.span import start_of_day
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.store import Store
from barograph.store.catalog import Model
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import Evaluation, StoredSeries, evaluations_of

_logger = logging.getLogger(__name__)
#: Windows that ended earlier stay as they were judged.
LATE_DAYS: Final = 60
_DAY_US: Final = 86_400_000_000


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
    its last window: where that turns out to be fine, the alert may resolve. What a calendar leaves out stays so. Where
    the last windows had no rows, they are judged as for the first time.

    Parameters
    ----------
    project_id : the model's project.
    calendars : of the project, by name.
    """
    revised = 0
    shares, wanted = shares_in(watches), sorted(set(days))
    for group, those in groups_of(watches).items():
        place = Place(model=model, every=group.every, now=now, store=store, known=known)
        judged: Sequence[Watch] = [
            w for w in those if w.series.window_end is not None and w.series.status and are_of_rows([w])
        ]
        for run in _runs(wanted):
            judged, count = _judge_run(
                place, contents, judged, run, project_id=project_id, shares=shares, calendars=calendars
            )
            revised += count
    return revised


def _judge_run(
    place: Place,
    contents: Contents,
    judged: Sequence[Watch],
    run: tuple[int, int],
    *,
    project_id: int,
    shares: Shares,
    calendars: Mapping[str, Calendar],
) -> tuple[Sequence[Watch], int]:
    """Judge what lies in some days again; returns the series as they stand then, and of how many windows it is said."""
    model, database, now = place.model, place.store.database, place.now
    with database.reading() as conn:
        windows = list(_windows(conn, place, run, judged))
        if not windows:
            return judged, 0
        marks = contents_of(conn, model, place.every, windows)
        starts = contents.changed(model, place.every, marks)
        windows = [window for window in windows if window.start in starts]
        if not windows:
            return judged, 0
        held = gather(conn, place, [w.wanted for w in judged], windows)
        awaited = {
            series_id: each
            for series_id, each in awaited_of(conn, place, with_rows(held, judged), calendars).items()
            if not starts.isdisjoint(window.start for window in each.windows)
        }
        before = sorted({window for each in awaited.values() for window in each.windows})
        those = [w.wanted for w in judged if w.series.id in awaited]
        held_before = held if before == windows else gather(conn, place, those, before) if before else held
        found = list(_revisions(conn, held, (judged, windows), awaited, shares=shares, calendars=calendars))
    if found:
        with database.writing() as conn:
            hold_project(conn, project_id)
            judged = _as_written(judged, write_revised(conn, found, project_id=project_id, now=now))
    with database.reading() as conn:
        first = judge_awaited(conn, held_before, judged, awaited, shares=shares, calendars=calendars)
    if first.judged:
        with database.writing() as conn:
            hold_project(conn, project_id)
            write_awaited(conn, first, model_id=model.id, project_id=project_id, now=now)
        judged = _as_written(judged, [each.series for each in first.judged])
    contents.note(model, place.every, marks)
    return judged, len(found) + sum(one.revision > 0 for each in first.judged for one in each.windows)


def _as_written(watches: Sequence[Watch], changed: Iterable[StoredSeries]) -> list[Watch]:
    """The series, those that were written as they stand now."""
    now = {series.id: series for series in changed}
    return [replace(watch, series=now.get(watch.series.id, watch.series)) for watch in watches]


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of days that follow one another, at most a week."""
    first: int | None = None
    for i, day in enumerate(days):
        first = day if first is None else first
        last = i + 1 == len(days) or days[i + 1] != day + 1 or day - first >= 6
        if last:
            yield first, day
            first = None


def _windows(
    conn: sa.Connection, place: Place, run: tuple[int, int], watches: Sequence[Watch]
) -> Iterator[Window]:
    """Windows that lie in some days and were judged, not too long ago; their rows are still kept apart."""
    seen = [w.series.window_end for w in watches if w.series.window_end is not None]
    if not seen:
        return
    first, end = (start_of_day(day, place.timezone) for day in (run[0], run[1] + 1))
    # A window of more than a day began before its days.
    longest = max(w.window_us for w in watches)
    earliest = kept_since(conn, place.model, place.every)
    for window in windows_between(first - longest, end + longest, every=place.every, timezone=place.timezone):
        inside = window.start < end and window.end > first
        is_kept = window.start >= earliest
        if inside and is_kept and window.end <= max(seen) and window.end > place.now - LATE_DAYS * _DAY_US:
            yield window


def _revisions(
    conn: sa.Connection,
    held: Gathered,
    of: tuple[Sequence[Watch], Sequence[Window]],
    awaited: Mapping[int, Awaited],
    *,
    shares: Shares,
    calendars: Mapping[str, Calendar],
) -> Iterator[Revised]:
    """Windows of which something else is said; without those that are awaited."""
    watches, windows = of
    first, end = windows[0].start, windows[-1].end
    kept: dict[tuple[int, int], Evaluation] = {}
    for each in evaluations_of(conn, [w.series.id for w in watches], first=first, end=end):
        kept[each.series_id, each.window_end] = each
    for watch in watches:
        own = [calendars[name] for name in watch.monitor.calendars if name in calendars]
        level = shares.level(watch.monitor)
        later = awaited[watch.series.id].windows if watch.series.id in awaited else ()
        for window in windows:
            if window in later or not _was_judged(watch, window):
                continue
            if leaves_out(own, start=window.start, end=window.end):
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
) -> Revised | None:
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
    return Revised(watch=watch, window=window, verdict=verdict, evaluation=evaluation, before=was)
