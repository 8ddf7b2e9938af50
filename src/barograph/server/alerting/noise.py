"""Which monitors were worth their alerts: a report with what to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field

from barograph.server.alerting.undoing import UNDONE
from barograph.store.tables.alerts import alert_events, alerts, incidents

_DAY_US: Final = 86_400_000_000
#: More than so many alerts a week are looked at, and fewer than so many in all say nothing yet.
_MANY_A_WEEK: Final = 1.0
_FEWEST: Final = 3


class NoiseOfMonitor(BaseModel):
    """One monitor's alerts, and what became of them."""

    monitor: str
    alerts: int
    per_week: float
    acknowledged_share: float = Field(description="Of its alerts, in incidents that somebody acknowledged.")
    opened_share: float = Field(description="In incidents that somebody looked at.")
    short_share: float = Field(description="Over by themselves within two windows.")
    suppressed: int
    useful: int = Field(description="In incidents marked as useful.")
    noise: int = Field(description="In incidents marked as noise.")
    suggestion: str | None = Field(description="What to change, where something should be.")


class Noise(BaseModel):
    """A project's alerts by monitor, the most first."""

    days: int
    incidents: int
    alerts: int
    monitors: list[NoiseOfMonitor]


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    """An alert as it counts here."""

    monitor: str
    incident_id: int | None
    acknowledged: bool
    short: bool
    suppressed: bool
    severity: str
    mark: str | None


def noise(conn: sa.Connection, project_id: int, *, days: int, now: int) -> Noise:
    """Report on the alerts that fired within some days before now (µs UTC); those of history are left out."""
    first = now - days * _DAY_US
    found = list(_alerts(conn, project_id, first))
    opened = _with_event(conn, project_id, first, "opened by")
    by_monitor: dict[str, list[_One]] = defaultdict(list)
    for one in found:
        by_monitor[one.monitor].append(one)
    told = [_of_monitor(name, those, opened, weeks=days / 7) for name, those in by_monitor.items()]
    counted = {one.incident_id for one in found if one.incident_id is not None}
    return Noise(
        days=days, incidents=len(counted), alerts=len(found),
        monitors=sorted(told, key=lambda each: (-each.alerts, each.monitor)),
    )  # fmt: skip


def _alerts(conn: sa.Connection, project_id: int, first: int) -> Iterator[_One]:
    key, of = alerts.c, incidents.c
    asked = (
        sa.select(
            key.monitor, key.incident_id, key.peak_severity, key.fired_at, key.resolved_at, key.resolved_why,
            key.suppressed, key.details, of.acknowledged_at, of.mark,
        )
        .join(incidents, isouter=True)
        .where(key.project_id == project_id, key.fired_at >= first, ~key.backfilled)
    )  # fmt: skip
    acknowledged = _acknowledged(conn, project_id, first)
    for row in conn.execute(asked):
        yield _One(
            monitor=row.monitor, incident_id=row.incident_id,
            acknowledged=row.acknowledged_at is not None or row.incident_id in acknowledged,
            short=_is_short(row.fired_at, row.resolved_at, row.resolved_why, row.details),
            suppressed=bool(row.suppressed), severity=row.peak_severity, mark=row.mark,
        )  # fmt: skip


def _is_short(fired: int, resolved: int | None, why: str | None, details: Mapping[str, Any]) -> bool:
    """Whether it was over by itself before somebody could have looked: two windows after it fired."""
    window = details.get("window", {"start": 0, "end": 0})
    return (
        why == "recovered"
        and resolved is not None
        and resolved - fired <= 2 * (window["end"] - window["start"])
    )


def _with_event(conn: sa.Connection, project_id: int, first: int, kind: str) -> set[int]:
    """Incidents something was done about."""
    key = alert_events.c
    asked = sa.select(key.incident_id).where(key.project_id == project_id, key.at >= first, key.kind == kind)
    return {found for found in conn.scalars(asked.distinct()) if found is not None}


def _acknowledged(conn: sa.Connection, project_id: int, first: int) -> set[int]:
    """Incidents that somebody acknowledged and did not take back at once."""
    key = alert_events.c
    done = sa.func.sum(sa.case((key.kind == "acknowledged", 1), else_=-1))
    asked = sa.select(key.incident_id).where(
        key.project_id == project_id, key.at >= first, key.kind.in_(("acknowledged", UNDONE["acknowledged"]))
    )
    found = conn.scalars(asked.group_by(key.incident_id).having(done > 0))
    return {each for each in found if each is not None}


def _of_monitor(name: str, those: Sequence[_One], opened: set[int], *, weeks: float) -> NoiseOfMonitor:
    n = len(those)
    found = NoiseOfMonitor(
        monitor=name, alerts=n, per_week=n / weeks, acknowledged_share=sum(o.acknowledged for o in those) / n,
        opened_share=sum(o.incident_id in opened for o in those) / n, short_share=sum(o.short for o in those) / n,
        suppressed=sum(o.suppressed for o in those), useful=sum(o.mark == "useful" for o in those),
        noise=sum(o.mark == "noise" for o in those), suggestion=None,
    )  # fmt: skip
    return found.model_copy(update={"suggestion": _suggestion(found, those)})


def _suggestion(found: NoiseOfMonitor, those: Sequence[_One]) -> str | None:
    if found.alerts < _FEWEST:
        return None
    if found.noise > found.useful:
        return (
            f"{found.noise} of {found.alerts} alerts were marked as noise: raise the limit, calibrate it, "
            "or remove the monitor."
        )
    if found.short_share > 0.5:
        return f"{found.short_share:.0%} were over within two windows: let it wait with for: 2 or more."
    if (
        found.opened_share == 0
        and found.per_week >= _MANY_A_WEEK
        and any(o.severity != "info" for o in those)
    ):
        return "nobody looked at any of its incidents: make its severity info, so that the daily digest tells of it."
    if found.per_week > 7 * _MANY_A_WEEK and not found.useful:
        return f"{found.per_week:.0f} alerts a week, none marked as useful: raise the limit or make its severity info."
    return None
