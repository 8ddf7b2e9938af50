"""Which series there are: monitors written out for a model, its versions, columns and segments."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.metrics.address import Wildcard, parse_address
from barograph.monitors.calendars import Calendar
from barograph.monitors.calendars_read import read_calendar
from barograph.monitors.condition import Composite
from barograph.monitors.document import read_kept_monitor
from barograph.monitors.expand import Watched, watches
from barograph.monitors.monitor import Monitor
from barograph.server.alerting.outlines import Key, Outlines, Read
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import window_before
from barograph.server.reading.references import compared_with
from barograph.server.reading.series import is_of_readings
from barograph.server.reading.span import start_of_day
from barograph.store.catalog import Model, versions
from barograph.store.monitor_series import StoredSeries, add_series
from barograph.store.monitors import StoredMonitor, all_monitors, settings_of
from barograph.store.profiles.counting import stored_every
from barograph.store.profiles.part import TABLE
from barograph.store.profiles.stored import parts_between
from barograph.store.readings import hosts_of, reading_names
from barograph.store.tables.catalog import models
from barograph.store.tables.profiles import profiles
from barograph.store.tables.worker import feedback
from barograph.windows import parse_every

_logger = logging.getLogger(__name__)
#: A new series looks back so many windows and days at the most.
PAST_WINDOWS: Final = 200
PAST_DAYS: Final = 90
_DAY_US: Final = 86_400_000_000
#: Days in which it is looked for segments.
_SEGMENT_DAYS: Final = 7


class Documents:
    """Monitors and calendars read from their documents, each once."""

    def __init__(self) -> None:
        self._monitors: dict[tuple[int, int], Monitor | None] = {}
        self._mark: tuple[int, ...] | None = None
        self._of_project: dict[int, list[Read]] = {}
        self._of_model: dict[tuple[int, str], list[Read]] = {}
        self._calendars: dict[int, dict[str, Calendar]] = {}

    def are_of(self, mark: tuple[int, ...]) -> None:
        """Read all again where some of any project have changed, as `barograph.store.monitors.changes_mark` tells."""
        if mark != self._mark:
            self._mark, self._of_project, self._of_model, self._calendars = mark, {}, {}, {}

    def calendars(self, conn: sa.Connection, project_id: int) -> dict[str, Calendar]:
        """Calendars of a project by name."""
        if project_id not in self._calendars:
            self._calendars[project_id] = calendars_of(settings_of(conn, project_id))
        return self._calendars[project_id]

    def of_model(self, conn: sa.Connection, project_id: int, name: str) -> list[Read]:
        """Those of a model that are switched on."""
        if project_id not in self._of_project:
            self._of_project[project_id] = self.monitors(all_monitors(conn, project_id))
        key = (project_id, name)
        if key not in self._of_model:
            found = [each for each in self._of_project[project_id] if watches(each.monitor, name)]
            self._of_model[key] = found
        return self._of_model[key]

    def monitors(self, stored: Iterable[StoredMonitor]) -> list[Read]:
        """Those that are switched on; one that a later version has written is left out, and logged."""
        read = ((each, self._one(each)) for each in stored)
        return [Read(stored=each, monitor=m) for each, m in read if m is not None and m.enabled]

    def _one(self, stored: StoredMonitor) -> Monitor | None:
        key = (stored.id, stored.revision)
        if key not in self._monitors:
            try:
                self._monitors[key] = read_kept_monitor(stored.document, where=f"monitor {stored.name!r}")
            except BarographError:
                _logger.exception("monitor %r cannot be read", stored.name)
                self._monitors[key] = None
        return self._monitors[key]


def calendars_of(settings: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Calendar]:
    """Calendars of a project by name."""
    return {name: read_calendar(name, document) for name, document in settings.get("calendars", {}).items()}


def watches_of(
    conn: sa.Connection,
    model: Model,
    monitors: Sequence[Read],
    series: Iterable[StoredSeries],
    *,
    outlines: Outlines | None = None,
) -> list[Watch]:
    """Every series of a model, with where it stands; one that is new has the id 0.

    Parameters
    ----------
    monitors : that watch the model.
    series : those of the model that there are.
    outlines : remember what there is to watch from one time to the next.
    """
    if not monitors:
        return []
    held = {(s.monitor_id, s.version_id, s.address): s for s in series}
    known = versions(conn, model.id)
    about = watched(conn, model, [each.monitor for each in monitors], held)
    return [
        Watch(
            series=held.get(each.key)
            or StoredSeries(
                monitor_id=each.key[0], model_id=model.id, version_id=each.key[1], address=each.key[2]
            ),
            wanted=each.wanted, configuration=each.configuration, version=each.version,
        )
        for each in (outlines or Outlines()).of_model(model, monitors, about, known)
    ]  # fmt: skip


def synced(conn: sa.Connection, model: Model, watches: Sequence[Watch], *, now: int) -> bool:
    """Write series that are new, in a transaction that writes; returns whether there were any."""
    new = [each for each in watches if each.series.id == 0]
    if not new:
        return False
    first = _first_row(conn, model)
    wanted = [replace(each.series, window_end=_since(each.monitor, model, first, now)) for each in new]
    # A series of rows that has no row yet begins with the first of them.
    started = [series for series in wanted if series.window_end is not None]
    add_series(conn, started)
    return bool(started)


def watched(
    conn: sa.Connection, model: Model, monitors: Sequence[Monitor], held: Mapping[Key, StoredSeries]
) -> Watched:
    """What is known of a model when its monitors are written out; only what a ``*`` of them asks for is looked up."""
    starred = {name for monitor in monitors for name in _starred(monitor)}
    grid = model.grid
    named = starred & {"host", "name"}
    project_id = _project_id(conn, model.id) if named else 0
    return Watched(
        name=model.name,
        schema=model.schema,
        columns=() if grid is None else tuple(grid.columns),
        classes=() if grid is None or grid.outcome is None else grid.outcome.classes,
        segments=_segments(conn, model, held) if "segment" in starred else (),
        hosts=hosts_of(conn, project_id, model.id) if "host" in starred else (),
        versions=tuple(v.name for v in versions(conn, model.id)) if "version" in starred else (),
        readings=tuple(sorted(reading_names(conn, project_id, model.id))) if "name" in starred else (),
        feedback=_kinds_of_feedback(conn, model) if "kind" in starred else (),
        every=stored_every(model.every),
    )


def _starred(monitor: Monitor) -> Iterator[str]:
    metrics = [monitor.metric]
    if isinstance(monitor.when, Composite):
        metrics += [part.metric for part in monitor.when.parts if part.metric is not None]
    for metric in metrics:
        yield from (name for name, value in metric.arguments if isinstance(value, Wildcard))


def _since(monitor: Monitor, model: Model, first: int | None, now: int) -> int | None:
    """The time from which windows of a new series are judged, µs UTC."""
    every, timezone = monitor.window, model.schema.timezone
    length = round(parse_every(every).approximate_seconds * 1_000_000)
    started = _window_of(now, every, timezone)
    if is_of_readings(monitor.metric.metric) and first is None:
        return started
    if first is None:
        return None
    back = min(PAST_WINDOWS, max(PAST_DAYS * _DAY_US // length, 1))
    earliest = window_before(started, back, every=every, timezone=timezone)
    return max(earliest, _window_of(first, every, timezone))


def _window_of(time_us: int, every: str, timezone: str) -> int:
    """Start of the window a time lies in."""
    return window_before(time_us + 1, 1, every=every, timezone=timezone)


def _first_row(conn: sa.Connection, model: Model) -> int | None:
    """Start of the first window with a row, µs UTC."""
    asked = sa.select(sa.func.min(profiles.c.day)).where(
        profiles.c.model_id == model.id, profiles.c.grain == "window", profiles.c.part == TABLE
    )
    day = conn.execute(asked).scalar()
    if day is None:
        return None
    found = parts_between(conn, model.id, grain="window", names=(TABLE,), span=(day, day), version_id=None)
    starts = [c.window for part in found.get(TABLE, ()) for c in part.cells if c.window is not None]
    return min(starts, default=start_of_day(day, model.schema.timezone))


def _segments(conn: sa.Connection, model: Model, held: Mapping[Key, StoredSeries]) -> tuple[str, ...]:
    """Segments of the reference, of the latest days, and of series there are: one that vanished is seen."""
    asked = sa.select(sa.func.max(profiles.c.day)).where(
        profiles.c.model_id == model.id, profiles.c.grain == "day", profiles.c.part == TABLE
    )
    last = conn.execute(asked).scalar()
    named = {str(parse_address(key[2]).get("segment") or "") for key in held}
    compared = compared_with(conn, model, None, now=0)
    if compared is not None:
        named |= set(compared.segments)
    if last is not None:
        found = parts_between(
            conn, model.id, grain="day", names=(TABLE,), span=(last - _SEGMENT_DAYS, last), version_id=None
        )
        named |= {cell.segment for part in found.get(TABLE, ()) for cell in part.cells}
    return tuple(sorted(named - {""}))


def _kinds_of_feedback(conn: sa.Connection, model: Model) -> tuple[str, ...]:
    asked = sa.select(feedback.c.kind).where(feedback.c.model_id == model.id).distinct()
    return tuple(conn.scalars(asked.order_by(feedback.c.kind)))


def _project_id(conn: sa.Connection, model_id: int) -> int:
    return int(conn.execute(sa.select(models.c.project_id).where(models.c.id == model_id)).scalar_one())
