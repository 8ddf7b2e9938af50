"""A batch: one request, the same on every try."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from urllib.parse import quote

from barograph_client.buffer.items import Stream
from barograph_client.wire.body import halves, packed


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is posted.

    Attributes
    ----------
    path : below the server's address, with its query.
    key : `Idempotency-Key`; a server that has acknowledged it counts the batch once.
    kind : predictions, labels, feedback, readings, …
    rows : rows in it.
    model, version : whose rows they are; empty for what is said of a project.
    encoding : `Content-Encoding`, empty for none.
    dropped : the client's report (`wire/dropped.py`), empty for none.
    body : bytes as they travel.
    """

    path: str
    key: str
    kind: str
    rows: int
    model: str = ""
    version: str = ""
    encoding: str = ""
    dropped: str = ""
    body: bytes

    def headers(self, sent_at_us: int) -> dict[str, str]:
        """Headers of a try at a time."""
        found = {
            "Content-Type": "application/json",
            "Idempotency-Key": self.key,
            "Barograph-Sent-At": str(sent_at_us),
        }
        if self.encoding:
            found["Content-Encoding"] = self.encoding
        if self.dropped:
            found["Barograph-Dropped"] = self.dropped
        return found

    def split(self) -> list[Batch]:
        """Two batches of half the rows, with keys that follow from this one's; empty where one row is left."""
        parts = []
        for i, half in enumerate(halves(self.body, self.encoding)):
            body, encoding = packed(half)
            rows = self.rows // 2 if i == 0 else self.rows - self.rows // 2
            dropped = self.dropped if i == 0 else ""
            parts.append(
                replace(self, key=f"{self.key}.{i}", rows=rows, encoding=encoding, body=body, dropped=dropped)
            )
        return parts

    def to_bytes(self) -> bytes:
        """As it lies in the spool: a line of JSON, then the body."""
        about = {k: v for k, v in asdict(self).items() if k != "body"}
        return json.dumps(about, separators=(",", ":")).encode() + b"\n" + self.body


def read_batch(data: bytes) -> Batch:
    """What `to_bytes` wrote.

    Raises
    ------
    ValueError
        It is not.
    """
    about, _, body = data.partition(b"\n")
    try:
        return Batch(**json.loads(about), body=body)
    except TypeError as error:
        raise ValueError("the spooled batch was written by another version of the client") from error


def stream_path(project: str, stream: Stream) -> str:
    """Where rows of a stream are posted.

    Examples
    --------
    >>> stream_path("default", Stream("predictions", "credit risk", "3"))
    '/v1/projects/default/models/credit%20risk/predictions?version=3'
    """
    path = f"/v1/projects/{_quoted(project)}/models/{_quoted(stream.model)}/{stream.kind}"
    return f"{path}?version={_quoted(stream.version)}" if stream.version else path


def project_path(project: str, kind: str) -> str:
    """Where readings, heartbeats, environments and events are posted."""
    return f"/v1/projects/{_quoted(project)}/{kind}"


def _quoted(name: str) -> str:
    return quote(name, safe="", errors="replace")
