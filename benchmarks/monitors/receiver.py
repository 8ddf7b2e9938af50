"""A webhook's other end: counts what it is sent by key, and can be down."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@dataclass
class Receiver:
    """What was received.

    Attributes
    ----------
    keys : how often each message was taken.
    reasons : of messages, each counted once.
    first : of each message when it was first taken (seconds since 1970), its reason and its incident.
    refused : requests answered 503 while it was down.
    """

    url: str = ""
    is_down: bool = False
    keys: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    refused: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self, sent: dict[str, str]) -> int:
        """The status of the answer."""
        with self.lock:
            if self.is_down:
                self.refused += 1
                return 503
            self.keys[sent["id"]] += 1
            if self.keys[sent["id"]] == 1:
                self.reasons[sent["reason"]] += 1
                self.first[sent["id"]] = time.time(), sent["reason"], sent.get("incident", "")
            return 200


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of this machine."""
    held = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(held.take(json.loads(body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_port}/hook"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
