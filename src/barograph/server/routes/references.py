"""References of a model: profiles it is compared with."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, needs
from barograph.server.catalog.forms import PastRows, ReferenceAnswer, ReferencesAnswer, reference_answer
from barograph.server.catalog.profiles import received_profile
from barograph.server.catalog.rebasing import choose_reference, keep_past, name_of_past, profile_of_past
from barograph.server.catalog.reference_rows import SUFFIXES, profiled
from barograph.server.errors import declared
from barograph.server.routes.parameters import (
    LONGEST_NAME,
    NAME_PATTERN,
    ModelName,
    ProjectName,
    ReferenceName,
)
from barograph.server.routes.sent import CSV, NDJSON, PARQUET, PROFILE, Sent, body_schema, sent, wrong_kind
from barograph.server.state import Here
from barograph.store.catalog import add_reference, model, reference, reference_file, references

router = APIRouter(prefix="/v1/projects/{project}/models/{model}/references", tags=["catalog"])

_NAME: Final = Query(
    description="Name of the reference.", min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN
)
_ORIGIN: Final = Query(
    description="Where rows come from: training, hold-out, out-of-bag, production. A profile says so itself.",
    min_length=1, max_length=50, pattern=NAME_PATTERN,
)  # fmt: skip
_DEFAULT: Final = Query(description="Compare the model with it from now on.")
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PROFILE: {"schema": {"type": "string", "format": "binary"}}}}
}
_BODY: Final = body_schema(
    None,
    {
        PROFILE: "A profile on the model's grid, as barograph.save_profile writes it.",
        PARQUET: "Rows with the schema's columns.",
        CSV: "Rows with the schema's columns, and a header.",
        NDJSON: "Rows with the schema's columns, one JSON object a line.",
    },
)


@router.get("", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def list_references(project: ProjectName, model_name: ModelName, here: Here) -> ReferencesAnswer:
    """List the references of a model."""
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        return ReferencesAnswer(
            references=[reference_answer(each, found) for each in references(conn, found.id)]
        )


@router.post("", status_code=201, responses=declared(401, 403, 404, 409, 415), openapi_extra=_BODY)
def post_reference(
    project: ProjectName,
    model_name: ModelName,
    here: Here,
    who: Editor,
    body: Annotated[Sent, Depends(sent)],
    name: Annotated[str, _NAME],
    origin: Annotated[str, _ORIGIN] = "training",
    default: Annotated[bool, _DEFAULT] = False,
) -> ReferenceAnswer:
    """Keep a profile, or rows that are profiled here, as a reference; the first one fixes the model's grid."""
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
    if body.kind == PROFILE:
        largest = here.settings.columnar_body_bytes * here.settings.ratio
        kept = received_profile(body.data, largest_bytes=largest)
    elif body.kind in SUFFIXES:
        kept = profiled(body.data, body.kind, found, origin=origin, name=name, key=here.door.key)
    else:
        raise wrong_kind(body.kind, PROFILE, *SUFFIXES)
    with here.database.writing() as conn:
        now = here.clock.now()
        made = add_reference(conn, found.id, name, kept, now=now)
        if default and found.grid is not None:
            choose_reference(conn, found, made, now=now, source=who.name)
        note(
            conn,
            here,
            who,
            "reference.create",
            f"{project}/{model_name}/{name}",
            profile=made.profile_hash,
            default=default,
        )
        return reference_answer(made, model(conn, project, model_name))


@router.post("/past", status_code=201, responses=declared(401, 403, 404, 409))
def post_past(
    project: ProjectName, model_name: ModelName, here: Here, who: Editor, body: PastRows
) -> ReferenceAnswer:
    """Make rows that the model has answered its reference, and compare with them from now on; old ones are kept."""
    now, span = here.clock.now(), f"{body.first}/{body.end}"
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        profile = profile_of_past(conn, here.store, found, span, now=now)
        name = body.name or name_of_past(conn, found, span, now=now)
    with here.database.writing() as conn:
        made = keep_past(conn, found, name, profile, now=now, source=who.name, comment=body.comment)
        note(
            conn, here, who, "reference.create", f"{project}/{model_name}/{name}", profile=made.profile_hash,
            default=True, span=span,
        )  # fmt: skip
        return reference_answer(made, model(conn, project, model_name))


@router.get(
    "/{reference}", response_class=Response,
    dependencies=[needs("viewer")], responses=declared(401, 403, 404) | _FILE,
)  # fmt: skip
def get_reference(
    project: ProjectName, model_name: ModelName, reference_name: ReferenceName, here: Here
) -> Response:
    """Fetch a reference as a file that `barograph.load_profile` reads."""
    with here.database.reading() as conn:
        found = reference(conn, model(conn, project, model_name).id, reference_name)
        return Response(reference_file(conn, found.id), media_type=PROFILE)
