"""Versions of a model, known from the rows that name them."""

from __future__ import annotations

from fastapi import APIRouter

from barograph.server.access.needs import needs
from barograph.server.catalog.forms import VersionsAnswer, version_answer
from barograph.server.errors import declared
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.state import Here
from barograph.store.catalog import model, versions

router = APIRouter(prefix="/v1/projects/{project}/models/{model}/versions", tags=["catalog"])


@router.get("", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def list_versions(project: ProjectName, model_name: ModelName, here: Here) -> VersionsAnswer:
    """List the versions of a model."""
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        return VersionsAnswer(versions=[version_answer(each) for each in versions(conn, found.id)])
