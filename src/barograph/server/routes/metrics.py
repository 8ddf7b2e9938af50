"""The server's own figures, for Prometheus."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from barograph.server.access.local import is_local
from barograph.server.access.needs import Needs, bearer_of, for_all_projects
from barograph.server.errors import declared
from barograph.server.exposition.exposed import exposed
from barograph.server.state import Here

router = APIRouter(tags=["health"])

_TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


class _NeedsUnlessLocal:
    """Lets through who is on this machine, or anyone where the settings say so; others need a key for all projects."""

    role: Final = "viewer"

    async def __call__(
        self, request: Request, here: Here, bearer: Annotated[Any, Depends(bearer_of)]
    ) -> None:
        if here.settings.public_metrics or is_local(request):
            return
        for_all_projects(await Needs(self.role)(request, here, bearer))


UNLESS_LOCAL: Final = _NeedsUnlessLocal()


@router.get(
    "/metrics",
    response_class=Response,
    responses=declared(401, 403) | _TEXT,
    dependencies=[Depends(UNLESS_LOCAL)],
)
def metrics(here: Here) -> Response:
    """Figures in Prometheus' text format; without a key from this machine alone."""
    return Response(exposed(here), media_type=CONTENT_TYPE_LATEST)
