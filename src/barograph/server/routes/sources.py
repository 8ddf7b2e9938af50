"""Sources: rows and figures read where they are, on a schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.needs import Admin, needs
from barograph.server.access.principal import Principal
from barograph.server.catalog.schemas import schema_of
from barograph.server.errors import RequestRefused, declared
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ProjectName
from barograph.server.sources.forms import (
    DeltaForm,
    FilesForm,
    PrometheusForm,
    SqlForm,
    schedule_seconds,
)
from barograph.server.state import Here
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.errors import NotFound
from barograph.store.sources import (
    StoredSource,
    add_source,
    all_sources,
    delete_source,
    make_due,
    source_named,
)

router = APIRouter(prefix="/v1/projects/{project}/sources", tags=["sources"])

_READ: Final = declared(401, 403, 404)
SourceName = Annotated[
    str,
    Path(
        alias="source",
        description="Name of the source.",
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NAME_PATTERN,
    ),
]


class _New(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    model: str | None = Field(None, min_length=1, max_length=LONGEST_NAME, description="Whose rows they are.")
    schema_: dict[str, Any] | None = Field(
        None,
        alias="schema",
        description="As in schema.yml: the model is made by it where there is none of that name.",
    )
    schedule: str = Field("1h", description="How often it is read: 15m, 1h, 1d.", max_length=10)


class NewFiles(_New):
    """A folder of files."""

    kind: Literal["files"]
    settings: FilesForm


class NewDelta(_New):
    """A Delta table."""

    kind: Literal["delta"]
    settings: DeltaForm


class NewSql(_New):
    """A query of a database."""

    kind: Literal["sql"]
    settings: SqlForm


class NewPrometheus(_New):
    """Figures of Prometheus."""

    kind: Literal["prometheus"]
    settings: PrometheusForm


NewSource = Annotated[NewFiles | NewDelta | NewSql | NewPrometheus, Field(discriminator="kind")]


class SourceAnswer(BaseModel):
    """A source, and how reading it goes."""

    name: str
    kind: str
    model: str | None
    schedule_seconds: int
    settings: dict[str, Any]
    rows: int = Field(description="Rows, labels or readings taken from it.")
    created_at: datetime
    due_at: datetime
    ran_at: datetime | None
    error: str | None = Field(description="Why it could not be read the last time.")
    failures: int = Field(description="How often in a row it could not.")


class SourcesAnswer(BaseModel):
    """Sources of a project, by name."""

    sources: list[SourceAnswer]


@router.get("", dependencies=[needs("viewer")], responses=_READ)
def list_sources(project: ProjectName, here: Here) -> SourcesAnswer:
    """List the sources of a project."""
    with here.database.reading() as conn:
        names = {m.id: m.name for m in catalog.models(conn, project)}
        found = all_sources(conn, catalog.project(conn, project).id)
    return SourcesAnswer(sources=[_answer(source, names) for source in found])


@router.post("", status_code=201, responses=declared(401, 403, 404, 409))
def post_source(project: ProjectName, here: Here, who: Admin, body: NewSource) -> SourceAnswer:
    """Make a source; it is read at once, then on its schedule.

    A source reaches what the server reaches, so that it needs an admin's key for all projects.
    """
    _require_all(who)
    seconds, now = schedule_seconds(body.schedule), here.clock.now()
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        model = None
        if body.model is not None:
            try:
                model = catalog.model(conn, project, body.model)
            except NotFound:
                if body.schema_ is None:
                    raise
                model = catalog.create_model(conn, project, body.model, schema_of(body.schema_), now=now)
                note(conn, here, who, "model.create", f"{project}/{body.model}")
        if model is None and body.kind != "prometheus":
            raise RequestRefused(
                422, f"model: a source of kind {body.kind} has the rows of a model; name it."
            )
        made = add_source(
            conn, project_id=project_id, model_id=None if model is None else model.id, name=body.name,
            kind=body.kind, settings=body.settings.model_dump(), schedule_seconds=seconds, now=now,
        )  # fmt: skip
        note(conn, here, who, "source.create", f"{project}/{made.name}", kind=made.kind)
    return _answer(made, {} if model is None else {model.id: model.name})


@router.get("/{source}", dependencies=[needs("viewer")], responses=_READ)
def get_source(project: ProjectName, source: SourceName, here: Here) -> SourceAnswer:
    """Show a source."""
    with here.database.reading() as conn:
        found = source_named(conn, catalog.project(conn, project).id, source)
        names = {m.id: m.name for m in catalog.models(conn, project)}
    return _answer(found, names)


@router.post("/{source}/run", status_code=202, responses=_READ)
def run_source_now(project: ProjectName, source: SourceName, here: Here, who: Admin) -> SourceAnswer:
    """Have a source read as soon as may be, whatever its schedule."""
    _require_all(who)
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        make_due(conn, source_named(conn, project_id, source), here.clock.now())
        note(conn, here, who, "source.run", f"{project}/{source}")
        found = source_named(conn, project_id, source)
        names = {m.id: m.name for m in catalog.models(conn, project)}
    return _answer(found, names)


@router.delete("/{source}", status_code=204, responses=_READ, response_class=Response)
def remove_source(project: ProjectName, source: SourceName, here: Here, who: Admin) -> None:
    """Delete a source; what was counted from it stays."""
    _require_all(who)
    with here.database.writing() as conn:
        delete_source(conn, source_named(conn, catalog.project(conn, project).id, source))
        note(conn, here, who, "source.delete", f"{project}/{source}")


def _require_all(who: Principal) -> None:
    if who.projects is not None:
        raise RequestRefused(
            403, f"key {who.key_id} is for {len(who.projects)} projects; sources need one for all: they reach what the "
            "server reaches."
        )  # fmt: skip


def _answer(source: StoredSource, models: dict[int, str]) -> SourceAnswer:
    return SourceAnswer(
        name=source.name, kind=source.kind, settings=dict(source.settings),
        model=None if source.model_id is None else models.get(source.model_id),
        schedule_seconds=source.schedule_seconds, rows=source.rows, created_at=as_datetime(source.created_at),
        due_at=as_datetime(source.due_at),
        ran_at=None if source.ran_at is None else as_datetime(source.ran_at), error=source.error,
        failures=source.failures,
    )  # fmt: skip
