"""The windows of one model that are due: judged, and written with what follows from them, in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.alerts.history import gone_after
from barograph.alerts.state_json import read_state
from barograph.monitors.calendars import Calendar
from barograph.monitors.shares import Shares, shares_of
from barograph.server.alerting.about import About
from barograph.server.alerting.alike import Alike
from barograph.server.alerting.firing import Firing
from barograph.server.alerting.gathered import Gathered, Place, gather
from barograph.server.alerting.judging import JudgedSeries, evaluations_of, judge_series
from barograph.server.alerting.pinning import pin_alerts
from barograph.server.alerting.settle import settle
from barograph.server.alerting.turns import turns_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window, windows_between
from barograph.server.reading.series import is_of_readings
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import add_evaluations, require_unmoved, write_series
from barograph.store.points import keep_all
from barograph.store.tallies import tally
from barograph.windows import parse_every

#: Windows judged in one transaction.
_AT_ONCE: Final = 50
_SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Series of a model that become due together: windows of one length, waited for equally long.

    Attributes
    ----------
    counts_rows : of how many rows came: a window waits until its rows are counted, however long it has been over.
    """

    every: str
    delay_us: int
    counts_rows: bool = False


def are_of_rows(watches: Iterable[Watch]) -> bool:
    """Whether some series rest on rows, not on readings and heartbeats alone."""
    return any(not is_of_readings(ask.address.metric) for watch in watches for ask in watch.asked)


def groups_of(watches: Iterable[Watch]) -> dict[Group, list[Watch]]:
    """Series by when they become due."""
    found: dict[tuple[str, int, bool], list[Watch]] = defaultdict(list)
    for watch in watches:
        wanted = watch.wanted
        found[wanted.every, wanted.delay_us, wanted.counts_rows].append(watch)
    return {
        Group(every=every, delay_us=delay, counts_rows=counts): each
        for (every, delay, counts), each in found.items()
    }


def due_windows(
    group: Group, watches: Sequence[Watch], timezone: str, *, until: int
) -> tuple[list[Window], int]:
    """Windows of a group that some series has not seen, the oldest first, and when the one after them is due.

    Parameters
    ----------
    until : windows are due that were over, and waited for, by this time, µs UTC.
    """
    seen = [watch.series.window_end for watch in watches if watch.series.window_end is not None]
    length = round(parse_every(group.every).approximate_seconds * _SECOND_US)
    waited = until - group.delay_us
    # Months and days with a change of clocks are longer than usual.
    first = min(seen, default=waited - 2 * length)
    near = windows_between(first, waited + 3 * length, every=group.every, timezone=timezone)
    after = next((w.end for w in near if w.end > waited), waited + length)
    return [w for w in near if w.end <= waited] if seen else [], after + group.delay_us


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedGroup:
    """What was said of windows of a group, to be written.

    Attributes
    ----------
    held : the figures it was said of.
    before : the series that were judged, as they stood.
    judged : those as they stand now.
    """

    held: Gathered
    before: Sequence[Watch]
    judged: Sequence[JudgedSeries]


def judge_group(
    conn: sa.Connection,
    place: Place,
    watches: Sequence[Watch],
    windows: Sequence[Window],
    *,
    shares: Shares,
    calendars: dict[str, Calendar],
) -> JudgedGroup:
    """Judge windows of a group; nothing is written.

    Parameters
    ----------
    shares : of the model's budget of false alarms.
    """
    waiting = [
        w for w in watches if w.series.window_end is not None and w.series.window_end < windows[-1].end
    ]
    held, alike = gather(conn, place, [w.wanted for w in waiting], windows), Alike()
    # All series of a monitor have its name, its level and its calendars.
    named = {watch.monitor.name: watch.monitor for watch in waiting}
    levels = {name: shares.level(monitor) for name, monitor in named.items()}
    kept = {name: [calendars[c] for c in m.calendars if c in calendars] for name, m in named.items()}
    judged = [
        judge_series(
            conn, held, watch, level=levels[watch.monitor.name], alike=alike,
            calendars=kept[watch.monitor.name],
        )
        for watch in waiting
    ]  # fmt: skip
    return JudgedGroup(held=held, before=waiting, judged=[each for each in judged if each.windows])


def shares_in(watches: Iterable[Watch]) -> Shares:
    """How the series of a model share its budget of false alarms: one whose version is gone has nothing to spend.

    Segments come and go, many at once, and keep their share.
    """
    return shares_of(watch.monitor for watch in watches if not _is_gone(watch))


def _is_gone(watch: Watch) -> bool:
    if watch.monitor.metric.get("segment"):
        return False
    return read_state(watch.series.state).missing >= gone_after(watch.window_us)


def in_pieces(windows: Sequence[Window]) -> list[Sequence[Window]]:
    """The windows, some at a time."""
    return [windows[i : i + _AT_ONCE] for i in range(0, len(windows), _AT_ONCE)]


def write_judged(
    conn: sa.Connection, groups: Sequence[JudgedGroup], *, model_id: int, project_id: int, now: int
) -> None:
    """Write where series of a model stand, what was said, alerts, incidents and what is to be told: all or nothing.

    Raises
    ------
    Conflict
        Where another process judged some of the windows meanwhile, or somebody ended an incident or took that back;
        the transaction must be taken back.
    """
    judged = [each for group in groups for each in group.judged]
    ids = {each.series.id for each in judged}
    # Incidents are of a project: who changes them waits for who does so at the moment.
    hold_project(conn, project_id)
    before = (watch.series for group in groups for watch in group.before)
    require_unmoved(conn, model_id, [series for series in before if series.id in ids])
    write_series(conn, [each.series for each in judged])
    add_evaluations(conn, [e for each in judged for e in evaluations_of(each, now=now)])
    counted = Counter[tuple[str, str]](("", one.verdict.status) for each in judged for one in each.windows)
    tally(conn, "evaluations", project_id, counted, now=now)
    for group in groups:
        _fire(conn, group, project_id=project_id, now=now)
    keep_all(conn, [kept for group in groups for kept in group.held.to_keep])


def _fire(conn: sa.Connection, group: JudgedGroup, *, project_id: int, now: int) -> None:
    """Alerts and incidents of a group."""
    turns = turns_of(group.judged)
    if not turns:
        return
    fired = Firing(conn, About(conn, group.held, project_id), now=now).apply(turns)
    pin_alerts(conn, group.held, fired.alerts, project_id=project_id, now=now)
    if fired.incidents:
        settle(conn, project_id, fired.incidents, now=now)
