"""All features of a model through time: which of them moved, where, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from barograph.charts.heat_map import HeatMap, HeatRow, heat_map_svg
from barograph.locale.said import word
from barograph.profile.value import ALL
from barograph.server.pages.model.course import Axis, picture
from barograph.server.pages.model.head import Head, asked_for, head_of
from barograph.server.pages.model.heat import MODES, Mode, heat_map, limits_of, written
from barograph.server.pages.view import Viewing, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRow:
    """A feature in words, for who does not see the map.

    Attributes
    ----------
    last, worst : last and largest figure with its unit; None where there is none.
    over : windows over the limit.
    alerted : an alert on it is open in one of the windows.
    """

    name: str
    address: str
    limit: str
    last: str | None
    worst: str | None
    worst_at: str | None
    over: int
    windows: int
    alerted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesPage:
    """What the page shows.

    Attributes
    ----------
    mode : what the map shows; by: its metric, as some references do not allow the usual one.
    map : None where there is nothing to compare with, or no rows came.
    """

    head: Head
    mode: str
    modes: tuple[str, ...]
    by: str
    map: Markup | None
    rows: tuple[FeatureRow, ...]
    template: str = "features"


@page(router, "/models/{project}/{model}/features")
def get_features(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    show: Annotated[str, Query(max_length=20)] = "drift",
) -> Response:
    """Show the heat map."""
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name))
        head = head_of(conn, view, asked)
    mode = MODES.get(show, MODES["drift"])
    made = heat_map(view, asked, mode)
    rows, axis, mode = made if made is not None else ((), None, mode)
    drawn = None
    if axis is not None and any(any(row.cells) for row in rows):
        held = HeatMap(name=word(mode.name), labels=axis.labels, rows=rows)
        drawn = picture(heat_map_svg(held, speak=view.language.said), held, axis)
    limits = limits_of(mode, asked, view.selection.segment or ALL)
    told = () if axis is None else tuple(_told(row, axis, mode, limits) for row in rows)
    return view.show(
        FeaturesPage(head=head, mode=mode.name, modes=tuple(MODES), by=mode.metric, map=drawn, rows=told)
    )


def _told(row: HeatRow, axis: Axis, mode: Mode, limits: dict[str, float]) -> FeatureRow:
    known = [
        (cell.ratio, at)
        for cell, at in zip(row.cells, axis.labels, strict=True)
        if cell and cell.ratio is not None
    ]
    limit = limits[row.name]
    worst = max(known, default=None)
    return FeatureRow(
        name=row.name, address=row.address, limit=written(mode, limit),
        last=written(mode, known[-1][0] * limit) if known else None,
        worst=None if worst is None else written(mode, worst[0] * limit),
        worst_at=None if worst is None else worst[1],
        over=sum(ratio >= 1.0 for ratio, _ in known), windows=len(known),
        alerted=any(cell is not None and cell.alerted for cell in row.cells),
    )  # fmt: skip
