"""What happens to alerts and incidents, as it happens: server-sent events for browsers and programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from barograph.server.access.needs import needs
from barograph.server.errors import RequestRefused, declared
from barograph.server.notify.stream import Follower
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here, Server
from barograph.store import catalog

router = APIRouter(prefix="/v1/projects/{project}", tags=["notifications"])

_TYPE: Final = "text/event-stream"
_LOOK_SECONDS: Final = 1.0
#: A line that means nothing, so that proxies and browsers see that the stream lives.
_ALIVE_LOOKS: Final = 15
#: Each looks into the database every second.
_MOST_STREAMS: Final = 64
_LAST: Final = Header(
    alias="Last-Event-ID", description="Id of the last event received: those after it are told.", max_length=20,
    pattern=r"^[0-9]+$",
)  # fmt: skip
_DESCRIPTION: Final = "Events, each with its id, its kind and JSON."


@router.get(
    "/events/stream",
    dependencies=[needs("viewer")],
    response_class=StreamingResponse,
    responses={**declared(401, 403, 404, 503), 200: {"content": {_TYPE: {}}, "description": _DESCRIPTION}},
)
async def stream_events(
    project: ProjectName, here: Here, request: Request, last_event_id: Annotated[str | None, _LAST] = None
) -> StreamingResponse:
    """Tell what happens to alerts and incidents, as it happens.

    A request that accepts `text/event-stream`, as browsers send it, is answered for as long as it is open; any other
    gets what came after `Last-Event-ID`, and the end.
    """
    follower = await run_in_threadpool(_follower, here, project, last_event_id)
    stays = _TYPE in request.headers.get("accept", "")
    if stays and _open(request) >= _MOST_STREAMS:
        raise RequestRefused(503, f"{_MOST_STREAMS} streams are open on this process; come back later.")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(request, follower, stays=stays), media_type=_TYPE, headers=headers)


def _follower(here: Server, project: str, last_event_id: str | None) -> Follower:
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        after = None if last_event_id is None else min(int(last_event_id), 2**62)
        return Follower(here.database, project_id, after=after, conn=conn)


async def _told(request: Request, follower: Follower, *, stays: bool) -> AsyncIterator[str]:
    state = request.app.state
    state.streams = _open(request) + 1
    looks = 0
    try:
        if stays:
            # How long a browser waits before it comes again.
            yield "retry: 2000\n\n"
        while True:
            for event in await run_in_threadpool(follower.news):
                yield event
            if not stays or state.stopping.is_set():
                return
            looks += 1
            if looks % _ALIVE_LOOKS == 0:
                yield ": alive\n\n"
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        state.streams -= 1


def _open(request: Request) -> int:
    return int(getattr(request.app.state, "streams", 0))
