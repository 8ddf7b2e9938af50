"""The product's own record: how often it woke somebody for nothing, named the right cause, and foresaw the cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.metrics.counts import garwood
from barograph.metrics.intervals import wilson
from barograph.metrics.values import Value
from barograph.store.tables.alerts import alert_events, incidents
from barograph.store.tables.catalog import models
from barograph.store.tables.monitors import monitor_series, monitors

DAYS: Final = 91
_DAY_US: Final = 86_400_000_000
#: Incidents of this severity are for the digest: nobody is called for them.
_QUIET: Final = "info"
#: The kind of event that says whether the first cause was right.
CAUSE: Final = "cause judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """How well some projects were served in the last 91 days, as people marked it and as labels showed it later.

    Attributes
    ----------
    models, model_quarters : that monitors watched, and for how long in all, in quarters of 91 days.
    incidents : of which somebody was told; useful, noise: as they were marked.
    false_alarms : incidents marked as noise a model-quarter; `n` is of the marked ones. None where none is marked.
    at_most : the same, were every incident without a mark noise too.
    explained : incidents that were explained.
    first_cause : share of those whose first cause was judged in which it was right.
    expected : incidents whose cost was told before labels were there.
    foreseen : share of those, once labels were there, whose cost was within the interval that had been told.
    """

    models: int
    model_quarters: float
    incidents: int
    useful: int
    noise: int
    false_alarms: Value | None
    at_most: float | None
    explained: int
    first_cause: Value | None
    expected: int
    foreseen: Value | None
    days: int = DAYS


def own_record(conn: sa.Connection, projects: Collection[int], *, now: int) -> OwnRecord:
    """The record of some projects.

    Parameters
    ----------
    projects : their ids.
    now : microseconds UTC.
    """
    first = now - DAYS * _DAY_US
    watched = _watched_days(conn, projects, first=first, now=now)
    quarters = sum(watched) / DAYS
    marks = _marks(conn, projects, first)
    told, useful, noise = sum(marks.values()), marks.get("useful", 0), marks.get("noise", 0)
    marked = useful + noise
    explained, pairs, expected = _costs(conn, projects, first)
    return OwnRecord(
        models=len(watched), model_quarters=quarters, incidents=told, useful=useful, noise=noise,
        false_alarms=_rate(noise, quarters, n=marked) if marked and quarters else None,
        at_most=(told - useful) / quarters if quarters else None,
        explained=explained, first_cause=_share(_causes(conn, projects, first)), expected=expected,
        foreseen=_share(pairs),
    )  # fmt: skip


def _rate(count: int, quarters: float, *, n: int) -> Value:
    low, high = garwood(count)
    return Value(value=count / quarters, n=n, interval=(low / quarters, high / quarters))


def _share(right: Collection[bool]) -> Value | None:
    if not right:
        return None
    n, hits = len(right), sum(right)
    return Value(value=hits / n, n=n, interval=wilson(hits, n))


def _watched_days(conn: sa.Connection, projects: Collection[int], *, first: int, now: int) -> list[float]:
    """Of each model that is watched, the days since its first monitor was made, or since `first`."""
    since = sa.func.min(monitors.c.created_at)
    asked = (
        sa.select(monitor_series.c.model_id, since)
        .join(monitors, monitors.c.id == monitor_series.c.monitor_id)
        .join(models, models.c.id == monitor_series.c.model_id)
        .where(models.c.project_id.in_(list(projects)))
        .group_by(monitor_series.c.model_id)
    )
    return [max(now - max(made, first), 0) / _DAY_US for _, made in conn.execute(asked)]


def _marks(conn: sa.Connection, projects: Collection[int], first: int) -> dict[str | None, int]:
    key = incidents.c
    asked = (
        sa.select(key.mark, sa.func.count())
        .where(key.project_id.in_(list(projects)), key.opened_at >= first, key.peak_severity != _QUIET)
        .group_by(key.mark)
    )
    return {row[0]: row[1] for row in conn.execute(asked)}


def _causes(conn: sa.Connection, projects: Collection[int], first: int) -> list[bool]:
    """Of each incident whose first cause was judged, whether it was right as was said last."""
    judged: dict[int, str | None] = {}
    for incident, details in _events(conn, projects, first, CAUSE):
        judged[incident] = details.get("as")
    return [word == "right" for word in judged.values() if word is not None]


def _costs(conn: sa.Connection, projects: Collection[int], first: int) -> tuple[int, list[bool], int]:
    """Incidents that were explained, whether those with both costs came as foreseen, and those with the first."""
    told: dict[int, Mapping[str, Any]] = {}
    found: dict[int, Mapping[str, Any]] = {}
    explained = set()
    for incident, details in _events(conn, projects, first, "explained"):
        if details.get("model"):
            continue  # of a model beside the one that leads: costs are foreseen and found of the same one
        explained.add(incident)
        if details.get("interval") is not None and not details["realised"]:
            told.setdefault(incident, details)
        elif details.get("realised"):
            found[incident] = details
    pairs = [
        told[incident]["interval"][0] <= found[incident]["harm"] <= told[incident]["interval"][1]
        for incident in told.keys() & found.keys()
    ]
    return len(explained), pairs, len(told)


def _events(
    conn: sa.Connection, projects: Collection[int], first: int, kind: str
) -> list[tuple[int, Mapping[str, Any]]]:
    """Incident and details of what happened of a kind, in order."""
    key = alert_events.c
    asked = sa.select(key.incident_id, key.details).where(
        key.project_id.in_(list(projects)), key.at >= first, key.kind == kind, key.incident_id.is_not(None)
    )
    return [(row.incident_id, row.details) for row in conn.execute(asked.order_by(key.id))]
