"""Times in rule tests: how long after the start, or when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from barograph.monitors import entries
from barograph.schema.document import Document, Path

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")


def moment(document: Document, path: Path, value: object, *, start: int) -> int:
    """A time in µs after the start: ``2d``, ``2d 30s``, or a date and time in UTC.

    Examples
    --------
    >>> document = Document(origin="x", values={}, lines={})
    >>> moment(document, (), "1m 30s", start=0), moment(document, (), "1970-01-01 00:01", start=0)
    (90000000, 60000000)
    """
    text = str(value).strip()
    if _DATE.fullmatch(text):
        return instant(document, path, text) - start
    lengths = [entries.seconds(document, path, part) for part in text.split()]
    if not lengths:
        raise document.wrong(path, value, "a time such as 2d, 2d 30s or 2026-01-07 12:00")
    return round(sum(lengths) * 1e6)


def instant(document: Document, path: Path, value: object) -> int:
    """A date, or a date and time, in µs UTC.

    Examples
    --------
    >>> instant(Document(origin="x", values={}, lines={}), (), "1970-01-02")
    86400000000
    """
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise document.wrong(path, value, "a date and time in UTC such as 2026-01-07 12:00") from None
    return (found.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def told(at: int) -> str:
    """A time in µs after the start, as `moment` reads it.

    Examples
    --------
    >>> told(172_830_000_000), told(0)
    ('2d 30s', '0s')
    """
    seconds, parts = at // 1_000_000, []
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
