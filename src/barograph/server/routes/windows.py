"""Windows of a model: what came in each, when its labels came, and their profile as a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from barograph.profile.codec import save
from barograph.server.access.needs import needs
from barograph.server.errors import declared
from barograph.server.reading.asked import refuse_rolled
from barograph.server.reading.counted import profile_of_rows
from barograph.server.reading.forms import Form, answer, forms_of
from barograph.server.reading.series import require_grid
from barograph.server.reading.windows import label_ages, window_counts
from barograph.server.routes.selection import AsOf, Selected, Window
from barograph.server.routes.sent import PROFILE
from barograph.server.state import Here
from barograph.server.times import as_datetime
from barograph.store.profiles import read

router = APIRouter(prefix="/v1/projects/{project}/models/{model}", tags=["reading"])

_EPOCH_DAY: Final = date(1970, 1, 1)
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PROFILE: {"schema": {"type": "string", "format": "binary"}}}}
}
WithSample = Annotated[
    bool,
    Query(
        alias="sample",
        description="Count the span's rows anew, with segments, cross tables and the sample that explanations need.",
    ),
]


class WindowAnswer(BaseModel):
    """What came in one window."""

    start: datetime
    rows: int
    labelled: int = Field(description="Rows with a label.")
    judged: int = Field(description="Of these, rows with a prediction or a score.")


class WindowsAnswer(BaseModel):
    """Windows of a model, in order; those without rows are left out."""

    model: str
    version: str | None
    window: str
    as_of: str | None
    windows: list[WindowAnswer]


class AgesAnswer(BaseModel):
    """Labels of the rows of one day."""

    day: date
    rows: int
    by_age: dict[int, int] = Field(description="Rows labelled so many days later.")


class LabelAgesAnswer(BaseModel):
    """How late labels come."""

    model: str
    version: str | None
    days: list[AgesAnswer]


@router.get(
    "/windows", response_class=Response,
    dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409) | forms_of(WindowsAnswer),
)  # fmt: skip
def get_windows(
    selected: Selected, here: Here, window: Window = None, as_of: AsOf = None, form: Form = "json"
) -> Response:
    """Count rows and labels by window, as known now or on an earlier day."""
    with here.database.reading() as conn:
        asked = selected.asked(conn, now=here.clock.now(), window=window, as_of=as_of)
        require_grid(asked.model)
        refuse_rolled(conn, asked)
        counts = window_counts(conn, asked)
    rows = [
        {"start": as_datetime(c.start), "rows": c.rows, "labelled": c.labelled, "judged": c.judged}
        for c in counts
    ]
    told = {
        "model": asked.model.name, "version": selected.version, "window": asked.every, "as_of": as_of,
        "windows": rows,
    }  # fmt: skip
    whole = {"rows": pl.Int64, "labelled": pl.Int64, "judged": pl.Int64}
    table = pl.DataFrame(rows, schema={"start": pl.Datetime("us", "UTC"), **whole})
    return answer(form, told=told, table=table)


@router.get(
    "/labels/age",
    dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409),
)  # fmt: skip
def get_label_ages(selected: Selected, here: Here) -> LabelAgesAnswer:
    """Count the labels of each day's rows by their age when they came."""
    with here.database.reading() as conn:
        asked = selected.asked(conn, now=here.clock.now(), window=None)
        require_grid(asked.model)
        ages = label_ages(conn, asked)
    days = [
        AgesAnswer(day=_EPOCH_DAY + timedelta(days=a.day), rows=a.rows, by_age=dict(sorted(a.by_age.items())))
        for a in ages
    ]
    return LabelAgesAnswer(model=asked.model.name, version=selected.version, days=days)


@router.get(
    "/profiles", response_class=Response,
    dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409) | _FILE,
)  # fmt: skip
def get_profile(
    selected: Selected, here: Here, window: Window = None, sample: WithSample = False
) -> Response:
    """Fetch the profile of a span as a file that `barograph.load_profile` reads."""
    with here.database.reading() as conn:
        asked = selected.asked(conn, now=here.clock.now(), window=window)
        require_grid(asked.model)
        span, of = asked.span, asked.version_id
        if sample:
            profile = profile_of_rows(conn, here.store, asked.model, span, every=asked.every, version_id=of)
        else:
            refuse_rolled(conn, asked)
            days = span.days
            whole = read(conn, asked.model, of, first_day=days[0], last_day=days[1], every=asked.every)
            inside = (c for c in whole.cells if c.window is not None and span.first <= c.window < span.end)
            profile = whole.at(*inside)
    return Response(save(profile), media_type=PROFILE)
