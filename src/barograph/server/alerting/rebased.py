"""What monitors would say of recent windows if a model had another reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from barograph.metrics.address import parse_address
from barograph.monitors.against import THE_REFERENCE, Against
from barograph.monitors.expand import watches
from barograph.monitors.file import MonitorFile
from barograph.server.alerting.backtest import Backtest, TriedSeries, backtest
from barograph.server.times import as_datetime
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, references
from barograph.windows import parse_every

_SECOND_US: Final = 1_000_000
#: The recent windows: so many at least, and at most those of so many days.
_FEWEST: Final = 14
_MOST: Final = 200
_DAYS: Final = 14
_NO_ANSWER: Final = ("unknown", "no_data", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of a series with one reference.

    Attributes
    ----------
    breached, unanswered : windows of each.
    is_open : whether an alert would be open now.
    alerts : that there would have been.
    """

    breached: int
    unanswered: int
    is_open: bool
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """A series, and what would be said of it before and after; `column` is None of metrics without one."""

    monitor: str
    address: str
    version: str
    column: str | None
    windows: int
    before: Judged
    after: Judged

    @property
    def turn(self) -> str:
        """In a word: `stops`, `starts`, `fewer`, `more`, `otherwise` (other alerts or answers) or `same`."""
        if self.before.is_open != self.after.is_open:
            return "stops" if self.before.is_open else "starts"
        if self.before == self.after:
            return "same"
        if self.before.breached == self.after.breached:
            return "otherwise"
        return "fewer" if self.after.breached < self.before.breached else "more"


_ORDER: Final = ("starts", "more", "stops", "fewer", "otherwise", "same")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """What another reference would change in recent windows.

    Attributes
    ----------
    first, end : the span, µs UTC.
    series : that are compared with the model's reference, what would be worse first.
    elsewhere : monitors of the model that are compared with something else, and stay as they are.
    """

    first: int
    end: int
    series: tuple[Rejudged, ...]
    elsewhere: int


def rebased(store: Store, model: Model, file: MonitorFile, reference: str, *, now: int) -> Rebased:
    """Judge the recent windows of a model with its reference, and with another.

    Parameters
    ----------
    file : the monitors there are.
    reference : name of a kept one, or a span of the model's rows; see `reading.references.compared_with`.
    now : microseconds UTC.

    Notes
    -----
    Cost: two back-tests of 14 days, or of 14 windows where these are longer. Nothing is kept.
    """
    own = [each for each in file.monitors if each.enabled and watches(each, model.name)]
    compared = tuple(each for each in own if each.against == THE_REFERENCE)
    with store.database.reading() as conn:
        today = next((each.name for each in references(conn, model.id) if each.id == model.reference), None)
    window_us = round(parse_every(model.every).approximate_seconds * _SECOND_US)
    length = max(_FEWEST * window_us, min(_DAYS * 86_400 * _SECOND_US, _MOST * window_us))
    span = (as_datetime(now - length).isoformat(), as_datetime(now).isoformat())

    def judged(with_reference: str | None) -> Backtest:
        against = Against(name=with_reference)
        tried = replace(file, monitors=tuple(replace(each, against=against) for each in compared))
        return backtest(store, model.project, tried, model=model.name, span=span, now=now)

    before, after = _by_series(judged(today)), _by_series(judged(reference))
    series = [_rejudged(each, after[key]) for key, each in before.items() if key in after]
    series.sort(key=lambda each: (_ORDER.index(each.turn), each.monitor, each.address))
    return Rebased(first=now - length, end=now, series=tuple(series), elsewhere=len(own) - len(compared))


def _by_series(found: Backtest) -> Mapping[tuple[str, str, str], TriedSeries]:
    return {(each.monitor, each.address, each.version): each for each in found.series}


def _rejudged(before: TriedSeries, after: TriedSeries) -> Rejudged:
    column = parse_address(before.address).get("column")
    return Rejudged(
        monitor=before.monitor, address=before.address, version=before.version, windows=before.windows,
        column=None if column is None else str(column), before=_judged(before), after=_judged(after),
    )  # fmt: skip


def _judged(tried: TriedSeries) -> Judged:
    return Judged(
        breached=tried.statuses.get("breach", 0), alerts=len(tried.alerts),
        unanswered=sum(tried.statuses.get(each, 0) for each in _NO_ANSWER),
        is_open=any(alert.resolved_at is None for alert in tried.alerts),
    )  # fmt: skip
