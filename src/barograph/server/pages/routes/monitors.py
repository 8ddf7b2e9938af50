"""The monitors there are: what each watches, how its series stand, and why it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import sqlalchemy as sa
import yaml
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.monitors import StoredMonitor, all_monitors
from barograph.store.tables.monitors import monitor_series

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200
_OPEN: Final = ("firing", "recovering")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRow:
    """One monitor.

    Attributes
    ----------
    written : as it stands in a file.
    series, firing, unknown : how many it watches; of these, that fire, and that gave no answer last.
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
    judged_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorsPage:
    """All monitors of the projects that may be seen, those that fire first.

    Attributes
    ----------
    wanted : only those with this in their name.
    projects : names, for the commands that make some.
    """

    monitors: tuple[MonitorRow, ...]
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
    standing = _standing(conn)
    rows = [
        _row(each, seen[each.project_id], standing.get(each.id, (0, 0, 0, None)))
        for each in all_monitors(conn)
        if each.project_id in seen and wanted.lower() in each.name.lower()
    ]
    rows.sort(key=lambda row: (-row.firing, -row.unknown, row.project, row.name))
    return MonitorsPage(monitors=tuple(rows), wanted=wanted, projects=tuple(seen.values()), now=view.now)


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


def _row(stored: StoredMonitor, project: str, stands: tuple[int, int, int, int | None]) -> MonitorRow:
    document = dict(stored.document)
    return MonitorRow(
        project=project, name=stored.name, metric=str(document.get("metric", "")),
        severity=str(document.get("severity", "warning")), reason=str(document.get("reason", "")),
        enabled=bool(document.get("enabled", True)),
        written=yaml.safe_dump([document], sort_keys=False, allow_unicode=True),
        series=stands[0], firing=stands[1], unknown=stands[2], judged_at=stands[3],
    )  # fmt: skip
