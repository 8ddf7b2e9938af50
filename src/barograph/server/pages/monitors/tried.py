"""A monitor tried on the past, as its page shows that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from barograph.monitors.file import MonitorFile
from barograph.server.alerting.backtest import Backtest, TriedSeries, backtest
from barograph.server.pages.view import View
from barograph.server.reading.edges import MOST_WINDOWS
from barograph.server.times import as_datetime, as_time_us
from barograph.windows import parse_every

#: Days of the past a monitor is tried on.
DAYS: Final = 30
_DAY_US: Final = 86_400_000_000
_MOST_ROWS: Final = 100
_FIRST_ALERTS: Final = 3
_NO_ANSWER: Final = ("unknown", "no_data", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBe:
    """An alert that there would have been; times in µs UTC. A severity from impact is known once it is explained.

    Attributes
    ----------
    started_at : start of its first window, which is of the length `window`.
    """

    model: str
    version: str
    address: str
    kind: str
    severity: str
    started_at: int
    window: str
    fired_at: int
    resolved_at: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An incident marked as useful of which nobody would have been told; `started_at` in µs UTC."""

    id: int
    title: str
    started_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InShort:
    """What one of several monitors would have done.

    Attributes
    ----------
    alerts : how many; `unanswered`: windows of which it could not say anything, of `windows`.
    told : incidents with an alert of its own that people would have been told of.
    first : the first alerts, each from and to in µs UTC; to is None where it would still be open.
    window : length of the windows: an alert begins with one, and what it tells of somewhere in it.
    """

    alerts: int
    told: int
    windows: int
    unanswered: int
    first: tuple[tuple[int, int | None], ...]
    window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a monitor would have done.

    Attributes
    ----------
    first, end : the span, µs UTC.
    told, per_week : incidents that people would have been told of, in all and a week; `by_impact` of them only where an
        explanation finds the impact grave enough.
    digest, digest_per_week : incidents told in the daily digest at the most.
    series, windows : how much was judged; `statuses`: windows by what was said of them.
    rows : the alerts, the latest first; `alerts` counts all of them.
    compared : by model the references of its windows, each with since when, µs UTC, where they are several.
    """

    first: int
    end: int
    alerts: int
    told: int
    by_impact: int
    per_week: float
    digest: int
    digest_per_week: float
    series: int
    windows: int
    statuses: Mapping[str, int]
    rows: tuple[WouldBe, ...]
    missed: tuple[Missed, ...]
    compared: Mapping[str, tuple[tuple[str | None, int | None], ...]]


def tried(view: View, project: str, file: MonitorFile, *, model: str | None) -> Tried:
    """Try the monitors of a file on the last days: on `DAYS`, or on as many as one answer holds windows of.

    Parameters
    ----------
    model : only on this one; None: on all they name.

    Notes
    -----
    Cost: 0.05 to 2 ms a window and series, by metric, where its figure is not kept.
    """
    shortest = min((parse_every(each.window).approximate_seconds for each in file.monitors), default=0.0)
    length = min(DAYS * _DAY_US, round(MOST_WINDOWS * shortest * 1_000_000)) or DAYS * _DAY_US
    span = (as_datetime(view.now - length).isoformat(), as_datetime(view.now).isoformat())
    windows = {monitor.name: monitor.window for monitor in file.monitors}
    return _as_tried(backtest(view.here.store, project, file, model=model, span=span, now=view.now), windows)


def tried_in_short(view: View, project: str, file: MonitorFile, *, model: str) -> dict[str, InShort]:
    """By name what each monitor of a file would have done on the last days; see `tried`."""
    span = (as_datetime(view.now - DAYS * _DAY_US).isoformat(), as_datetime(view.now).isoformat())
    found = backtest(view.here.store, project, file, model=model, span=span, now=view.now)
    by_name: dict[str, list[TriedSeries]] = {monitor.name: [] for monitor in file.monitors}
    for each in found.series:
        by_name[each.monitor].append(each)
    windows = {monitor.name: monitor.window for monitor in file.monitors}
    return {name: _in_short(series, windows[name]) for name, series in by_name.items()}


def _in_short(series: Sequence[TriedSeries], window: str) -> InShort:
    alerts = sorted((a for each in series for a in each.alerts), key=lambda alert: alert.started_at)
    return InShort(
        alerts=len(alerts), told=len({alert.incident for alert in alerts if alert.told}),
        windows=sum(each.windows for each in series),
        unanswered=sum(each.statuses.get(word, 0) for each in series for word in _NO_ANSWER),
        first=tuple((as_time_us(a.started_at), _time(a.resolved_at)) for a in alerts[:_FIRST_ALERTS]),
        window=window,
    )  # fmt: skip


def _as_tried(found: Backtest, windows: Mapping[str, str]) -> Tried:
    """What a back-test found, as its page shows that; `windows`: their length by monitor."""
    statuses: Counter[str] = Counter()
    rows = []
    for each in found.series:
        statuses.update(each.statuses)
        rows += [
            WouldBe(
                model=each.model, version=each.version, address=each.address, kind=alert.kind,
                severity=alert.severity, started_at=as_time_us(alert.started_at), window=windows[each.monitor],
                fired_at=as_time_us(alert.fired_at), resolved_at=_time(alert.resolved_at), detail=alert.detail,
            )
            for alert in each.alerts
        ]  # fmt: skip
    rows.sort(key=lambda row: -row.started_at)
    return Tried(
        first=as_time_us(found.first), end=as_time_us(found.end), alerts=found.alerts, told=found.told,
        by_impact=found.told_by_impact, per_week=found.per_week, digest=found.digest,
        digest_per_week=found.digest_per_week, series=len(found.series),
        windows=sum(each.windows for each in found.series), statuses=dict(statuses), rows=tuple(rows[:_MOST_ROWS]),
        missed=tuple(Missed(id=m.id, title=m.title, started_at=as_time_us(m.started_at)) for m in found.missed),
        compared=_compared(found),
    )  # fmt: skip


def _compared(found: Backtest) -> Mapping[str, tuple[tuple[str | None, int | None], ...]]:
    by_model: dict[str, tuple[tuple[str | None, int | None], ...]] = {}
    for one in found.references:
        by_model[one.model] = (*by_model.get(one.model, ()), (one.reference, _time(one.since)))
    return {model: those for model, those in by_model.items() if len(those) > 1}


def _time(at: datetime | None) -> int | None:
    return None if at is None else as_time_us(at)
