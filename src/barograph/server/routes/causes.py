"""Whether the first cause that an explanation named was right, as people found out."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from barograph.server.access.audited import note
from barograph.server.access.needs import Editor
from barograph.server.alerting.attention import attend
from barograph.server.alerting.record import CAUSE
from barograph.server.alerting.shown import IncidentShown, incident_shown
from barograph.server.errors import RequestRefused, declared
from barograph.server.routes.incidents import IncidentId
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here
from barograph.store import catalog
from barograph.store.incidents import incident_of

router = APIRouter(prefix="/v1/projects/{project}/incidents", tags=["incidents"])

_ACT: Final = declared(401, 403, 404, 409)


class CauseJudged(BaseModel):
    """Whether the first cause was right."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    as_: Literal["right", "wrong"] | None = Field(alias="as", description="null takes it back.")


@router.post("/{incident}/cause", responses=_ACT)
def post_cause(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: CauseJudged
) -> IncidentShown:
    """Say whether the first cause named was right: the product's own record goes by it."""
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        if incident_of(conn, project_id, incident).explained_at is None:
            raise RequestRefused(
                409,
                f"incident {incident} is not explained, so no cause was named; say what you found in a comment.",
            )
        found = attend(
            conn,
            project_id,
            incident,
            CAUSE,
            actor=who.key_id,
            now=here.clock.now(),
            details={"as": body.as_},
        )
        note(conn, here, who, "incident.cause", f"{project}/{incident}")
    return incident_shown(found)
