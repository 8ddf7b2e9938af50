"""What was seen of a model's service, read from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import sqlalchemy as sa

from barograph.metrics.address import Address
from barograph.operations.evaluate import resolved_reading
from barograph.operations.registry import readings_of
from barograph.operations.view import SECOND_US, Beats, Operations, Probes, Rows, Window, rows_of
from barograph.server.operations.happened import HeldEvents, happened_seen
from barograph.server.operations.said import feedback_seen
from barograph.server.reading.span import Span, day_of, start_of_day
from barograph.server.worker.store import ModelStore
from barograph.store.catalog import Model, project
from barograph.store.dropped import read_dropped
from barograph.store.heartbeats import read_heartbeats
from barograph.store.probes import read_probes
from barograph.store.profiles.counting import stored_every
from barograph.store.profiles.row_counts import first_day, row_counts
from barograph.store.readings import hosts_of, read_readings
from barograph.store.tables.worker import cursors
from barograph.windows import parse_every

_CURSOR: Final = sa.select(cursors.c.received_at, cursors.c.rolled_day).where(
    cursors.c.model_id == sa.bindparam("of_model")
)
#: Weeks before the span that figures against the season look at.
_WEEKS_BEFORE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was read for other metrics.

    Attributes
    ----------
    projects : ids of projects by name.
    rows : by model, version, start and end of the span.
    events : of all kinds, by model, start and end of the span.
    """

    projects: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[int, int | None, int, int], Rows] = field(default_factory=dict)
    events: HeldEvents = field(default_factory=dict)

    def project_id(self, conn: sa.Connection, name: str) -> int:
        """Id of the project of a name; raises NotFound."""
        if name not in self.projects:
            self.projects[name] = project(conn, name).id
        return self.projects[name]


def operations_seen(
    conn: sa.Connection,
    project_id: int,
    model: Model,
    address: str | Address,
    span: Span,
    *,
    version_id: int | None = None,
    now: int,
    store: ModelStore | None = None,
    held: Before | None = None,
) -> Operations:
    """What an operational metric needs of a span.

    Parameters
    ----------
    address : decides which readings are read.
    version_id : rows of this version only; readings are chosen by the address.
    now : µs UTC; a span that lasts ends here.
    store : the model's rows; needed for feedback by segment.
    held : what was read before, and is kept there: for who asks for several metrics.

    Raises
    ------
    AddressError
        Where the address names no operational metric.
    """
    asked, spec = resolved_reading(address)
    known = Before() if held is None else held
    end = min(span.end, now)
    view = Operations(start=min(span.first, end), end=end)
    kinds = set(spec.applies_to)
    if "readings" in kinds:
        view = replace(view, readings=_readings(conn, project_id, model, readings_of(asked), view))
    if "heartbeats" in kinds:
        view = replace(view, beats=_beats(conn, model, view))
    if kinds & {"rows", "feedback"}:
        key = (model.id, version_id, view.start, view.end)
        if key not in known.rows:
            known.rows[key] = rows_seen(conn, model, view, version_id=version_id, now=now)
        view = replace(view, rows=known.rows[key])
    if asked.metric == "operations.dropped_share":
        lost: Counter[int] = Counter()
        for (hour, _), n in read_dropped(conn, model.id, first=view.start, end=view.end).items():
            lost[hour] += n
        view = replace(view, dropped=rows_of(lost))
    if "feedback" in kinds:
        segment = str(asked.get("segment") or "")
        view = replace(view, feedback=feedback_seen(conn, model, view, segment=segment, store=store))
    if "probes" in kinds:
        scored, changed = read_probes(conn, model.id)
        view = replace(view, probes=Probes(scored=scored, changed=rows_of(changed)) if scored else None)
    if kinds & {"events", "versions", "labels"}:
        view = happened_seen(conn, project_id, model, asked, view, version_id=version_id, held=known.events)
    return view


def rows_seen(
    conn: sa.Connection, model: Model, view: Operations, *, version_id: int | None, now: int
) -> Rows:
    """Rows by window, from eight weeks before the span until its end."""
    every = parse_every(model.every if model.grid is None else stored_every(model.every))
    timezone = model.schema.timezone
    before = view.start - _WEEKS_BEFORE * 7 * 86_400 * SECOND_US
    span = day_of(before, timezone), day_of(max(view.end - 1, view.start), timezone)
    starts, counts = row_counts(conn, model.id, span=span, version_id=version_id)
    rows = Rows(starts=starts, counts=counts, seconds=round(every.approximate_seconds), timezone=timezone)
    cursor = conn.execute(_CURSOR, {"of_model": model.id}).one_or_none()
    came, rolled = (None, 0) if cursor is None else (cursor.received_at, cursor.rolled_day)
    last_at = came if came is not None and view.end >= now else _until(rows, view.end)
    by_day_until = (
        start_of_day(rolled + 1, timezone) if rolled > 0 and every.approximate_seconds < 86_400 else None
    )
    return replace(
        _since_the_first(conn, model, rows, version_id), last_at=last_at, by_day_until=by_day_until
    )


def _until(rows: Rows, end: int) -> int | None:
    """End of the latest window with a row before a time."""
    held = int(np.searchsorted(rows.starts, end))
    return min(int(rows.starts[held - 1]) + rows.seconds * SECOND_US, end) if held else None


def _since_the_first(conn: sa.Connection, model: Model, rows: Rows, version_id: int | None) -> Rows:
    """Rows that also tell when the first there ever was came, be it longer ago."""
    day = first_day(conn, model.id, version_id=version_id)
    if day is None:
        return rows
    began = start_of_day(day, model.schema.timezone)
    if rows.first is not None and rows.first < began + 86_400 * SECOND_US:
        return rows
    return replace(
        rows, starts=np.concatenate(([began], rows.starts)), counts=np.concatenate(([0], rows.counts))
    )


def _readings(
    conn: sa.Connection, project_id: int, model: Model, names: tuple[str, ...], view: Operations
) -> Mapping[str, tuple[Window, ...]]:
    """Readings of the model, and those of no model from hosts that serve it."""
    own = read_readings(conn, project_id, model.id, first=view.start, end=view.end, names=names)
    missing = [name for name in names if name not in own]
    hosts = {*hosts_of(conn, project_id, model.id), *(b.host for b in _beats(conn, model, view))} - {""}
    if not missing or not hosts:
        return own
    of_hosts = read_readings(
        conn, project_id, None, first=view.start, end=view.end, names=missing, hosts=hosts
    )
    return {**own, **of_hosts}


def _beats(conn: sa.Connection, model: Model, view: Operations) -> tuple[Beats, ...]:
    return read_heartbeats(conn, model.id, first=view.start, end=view.end)
