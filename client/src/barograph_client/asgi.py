"""Middleware for ASGI applications: what a route is asked and what it answers, teed off as bytes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from barograph_client.buffer.items import Reader
from barograph_client.client import Client
from barograph_client.context import Call
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
        exchange = _Exchange(client, recorder, route)
        with exchange.call:
            try:
                await self._app(scope, exchange.receiving(receive), exchange.sending(send))
            except BaseException:
                exchange.failed = True
                raise
            finally:
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
    """One request and its reply."""

    __slots__ = (
        "_asked",
        "_began",
        "_client",
        "_id",
        "_recorder",
        "_replied",
        "_room",
        "_route",
        "_told",
        "call",
        "failed",
    )

    def __init__(self, client: Client, recorder: Recorder, route: Route) -> None:
        self._client = client
        self._recorder = recorder
        self._route = route
        self._id = recorder.parts.ids.one()
        self._asked: list[bytes] = []
        self._replied: list[bytes] = []
        self._room = BODY_BYTES
        self._told = False
        self.call = Call()
        self.failed = False
        self._began = time.perf_counter()

    def receiving(self, receive: Receive) -> Receive:
        """The application's `receive`, which keeps the body."""

        async def received() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._keep(self._asked, message.get("body", b""))
            return message

        return received

    def sending(self, send: Send) -> Send:
        """The application's `send`, which keeps the body and adds the id."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.body":
                self._keep(self._replied, message.get("body", b""))
            elif message["type"] == "http.response.start":
                message = self._started(message)
            await send(message)

        return sent

    def end(self) -> None:
        """Record the exchange; never fails."""
        with self._client.life.caught("middleware"):
            seconds = time.perf_counter() - self._began
            stream = self._recorder.stream("predictions", self._route.model, self._route.version)
            self._recorder.parts.calls.observe(
                stream.model, stream.version, seconds=seconds, rows=1, failed=self.failed
            )
            if self._told and self._room >= 0 and not self.failed and not self.call.logged(stream.model):
                self._recorder.body(
                    stream,
                    request=b"".join(self._asked),
                    response=b"".join(self._replied),
                    read=self._route.read,
                    id=self._id,
                )

    def _keep(self, parts: list[bytes], body: bytes) -> None:
        if self._room >= 0:
            self._room -= len(body)
            parts.append(body)
            if self._room < 0:
                self._asked.clear()
                self._replied.clear()

    def _started(self, message: Message) -> Message:
        """Note what the reply is, and add the prediction's id where it is a good one."""
        status = int(message["status"])
        self.failed = status >= _SERVER_ERROR
        headers = list(message.get("headers", ()))
        streamed = any(
            k.lower() == b"content-type" and v.startswith(b"text/event-stream") for k, v in headers
        )
        self._told = 200 <= status < 300 and not streamed
        if streamed:
            self._room = -1
        if self._told and not any(k.lower() == _HEADER for k, _ in headers):
            inside = self.call.all_logged()
            if len(inside) <= 1:
                headers.append((_HEADER, (inside[0] if inside else self._id).encode("latin-1", "replace")))
                return {**message, "headers": headers}
        return message
