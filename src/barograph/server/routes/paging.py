"""Lists that are shown some at a time, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Query

from barograph.server.errors import RequestRefused
from barograph.server.reading.span import read_span

MOST: Final = 1_000
Limit = Annotated[int, Query(description="How many at most.", ge=1, le=MOST)]
Before = Annotated[
    str | None,
    Query(description="What the answer before gave as `next`: those that come after it.", max_length=50),
]
State = Annotated[Literal["open", "resolved", "all"], Query(description="Only these.")]
From = Annotated[str | None, Query(alias="from", description="ISO 8601 time or date.", max_length=40)]
To = Annotated[
    str | None,
    Query(alias="to", description="ISO 8601 time or date; as a date that day's end.", max_length=40),
]
Shown = TypeVar("Shown")


def read_before(before: str | None) -> tuple[int, int] | None:
    """Time and number of the last one that was shown.

    Raises
    ------
    RequestRefused
        422 where it is not what an answer gave.

    Examples
    --------
    >>> read_before("1300000000000000-17")
    (1300000000000000, 17)
    """
    if before is None:
        return None
    at, _, number = before.partition("-")
    if not (at.isdecimal() and number.isdecimal()) or max(len(at), len(number)) > 18:
        raise RequestRefused(
            422, f"before={before!r} was not given by an answer; take `next` of one as it is."
        )
    return int(at), int(number)


def next_of(found: Sequence[Shown], limit: int, key: Callable[[Shown], tuple[int, int]]) -> str | None:
    """What to give as `before` to see more; None where there is no more."""
    if len(found) < limit:
        return None
    at, number = key(found[-1])
    return f"{at}-{number}"


def between(first: str | None, end: str | None, *, now: int) -> tuple[int | None, int | None]:
    """The times between which something happened, µs UTC; None where there is no bound."""
    if first is None and end is None:
        return None, None
    span = read_span(first, end, timezone="UTC", now=now + 1)
    bounds: tuple[Any, Any] = (
        span.first if first is not None else None,
        span.end if end is not None else None,
    )
    return bounds
