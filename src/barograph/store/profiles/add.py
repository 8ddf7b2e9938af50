"""Rows added to the stored profiles of a version."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.frames.batch import Batch
from barograph.store.catalog.values import Model
from barograph.store.profiles.counting import Parts, counting_of, input_parts, label_parts
from barograph.store.profiles.part import (
    ARRIVED_OUTCOME,
    ARRIVED_TABLE,
    OUTCOME,
    TABLE,
    Part,
    Place,
    together,
)
from barograph.store.profiles.rows import answered, complete, days_of, some, unlabelled
from barograph.store.profiles.stored import Change, change


def add_rows(
    conn: sa.Connection, model: Model, version_id: int, batch: Batch, *, received_at: int
) -> tuple[int, ...]:
    """Add rows that are kept nowhere else, with the labels they have.

    Parameters
    ----------
    batch : rows typed by the model's schema; those without a time are placed by `received_at`.
    received_at : microseconds UTC.

    Returns
    -------
    The local days that were touched, days since 1970-01-01.
    """
    times = pl.Series(np.full(batch.rows, received_at, np.int64))
    added = parts_of_rows(model, version_id, batch, times=times, received_at=received_at)
    change(conn, model.id, Change(added=added))
    return days_of_rows(added)


def parts_of_rows(
    model: Model, version_id: int, batch: Batch, *, times: pl.Series, received_at: int
) -> dict[Place, Part]:
    """What rows of a version, and the labels they have, add to its stored parts.

    Parameters
    ----------
    times : microseconds UTC of every row, for those that have none themselves.
    received_at : microseconds UTC.
    """
    counting = counting_of(model)
    rows = complete(batch, times, counting.schema)
    at = pl.Series([received_at], dtype=pl.Int64)
    arrival = int(days_of(at, counting.grid.timezone)[0])
    inputs = input_parts(counting, unlabelled(rows, counting.schema))
    labelled = np.flatnonzero(answered(rows, counting.schema))
    labels = label_parts(counting, some(rows, labelled)) if len(labelled) else {}
    added = at_places(inputs, version_id, arrival)
    for place, part in at_places(labels, version_id, arrival).items():
        added[place] = together([added[place], part]) if place in added else part
    return added


def days_of_rows(parts: Iterable[Place]) -> tuple[int, ...]:
    """Local days of the parts' rows, in order."""
    return tuple(sorted({place.day for place in parts}))


def at_places(parts: Parts, version_id: int, arrival: int) -> dict[Place, Part]:
    """Where the parts of a version belong; rows and outcome by window also by the day of their arrival."""
    return now_at_places(parts, version_id) | arrived_at_places(parts, version_id, arrival)


def now_at_places(parts: Parts, version_id: int) -> dict[Place, Part]:
    """Where the parts of a version belong that are not kept by arrival."""
    return {
        Place(version_id=version_id, grain=grain, part=name, day=day): part
        for (grain, name, day), part in parts.items()
    }


def arrived_at_places(parts: Parts, version_id: int, arrival: int) -> dict[Place, Part]:
    """Where rows and outcome by window belong by the day of their arrival."""
    kept = {TABLE: ARRIVED_TABLE, OUTCOME: ARRIVED_OUTCOME}
    return {
        Place(version_id=version_id, grain="window", part=kept[name], day=day, arrival=arrival): part
        for (grain, name, day), part in parts.items()
        if grain == "window" and name in kept
    }
