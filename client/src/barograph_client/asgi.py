"""Middleware for ASGI applications: what a route is asked and what it answers, teed off as bytes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from barograph_client.buffer.items import Reader
from barograph_client.client import Client
from barograph_client.context import Call, note
from barograph_client.record.bodies import read_bodies
from barograph_client.record.recorder import Recorder

Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

#: Bodies beyond this are not recorded, only counted and timed.
BODY_BYTES: Final = 64 * 1024
_HEADER: Final = b"x-prediction-id"
_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path that predicts.

    Attributes
    ----------
    model, version : whose predictions they are; default: those of `init`.
    read : makes rows of the request's and the reply's body, on the sending thread; default: JSON, see
        `record/bodies.py`.
    methods : HTTP methods that predict.
    """

    model: str | None = None
    version: str | None = None
    read: Reader = read_bodies
    methods: tuple[str, ...] = ("POST", "PUT")


class ASGIMiddleware:
    """Records predictions of a FastAPI, Starlette or any other ASGI application; costs some µs a request.

    Bodies of up to 64 KiB are kept as they pass and read later, on the sending thread. Streams of events are left
    alone. Where a wrapped model or a monitored function inside has recorded the prediction, the middleware adds
    latency and errors only. Replies carry the id in `X-Prediction-Id`. The client is flushed when the application
    shuts down.

    Parameters
    ----------
    app : the application inside.
    routes : paths that predict, with a model's name or a `Route`.
    client : default: the one of `barograph_client`.

    Examples
    --------
    >>> async def app(scope, receive, send): ...
    >>> app = ASGIMiddleware(app, routes={"/predict": "credit"})
    """

    def __init__(
        self, app: Application, *, routes: Mapping[str, str | Route], client: Client | None = None
    ) -> None:
        self._app = app
        self._routes = {p: r if isinstance(r, Route) else Route(model=r) for p, r in routes.items()}
        self._given = client

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        kind = scope["type"]
        if kind == "lifespan":
            await self._app(scope, receive, self._flushing(send))
            return
        route = self._routes.get(scope["path"]) if kind == "http" else None
        if route is None or scope["method"] not in route.methods:
            await self._app(scope, receive, send)
            return
        client = self._client()
        recorder = client.recorder()
        if recorder is None:
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(recorder, route, receive, send)
        with exchange.call:
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except BaseException:
                exchange.failed = True
                raise
            finally:
                with client.life.caught("middleware"):
                    exchange.end()

    def _client(self) -> Client:
        if self._given is None:
            from barograph_client.default import CLIENT  # not needed where a client is given

            self._given = CLIENT
        return self._given

    def _flushing(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                import asyncio  # ASGI servers on another loop have flushed at exit

                client = self._client()
                try:
                    await asyncio.get_running_loop().run_in_executor(None, client.flush)
                except RuntimeError as error:
                    client.life.failed("shutdown", str(error))
            await send(message)

        return sending


class _Exchange:
    """One request and its reply. Most bodies come whole, so parts are put together only where there are several."""

    __slots__ = (
        "_asked",
        "_began",
        "_id",
        "_receive",
        "_recorder",
        "_replied",
        "_room",
        "_route",
        "_send",
        "_told",
        "call",
        "failed",
    )

    def __init__(self, recorder: Recorder, route: Route, receive: Receive, send: Send) -> None:
        self._recorder = recorder
        self._route = route
        self._receive = receive
        self._send = send
        self._id = recorder.parts.ids.one()
        self._asked = b""
        self._replied = b""
        self._room = BODY_BYTES
        self._told = False
        self.call = Call()
        self.failed = False
        self._began = time.perf_counter()

    async def receive(self) -> Message:
        """The application's `receive`, which keeps the body."""
        message = await self._receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")
            self._room -= len(body)
            if self._room >= 0:
                self._asked = self._asked + body if self._asked else bytes(body)
        return message

    async def send(self, message: Message) -> None:
        """The application's `send`, which keeps the body and adds the id."""
        kind = message["type"]
        if kind == "http.response.body":
            body = message.get("body", b"")
            self._room -= len(body)
            if self._room >= 0:
                self._replied = self._replied + body if self._replied else bytes(body)
        elif kind == "http.response.start":
            message = self._started(message)
        await self._send(message)

    def end(self) -> None:
        """Record the exchange."""
        seconds = time.perf_counter() - self._began
        recorder, route = self._recorder, self._route
        stream = recorder.stream("predictions", route.model, route.version)
        recorder.parts.calls.observe(stream.model, stream.version, seconds, rows=1, failed=self.failed)
        if self._told and self._room >= 0 and not self.failed and not self.call.logged(stream.model):
            recorder.body(stream, self._asked, self._replied, read=route.read, id=self._id)
            note(stream.model, (self._id,))

    def _started(self, message: Message) -> Message:
        """Note what the reply is, and add the prediction's id where it is a good one."""
        status = message["status"]
        self.failed = status >= _SERVER_ERROR
        if not 200 <= status < 300:
            return message
        headers = list(message.get("headers", ()))
        for name, value in headers:
            lowered = name.lower()
            if lowered == _HEADER:
                self._told = True
                return message
            if lowered == b"content-type" and value.startswith(b"text/event-stream"):
                return message
        self._told = True
        inside = self.call.all_logged()
        if len(inside) <= 1:
            told = inside[0] if inside else self._id
            headers.append((_HEADER, told.encode("latin-1", "replace")))
            return {**message, "headers": headers}
        return message
