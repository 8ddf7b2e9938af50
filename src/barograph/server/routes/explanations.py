"""Why a figure of a model changed, and what two of its versions answer to the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from barograph.profile.value import Profile
from barograph.server.access.needs import needs
from barograph.server.errors import RequestRefused, declared
from barograph.server.reading.asked import version_of
from barograph.server.reading.counted import profile_of_rows, refuse_uncounted
from barograph.server.reading.flips import flips
from barograph.server.reading.series import Asked, require_grid
from barograph.server.reading.span import read_span
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.routes.selection import From, ReferenceAsked, Selected, To
from barograph.server.state import Here, Server
from barograph.server.times import as_datetime
from barograph.store.catalog import model, reference_profile, references
from barograph.store.events import read_events

if TYPE_CHECKING:
    from barograph.explain.explanation import Event

router = APIRouter(prefix="/v1/projects/{project}/models/{model}", tags=["reading"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/html": {"schema": {"type": "string"}},
        }
    }
}
Metric = Annotated[
    str | None,
    Query(description="A performance metric's address; default: the task's first.", max_length=500),
]
HeldOut = Annotated[
    str | None,
    Query(
        description="Name of a reference of rows the model had not learned from: what an in-sample reference "
        "flatters is then told apart."
    ),
]
Page = Annotated[bool, Query(alias="html", description="A page instead of JSON.")]
OneVersion = Annotated[str, Query(max_length=200)]


class FlipsAnswer(BaseModel):
    """What two versions answered to the same rows."""

    model: str
    first: str
    second: str
    shared: int = Field(description="Rows that both answered.")
    flipped: int = Field(description="Of these, rows whose decision differs; of numbers, that differ at all.")
    share: float | None
    interval: list[float] | None = Field(description="Both ends of the share's 95 % interval.")
    mean_difference: float | None = Field(description="Mean of second − first, of numbers and scores.")


@router.get(
    "/explanations", response_class=Response,
    dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409) | _FORMS,
)  # fmt: skip
def get_explanation(
    selected: Selected,
    here: Here,
    metric: Metric = None,
    reference: ReferenceAsked = None,
    held_out: HeldOut = None,
    page: Page = False,
) -> Response:
    """Explain why a performance metric of a span differs from the reference: amounts that add up, since when, where."""
    # What explains is large, and a server that starts has nothing to explain.
    from barograph.api import explain

    with here.database.reading() as conn:
        asked = selected.asked(conn, now=here.clock.now())
        require_grid(asked.model)
        before = _reference(conn, here, asked, reference)
        better = None if held_out is None else _kept(conn, asked, held_out)
        current = profile_of_rows(
            conn, here.store, asked.model, asked.span, every=asked.every, version_id=asked.version_id
        )
        events = _events(conn, asked)
    why = explain(before, current, metric, held_out=better, events=events)
    if page:
        return HTMLResponse(why.to_html())
    return JSONResponse(why.to_dict())


@router.get("/flips", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def get_flips(
    project: ProjectName,
    model_name: ModelName,
    here: Here,
    one: Annotated[OneVersion, Query(alias="first", description="A version.")],
    other: Annotated[OneVersion, Query(alias="second", description="The version compared with it.")],
    first: From = None,
    end: To = None,
) -> FlipsAnswer:
    """Compare what two versions answered to the rows of a span that both have."""
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        known = [version_of(conn, found, name) for name in (one, other)]
        span = read_span(first, end, timezone=found.schema.timezone, now=here.clock.now())
        for version in known:
            refuse_uncounted(conn, found, span, version.id)
        compared = flips(conn, here.store, found, span, (one, other))
    return FlipsAnswer(
        model=found.name, first=one, second=other, shared=compared.shared, flipped=compared.flipped,
        share=compared.share, interval=None if compared.interval is None else list(compared.interval),
        mean_difference=compared.mean_difference,
    )  # fmt: skip


def _reference(conn: sa.Connection, here: Server, asked: Asked, name: str | None) -> Profile:
    """The reference with its sample; of a past span its rows are counted."""
    if name is not None and "/" in name:
        since, _, until = name.partition("/")
        span = read_span(since, until, timezone=asked.span.timezone, now=asked.now)
        past = profile_of_rows(conn, here.store, asked.model, span, every=asked.every)
        if not past.cells:
            raise RequestRefused(422, f"reference={name!r} holds no row; take a span in which rows came.")
        return past
    return _kept(conn, asked, name)


def _kept(conn: sa.Connection, asked: Asked, name: str | None) -> Profile:
    known = references(conn, asked.model.id)
    found = [r for r in known if (r.id == asked.model.reference if name is None else r.name == name)]
    if not found:
        raise RequestRefused(
            404 if name else 409,
            f"no reference {name!r}."
            if name
            else "the model has no reference; give it one, or name a past span, "
            "such as reference=2011-01-01/2011-01-28.",
        )
    return reference_profile(conn, found[0].id)


def _events(conn: sa.Connection, asked: Asked) -> list[Event]:
    """What happened meanwhile, of the kinds an explanation dates changes by."""
    from barograph.explain.explanation import Event, EventKind

    kinds = get_args(EventKind)
    held = read_events(conn, model_id=asked.model.id, first=asked.span.first, end=asked.span.end, kinds=kinds)
    return [Event(at=as_datetime(e.at), kind=e.kind, name=e.name or e.kind) for e in held]  # type: ignore[arg-type]
