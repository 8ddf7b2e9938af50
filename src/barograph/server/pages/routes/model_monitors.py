"""The monitors of one model: how each stands there, and what else is suggested for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from barograph.errors import BarographError, MonitorError
from barograph.locale.recognised import recognised
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest.use_cases import fitting_use_cases
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.monitors.keep import add_monitors, file_with, remove
from barograph.server.pages.monitors.suggested import (
    Suggestions,
    fired_first,
    suggested_monitors,
    suggestions,
)
from barograph.server.pages.monitors.tried import DAYS, InShort, tried_in_short
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import Model, model
from barograph.store.catalog import project as project_of
from barograph.store.monitors import all_monitors, monitor_names, monitors_by_id
from barograph.store.tables.monitors import monitor_series

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200
_MOST: Final = 400
UseCase = Annotated[str, Query(alias="for", max_length=_LONGEST)]
Names = Annotated[list[str] | None, Form(max_length=_MOST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchingRow:
    """A monitor that watches the model; counts are of its series there.

    Attributes
    ----------
    judged_at : when one of them was judged last, µs UTC.
    """

    name: str
    metric: str
    severity: str
    reason: str
    enabled: bool
    series: int
    firing: int
    unknown: int
    judged_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMonitorsPage:
    """What the page shows.

    Attributes
    ----------
    suggested : None where it was not asked for, and something watches the model.
    use_case : that suggestions are for; empty: by the task.
    added : names of monitors that were just added, which can be taken back.
    tried : by name what suggestions would have done on the last `days`; None where that was not asked for.
    """

    head: Head
    monitors: tuple[WatchingRow, ...]
    suggested: Suggestions | None
    use_case: str
    use_cases: tuple[str, ...]
    added: tuple[str, ...]
    tried: Mapping[str, InShort] | None
    fault: str
    now: int
    days: int = DAYS
    template: str = "model_monitors"


@page(router, "/models/{project}/{model}/monitors")
def get_model_monitors(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    use_case: UseCase = "",
    suggest: bool = False,
    added: Annotated[list[str] | None, Query(max_length=_MOST)] = None,
) -> Response:
    """Show what watches a model, and suggest more.

    Parameters
    ----------
    use_case : that it is for, such as credit.
    suggest : suggest also where something watches it.
    added : names of monitors that were just added.
    """
    return _show(
        view, (project, model_name), use_case, suggest=suggest or bool(use_case), added=tuple(added or ())
    )


@router.post("/models/{project}/{model}/monitors", dependencies=[OwnForm])
def post_suggested(
    project: ProjectName,
    model_name: ModelName,
    view: Editing,
    names: Names = None,
    use_case: Annotated[str, Form(alias="for", max_length=_LONGEST)] = "",
    do: Annotated[str, Form(max_length=_LONGEST)] = "add",
) -> Response:
    """Add what was chosen of the suggestions, or try it on the past."""
    with view.here.database.reading() as conn:
        found = model(conn, project, model_name)
        wanted = suggested_monitors(conn, found, use_case=use_case or None, now=view.now)
        held = _names(conn, project)
    # What was added meanwhile, and perhaps edited, stays as it is.
    asked = {*(names or ())} - held
    chosen = [each for each in wanted if each.name in asked]
    if do == "try":
        return _try(view, (project, model_name), use_case, chosen)
    try:
        add_monitors(view, project, chosen)
    except MonitorError as error:
        return _show(view, (project, model_name), use_case, suggest=True, fault=str(error))
    query = urlencode([("added", each.name) for each in chosen]) if chosen else "suggest=true"
    return view.go(f"{address_of_model(project, model_name)}/monitors?{query}")


@router.post("/models/{project}/{model}/monitors/undo", dependencies=[OwnForm])
def post_undo(project: ProjectName, model_name: ModelName, view: Editing, names: Names = None) -> Response:
    """Take monitors that were just added away again."""
    remove(view, project, names or ())
    return view.go(f"{address_of_model(project, model_name)}/monitors?suggest=true")


def _try(view: View, of: tuple[str, str], use_case: str, chosen: Sequence[Monitor]) -> Response:
    with view.here.database.reading() as conn:
        file = file_with(conn, project_of(conn, of[0]).id, chosen)
    try:
        found = tried_in_short(view, of[0], file, model=of[1])
    except BarographError as error:
        return _show(view, of, use_case, suggest=True, fault=str(error))
    return _show(view, of, use_case, suggest=True, tried=found)


def _show(
    view: View,
    of: tuple[str, str],
    use_case: str,
    *,
    suggest: bool,
    added: tuple[str, ...] = (),
    tried: Mapping[str, InShort] | None = None,
    fault: str = "",
) -> Response:
    with view.here.database.reading() as conn:
        found = model(conn, *of)
        rows = _rows(conn, found, added)
        names = _names(conn, found.project)
        suggested = None
        if suggest or (not rows and not added):
            try:
                suggested = suggestions(
                    conn,
                    found,
                    held=names,
                    use_case=use_case or None,
                    now=view.now,
                )
                suggested = fired_first(suggested, tried or {})
            except MonitorError as error:
                fault = str(error)
        made = ModelMonitorsPage(
            head=head_of(conn, view, asked_for(conn, view, found)), monitors=rows, suggested=suggested,
            use_case=use_case, use_cases=fitting_use_cases(found.schema.task),
            added=tuple(name for name in added if name in names), tried=tried, fault=fault, now=view.now,
        )  # fmt: skip
    return view.show(made, status=422 if fault else 200)


def _rows(conn: sa.Connection, of: Model, added: Collection[str]) -> tuple[WatchingRow, ...]:
    """Monitors that watch the model, those too that were added just now and have judged nothing yet."""
    key = monitor_series.c
    phase = key.state["phase"].as_string()
    asked = (
        sa.select(
            key.monitor_id, sa.func.count(),
            sa.func.sum(sa.case((phase.in_(("firing", "recovering")), 1), else_=0)),
            sa.func.sum(sa.case((key.status.in_(("unknown", "no_data", "error")), 1), else_=0)),
            sa.func.max(key.judged_at),
        )
        .where(key.model_id == of.id)
        .group_by(key.monitor_id)
    )  # fmt: skip
    standing = {row[0]: row for row in conn.execute(asked)}
    new = (
        [m.id for m in all_monitors(conn, project_of(conn, of.project).id) if m.name in added]
        if added
        else []
    )
    rows = []
    for each in monitors_by_id(conn, {*standing, *new}).values():
        _, series, firing, unknown, judged_at = standing.get(each.id, (each.id, 0, 0, 0, None))
        document = dict(each.document)
        rows.append(
            WatchingRow(
                name=each.name, metric=str(document.get("metric", "")),
                severity=str(document.get("severity", "warning")), reason=recognised(str(document.get("reason", ""))),
                enabled=bool(document.get("enabled", True)), series=series, firing=int(firing),
                unknown=int(unknown), judged_at=judged_at,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-row.firing, -row.unknown, row.severity == "info", row.name))
    return tuple(rows)


def _names(conn: sa.Connection, project: str) -> frozenset[str]:
    """Names of the monitors of a project."""
    return frozenset(name for _, _, name in monitor_names(conn, project_of(conn, project).id))
