"""Times as they are stored, and as they are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def as_datetime(time_us: int) -> datetime:
    """The time of a number of µs since 1970, in UTC.

    Examples
    --------
    >>> as_datetime(1_293_840_000_000_001).isoformat()
    '2011-01-01T00:00:00.000001+00:00'
    """
    return _EPOCH + timedelta(microseconds=time_us)


def as_time_us(moment: datetime) -> int:
    """µs since 1970 in UTC of an aware time.

    Examples
    --------
    >>> as_time_us(as_datetime(1_293_840_000_000_001))
    1293840000000001
    """
    return (moment - _EPOCH) // _MICROSECOND
