"""Models of a project."""

from __future__ import annotations

import shutil
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.needs import Admin, Editor, needs
from barograph.server.alerting.deleting import delete_with_alerts
from barograph.server.catalog.forms import ModelAnswer, ModelChanges, ModelsAnswer, NewModel, model_answer
from barograph.server.catalog.making import make_from_profile, wanted
from barograph.server.catalog.profiles import received_profile
from barograph.server.catalog.rebasing import choose_reference
from barograph.server.errors import RequestRefused, declared
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ModelName, ProjectName
from barograph.server.routes.sent import JSON, PROFILE, Sent, body_schema, json_as, sent, wrong_kind
from barograph.server.state import Here
from barograph.server.worker.cursor import cursor_of
from barograph.store.catalog import (
    Model,
    change_model,
    create_model,
    model,
    models,
    reference,
    references,
)
from barograph.store.profiles import days
from barograph.store.rebuilds import ask_rebuild

router = APIRouter(prefix="/v1/projects/{project}/models", tags=["catalog"])

_NAME: Final = Query(
    description="Name of the model, where the body is a profile.",
    min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN,
)  # fmt: skip


@router.get("", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def list_models(project: ProjectName, here: Here) -> ModelsAnswer:
    """List the models of a project."""
    with here.database.reading() as conn:
        return ModelsAnswer(models=[answered(conn, each) for each in models(conn, project)])


@router.post(
    "", status_code=201, responses=declared(401, 403, 404, 409, 415),
    openapi_extra=body_schema(NewModel, {PROFILE: "A profile as barograph.save_profile writes it."}),
)  # fmt: skip
def post_model(
    project: ProjectName,
    here: Here,
    who: Editor,
    body: Annotated[Sent, Depends(sent)],
    name: Annotated[str | None, _NAME] = None,
) -> ModelAnswer:
    """Make a model from its schema, or from a saved profile, which becomes its first reference."""
    now = here.clock.now()
    if body.kind == JSON:
        asked = wanted(json_as(NewModel, body))
        with here.database.writing() as conn:
            made = create_model(conn, project, asked.name, asked.schema, now=now, **asked.rest)
            note(conn, here, who, "model.create", f"{project}/{made.name}")
            return answered(conn, made)
    if body.kind != PROFILE:
        raise wrong_kind(body.kind, JSON, PROFILE)
    if name is None:
        raise RequestRefused(422, "query.name: a profile says nothing of the model's name; add ?name=.")
    largest = here.settings.columnar_body_bytes * here.settings.ratio
    found = received_profile(body.data, largest_bytes=largest)
    with here.database.writing() as conn:
        made = make_from_profile(conn, project, name, found, now=now)
        note(conn, here, who, "model.create", f"{project}/{name}", profile=found.hash)
        return answered(conn, made)


@router.get("/{model}", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def get_model(project: ProjectName, model_name: ModelName, here: Here) -> ModelAnswer:
    """Show a model."""
    with here.database.reading() as conn:
        return answered(conn, model(conn, project, model_name))


@router.patch("/{model}", responses=declared(401, 403, 404, 409))
def patch_model(
    project: ProjectName, model_name: ModelName, changes: ModelChanges, here: Here, who: Editor
) -> ModelAnswer:
    """Change what is given; the rest stays."""
    given = changes.model_dump(exclude_unset=True, exclude={"reference"})
    for needed in ("every", "label_horizon_days"):
        if needed in given and given[needed] is None:
            raise RequestRefused(
                422, f"body.{needed}: null is no value for it; leave it out to keep what is there."
            )
    with here.database.writing() as conn:
        found = model(conn, project, model_name)
        change_model(conn, found.id, **given)
        if given.get("every", found.every) != found.every:
            # Windows of another length do not add up with those that are stored.
            ask_rebuild(conn, found.id, days(conn, found.id), at=here.clock.now())
        if changes.reference is not None:
            chosen = reference(conn, found.id, changes.reference)
            choose_reference(conn, found, chosen, now=here.clock.now(), source=who.name)
        before = {field: getattr(found, field) for field in given}
        asked = changes.model_dump(exclude_unset=True)
        note(conn, here, who, "model.change", f"{project}/{model_name}", before=before, after=asked)
        return answered(conn, model(conn, project, model_name))


@router.delete("/{model}", status_code=204, response_class=Response, responses=declared(401, 403, 404))
def remove_model(project: ProjectName, model_name: ModelName, here: Here, who: Admin) -> None:
    """Delete a model with all its rows, profiles and references, for good; who was told of an alert is told its end."""
    with here.database.writing() as conn:
        found = model(conn, project, model_name)
        delete_with_alerts(conn, found, now=here.clock.now())
        note(conn, here, who, "model.delete", f"{project}/{model_name}", id=found.id)
    for waiting in here.log.waiting():
        if waiting.model_id == found.id:
            here.log.trim(found.id, through=waiting.last_seq)
    for folder in (here.settings.lake_path, here.settings.ids_path):
        shutil.rmtree(folder / str(found.id), ignore_errors=True)


def answered(conn: sa.Connection, found: Model) -> ModelAnswer:
    """A model with the name of its default reference, and what has come of it."""
    default = [each for each in references(conn, found.id) if each.id == found.reference]
    return model_answer(found, default[0] if default else None, cursor_of(conn, found.id))
