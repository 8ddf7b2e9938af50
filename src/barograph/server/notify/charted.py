"""The figures behind an alert, as its page and messages draw them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from barograph.charts.series import Series as Drawn
from barograph.charts.watched import Watched
from barograph.errors import BarographError
from barograph.locale.said import Said, say, within, word
from barograph.metrics.address import Address, parse_address
from barograph.metrics.units import shown_unit
from barograph.metrics.values import Value
from barograph.monitors.document import read_kept_monitor
from barograph.monitors.figures import is_paired
from barograph.monitors.judge.words import times, windows_word
from barograph.monitors.needed import is_p_value
from barograph.server.alerting.known import Known
from barograph.server.reading.references import Compared
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked, Series, is_of_readings, series
from barograph.server.reading.span import Span
from barograph.server.times import as_datetime
from barograph.store.alerts import StoredAlert
from barograph.store.catalog import Model, model_by_id, references
from barograph.store.tables.monitors import monitor_series, monitors
from barograph.windows import parse_every

#: Figures of references are the same for every alert, and take longest.
_KNOWN: Final = Known()
_logger = logging.getLogger(__name__)
#: Windows that are drawn.
_WINDOWS: Final = 45
_DAY_SECONDS: Final = 86_400
#: A line needs two.
_FEWEST: Final = 2
#: Quantiles of fewer windows say nothing.
_FEWEST_OWN: Final = 8
#: What shows how far a column moved, where the alert is on how likely that is by chance.
_SHOWN: Final = {"drift.windows_p_value": "drift.windows_ratio"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """The series of an alert: its model, version (None: all), length of windows, and starts of breached ones.

    It is compared with what it was judged by, whatever the model's default reference is by now.
    """

    alert: StoredAlert
    model: Model
    compared: Compared | None
    is_default: bool
    version_id: int | None
    every: str
    breached: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """The last windows of what an alert is about.

    Attributes
    ----------
    drawn : what is drawn; windows without a figure are left out.
    starts : of its windows, µs UTC; `length_us` of one.
    caption : what it shows, in words.
    """

    drawn: Watched
    starts: tuple[int, ...]
    length_us: int
    caption: str

    def document(self) -> dict[str, Any]:
        """As a message holds it."""
        series = self.drawn.series
        return {
            "name": series.name, "unit": series.unit, "labels": list(series.labels), "values": list(series.values),
            "intervals": [None if each is None else list(each) for each in series.intervals],
            "limits": list(self.drawn.limits), "band": None if series.band is None else list(series.band),
            "breached": list(self.drawn.breached), "caption": self.caption,
        }  # fmt: skip


def charted(conn: sa.Connection, alert: StoredAlert, *, now: int) -> Charted | None:
    """The last windows of what an alert is about, with its limits; None where too few have a figure.

    Of a p-value, which falls to nothing and says no more, the distance of the column that moved most is drawn.

    Parameters
    ----------
    now : microseconds UTC.

    Notes
    -----
    Cost: 0.05 to 2 ms a window, by metric, where its figure is not kept.
    """
    watched = _watched(conn, alert, now=now)
    if watched is None:
        return None
    for address in _addresses(alert):
        try:
            found = _read(conn, watched, address, now=now)
        except BarographError as error:
            # A message without its chart is better than none.
            _logger.warning("alert %s has no chart: %s", alert.id, error)
            continue
        if sum(isinstance(result, Value) for _, result in found.points) >= _FEWEST:
            return _chart(watched, found, _band(watched, found.address))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How far a column moved in the last breached window: a distance, in `every`-long windows of the reference."""

    column: str
    figure: Value
    every: str

    def before(self, detail: str) -> str:
        """What an alert says of chance, behind what it is the chance of."""
        amount = say(
            "{times} what reference {windows} differ from each other",
            times=times(self.figure.value), windows=windows_word(self.every),
        )  # fmt: skip
        return say(
            "{column} moved {amount}; {detail}", column=self.column, amount=amount, detail=within(detail)
        )


def moved(conn: sa.Connection, alert: StoredAlert, *, now: int) -> Moved | None:
    """How far the column moved that an alert on how likely that is by chance is about; None for any other alert.

    Parameters
    ----------
    now : microseconds UTC.

    Notes
    -----
    Cost: 2 ms, where the window's rows are unchanged since it was asked last; else 10 ms.
    """
    if not is_p_value(parse_address(alert.address)):
        return None
    watched = _watched(conn, alert, now=now)
    # Those of later alerts of the series are among them.
    last = max((s for s in watched.breached if s < alert.window_end), default=None) if watched else None
    if watched is None or last is None:
        return None
    address = next(_addresses(alert))
    column = address.get("column")
    if address.metric not in _SHOWN.values() or not isinstance(column, str):
        return None
    asked = _asked(watched, last, last + _length_us(watched), now=now)
    try:
        what = ("moved", str(address))
        found = remembered(conn, asked, what, lambda: series(conn, str(address), asked).points)
    except BarographError as error:
        _logger.warning("alert %s has no figure of %s: %s", alert.id, column, error)
        return None
    figure = dict(found).get(last)
    return Moved(column=column, figure=figure, every=watched.every) if isinstance(figure, Value) else None


