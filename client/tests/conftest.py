"""A clock that is set by hand, a transport that answers as told, a server on loopback that fails as told."""

from __future__ import annotations

import json
import random
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from barograph_client.client import Client
from barograph_client.errors import UnreachableError
from barograph_client.sending.transport import Reply

OK = b'{"accepted": 1, "duplicates": 0, "rejected": []}'


class HandClock:
    """Stands still until it is advanced."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now_us(self) -> int:
        return 1_700_000_000_000_000 + int(self.seconds * 1e6)

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class Posted:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]

    @property
    def json(self) -> Any:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return json.loads(zlib.decompress(self.raw, 31) if packed else self.raw)

    @property
    def columns(self) -> dict[str, list[Any]]:
        return self.json["columns"]


@dataclass
class ScriptedTransport:
    """Answers with what `answer` gives: a reply, or None for no answer."""

    answer: Callable[[Posted], Reply | None] = lambda _: Reply(status=200, body=OK)
    posts: list[Posted] = field(default_factory=list)
    acknowledged: list[Posted] = field(default_factory=list)

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        posted = Posted(path, dict(headers), body)
        self.posts.append(posted)
        reply = self.answer(posted)
        if reply is None:
            raise UnreachableError("nobody there")
        if reply.status == 200:
            self.acknowledged.append(posted)
        return reply

    def close(self) -> None:
        return

    def of(self, kind: str) -> list[Posted]:
        return [p for p in self.acknowledged if p.path.partition("?")[0].endswith(f"/{kind}")]

    def rows(self, column: str = "prediction_id", kind: str = "predictions") -> list[Any]:
        return [v for p in self.of(kind) for v in p.columns.get(column, [])]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def transport() -> ScriptedTransport:
    return ScriptedTransport()


@pytest.fixture
def make_client(
    clock: HandClock, transport: ScriptedTransport, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Client]]:
    """Clients without a thread, which send when they are driven, and say nothing by themselves."""
    monkeypatch.delenv("BAROGRAPH_URL", raising=False)
    made: list[Client] = []

    def make(**settings: object) -> Client:
        client = Client(transport=transport, clock=clock, rng=random.Random(7), threads=False)
        quiet = {"heartbeat_seconds": 0, "host_seconds": 0, "calls_seconds": 0, "environment": False}
        client.init(strict=True, **{"model": "credit", **quiet, "exit_seconds": 0.05, **settings})
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def drive(clock: HandClock) -> Callable[[Client, float], None]:
    """Let so many seconds of the clock pass, with the sender's steps in them."""

    def drive(client: Client, seconds: float) -> None:
        recorder = client.recorder()
        assert recorder is not None
        end = clock.seconds + seconds
        while True:
            pause = recorder.parts.thread.step()
            if clock.seconds + pause > end:
                break
            clock.seconds += pause
        clock.seconds = end

    return drive


class HungUpOn(ThreadingHTTPServer):
    """Says nothing of clients that do not wait for its answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class LoopbackServer:
    """An HTTP server that keeps what it acknowledges; `fault` may answer instead, and says whether it did."""

    def __init__(self) -> None:
        self.posts: list[Posted] = []
        self.connections = 0
        self.fault: Callable[[Any, Posted], bool] = lambda _, __: False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                outer.connections += 1

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                posted = Posted(self.path, dict(self.headers), raw)
                if outer.fault(self, posted):
                    return
                outer.posts.append(posted)
                self.answer(200, OK)

            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.http = HungUpOn(("127.0.0.1", 0), Handler)
        self.handler = Handler
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self._thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def ids(self) -> list[str]:
        """Ids of predictions, each batch counted once, as a server does by its key."""
        batches = {p.key: p for p in self.posts if "/predictions" in p.path}
        return [i for p in batches.values() for i in p.columns["prediction_id"]]

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self._thread.join(5)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = LoopbackServer()
    yield server
    server.close()
