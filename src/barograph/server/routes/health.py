"""Whether the server runs, and whether it can do its work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from barograph.server.state import Here

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The answer of a server that runs."""

    status: Literal["ok"]


class FindingAnswer(BaseModel):
    """One thing that was looked at."""

    name: str
    ok: bool


class Ready(BaseModel):
    """What was found; the server's log and `barograph doctor` say more."""

    status: Literal["ready", "not_ready"]
    checks: list[FindingAnswer] = Field(description="The store, the log, a worker.")


@router.get("/healthz")
async def healthz() -> Alive:
    """Whether the process answers."""
    return Alive(status="ok")


@router.get(
    "/readyz", responses={503: {"model": Ready, "description": "It cannot accept rows, or no worker runs."}}
)
def readyz(here: Here) -> JSONResponse:
    """Whether rows can be stored and will be counted; looks at most once a second while it is."""
    found = here.readiness.look(here)
    ready = all(finding.ok for finding in found)
    answer = Ready(
        status="ready" if ready else "not_ready",
        checks=[FindingAnswer(name=finding.name, ok=finding.ok) for finding in found],
    )
    return JSONResponse(answer.model_dump(), status_code=200 if ready else 503)
