"""What came in each window: rows, labels, and how old the labels were when they came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from barograph.profile.value import ALL
from barograph.server.reading.series import Asked
from barograph.store.profiles import read
from barograph.store.profiles.arrivals import Arrival, arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCount:
    """What came in one window.

    Attributes
    ----------
    start : microseconds UTC.
    labelled : rows with a label.
    judged : of these, rows with a prediction or a score.
    """

    start: int
    rows: int
    labelled: int
    judged: int


def window_counts(conn: sa.Connection, asked: Asked) -> list[WindowCount]:
    """Rows and labels of each window that begins in the span."""
    first, last = asked.span.days
    profile = read(
        conn, asked.model, asked.version_id, first_day=first, last_day=last, columns=(), every=asked.every,
        as_of=asked.as_of,
    )  # fmt: skip
    none = np.zeros(len(profile.cells), np.int64)
    outcome = profile.outcome
    labelled, judged = (none, none) if outcome is None else (outcome.labelled, outcome.judged)
    return [
        WindowCount(start=c.window, rows=int(rows), labelled=int(known), judged=int(of_these))
        for c, rows, known, of_these in zip(profile.cells, profile.table.rows, labelled, judged, strict=True)
        if c.segment == ALL and c.window is not None and asked.span.first <= c.window < asked.span.end
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAges:
    """Labels of the rows of one day, by their age in days when they came."""

    day: int
    rows: int
    by_age: dict[int, int]


def label_ages(conn: sa.Connection, asked: Asked) -> list[LabelAges]:
    """Of the rows of each day in the span, how many were labelled how many days later."""
    held: dict[int, list[Arrival]] = {}
    for arrival in arrivals(conn, asked.model.id, span=asked.span.days, version_id=asked.version_id):
        held.setdefault(arrival.day, []).append(arrival)
    out = []
    for day, found in sorted(held.items()):
        by_age: dict[int, int] = {}
        for each in found:
            if each.labelled:
                age = max(each.arrival - day, 0)
                by_age[age] = by_age.get(age, 0) + each.labelled
        out.append(LabelAges(day=day, rows=sum(each.rows for each in found), by_age=by_age))
    return out
