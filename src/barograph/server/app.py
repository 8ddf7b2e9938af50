"""The application: routes, one shape of error, and what happens around every request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from barograph import __version__
from barograph.config.settings import Settings
from barograph.server.clock import Clock, clock_of
from barograph.server.errors import declared
from barograph.server.failures import register_failures
from barograph.server.middleware.bodies import Bodies
from barograph.server.middleware.hosts import Hosts
from barograph.server.middleware.outermost import Outermost
from barograph.server.middleware.prefix import Prefix
from barograph.server.opening import close_server, open_server
from barograph.server.pages.failures import register_page_failures
from barograph.server.pages.routes import PAGES
from barograph.server.routes import ROUTERS

_ABOUT = """\
Barograph records how machine-learning models behave in production. Every request but those for health needs the header
`Authorization: Bearer bg_…`. Every error has one shape. Times are ISO 8601 with a zone, or whole microseconds since
1970 in UTC.
"""


def create_app(settings: Settings, *, clock: Clock | None = None, stopping: Event | None = None) -> FastAPI:
    """Make the application; `barograph.server.preparing.prepare` must have been called for its store.

    Parameters
    ----------
    settings : what holds for it.
    clock : the server's time; default: as the settings say.
    stopping : set when the server is told to stop: answers that last for as long as they are listened to end then.

    Examples
    --------
    >>> from barograph.config.read import read_settings
    >>> create_app(read_settings(environment={}).settings).title
    'Barograph'
    """
    time = clock or clock_of(settings)

    @asynccontextmanager
    async def open_for_a_while(app: FastAPI) -> AsyncIterator[None]:
        app.state.server = await run_in_threadpool(open_server, settings, time)
        try:
            yield
        finally:
            await run_in_threadpool(close_server, app.state.server)

    def observe(method: str, route: str, status: int, seconds: float) -> None:
        app.state.server.measured.observe(method, route, status, seconds)

    app = FastAPI(
        title="Barograph",
        version=__version__,
        description=_ABOUT,
        lifespan=open_for_a_while,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        responses=declared(400, 408, 413, 422, 429, 500, 503),
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)),
            Middleware(Prefix, root_path=settings.root_path),
            Middleware(Outermost, observe=observe),
            Middleware(Hosts, allowed=settings.allowed_hosts),
            Middleware(Bodies, settings=settings),
        ],
    )
    app.state.stopping = Event() if stopping is None else stopping
    for router in ROUTERS:
        app.include_router(router)
    for pages in PAGES:
        app.include_router(pages)
    register_failures(app)
    register_page_failures(app)
    return app
