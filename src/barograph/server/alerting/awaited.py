"""Windows that had no rows when they were due: once their rows have come they are judged as for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import sqlalchemy as sa

from barograph.alerts.blind import blinded
from barograph.alerts.machine import Judged, State, close
from barograph.alerts.rewound import rewound
from barograph.alerts.state_json import read_state, state_document
from barograph.monitors.calendars import Calendar, leaves_out
from barograph.monitors.shares import Shares
from barograph.monitors.verdict import Status
from barograph.server.alerting.alike import Alike
from barograph.server.alerting.ending import end_alerts
from barograph.server.alerting.gathered import Gathered, Place
from barograph.server.alerting.judging import JudgedSeries, JudgedWindow, judge_series
from barograph.server.alerting.model import JudgedGroup, write_judged
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window, windows_between
from barograph.store.alerts import open_alerts
from barograph.store.monitor_series import Evaluation, StoredSeries, evaluations_of

_DAY_US: Final = 86_400_000_000
#: Rows of windows that were over for as long are still news, or of two windows.
_NEWS_US: Final = 3 * _DAY_US
#: What is said of a window while its rows are still awaited: none have come, or too few for an answer.
_NO_ANSWER: Final = ("no_data", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The last windows of a series, none of which had rows when it was due, or has had an answer since.

    Attributes
    ----------
    windows : ascending; those that a calendar leaves out among them.
    said : of those that were judged, by their end.
    breached : what was said of the breached windows right before them, ascending.
    """

    windows: Sequence[Window]
    said: Mapping[int, Evaluation]
    breached: Sequence[Evaluation]


def with_rows(held: Gathered, watches: Iterable[Watch]) -> list[Watch]:
    """Series that have rows in windows that are held: a version that is gone awaits its own for days, and has none."""
    return [
        watch
        for watch in watches
        if any(
            held.rows_of(wanted, window.start)[0]
            for wanted in (watch.wanted, *watch.wanted.parts.values())
            for window in held.windows
        )
    ]


def awaited_of(
    conn: sa.Connection, place: Place, watches: Sequence[Watch], calendars: Mapping[str, Calendar]
) -> dict[int, Awaited]:
    """By series the windows whose rows are still news, where they come; series that await none are left out.

    Parameters
    ----------
    watches : of one group.
    calendars : of the project, by name.
    """
    those = [watch for watch in watches if watch.series.status in _NO_ANSWER or watch.monitor.calendars]
    if not those:
        return {}
    due = place.now - those[0].delay_us
    length = those[0].window_us
    first, end = due - max(_NEWS_US, 2 * length), max(watch.series.window_end or 0 for watch in those)
    # Those that were pending before them among them.
    earliest = first - length * (max(watch.monitor.for_windows for watch in those) - 1)
    near = windows_between(earliest - 2 * length, end, every=place.every, timezone=place.timezone)
    said: dict[int, dict[int, list[Evaluation]]] = {}
    for each in evaluations_of(conn, [w.series.id for w in those], first=earliest - 1, end=end):
        said.setdefault(each.series_id, {}).setdefault(each.window_end, []).append(each)
    found = (
        (watch, _awaited(watch, near, first, said.get(watch.series.id, {}), calendars)) for watch in those
    )
    return {watch.series.id: awaited for watch, awaited in found if awaited.said}


def _awaited(
    watch: Watch,
    near: Sequence[Window],
    first: int,
    said: Mapping[int, Sequence[Evaluation]],
    calendars: Mapping[str, Calendar],
) -> Awaited:
    own = [calendars[name] for name in watch.monitor.calendars if name in calendars]
    windows: list[Window] = []
    held: dict[int, Evaluation] = {}
    for window in reversed([w for w in near if first <= w.end <= (watch.series.window_end or 0)]):
        of_it = said.get(window.end, ())
        if _has_no_answer(of_it):
            held[window.end] = of_it[-1]
        elif leaves_out(own, start=window.start, end=window.end) is None:
            break
        windows.append(window)
    breached: list[Evaluation] = []
    for window in reversed([w for w in near if windows and w.end <= windows[-1].start]):
        of_it = said.get(window.end, ())
        if of_it and (of_it[-1].status, of_it[-1].configuration) == ("breach", watch.configuration):
            breached.append(of_it[-1])
        elif leaves_out(own, start=window.start, end=window.end) is None:
            break
    return Awaited(windows=windows[::-1], said=held, breached=breached[::-1])


def _has_no_answer(said: Sequence[Evaluation]) -> bool:
    """Whether a window had no rows when it was due, and too few since, where some have come."""
    return bool(said) and said[0].status == "no_data" and all(each.status in _NO_ANSWER for each in said)


