"""How long it took to see to what happened, and for how long nobody would have known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import sqlalchemy as sa

from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.monitors import monitor_series, monitors

_DAY_US: Final = 86_400_000_000
#: A model whose last window was judged longer ago is not watched any more.
_STALE_US: Final = 2 * _DAY_US
_QUIET: Final = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How incidents of a model were seen to; times in µs.

    Attributes
    ----------
    incidents : that were open in the span, and of which somebody was told.
    earlier : those of them that are of rows from before the model was watched: nobody could have noticed them then.
    to_notice : median time from the onset to the first alert, of the others.
    to_acknowledge : median time from the onset to the acknowledgement, of `acknowledged` incidents.
    open_title : of the gravest that is open; open_since: its onset, µs UTC; open_id.
    """

    incidents: int = 0
    earlier: int = 0
    acknowledged: int = 0
    to_notice: float | None = None
    to_acknowledge: float | None = None
    open_title: str | None = None
    open_since: int | None = None
    open_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Since when a model is watched, and for how long of a span it was not; µs UTC, and µs.

    Attributes
    ----------
    span : of time in which there was the model; is_cut: it was made within what was asked for.
    """

    since: int | None
    judged_at: int | None
    without: int
    span: int
    is_cut: bool = False


def seen_by_model(
    conn: sa.Connection, projects: Collection[int], *, first: int, only: int | None = None
) -> dict[int, Seen]:
    """By model how incidents were seen to that were open since a time (µs UTC), but for those of the digest alone.

    Parameters
    ----------
    only : of this model; None: of all.
    """
    of, key = alerts.c, incidents.c
    asked = sa.select(
        key.id, key.title, key.peak_severity, key.started_at, key.opened_at, key.acknowledged_at, key.resolved_at
    ).where(
        key.project_id.in_(list(projects)), key.peak_severity != _QUIET,
        key.resolved_at.is_(None) | (key.resolved_at >= first),
    )  # fmt: skip
    held = sa.select(of.model_id, of.incident_id).distinct()
    if only is not None:
        held = held.where(of.model_id == only)
        asked = asked.where(key.id.in_(sa.select(of.incident_id).where(of.model_id == only)))
    found = {row.id: row for row in conn.execute(asked).all()}
    rows: dict[int, list[Any]] = {}
    # Two looks into indexes are a third of a join that has to tell thousands of alerts apart.
    for model_id, incident_id in conn.execute(held).all():
        if incident_id in found:
            rows.setdefault(model_id, []).append(found[incident_id])
    since = _since(conn, only)
    return {model_id: _seen(those, since.get(model_id)) for model_id, those in rows.items()}


def _since(conn: sa.Connection, only: int | None) -> dict[int, int]:
    """By model when the first of its monitors was made, µs UTC; of one model its own series alone are looked at."""
    key = monitor_series.c
    mine = sa.true() if only is None else key.model_id == only
    watching = sa.select(key.monitor_id, key.model_id).where(mine).distinct().subquery()
    asked = (
        sa.select(watching.c.model_id, sa.func.min(monitors.c.created_at))
        .join(monitors, monitors.c.id == watching.c.monitor_id)
        .group_by(watching.c.model_id)
    )
    return {row[0]: row[1] for row in conn.execute(asked)}


def _seen(rows: Sequence[Any], since: int | None) -> Seen:
    """An alert of history has the time of its rows: it was not noticed then where nothing was watched yet."""
    noticed = [row.opened_at - row.started_at for row in rows if since is None or row.opened_at >= since]
    waits = [row.acknowledged_at - row.started_at for row in rows if row.acknowledged_at is not None]
    opened = [row for row in rows if row.resolved_at is None]
    first = min(opened, key=lambda row: (row.peak_severity == "warning", row.started_at)) if opened else None
    return Seen(
        incidents=len(rows), acknowledged=len(waits), to_acknowledge=float(median(waits)) if waits else None,
        earlier=len(rows) - len(noticed), to_notice=float(median(noticed)) if noticed else None,
        open_title=None if first is None else first.title, open_since=None if first is None else first.started_at,
        open_id=None if first is None else first.id,
    )  # fmt: skip


def watch_by_model(conn: sa.Connection, made: Mapping[int, int], *, first: int, now: int) -> dict[int, Watch]:
    """By model for how long of a span nobody would have known.

    That is before its first monitor, while monitors had no answer, and since it was last judged where that is more than
    two days.

    Parameters
    ----------
    made : by model when it was made, µs UTC: before that there was nothing to watch.
    first, now : ends of the span, µs UTC.
    """
    key = monitor_series.c
    only = next(iter(made)) if len(made) == 1 else None
    mine = sa.true() if only is None else key.model_id == only
    since = _since(conn, only)
    asked = sa.select(key.model_id, sa.func.max(key.judged_at)).where(mine).group_by(key.model_id)
    judged = {row[0]: row[1] for row in conn.execute(asked)}
    blind = _blind(conn, first)
    found = {}
    for model_id, at in made.items():
        start = max(first, at)
        begun, last = since.get(model_id), judged.get(model_id)
        gaps = [(start, now if begun is None else begun), *blind.get(model_id, ())]
        if begun is not None and last is not None and now - last > _STALE_US:
            gaps.append((last, now))
        found[model_id] = Watch(
            since=begun,
            judged_at=last,
            without=covered(gaps, first=start, end=now),
            span=max(now - start, 0),
            is_cut=at > first,
        )
    return found


def covered(spans: Iterable[tuple[int, int | None]], *, first: int, end: int) -> int:
    """How much of a span some spans cover together; one without an end lasts.

    Examples
    --------
    >>> covered([(0, 4), (2, 6), (9, None)], first=1, end=10)
    6
    """
    total, reached = 0, first
    for start, stop in sorted(spans, key=lambda each: each[0]):
        low, high = max(start, reached), min(end if stop is None else stop, end)
        if high > low:
            total, reached = total + high - low, high
    return total


def _blind(conn: sa.Connection, first: int) -> dict[int, list[tuple[int, int | None]]]:
    """By model the times in which a monitor had no answer."""
    key = alerts.c
    asked = sa.select(key.model_id, key.started_at, key.resolved_at).where(
        key.kind == "blind", key.resolved_at.is_(None) | (key.resolved_at > first)
    )
    found: dict[int, list[tuple[int, int | None]]] = {}
    for model_id, start, end in conn.execute(asked):
        found.setdefault(model_id, []).append((start, end))
    return found
