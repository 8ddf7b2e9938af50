"""Requests to a running server."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from barograph.errors import BarographError

DEFAULT_URL: Final = "http://127.0.0.1:8080"
_TIMEOUT_SECONDS: Final = 120.0


class ServerRefusalError(BarographError, OSError):
    """A server cannot be reached, or refuses what is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProject:
    """A project on a server, and the key to it."""

    url: str
    api_key: str
    project: str

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str | None] | None = None,
    ) -> dict[str, Any]:
        """Ask for something below the project; raises ServerRefusalError unless it is answered.

        Parameters
        ----------
        path : such as ``/monitors``.
        body : sent as JSON where it is given.
        query : of the address; what is None is left out.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        below = f"/v1/projects/{quote(self.project, safe='')}{path}" + (
            f"?{urlencode(given)}" if given else ""
        )
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        status, answer = request(self.url, method, below, data, headers)
        if not 200 <= status < 300:
            raise refused(status, answer)
        return answer

    def fetch(self, path: str) -> bytes:
        """A file from below the project; raises ServerRefusalError unless it is answered."""
        below = f"/v1/projects/{quote(self.project, safe='')}{path}"
        status, body, _ = _answered(self.url, "GET", below, None, {"Authorization": f"Bearer {self.api_key}"})
        if status != 200:
            raise refused(status, _json(body))
        return body


def server_project(project: str | None, url: str | None, api_key: str | None) -> ServerProject:
    """The project that is meant: what is not given comes from the environment, or is the default."""
    return ServerProject(
        url=url or os.environ.get("BAROGRAPH_URL") or DEFAULT_URL,
        api_key=api_key or os.environ.get("BAROGRAPH_API_KEY") or "",
        project=project or os.environ.get("BAROGRAPH_PROJECT") or "default",
    )


def request(
    url: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    """Send one request; the status, and the answer where it is JSON.

    Raises
    ------
    ServerRefusalError
        Where no server answers.
    """
    status, answered, retry_after = _answered(
        url, method, path, body, {**headers, "Accept": "application/json"}
    )
    if 200 <= status < 300:
        return status, _json(answered)
    return status, {**_json(answered), "retry_after": _seconds(retry_after)}


def refused(status: int, answer: Mapping[str, Any]) -> ServerRefusalError:
    """The error of an answer that is a refusal."""
    told = answer.get("error", {}).get("message") or "without a reason"
    hint = " Give a key with --api-key or BAROGRAPH_API_KEY." if status == 401 else ""
    return ServerRefusalError(f"the server refuses ({status}): {told}{hint}")


def _answered(
    url: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes, str | None]:
    """Status, body and Retry-After of the answer to one request."""
    if not url.startswith(("http://", "https://")):
        raise ServerRefusalError(f"{url!r} is no address of a server; expected http://… or https://…")
    asked = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        url.rstrip("/") + path, data=body, method=method, headers=dict(headers)
    )
    try:
        with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(), None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers.get("Retry-After")
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise ServerRefusalError(
            f"no server answers at {url} ({why}); start one with `barograph serve`, or name it with --url."
        ) from error


def _json(body: bytes) -> dict[str, Any]:
    try:
        held = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isdecimal() else 0.0
