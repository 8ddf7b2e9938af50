"""The figures of a chart as CSV."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.metrics.values import Value
from barograph.server.pages.model.course import read_courses
from barograph.server.pages.model.head import asked_for
from barograph.server.pages.view import Viewing
from barograph.server.reading.forms import CSV, as_csv
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.times import as_datetime
from barograph.store.catalog import model

router = APIRouter()


@router.get("/models/{project}/{model}/series.csv", include_in_schema=False)
def get_series_file(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    address: Annotated[str, Query(max_length=500)],
) -> Response:
    """Give a metric through time: start of the window, value, interval, rows."""
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name))
    found = read_courses(view, asked, [address])[address]
    rows = [
        {
            "start": as_datetime(start), "value": each.value, "low": (each.interval or (None, None))[0],
            "high": (each.interval or (None, None))[1], "n": each.n,
        }
        for start, each in found.points
        if isinstance(each, Value)
    ]  # fmt: skip
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
    table = pl.DataFrame(rows, schema={"start": pl.Datetime("us", "UTC"), **numbers, "n": pl.Int64})
    return Response(as_csv(table), media_type=CSV)
