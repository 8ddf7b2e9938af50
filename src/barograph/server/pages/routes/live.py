"""How much is new since a page was made: told while it is open, so that nothing moves until somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from barograph.server.errors import RequestRefused
from barograph.server.pages.pulse import Mark, Pulse
from barograph.server.pages.view import View, Viewing
from barograph.store import catalog
from barograph.store.news import News, mark, news

router = APIRouter(include_in_schema=False)

_TYPE: Final = "text/event-stream"
_LOOK_SECONDS: Final = 2.0
#: A line that means nothing, so that proxies and browsers see that the stream lives.
_ALIVE_LOOKS: Final = 10
#: Each is asked every other second.
_MOST: Final = 200
_Looking = Callable[[], News]


@router.get("/live")
async def get_live(
    request: Request,
    view: Viewing,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    model: Annotated[str | None, Query(max_length=200)] = None,
) -> StreamingResponse:
    """Tell how much is new, each time it is more; a request that does not accept a stream gets it once."""
    stays = _TYPE in request.headers.get("accept", "")
    if stays and _open(request) >= _MOST:
        raise RequestRefused(503, f"{_MOST} pages are told what is new; reload the page to see it.")
    looking = await run_in_threadpool(_looking, view, after=after, since=since, model=model)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _told(request, looking, _pulse(request, view), stays=stays), media_type=_TYPE, headers=headers
    )


def _looking(view: View, *, after: int, since: int, model: str | None) -> _Looking:
    """What is looked for every time: of the projects that may be seen."""
    database, chosen = view.here.database, view.selection.project
    with database.reading() as conn:
        seen = {p.name: p.id for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
        model_id = None
        if model is not None and chosen in seen:
            model_id = catalog.model(conn, chosen, model).id
    ids = tuple(seen.values()) if chosen is None else tuple(i for name, i in seen.items() if name == chosen)

    def look() -> News:
        with database.reading() as conn:
            return news(conn, ids, after=after, model_id=model_id, since=since)

    return look


def _pulse(request: Request, view: View) -> Pulse:
    """That of the process."""
    database, state = view.here.database, request.app.state

    def read() -> Mark:
        with database.reading() as conn:
            return mark(conn)

    if not hasattr(state, "pulse"):
        state.pulse = Pulse(read)
    pulse: Pulse = state.pulse
    return pulse


async def _told(request: Request, looking: _Looking, pulse: Pulse, *, stays: bool) -> AsyncIterator[bytes]:
    state = request.app.state
    state.live = _open(request) + 1
    told, looks, seen = News(), 0, None
    try:
        if stays:
            yield b"retry: 5000\n\n"
        while True:
            now = await pulse.mark() if stays else None
            # Of processes that write at once, one may be done last and leave the mark as it is.
            if now != seen or looks % _ALIVE_LOOKS == 0:
                seen, found = now, await run_in_threadpool(looking)
                if found != told:
                    told = found
                    yield b"data: " + orjson.dumps(found) + b"\n\n"
            if not stays or state.stopping.is_set():
                return
            looks += 1
            if looks % _ALIVE_LOOKS == 0:
                yield b": alive\n\n"
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        state.live -= 1


def _open(request: Request) -> int:
    return int(getattr(request.app.state, "live", 0))