def judge_awaited(
    conn: sa.Connection,
    held: Gathered,
    watches: Sequence[Watch],
    awaited: Mapping[int, Awaited],
    *,
    shares: Shares,
    calendars: Mapping[str, Calendar],
) -> JudgedGroup:
    """Judge the windows that series await, in order, each series from where it stood before them; nothing is written.

    Series of which nothing else is said are left out.

    Parameters
    ----------
    held : figures of all these windows.
    """
    alike = Alike()
    before = [watch for watch in watches if watch.series.id in awaited]
    judged = [
        _judged(
            conn, held, watch, awaited[watch.series.id], alike=alike, level=shares.level(watch.monitor),
            calendars=[calendars[name] for name in watch.monitor.calendars if name in calendars],
        )
        for watch in before
    ]  # fmt: skip
    return JudgedGroup(held=held, before=before, judged=[each for each in judged if each.windows])


def _says_more(one: JudgedWindow, before: Evaluation | None) -> bool:
    """Whether rows have come since what was said of it before."""
    if one.step.verdict is None or one.verdict.status == "no_data":
        return False
    return before is None or (one.verdict.status, one.taken.figures) != (before.status, before.figures)


def _judged(
    conn: sa.Connection,
    held: Gathered,
    watch: Watch,
    awaited: Awaited,
    *,
    level: float | None,
    alike: Alike,
    calendars: Sequence[Calendar],
) -> JudgedSeries:
    first = awaited.windows[0]
    state, blind = read_state(watch.series.state), read_state(watch.series.blind)
    to, said = first.start, awaited.said.values()
    policies = {"no_data": watch.monitor.no_data, "unknown": watch.monitor.unknown}
    good = ["ok" if policies[each.status] == "ok" else each.status for each in said]
    state = rewound(state, to=to, counted=[cast("Status", status) for status in good])
    if "ok" in good and state.phase == "ok":
        state = _pending(state, awaited.breached, watch.monitor.for_windows)
    counted = [_blind_as(watch, awaited.windows[-1], cast("Status", each.status)) for each in said]
    # That there were no rows is told: the alert stays until the last window has an answer.
    is_told = blind.is_open and "breach" in counted
    if not is_told:
        blind = rewound(blind, to=to, counted=counted)
    before = replace(
        watch.series, state=state_document(state), blind=state_document(blind), window_end=first.start
    )
    judged = judge_series(
        conn, held, replace(watch, series=before), level=level, alike=alike, calendars=calendars,
        windows=awaited.windows,
    )  # fmt: skip
    said_before = [(one, awaited.said.get(one.window.end)) for one in judged.windows]
    if not any(_says_more(one, before) for one, before in said_before):
        return replace(judged, windows=())
    windows = [_revised(one, before) for one, before in said_before]
    after = judged.series
    if is_told and _blind_as(watch, windows[-1].window, windows[-1].verdict.status) != "breach":
        after = replace(after, blind=state_document(close(blind)))
    return JudgedSeries(series=after, windows=windows)


def _pending(state: State, breached: Sequence[Evaluation], fire: int) -> State:
    """The state where windows that counted as good have calmed what was pending; what had fired is over."""
    if not 0 < len(breached) < fire:
        return state
    return replace(state, phase="pending", breaches=len(breached), passes=0, since=breached[0].window_start)


def _revised(one: JudgedWindow, before: Evaluation | None) -> JudgedWindow:
    """A window that is no history, with the number of what is said of it now."""
    revision = 0 if before is None else before.revision + _says_more(one, before)
    return replace(one, revision=revision, backfilled=False)


def _blind_as(watch: Watch, window: Window, status: Status) -> Status:
    """What a window of which that is said is to the state of having no answer."""
    return blinded(Judged(start=window.start, end=window.end, status=status), watch.monitor).status


def write_awaited(
    conn: sa.Connection, group: JudgedGroup, *, model_id: int, project_id: int, now: int
) -> None:
    """Write what was said, and what follows from it, as of windows that are judged in time; see `write_judged`.

    Alerts of having no rows are over first: what the rows show is news.
    """
    over = set(_answered(group))
    if over:
        opened = open_alerts(conn, model_id=model_id)
        end_alerts(conn, [a for a in opened if a.kind == "blind" and a.series_id in over], "revised", now=now)
    write_judged(conn, [group], model_id=model_id, project_id=project_id, now=now)


def _answered(group: JudgedGroup) -> Iterator[int]:
    """Series whose alert of having no rows is over."""
    before: dict[int, StoredSeries] = {watch.series.id: watch.series for watch in group.before}
    for each in group.judged:
        was, now = before[each.series.id].blind, each.series.blind
        if read_state(was).is_open and not read_state(now).is_open:
            yield each.series.id
