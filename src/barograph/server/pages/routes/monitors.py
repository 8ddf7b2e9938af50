"""The monitors there are: what each watches, how its series stand, and why it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import sqlalchemy as sa
import yaml
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.locale.recognised import recognised
from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.monitors import StoredMonitor, monitor_names, monitors_by_id
from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.monitors import monitor_series

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200
#: The one in C, where there is one, is ten times as fast.
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_OPEN: Final = ("firing", "recovering")
_MOST: Final = 200
_WEEKS: Final = 4
_WEEK_US: Final = 7 * 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRow:
    """One monitor.

    Attributes
    ----------
    written : as it stands in a file; empty for those who may change it, who see it where that is done.
    series, firing, unknown : how many it watches; of these, that fire, and that gave no answer last.
    per_week : alerts a week, of the last four.
    useful, marked : of its alerts of these weeks, in incidents marked useful, and marked at all.
    judged_at : when one of them was judged last, µs UTC.
    """

    project: str
    name: str
    metric: str
    severity: str
    reason: str
    enabled: bool
    written: str
    series: int
    firing: int
    unknown: int
    per_week: float
    useful: int
    marked: int
    judged_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorsPage:
    """All monitors of the projects that may be seen, those that fire first.

    Attributes
    ----------
    monitors : the first of them; `more` are left out.
    wanted : only those with this in their name.
    projects : names, for the commands that make some.
    """

    monitors: tuple[MonitorRow, ...]
    more: int
    wanted: str
    projects: tuple[str, ...]
    now: int
    template: str = "monitors"


@page(router, "/monitors")
def get_monitors(
    view: Viewing, wanted: Annotated[str, Query(alias="for", max_length=_LONGEST)] = ""
) -> Response:
    """Show the monitors."""
    with view.here.database.reading() as conn:
        return view.show(_monitors(conn, view, wanted.strip()))


def _monitors(conn: sa.Connection, view: View, wanted: str) -> MonitorsPage:
    seen = {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
    if view.selection.project is not None:
        seen = {key: name for key, name in seen.items() if name == view.selection.project}
    standing, worth = _standing(conn), _worth(conn, since=view.now - _WEEKS * _WEEK_US)
    none = (0, 0, 0, None)
    found = [
        (monitor_id, seen[project_id], name)
        for monitor_id, project_id, name in monitor_names(conn)
        if project_id in seen and wanted.lower() in name.lower()
    ]
    found.sort(key=lambda m: (*(-n for n in standing.get(m[0], none)[1:3]), *m[1:]))
    kept = monitors_by_id(conn, [monitor_id for monitor_id, _, _ in found[:_MOST]])
    rows = [
        _row(each, project, standing.get(each.id, none), worth.get((each.project_id, each.name), (0, 0, 0)))
        for each, project in ((kept[monitor_id], project) for monitor_id, project, _ in found[:_MOST])
    ]
    if not view.may("editor"):
        written = {(seen[m.project_id], m.name): _written(m.document) for m in kept.values()}
        rows = [replace(row, written=written[row.project, row.name]) for row in rows]
    return MonitorsPage(
        monitors=tuple(rows), more=len(found) - len(rows), wanted=wanted, projects=tuple(sorted(seen.values())),
        now=view.now,
    )  # fmt: skip


def _worth(conn: sa.Connection, *, since: int) -> dict[tuple[int, str], tuple[int, int, int]]:
    """By project and monitor its alerts from a time on (µs UTC), those marked useful, and those marked."""
    useful, marked = sa.case((incidents.c.mark == "useful", 1), else_=0), incidents.c.mark
    asked = (
        sa.select(
            alerts.c.project_id, alerts.c.monitor, sa.func.count(), sa.func.sum(useful), sa.func.count(marked)
        )
        .join(incidents, isouter=True)
        .where(alerts.c.fired_at >= since, ~alerts.c.backfilled)
        .group_by(alerts.c.project_id, alerts.c.monitor)
    )
    return {(row[0], row[1]): (row[2], int(row[3]), int(row[4])) for row in conn.execute(asked)}


def _standing(conn: sa.Connection) -> dict[int, tuple[int, int, int, int | None]]:
    """Of each monitor its series, those that fire, those without an answer, and when it judged last."""
    key = monitor_series.c
    phase = key.state["phase"].as_string()
    asked = sa.select(
        key.monitor_id, sa.func.count(), sa.func.sum(sa.case((phase.in_(_OPEN), 1), else_=0)),
        sa.func.sum(sa.case((key.status.in_(("unknown", "no_data", "error")), 1), else_=0)),
        sa.func.max(key.judged_at),
    ).group_by(key.monitor_id)  # fmt: skip
    return {row[0]: (row[1], int(row[2]), int(row[3]), row[4]) for row in conn.execute(asked)}


def _written(document: Mapping[str, Any]) -> str:
    """A monitor as an entry of a file."""
    return str(yaml.dump([dict(document)], Dumper=_DUMPER, sort_keys=False, allow_unicode=True))


def _row(
    stored: StoredMonitor, project: str, stands: tuple[int, int, int, int | None], worth: tuple[int, int, int]
) -> MonitorRow:
    document = dict(stored.document)
    return MonitorRow(
        project=project, name=stored.name, metric=str(document.get("metric", "")),
        severity=str(document.get("severity", "warning")), reason=recognised(str(document.get("reason", ""))),
        enabled=bool(document.get("enabled", True)), written="",
        series=stands[0], firing=stands[1], unknown=stands[2], judged_at=stands[3],
        per_week=worth[0] / _WEEKS, useful=worth[1], marked=worth[2],
    )  # fmt: skip
