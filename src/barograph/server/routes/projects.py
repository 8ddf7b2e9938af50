"""Projects: what keys are scoped to."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from barograph.server.access.audited import note
from barograph.server.access.needs import Admin, Viewer, for_all_projects
from barograph.server.errors import declared
from barograph.server.state import Here
from barograph.server.times import as_datetime
from barograph.store.catalog import Project, create_project, projects

router = APIRouter(prefix="/v1/projects", tags=["catalog"])


class NewProject(BaseModel):
    """A project to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="1 to 200 printable characters without '/'.", min_length=1, max_length=200)


class ProjectAnswer(BaseModel):
    """One project."""

    name: str
    created_at: datetime


class ProjectsAnswer(BaseModel):
    """Projects, by name."""

    projects: list[ProjectAnswer]


@router.get("", responses=declared(401, 403))
def list_projects(here: Here, who: Viewer) -> ProjectsAnswer:
    """List the projects the key may see."""
    with here.database.reading() as conn:
        found = [_answer(project) for project in projects(conn) if who.sees(project.name)]
    return ProjectsAnswer(projects=found)


@router.post("", status_code=201, responses=declared(401, 403, 409))
def post_project(here: Here, who: Admin, body: NewProject) -> ProjectAnswer:
    """Make a project; needs a key that sees all."""
    for_all_projects(who)
    with here.database.writing() as conn:
        made = create_project(conn, body.name, now=here.clock.now())
        note(conn, here, who, "project.create", made.name)
        return _answer(made)


def _answer(project: Project) -> ProjectAnswer:
    return ProjectAnswer(name=project.name, created_at=as_datetime(project.created_at))
