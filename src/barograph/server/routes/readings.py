"""What services tell of themselves: readings, heartbeats, environments; and what features are made from."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from barograph.server.access.needs import needs
from barograph.server.errors import declared
from barograph.server.operations.add import (
    add_environment_items,
    add_heartbeat_items,
    add_lineage_items,
    add_reading_items,
)
from barograph.server.operations.forms import EnvironmentItem, HeartbeatItem, LineageItem, ReadingItem
from barograph.server.operations.items import Items, TakenAnswer, Told, items_schema
from barograph.server.operations.shown import (
    EnvironmentsAnswer,
    LineageAnswer,
    ReadingsAnswer,
    SourcedAnswer,
    environments_answer,
    readings_answer,
)
from barograph.server.operations.taking import take
from barograph.server.reading.span import read_span
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ModelName, ProjectName
from barograph.server.state import Here
from barograph.store import catalog
from barograph.store.environments import read_environments
from barograph.store.lineage import fed_by, read_lineage
from barograph.store.readings import read_readings, reading_names

router = APIRouter(prefix="/v1/projects/{project}", tags=["operations"])

_READ: Final = declared(401, 403, 404)
_SENT: Final = declared(400, 401, 403, 404, 409, 415)
_INGEST: Final = [needs("ingest")]
_VIEWER: Final = [needs("viewer")]


def told(name: str) -> Any:
    """The list called `name` of a request's body, as a dependency."""
    return Depends(Items(name))


def text_parameter(description: str) -> Any:
    """A parameter that is a name."""
    return Query(description=description, min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN)


_FROM: Final = Query(alias="from", description="ISO 8601 time or date; default: 90 days ago.", max_length=40)
_TO: Final = Query(
    alias="to", description="ISO 8601 time or date, as a date its end; default: now.", max_length=40
)


@router.post(
    "/readings", dependencies=_INGEST, responses=_SENT, openapi_extra=items_schema("readings", ReadingItem)
)
def post_readings(here: Here, items: Annotated[Told, told("readings")]) -> TakenAnswer:
    """Send readings: figures a service or a business has, summed by minute as they come."""
    return take(here, items, ReadingItem, add_reading_items)


@router.post(
    "/heartbeats",
    dependencies=_INGEST,
    responses=_SENT,
    openapi_extra=items_schema("heartbeats", HeartbeatItem),
)
def post_heartbeats(here: Here, items: Annotated[Told, told("heartbeats")]) -> TakenAnswer:
    """Send signs of life; availability is made of them."""
    return take(here, items, HeartbeatItem, add_heartbeat_items)


@router.post(
    "/environments",
    dependencies=_INGEST,
    responses=_SENT,
    openapi_extra=items_schema("environments", EnvironmentItem),
)
def post_environments(here: Here, items: Annotated[Told, told("environments")]) -> TakenAnswer:
    """Say what a model runs in; a change of it is an event, and says whether there was a deployment."""
    return take(here, items, EnvironmentItem, add_environment_items)


@router.post(
    "/lineage", dependencies=_INGEST, responses=_SENT, openapi_extra=items_schema("lineage", LineageItem)
)
def post_lineage(here: Here, items: Annotated[Told, told("lineage")]) -> TakenAnswer:
    """Say what the features of models are made from, in place of what was said before."""
    return take(here, items, LineageItem, add_lineage_items)


@router.get("/readings", dependencies=_VIEWER, responses=_READ)
def get_readings(
    project: ProjectName,
    here: Here,
    name: Annotated[str, text_parameter("Name of the readings.")],
    model: Annotated[
        str | None, text_parameter("Name of a model; without one, readings of no model.")
    ] = None,
    first: Annotated[str | None, _FROM] = None,
    end: Annotated[str | None, _TO] = None,
) -> ReadingsAnswer:
    """Show readings of one name by minute, older ones by hour."""
    span = read_span(first, end, timezone="UTC", now=here.clock.now())
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        model_id = None if model is None else catalog.model(conn, project, model).id
        found = read_readings(conn, project_id, model_id, first=span.first, end=span.end, names=[name])
        return readings_answer(found, reading_names(conn, project_id, model_id))


@router.get("/models/{model}/environments", dependencies=_VIEWER, responses=_READ)
def get_environments(project: ProjectName, model: ModelName, here: Here) -> EnvironmentsAnswer:
    """Show what the versions of a model run in."""
    with here.database.reading() as conn:
        return environments_answer(read_environments(conn, catalog.model(conn, project, model).id))


@router.get("/models/{model}/lineage", dependencies=_VIEWER, responses=_READ)
def get_lineage(project: ProjectName, model: ModelName, here: Here) -> LineageAnswer:
    """Show what the features of a model are made from."""
    with here.database.reading() as conn:
        found = read_lineage(conn, catalog.model(conn, project, model).id)
    return LineageAnswer(features={feature: list(sources) for feature, sources in found.items()})


@router.get("/lineage", dependencies=_VIEWER, responses=_READ)
def get_models_of_source(
    project: ProjectName, here: Here, source: Annotated[str, text_parameter("Name of a source.")]
) -> SourcedAnswer:
    """Show which features of which models are made from a source."""
    with here.database.reading() as conn:
        catalog.project(conn, project)
        found = fed_by(conn, project, source)
    return SourcedAnswer(models={model: list(features) for model, features in found.items()})
