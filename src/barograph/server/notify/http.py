"""Posting to a receiver: the address is checked, redirects are not followed, and an attempt ends in time."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from barograph.errors import BarographError
from barograph.server.notify.addresses import Reach, connected
from barograph.server.notify.errors import Unreachable

_MOST_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver answered; of its text the first 64 KiB. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, reach: Reach) -> Answer:
    """Post a body to an http or https address.

    Raises
    ------
    Unreachable
        Where there was no answer in time.
    ForbiddenAddress
        Where the address must not be reached.
    """
    where = urlsplit(url)
    connection = _connection(where.scheme, where.hostname or "", where.port, reach)
    target = (where.path or "/") + (f"?{where.query}" if where.query else "")
    # A receiver that sends a byte now and then would never time out otherwise.
    ended = Timer(reach.timeout_seconds, _end, args=(connection,))
    ended.daemon = True
    ended.start()
    try:
        connection.request("POST", target, body=body, headers={"User-Agent": "Barograph", **headers})
        answer = connection.getresponse()
        text = answer.read(_MOST_BYTES).decode("utf-8", "replace")
        return Answer(status=answer.status, headers={k.lower(): v for k, v in answer.getheaders()}, text=text)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, BarographError):
            raise
        raise Unreachable(f"{where.hostname} gave no answer ({error or type(error).__name__})") from error
    finally:
        ended.cancel()
        connection.close()


def _connection(scheme: str, host: str, port: int | None, reach: Reach) -> http.client.HTTPConnection:
    kind = _Secure if scheme == "https" else _Plain
    return kind(host, port, reach=reach)


class _Plain(http.client.HTTPConnection):
    """A connection to a checked address."""

    def __init__(self, host: str, port: int | None, *, reach: Reach) -> None:
        super().__init__(host, port, timeout=reach.timeout_seconds)
        self.reach = reach

    def connect(self) -> None:
        self.sock = connected(self.host, self.port, reach=self.reach)


class _Secure(http.client.HTTPSConnection):
    """The same, with the receiver's certificate verified."""

    def __init__(self, host: str, port: int | None, *, reach: Reach) -> None:
        self.reach, self.verified = reach, ssl.create_default_context()
        super().__init__(host, port, timeout=reach.timeout_seconds, context=self.verified)

    def connect(self) -> None:
        plain = connected(self.host, self.port, reach=self.reach)
        try:
            self.sock = self.verified.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _end(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