def _watched(conn: sa.Connection, alert: StoredAlert, *, now: int) -> _Watched | None:
    asked = (
        sa.select(monitor_series.c.version_id, monitor_series.c.breached, monitors.c.document)
        .join(monitors, monitors.c.id == monitor_series.c.monitor_id)
        .where(monitor_series.c.id == alert.series_id)
    )
    row = conn.execute(asked).one_or_none()
    if row is None:
        return None
    model = model_by_id(conn, alert.model_id)
    monitor = read_kept_monitor(row.document, where="monitor")
    if is_paired(replace(monitor, metric=parse_address(alert.address)), model.schema):
        # Its figures are of two windows each, and not kept; those against the reference are others.
        return None
    compared, is_default = reference_of(conn, alert, model, now=now)
    return _Watched(
        alert=alert, model=model, compared=compared, is_default=is_default, version_id=row.version_id or None,
        every=str(row.document.get("window", "1d")), breached=frozenset(row.breached),
    )  # fmt: skip


def reference_of(
    conn: sa.Connection, alert: StoredAlert, model: Model, *, now: int
) -> tuple[Compared | None, bool]:
    """What an alert was compared with, and whether that is the model's default reference; where it is gone, that one.

    Parameters
    ----------
    now : microseconds UTC.
    """
    name = alert.details.get("reference")
    held = [each for each in references(conn, model.id) if each.name == name]
    if model.grid is None or not held or held[0].id == model.reference:
        return _KNOWN.compared(conn, model, None, now=now), True
    return _KNOWN.compared(conn, model, name, now=now), False


def _addresses(alert: StoredAlert) -> Iterator[Address]:
    own = parse_address(alert.address)
    if is_p_value(own):
        worst = [parse_address(str(column["address"])) for column in alert.details.get("columns", ())[:1]]
        for address in (*worst, own):
            if not is_p_value(address) or address.metric in _SHOWN:
                yield replace(address, metric=_SHOWN.get(address.metric, address.metric))
    yield own


def _read(conn: sa.Connection, watched: _Watched, address: Address, *, now: int) -> Series:
    end = watched.alert.window_end
    return series(
        conn, str(address), _asked(watched, end - _WINDOWS * _length_us(watched), end, now=now)
    )  # fmt: skip


def _asked(watched: _Watched, first: int, end: int, *, now: int) -> Asked:
    return Asked(
        model=watched.model, version_id=watched.version_id, every=watched.every, now=now,
        default_reference=watched.is_default, compared=watched.compared,
        span=Span(first=first, end=end, timezone=watched.model.schema.timezone),
    )  # fmt: skip


def _length_us(watched: _Watched) -> int:
    return round(parse_every(watched.every).approximate_seconds * 1_000_000)


def _band(watched: _Watched, address: Address) -> tuple[float, float] | None:
    """Where 95 % of the reference's own windows lie."""
    if watched.compared is None or is_of_readings(address.metric):
        return None
    figures = _KNOWN.own(watched.compared, address, watched.every)
    own = [f.result.value for f in figures if isinstance(f.result, Value)]
    if len(own) < _FEWEST_OWN:
        return None
    low, high = np.quantile(own, (0.025, 0.975))
    return float(low), float(high)


def _chart(watched: _Watched, found: Series, band: tuple[float, float] | None) -> Charted:
    alert = watched.alert
    points = [(start, result) for start, result in found.points if isinstance(result, Value)]
    is_own = str(found.address) == alert.address
    verdict: Mapping[str, Any] = alert.details.get("verdict", {}) if is_own else {}
    column = found.address.get("column")
    name: str = word(found.spec.title)
    if isinstance(column, str):
        name = say("{what} of {column}", what=name, column=column)
    seconds = parse_every(watched.every).approximate_seconds
    zone = ZoneInfo(watched.model.schema.timezone)
    labels = (
        _label(as_datetime(start).astimezone(zone), in_hours=seconds < _DAY_SECONDS) for start, _ in points
    )
    starts, length_us = tuple(start for start, _ in points), round(seconds * 1_000_000)
    low, high = verdict.get("limits", (None, None))
    drawn = Drawn(
        name=name, unit=shown_unit(found.spec.unit, watched.model.schema), band=band,
        band_name=say("95 % of the reference's windows"),
        labels=tuple(labels),
        positions=tuple(round((start - starts[0]) / length_us) for start in starts),
        values=tuple(value.value for _, value in points), rows=tuple(value.n for _, value in points),
        intervals=tuple(value.interval for _, value in points), current=(True,) * len(points),
    )  # fmt: skip
    return Charted(
        drawn=Watched(
            series=drawn, limits=(low, high), breached=tuple(i for i, s in enumerate(starts) if s in watched.breached)
        ),
        starts=starts, length_us=length_us,
        caption=_caption(name, watched, is_banded=band is not None),
    )  # fmt: skip


def _label(at: datetime, *, in_hours: bool) -> str:
    # A template a month: of its short name alone a catalogue could not tell May from May.
    day = Said(f"{{day}} {at:%b}", {"day": str(at.day)})
    return say("{day} {time}", day=day, time=f"{at:%H:%M}") if in_hours else day


def _caption(name: str, watched: _Watched, *, is_banded: bool) -> str:
    shown = say(
        "{name}, {model}, by {every}. Shaded: breached.",
        name=name, model=watched.model.name, every=watched.every,
    )  # fmt: skip
    if not is_banded:
        return shown
    return say("{shown} Band: where 95 % of the reference's windows lie.", shown=shown)
