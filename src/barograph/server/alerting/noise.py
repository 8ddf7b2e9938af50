"""Which monitors were worth their alerts, as people heard of them: a report with what to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from pydantic import BaseModel, Field

from barograph.alerts.backtest.incidents import is_told
from barograph.alerts.routes import Route, read_route
from barograph.monitors.monitor import SEVERITIES
from barograph.server.alerting.undoing import UNDONE
from barograph.store.monitors import settings_of
from barograph.store.tables.alerts import alert_events, alerts, incidents
from barograph.store.tables.monitors import monitors
from barograph.windows import parse_every

_DAY_US: Final = 86_400_000_000
#: More than so many a week are looked at, and fewer alerts than so many in all say nothing yet.
_MANY_A_WEEK: Final = 1.0
_FEWEST: Final = 3
#: Window of a monitor that says none, and of one that is gone.
_USUAL_WINDOW: Final = "1d"


class NoiseOfMonitor(BaseModel):
    """One monitor's alerts, and what became of them."""

    monitor: str
    alerts: int = Field(description="All of them, also those of which nobody is told at once.")
    per_week: float = Field(description="Alerts a week.")
    told: int = Field(
        description="Incidents that people were told of, with an alert of it that its route tells at once."
    )
    told_per_week: float
    acknowledged_share: float = Field(description="Of its alerts, in incidents that somebody acknowledged.")
    opened_share: float = Field(description="In incidents that somebody looked at.")
    short_share: float = Field(description="Over by themselves within two windows.")
    suppressed: int
    useful: int = Field(description="In incidents marked as useful.")
    noise: int = Field(description="In incidents marked as noise.")
    suggestion: str | None = Field(description="What to change, where something should be.")


class Noise(BaseModel):
    """A project's alerts by monitor, those first of which people were told most."""

    days: int
    incidents: int
    told: int = Field(description="Incidents that people were told of.")
    alerts: int
    monitors: list[NoiseOfMonitor]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """The alerts of one monitor in one incident, counted.

    Attributes
    ----------
    short : over by themselves before somebody could have looked: within two windows.
    acknowledged, opened, told : the incident.
    grave : whether the worst of them is told at once by its route.
    """

    monitor: str
    incident_id: int | None
    alerts: int
    short: int
    suppressed: int
    acknowledged: bool
    opened: bool
    told: bool
    grave: bool
    mark: str | None


def noise(conn: sa.Connection, project_id: int, *, days: int, now: int) -> Noise:
    """Report on the alerts that fired within some days before now (µs UTC); those of history are left out.

    Notes
    -----
    Cost: 5 µs an alert of these days, in the store, and 10 µs for each incident and monitor.
    """
    found = list(_shares(conn, project_id, now - days * _DAY_US))
    by_monitor: dict[str, list[_Share]] = defaultdict(list)
    for one in found:
        by_monitor[one.monitor].append(one)
    said = [_of_monitor(name, those, weeks=days / 7) for name, those in by_monitor.items()]
    counted = {one.incident_id: one.told for one in found if one.incident_id is not None}
    return Noise(
        days=days, incidents=len(counted), told=sum(counted.values()), alerts=sum(one.alerts for one in found),
        monitors=sorted(said, key=lambda each: (-each.told, -each.alerts, each.monitor)),
    )  # fmt: skip


def _shares(conn: sa.Connection, project_id: int, first: int) -> Iterator[_Share]:
    key, of = alerts.c, incidents.c
    rank = sa.case({name: n for n, name in enumerate(SEVERITIES)}, value=key.peak_severity)
    short = (key.resolved_why == "recovered") & (
        key.resolved_at - key.fired_at <= _two_windows(conn, project_id)
    )
    asked = (
        sa.select(
            key.monitor, key.incident_id, sa.func.count().label("alerts"), sa.func.max(rank).label("peak"),
            _how_many(short).label("short"), _how_many(sa.cast(key.suppressed, sa.Text) != "[]").label("suppressed"),
            sa.func.max(of.acknowledged_at).label("acknowledged_at"), sa.func.max(of.mark).label("mark"),
        )
        .join(incidents, of.id == key.incident_id, isouter=True)
        .join(monitors, monitors.c.id == key.monitor_id, isouter=True)
        .where(key.project_id == project_id, key.fired_at >= first, ~key.backfilled)
        .group_by(key.monitor, key.incident_id)
    )  # fmt: skip
    opened = _with_event(conn, project_id, first, "opened by")
    acknowledged = _with_event(conn, project_id, first, "acknowledged", UNDONE["acknowledged"])
    told = _with_event(conn, project_id, first, "told", "untold")
    notify, routes = _notified(conn, project_id), _routes(conn, project_id)
    grave: dict[tuple[str, int], bool] = {}
    for monitor, incident_id, many, peak, short_ones, suppressed, acknowledged_at, mark in conn.execute(
        asked
    ).all():
        if (monitor, peak) not in grave:
            grave[monitor, peak] = is_told(SEVERITIES[peak], notify.get(monitor, ()), routes)
        yield _Share(
            monitor=monitor, incident_id=incident_id, alerts=many, short=short_ones, suppressed=suppressed,
            opened=incident_id in opened, told=incident_id in told, grave=grave[monitor, peak], mark=mark,
            acknowledged=acknowledged_at is not None or incident_id in acknowledged,
        )  # fmt: skip


