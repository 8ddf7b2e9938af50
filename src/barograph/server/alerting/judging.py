"""One series through the windows that are due: verdicts, and what they do to its states."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from barograph.alerts.history import Standing, Step, rules_of
from barograph.alerts.machine import Judged, advance
from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.monitors.calendars import Calendar
from barograph.monitors.verdict import Figure, Seen, Verdict
from barograph.server.alerting.alike import Alike, Document, Taken, verdict_document
from barograph.server.alerting.gathered import Gathered
from barograph.server.alerting.seen import seen_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window
from barograph.server.unforeseen import UNFORESEEN
from barograph.store.monitor_series import Evaluation, StoredSeries

_logger = logging.getLogger(__name__)
#: Starts of breached windows that are remembered.
MOST_BREACHED: Final = 500
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedWindow:
    """A window that was judged.

    Attributes
    ----------
    taken : what was said of it, and from what.
    backfilled : its rows came long after it: it is history.
    revision : of what is said of it: how often it was said otherwise before.
    """

    watch: Watch
    window: Window
    taken: Taken
    backfilled: bool
    revision: int = 0

    @property
    def step(self) -> Step:
        """What the window said and did."""
        return self.taken.step

    @property
    def seen(self) -> Seen | None:
        """What it was judged from; None where that could not be put together."""
        return self.taken.seen

    @property
    def verdict(self) -> Verdict:
        """What was said; of a window that a calendar leaves out, that."""
        return self.taken.verdict

    @property
    def is_notable(self) -> bool:
        """Whether it is kept: it was not simply fine, or changed something, be it what was said of it before."""
        taken = self.taken
        changes = taken.step.changes or taken.step.blind_changes
        return taken.verdict.status != "ok" or bool(changes or self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSeries:
    """A series after all its windows."""

    series: StoredSeries
    windows: Sequence[JudgedWindow]


def judge_series(
    conn: sa.Connection,
    held: Gathered,
    watch: Watch,
    *,
    level: float | None,
    alike: Alike,
    calendars: Sequence[Calendar] = (),
    windows: Sequence[Window] | None = None,
) -> JudgedSeries:
    """Judge the windows of a series, those that it has not seen, in order.

    What fails is that window's *error*, with the reason; other series go on.

    Parameters
    ----------
    alike : what was said of other series of the model that look alike.
    windows : among those that are held; None: all.
    """
    series, due = watch.series, held.place.now - watch.delay_us
    state, blind, breached = series.state, series.blind, tuple(series.breached)
    judged: list[JudgedWindow] = []
    for window in _unseen(series, held.windows if windows is None else windows, due):
        taken = _taken(
            (conn, held, watch, window), (state, blind),
            level=level, breached=frozenset(breached), alike=alike, calendars=calendars,
        )  # fmt: skip
        state, blind, verdict = taken.state, taken.blind, taken.step.verdict
        if verdict is not None and verdict.status == "breach":
            breached = (*breached, window.start)[-MOST_BREACHED:]
        judged.append(
            JudgedWindow(
                watch=watch,
                window=window,
                taken=taken,
                backfilled=is_history(window, due, waited=watch.wanted.counts_rows),
            )
        )
    if not judged:
        return JudgedSeries(series=series, windows=())
    last = judged[-1]
    after = StoredSeries(
        id=series.id, monitor_id=series.monitor_id, model_id=series.model_id, version_id=series.version_id,
        address=series.address, state=state, blind=blind, breached=breached, status=last.verdict.status,
        window_start=last.window.start, window_end=last.window.end, verdict=alike.document(last.verdict),
        figures=last.taken.figures, judged_at=held.place.now,
    )  # fmt: skip
    return JudgedSeries(series=after, windows=judged)


def is_history(window: Window, due: int, *, waited: bool = False) -> bool:
    """Whether a window that is judged for the first time ended so long ago that nobody is told: 2 windows and a day.

    Parameters
    ----------
    due : the time up to which windows have to be over to be judged, µs UTC.
    waited : until rows came: that there were few before is then told of two windows at the most.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> [is_history(Window(0, hour), hours * hour) for hours in (1, 27, 28)]
    [False, False, True]
    >>> [is_history(Window(0, hour), hours * hour, waited=True) for hours in (1, 3, 4)]
    [False, False, True]
    """
    return window.end < due - 2 * (window.end - window.start) - (0 if waited else _DAY_US)


def evaluations_of(judged: JudgedSeries, *, now: int) -> Iterator[Evaluation]:
    """What is kept of the windows."""
    for one in judged.windows:
        if one.is_notable:
            yield Evaluation(
                series_id=judged.series.id,
                window_start=one.window.start,
                window_end=one.window.end,
                revision=one.revision,
                status=one.verdict.status,
                value=one.verdict.value,
                verdict=verdict_document(one.verdict),
                figures=one.taken.figures,
                configuration=one.watch.configuration,
                evaluated_at=now,
            )


def _unseen(series: StoredSeries, windows: Sequence[Window], due: int) -> Iterator[Window]:
    for window in windows:
        if window.end <= due and (series.window_end is None or window.end > series.window_end):
            yield window


def _taken(
    of: tuple[sa.Connection, Gathered, Watch, Window],
    stands: tuple[Document, Document],
    *,
    level: float | None,
    breached: frozenset[int],
    alike: Alike,
    calendars: Sequence[Calendar],
) -> Taken:
    conn, held, watch, window = of
    seen: Seen | None = None
    try:
        seen = seen_of(conn, held, watch, window, level=level, breached=breached, calendars=calendars)
        return alike.take(watch, seen, *stands, calendars=calendars)
    except sa.exc.SQLAlchemyError:
        raise
    except UNFORESEEN as error:
        # A monitor that cannot be judged is an edge of its own: it is logged, told as an error, and the others go on.
        _logger.exception("monitor %s could not be judged", watch.monitor.name)
        state, blind = (alike.read(document) for document in stands)
        return alike.taken(watch, seen, _error(watch, window, Standing(state=state, blind=blind), error))


def _error(watch: Watch, window: Window, standing: Standing, error: BaseException) -> Step:
    """The step of a window that could not be judged."""
    why = f"{type(error).__name__}: {error}"
    result = Undefined(reason="evaluation_error", detail=why)
    verdict = Verdict(status="error", detail=say("the monitor could not be judged ({why})", why=why))
    policy = watch.monitor.error
    status = "ok" if policy == "ok" else "error"
    rules = rules_of(watch.monitor)
    judged = Judged(start=window.start, end=window.end, status=status)  # type: ignore[arg-type]
    state, changes = advance(standing.state, judged, rules)
    blind_status = "breach" if policy == "alert" else "ok"
    blind, blind_changes = advance(standing.blind, replace(judged, status=blind_status), rules)  # type: ignore[arg-type]
    return Step(
        window=Figure(start=window.start, end=window.end, result=result), verdict=verdict,
        standing=Standing(state=state, blind=blind), changes=changes, blind_changes=blind_changes,
    )  # fmt: skip
