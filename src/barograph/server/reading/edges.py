"""Windows of a span in which nothing need be stored."""

from __future__ import annotations

from typing import Final

from barograph.server.errors import RequestRefused
from barograph.server.reading.span import Span
from barograph.windows import edges_between, parse_every

#: Windows of one series at the most.
MOST_WINDOWS: Final = 10_000


def edges_of(span: Span, every: str) -> list[int]:
    """Starts of the windows that begin in a span, and the end of the last, microseconds UTC.

    Raises
    ------
    RequestRefused
        422 where there are more than `MOST_WINDOWS`.

    Examples
    --------
    >>> edges_of(Span(first=0, end=3 * 3_600_000_000, timezone="UTC"), "1h")
    [0, 3600000000, 7200000000, 10800000000]
    """
    check_windows(span, every)
    return edges_between(span.first, span.end, parse_every(every), span.timezone)


def check_windows(span: Span, every: str) -> None:
    """Refuse to answer for more windows than one answer holds.

    Raises
    ------
    RequestRefused
        422 where there are more than `MOST_WINDOWS`.

    Examples
    --------
    >>> check_windows(Span(first=0, end=3 * 3_600_000_000, timezone="UTC"), "1h")
    """
    if (span.end - span.first) / (parse_every(every).approximate_seconds * 1e6) > MOST_WINDOWS:
        raise RequestRefused(
            422, f"window={every}: the span holds more than {MOST_WINDOWS:,} windows; ask for longer ones."
        )
