"""Figures that were computed, kept beside the profiles they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from barograph.metrics.values import Reason, Result, Undefined, Value
from barograph.store.tables.profiles import points as table
from barograph.store.upsert import upsert

#: Of every version together.
ALL_VERSIONS = 0
#: Made once: pages ask for dozens of courses.
_HELD = sa.select(table).where(
    table.c.model_id == sa.bindparam("of_model"), table.c.version_id == sa.bindparam("of_version"),
    table.c.segment == sa.bindparam("of_segment"), table.c.address == sa.bindparam("of_address"),
    table.c.every == sa.bindparam("length"), table.c.window >= sa.bindparam("first"),
    table.c.window < sa.bindparam("end"),
)  # fmt: skip
_KEYS = ("model_id", "version_id", "segment", "address", "every", "window")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Which figures: of one address, version and segment, in windows of one length.

    Attributes
    ----------
    version_id : `ALL_VERSIONS`: all of them added up.
    address : without its segment, and with what it is compared with where that is not the default reference.
    every : length of the windows.
    """

    model_id: int
    version_id: int = ALL_VERSIONS
    segment: str = ""
    address: str
    every: str


def held(conn: sa.Connection, course: Course, *, first: int, end: int) -> dict[int, tuple[str, Result]]:
    """Figures that are kept, by the start of their window: the state they rest on, and the figure.

    Parameters
    ----------
    first, end : of the starts of windows, microseconds UTC; the end is not included.
    """
    asked = {
        "of_model": course.model_id, "of_version": course.version_id, "of_segment": course.segment,
        "of_address": course.address, "length": course.every, "first": first, "end": end,
    }  # fmt: skip
    return {row.window: (row.state, _result(row)) for row in conn.execute(_HELD, asked)}


def keep(conn: sa.Connection, course: Course, figures: Mapping[int, tuple[str, Result]]) -> None:
    """Keep figures by the start of their window, in place of those that are there."""
    keep_all(conn, [(course, figures)])


def keep_all(conn: sa.Connection, courses: Iterable[tuple[Course, Mapping[int, tuple[str, Result]]]]) -> None:
    """Keep figures of many courses at once."""
    rows = [
        {
            "model_id": course.model_id,
            "version_id": course.version_id,
            "segment": course.segment,
            "address": course.address,
            "every": course.every,
            "window": window,
            "state": state,
        }
        | dict(_written(result))
        for course, figures in courses
        for window, (state, result) in figures.items()
    ]
    upsert(conn, table, rows, _KEYS)


def drop_points(
    conn: sa.Connection, model_id: int, *, before: int, lengths: Collection[str] | None = None
) -> int:
    """Forget a model's figures of windows that began before a time (µs UTC), and return how many.

    Parameters
    ----------
    lengths : of windows of these lengths alone; None: of all.
    """
    old = (table.c.model_id == model_id) & (table.c.window < before)
    if lengths is not None:
        old &= table.c.every.in_(list(lengths))
    return conn.execute(sa.delete(table).where(old)).rowcount


def lengths_of_points(conn: sa.Connection, model_id: int) -> list[str]:
    """Lengths of the windows of which figures of a model are kept."""
    asked = sa.select(table.c.every).where(table.c.model_id == model_id).distinct().order_by(table.c.every)
    return list(conn.scalars(asked))


def _written(result: Result) -> Mapping[str, object]:
    if isinstance(result, Undefined):
        none: dict[str, object] = dict.fromkeys(("value", "low", "high", "n"))
        return none | {"reason": result.reason, "detail": result.detail}
    low, high = result.interval or (None, None)
    return {
        "value": result.value, "low": low, "high": high, "n": result.n, "reason": None, "detail": None,
    }  # fmt: skip


def _result(row: sa.Row[tuple[object, ...]]) -> Result:
    if row.reason is not None:
        return Undefined(reason=cast("Reason", row.reason), detail=row.detail)
    interval = None if row.low is None else (row.low, row.high)
    return Value(value=row.value, n=int(row.n), interval=interval)
