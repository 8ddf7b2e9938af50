"""What a sender says of a batch beside its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from barograph.server.door.identity import is_version
from barograph.server.errors import RequestRefused
from barograph.server.times import as_time_us

_BATCH_ID: Final = re.compile(r"[\x21-\x7e]{1,200}")
_ITEM: Final = re.compile(r"([a-z][a-z0-9_]{0,31})=(\d{1,18})(?:\.\d{1,12})?")
_MOST_ITEMS: Final = 16
#: Members of `Barograph-Dropped` that count no rows.
_NO_ROWS: Final = ("sampling", "values", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows a client could not send.

    Attributes
    ----------
    rows : by reason.
    at : when the first of them was lost, µs UTC; None where that is not told.
    """

    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """A request's own headers.

    Attributes
    ----------
    batch_id : `Idempotency-Key`, or a random one.
    retried : whether the sender gave it, and can send the same batch again.
    sent_at : the sender's clock when it sent, µs UTC.
    """

    batch_id: str
    retried: bool
    sent_at: int | None
    dropped: Dropped


def read_headers(headers: Mapping[str, str]) -> Headers:
    """Read the headers of a request that brings rows.

    Raises
    ------
    RequestRefused
        422 for one that cannot be read.

    Examples
    --------
    >>> read_headers({"idempotency-key": "a", "barograph-dropped": "overflow=12, from=7"}).dropped.rows["overflow"]
    12
    """
    key = headers.get("idempotency-key")
    if key is not None and not _BATCH_ID.fullmatch(key):
        raise _refused("Idempotency-Key", "expected 1 to 200 printable characters without spaces")
    return Headers(
        batch_id=uuid4().hex if key is None else key,
        retried=key is not None,
        sent_at=_sent_at(headers.get("barograph-sent-at")),
        dropped=_dropped(headers.get("barograph-dropped")),
    )


def read_version(version: str | None) -> str:
    """The version of rows that name none; raises RequestRefused (422) for what cannot be one.

    Examples
    --------
    >>> read_version(None)
    ''
    """
    if version is not None and not is_version(version):
        raise RequestRefused(422, "version: expected text of at most 200 characters, on one line.")
    return version or ""


def _sent_at(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(text) if re.fullmatch(r"\d{1,18}", text) else as_time_us(datetime.fromisoformat(text))
    except (ValueError, TypeError, OverflowError) as error:
        raise _refused(
            "Barograph-Sent-At", "expected microseconds since 1970 in UTC, or ISO 8601 with a zone"
        ) from error


def _dropped(text: str | None) -> Dropped:
    if not text:
        return Dropped()
    items = [_ITEM.fullmatch(item.strip()) for item in text.split(",")[: _MOST_ITEMS + 1]]
    if len(items) > _MOST_ITEMS or None in items:
        raise _refused("Barograph-Dropped", "expected reason=rows, reason=rows, …")
    held = {item[1]: item[2] for item in items if item is not None}
    rows = {name: int(n) for name, n in held.items() if name not in _NO_ROWS}
    at = held.get("from")
    return Dropped(rows={name: n for name, n in rows.items() if n}, at=None if at is None else int(at))


def _refused(name: str, expected: str) -> RequestRefused:
    return RequestRefused(
        422, f"header {name} cannot be read; {expected}.", details=[{"field": f"header.{name}"}]
    )
