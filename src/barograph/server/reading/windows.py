"""What came in each window: rows, labels, and how old the labels were when they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.profile.algebra import Ints
from barograph.profile.value import ALL, Profile
from barograph.schema.readings import UTC_TIME
from barograph.server.reading.series import Asked
from barograph.store.profiles import read
from barograph.store.profiles.arrivals import Arrival, arrivals
from barograph.store.profiles.part import OUTCOME
from barograph.store.profiles.stored import parts_between
from barograph.windows import parse_every, window_starts


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


def window_counts(conn: sa.Connection, asked: Asked, segment: str = ALL) -> list[WindowCount]:
    """Rows and labels of each window that begins in the span; of a segment, windows of a day and longer."""
    first, last = asked.span.days
    if segment != ALL:
        divided = read(
            conn, asked.model, asked.version_id, first_day=first, last_day=last, columns=(), grain="day",
            every=asked.every,
        )  # fmt: skip
        return _counted(divided.of_segment(segment), asked) if segment in divided.segments else []
    profile = read(
        conn, asked.model, asked.version_id, first_day=first, last_day=last, columns=(), every=asked.every,
        as_of=asked.as_of, outcome=asked.as_of is not None,
    )  # fmt: skip
    starts = [c.window for c in profile.cells if c.window is not None]
    return _counted(profile, asked, _labels(conn, asked, starts) if asked.as_of is None else None)


def _counted(profile: Profile, asked: Asked, labels: tuple[Ints, Ints] | None = None) -> list[WindowCount]:
    """Of the cells of a profile; labelled and judged rows are its outcome's where they are not given."""
    starts = [c.window for c in profile.cells if c.window is not None]
    if labels is not None:
        labelled, judged = labels
    elif profile.outcome is None:
        labelled = judged = np.zeros(len(starts), np.int64)
    else:
        labelled, judged = profile.outcome.labelled, profile.outcome.judged
    return [
        WindowCount(start=start, rows=int(rows), labelled=int(known), judged=int(of_these))
        for start, rows, known, of_these in zip(starts, profile.table.rows, labelled, judged, strict=True)
        if asked.span.first <= start < asked.span.end
    ]


def _labels(conn: sa.Connection, asked: Asked, starts: Sequence[int]) -> tuple[Ints, Ints]:
    """Labelled and judged rows of the windows that start so: these sums alone, of the dozens that are stored."""
    held = parts_between(
        conn, asked.model.id, grain="window", names=(OUTCOME,), span=asked.span.days, version_id=asked.version_id
    )  # fmt: skip
    parts = held.get(OUTCOME, [])
    found = np.zeros((2, len(starts)), np.int64)
    if parts:
        times = pl.Series([c.window for part in parts for c in part.cells], dtype=pl.Int64).cast(UTC_TIME)
        longer = window_starts(times, parse_every(asked.every), asked.span.timezone).to_physical().to_numpy()
        at = np.searchsorted(np.array(starts, np.int64), longer)
        for sums, name in zip(found, ("labelled", "judged"), strict=True):
            np.add.at(sums, at, np.concatenate([getattr(part.record, name) for part in parts]))
    return found[0], found[1]


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
