"""The last figures of many courses at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.metrics.values import Value
from barograph.store.points import Course
from barograph.store.tables.profiles import points

#: SQLite takes 32,766 values in one statement.
_TOGETHER: Final = 4_000
_COLUMNS: Final = ("model_id", "version_id", "segment", "address", "every")


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


def _latest(conn: sa.Connection, asked: Sequence[tuple[Course, int]]) -> Iterator[Latest]:
    columns = [sa.column(name, points.c[name].type) for name in _COLUMNS]
    rows = [(*(getattr(course, name) for name in _COLUMNS), before) for course, before in asked]
    wanted = sa.values(*columns, sa.column("before", sa.BigInteger), name="wanted").data(rows).cte()
    same = [points.c[name] == wanted.c[name] for name in _COLUMNS]
    last = (
        sa.select(points.c.window)
        .where(*same, points.c.window < wanted.c.before, points.c.value.is_not(None))
        .order_by(points.c.window.desc())
        .limit(1)
        .scalar_subquery()
        .correlate(wanted)
    )
    found = points.alias()
    of_it = [found.c[name] == wanted.c[name] for name in _COLUMNS]
    both = wanted.join(found, sa.and_(*of_it, found.c.window == last))
    for row in conn.execute(sa.select(found).select_from(both)):
        course = Course(**{name: getattr(row, name) for name in _COLUMNS})
        interval = None if row.low is None else (row.low, row.high)
        yield Latest(
            course=course, window=row.window, value=Value(value=row.value, n=int(row.n), interval=interval)
        )  # fmt: skip
