"""Times and rates of a back-test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK_US: Final = 7 * 86_400_000_000


def iso_time(time_us: int) -> str:
    """Microseconds UTC as ISO 8601.

    Examples
    --------
    >>> iso_time(0)
    '1970-01-01T00:00:00Z'
    """
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")


def per_week(many: int, first: int, end: int) -> float:
    """So many in a span as a number a week; the span in microseconds UTC.

    Examples
    --------
    >>> per_week(3, 0, 14 * 86_400_000_000)
    1.5
    """
    return many / max((end - first) / _WEEK_US, 1e-9)
