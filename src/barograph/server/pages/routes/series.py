"""The figures of a chart as CSV."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.metrics.address import parse_address
from barograph.metrics.values import Value
from barograph.profile.value import ALL
from barograph.server.errors import RequestRefused
from barograph.server.pages.model.course import in_segment, read_courses
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
    """Give a metric through time, in the segment that is chosen: start of the window, value, interval, rows."""
    of, segment = parse_address(address).get("segment"), view.selection.segment
    if segment and of not in (None, segment):
        raise RequestRefused(
            422, f"address= is of the segment {of!r}, and segment= says {segment!r}; name one of them."
        )
    address = in_segment(address, segment or ALL)
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