def _how_many(what: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((what, 1), else_=0))


def _two_windows(conn: sa.Connection, project_id: int) -> sa.ColumnElement[int]:
    """How long two windows of the monitor of an alert last, in microseconds."""
    window = sa.func.coalesce(monitors.c.document["window"].as_string(), _USUAL_WINDOW)
    there = conn.scalars(sa.select(window).where(monitors.c.project_id == project_id).distinct())
    lengths = {text: round(2e6 * parse_every(text).approximate_seconds) for text in {*there, _USUAL_WINDOW}}
    return sa.case(lengths, value=window)


def _notified(conn: sa.Connection, project_id: int) -> dict[str, tuple[str, ...]]:
    """The routes that each monitor names."""
    asked = sa.select(monitors.c.name, monitors.c.document["notify"].label("notify"))
    found = conn.execute(asked.where(monitors.c.project_id == project_id))
    return {
        row.name: (row.notify,) if isinstance(row.notify, str) else tuple(row.notify or ()) for row in found
    }


def _routes(conn: sa.Connection, project_id: int) -> Mapping[str, Route]:
    held = settings_of(conn, project_id).get("routes", {})
    return {name: read_route(name, document) for name, document in held.items()}


def _with_event(
    conn: sa.Connection, project_id: int, first: int, kind: str, undone: str | None = None
) -> set[int]:
    """Incidents to which something happened that was not taken back at once."""
    key = alert_events.c
    left = sa.func.sum(sa.case((key.kind == kind, 1), else_=-1))
    asked = sa.select(key.incident_id).where(
        key.project_id == project_id, key.at >= first, key.kind.in_([kind, *([undone] if undone else [])])
    )
    found = conn.scalars(asked.group_by(key.incident_id).having(left > 0))
    return {each for each in found if each is not None}


def _of_monitor(name: str, those: Sequence[_Share], *, weeks: float) -> NoiseOfMonitor:
    n, told = sum(one.alerts for one in those), sum(one.told and one.grave for one in those)

    def alerts_in(kept: Iterator[_Share]) -> int:
        return sum(one.alerts for one in kept)

    found = NoiseOfMonitor(
        monitor=name, alerts=n, per_week=n / weeks, told=told, told_per_week=told / weeks,
        acknowledged_share=alerts_in(o for o in those if o.acknowledged) / n,
        opened_share=alerts_in(o for o in those if o.opened) / n, short_share=sum(o.short for o in those) / n,
        suppressed=sum(o.suppressed for o in those), useful=alerts_in(o for o in those if o.mark == "useful"),
        noise=alerts_in(o for o in those if o.mark == "noise"), suggestion=None,
    )  # fmt: skip
    return found.model_copy(update={"suggestion": _suggestion(found, grave=any(o.grave for o in those))})


def _suggestion(found: NoiseOfMonitor, *, grave: bool) -> str | None:
    if found.alerts < _FEWEST:
        return None
    if found.noise > found.useful:
        return (
            f"{found.noise} of {found.alerts} alerts were marked as noise: raise the limit, calibrate it, "
            "or remove the monitor."
        )
    if found.short_share > 0.5:
        return f"{found.short_share:.0%} were over within two windows: let it wait with for: 2 or more."
    if grave and found.opened_share == 0 and found.per_week >= _MANY_A_WEEK:
        return "nobody looked at any of its incidents: make its severity info, so that the daily digest tells of it."
    if found.told_per_week > 7 * _MANY_A_WEEK and not found.useful:
        return (
            f"people were told of {found.told_per_week:.0f} incidents a week, none marked as useful: "
            "raise the limit or make its severity info."
        )
    return None
