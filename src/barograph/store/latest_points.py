"""Figures of many courses at once: the last, or all of a span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.metrics.values import Value
from barograph.store.points import Course

#: SQLite takes 32,766 values in one statement.
_TOGETHER: Final = 4_000
_COLUMNS: Final = ("model_id", "version_id", "segment", "address", "every")
_SAME: Final = " AND ".join(f"p.{name} = w.{name}" for name in _COLUMNS)
#: Names alone, none of them a user's, and marks for the values.
_ASKED: Final = (
    f"WITH w ({', '.join(_COLUMNS)}, before) AS (VALUES {{rows}}) "  # noqa: S608
    f'SELECT {", ".join(f"w.{name}" for name in _COLUMNS)}, found."window", found.value, found.low, found.high, '
    f'found.n FROM w JOIN points AS found ON {_SAME.replace("p.", "found.")} AND found."window" = '
    f'(SELECT p."window" FROM points AS p WHERE {_SAME} AND p."window" < w.before AND p.value IS NOT NULL '
    'ORDER BY p."window" DESC LIMIT 1)'
)

_BETWEEN: Final = (
    f"WITH w (place, {', '.join(_COLUMNS)}, first, last) AS (VALUES {{rows}}) "  # noqa: S608
    f'SELECT w.place, p."window", p.value, p.low, p.high, p.n FROM w JOIN points AS p ON {_SAME} '
    'AND p."window" >= w.first AND p."window" < w.last AND p.value IS NOT NULL'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The last window of a course that has a value.

    Attributes
    ----------
    window : its start, microseconds UTC.
    """

    course: Course
    window: int
    value: Value


def latest_points(conn: sa.Connection, asked: Sequence[tuple[Course, int]]) -> Iterator[Latest]:
    """For each course its last figure that has a value, in no order; none where it has none.

    Parameters
    ----------
    asked : courses, each with the time before which the window starts, microseconds UTC.

    Notes
    -----
    Cost: one look into the index a course, 10 µs, however many figures are kept.
    """
    for first in range(0, len(asked), _TOGETHER):
        yield from _latest(conn, asked[first : first + _TOGETHER])


def points_between(
    conn: sa.Connection, asked: Sequence[Course], *, first: int, ends: Sequence[int]
) -> list[dict[int, Value]]:
    """For each course its figures that have a value, by the start of their window.

    Parameters
    ----------
    first, ends : of the starts of windows, microseconds UTC; each course has an end of its own, not included.

    Notes
    -----
    Cost: 3 µs a figure.
    """
    if not asked:
        return []
    values = tuple(
        value
        for place, (course, end) in enumerate(zip(asked, ends, strict=True))
        for value in (place, *(getattr(course, name) for name in _COLUMNS), first, end)
    )
    found: list[dict[int, Value]] = [{} for _ in asked]
    statement = _BETWEEN.format(rows=", ".join([_marks(conn, len(_COLUMNS) + 3)] * len(asked)))
    for place, window, value, low, high, n in conn.exec_driver_sql(statement, values).all():
        interval = None if low is None else (low, high)
        found[place][window] = Value(value=value, n=int(n), interval=interval)
    return found


def _marks(conn: sa.Connection, values: int) -> str:
    """Places of a row's values."""
    mark = "?" if conn.dialect.paramstyle == "qmark" else "%s"
    return f"({', '.join([mark] * values)})"


def _latest(conn: sa.Connection, asked: Sequence[tuple[Course, int]]) -> Iterator[Latest]:
    # Written out: the statement with its thousands of values would take longer to be built than to be run.
    row = _marks(conn, len(_COLUMNS) + 1)
    values = tuple(
        value for course, before in asked for value in (*(getattr(course, name) for name in _COLUMNS), before)
    )
    for found in conn.exec_driver_sql(_ASKED.format(rows=", ".join([row] * len(asked))), values).all():
        *named, window, value, low, high, n = found
        course = Course(**dict(zip(_COLUMNS, named, strict=True)))
        interval = None if low is None else (low, high)
        yield Latest(course=course, window=window, value=Value(value=value, n=int(n), interval=interval))
