"""Figures through time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from barograph.metrics.values import Result, Undefined
from barograph.server.access.needs import needs
from barograph.server.errors import declared
from barograph.server.reading.asked import refuse_rolled
from barograph.server.reading.forms import Form, answer, forms_of
from barograph.server.reading.kept import keep
from barograph.server.reading.segments import require_segments
from barograph.server.reading.series import Series, is_of_readings, series
from barograph.server.routes.selection import AsOf, ReferenceAsked, Selected, Window
from barograph.server.state import Here
from barograph.server.times import as_datetime

router = APIRouter(prefix="/v1/projects/{project}/models/{model}", tags=["reading"])

_MOST_ADDRESSES: Final = 50

Addresses = Annotated[
    list[str],
    Query(
        alias="address", min_length=1, max_length=_MOST_ADDRESSES,
        description='Metric addresses, such as `drift.total_variation(column="income")` or `performance.mae`.',
    ),
]  # fmt: skip


class PointAnswer(BaseModel):
    """One figure."""

    start: datetime = Field(description="Start of the window.")
    value: float | None = Field(description="Null where there is no figure; `reason` then says why.")
    low: float | None = Field(description="Lower end of its 95 % interval.")
    high: float | None = Field(description="Upper end.")
    n: int | None = Field(description="Rows the figure rests on.")
    reason: str | None = Field(description="Why there is no figure, for programs.")
    detail: str | None = Field(description="The same, for people.")


class OneSeriesAnswer(BaseModel):
    """One metric through time."""

    address: str
    title: str
    unit: str
    direction: str
    points: list[PointAnswer]


class SeriesAnswer(BaseModel):
    """Metrics of a model through time."""

    model: str
    version: str | None
    window: str
    reference: str | None
    as_of: str | None
    series: list[OneSeriesAnswer]


@router.get(
    "/series", response_class=Response,
    dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409) | forms_of(SeriesAnswer),
)  # fmt: skip
def get_series(
    selected: Selected,
    here: Here,
    addresses: Addresses,
    window: Window = None,
    reference: ReferenceAsked = None,
    as_of: AsOf = None,
    form: Form = "json",
) -> Response:
    """Read metrics through time, window by window; windows without rows are left out."""
    with here.database.reading() as conn:
        asked = selected.asked(conn, now=here.clock.now(), window=window, reference=reference, as_of=as_of)
        if not all(is_of_readings(address) for address in addresses):
            refuse_rolled(conn, asked)
        asked = replace(asked, store=here.store.of(asked.model))
        all_of = [series(conn, address, asked) for address in addresses]
        require_segments(conn, all_of, asked)
    keep(here.database, all_of)
    told = {
        "model": asked.model.name, "version": selected.version, "window": asked.every,
        "reference": None if asked.compared is None else asked.compared.name, "as_of": as_of,
        "series": [_told(each) for each in all_of],
    }  # fmt: skip
    return answer(form, told=told, table=_table(all_of))


def _told(found: Series) -> dict[str, Any]:
    return {
        "address": str(found.address),
        "title": found.spec.title,
        "unit": found.spec.unit,
        "direction": found.spec.direction,
        "points": [{"start": as_datetime(start).isoformat(), **_figure(r)} for start, r in found.points],
    }


def _figure(result: Result) -> dict[str, Any]:
    if isinstance(result, Undefined):
        none = dict.fromkeys(("value", "low", "high", "n"))
        return none | {"reason": result.reason, "detail": result.detail}
    low, high = result.interval or (None, None)
    return {"value": result.value, "low": low, "high": high, "n": result.n, "reason": None, "detail": None}


def _table(found: list[Series]) -> pl.DataFrame:
    rows = [
        {"address": str(each.address), "start": as_datetime(start), **_figure(result)}
        for each in found
        for start, result in each.points
    ]
    return pl.DataFrame(
        rows,
        schema={
            "address": pl.String, "start": pl.Datetime("us", "UTC"), "value": pl.Float64, "low": pl.Float64,
            "high": pl.Float64, "n": pl.Int64, "reason": pl.String, "detail": pl.String,
        },
    )  # fmt: skip
