"""Rows sent to a running server."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from barograph.cli.http import ServerRefusalError, refused, request
from barograph.frames.row_batches import RowBatch, Taken, nothing

_ARROW: Final = "application/vnd.apache.arrow.stream"
_TRIES: Final = 8
_LONGEST_WAIT_SECONDS: Final = 30.0
_LATER: Final = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToServer:
    """Sends batches by HTTP; one that fails for a reason that passes is sent again, unchanged.

    Attributes
    ----------
    version : of rows that name none.
    sleep : waits some seconds.
    """

    url: str
    api_key: str
    project: str
    model: str
    version: str | None = None
    sleep: Callable[[float], None] = time.sleep

    @property
    def seen_at(self) -> str:
        """Address of the model's page."""
        return f"{self.url.rstrip('/')}/models/{quote(self.project, safe='')}/{quote(self.model, safe='')}"

    def begin(self, schema: str | None) -> None:
        """See that server and model are there; without a model, make it by the text of a schema.yml."""
        status, answer = self._asked("GET", self._path())
        # A key that may only send cannot look.
        if status in (200, 403):
            return
        if status != 404 or schema is None:
            raise refused(status, answer)
        from barograph.schema.document import read_document

        made, answer = self._asked("POST", "/v1/projects", {"name": self.project})
        if made not in (201, 403, 409):
            raise refused(made, answer)
        document = dict(read_document(schema, "schema").values)
        models = f"/v1/projects/{quote(self.project, safe='')}/models"
        made, answer = self._asked("POST", models, {"name": self.model, "schema": document})
        if made not in (201, 409):
            raise refused(made, answer)

    def send(self, batch: RowBatch) -> Taken:
        """Send a batch, in halves where it is too large."""
        asked = "" if self.version is None else f"?{urlencode({'version': self.version})}"
        headers = {"Content-Type": _ARROW, "Idempotency-Key": batch.key}
        status, answer = self._posted(f"{self._path()}/{batch.kind}{asked}", batch.body, headers)
        if status == 413 and batch.frame.height > 1:
            taken = nothing()
            for half in batch.halves():
                taken.add(self.send(half))
            return taken
        if status == 200:
            return _taken(answer, answer["rejected"])
        if answer.get("error", {}).get("code") == "nothing_accepted":
            return _taken({"rejected_rows": batch.frame.height}, answer["error"]["details"])
        raise refused(status, answer)

    def finish(self) -> None:
        """Nothing is left to do: what was acknowledged is on the server's disk."""

    def _path(self) -> str:
        return f"/v1/projects/{quote(self.project, safe='')}/models/{quote(self.model, safe='')}"

    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        data = None if body is None else json.dumps(body).encode()
        return self._once(method, path, data, {"Content-Type": "application/json"})

    def _posted(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        for tries in range(1, _TRIES + 1):
            wait = min(0.5 * 2.0**tries, _LONGEST_WAIT_SECONDS)
            try:
                status, answer = self._once("POST", path, body, headers)
            except ServerRefusalError:
                if tries == _TRIES:
                    raise
            else:
                if status not in _LATER or tries == _TRIES:
                    return status, answer
                wait = min(max(wait, float(answer.get("retry_after", 0.0))), _LONGEST_WAIT_SECONDS)
            self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        return request(self.url, method, path, body, {**headers, "Authorization": f"Bearer {self.api_key}"})


def _taken(answer: Mapping[str, Any], rejected: list[dict[str, Any]]) -> Taken:
    reasons = Counter((str(one.get("reason", "")), str(one.get("field", ""))) for one in rejected)
    return Taken(
        int(answer.get("accepted", 0)),
        int(answer.get("duplicates", 0)),
        int(answer.get("rejected_rows", 0)),
        reasons,
        int(answer.get("labelled", 0)),
    )
