"""Parts counted again from a day's rows, where what changed cannot be added and taken away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sqlalchemy as sa

from barograph.frames.batch import Batch
from barograph.server.worker.day import day_rows
from barograph.server.worker.later import Later
from barograph.server.worker.store import ModelStore
from barograph.store.profiles.add import arrived_at_places
from barograph.store.profiles.counting import Counting, Parts, label_parts, query_parts
from barograph.store.profiles.labelled import add_places
from barograph.store.profiles.part import (
    OUTCOME,
    Grain,
    Part,
    Place,
    by_day,
    column_part,
    taken_away,
    together,
)
from barograph.store.profiles.rows import answered, some
from barograph.store.profiles.stored import stored

Days = frozenset[tuple[int, int]]
_GRAINS: tuple[Grain, ...] = ("window", "day")


def recounted(
    conn: sa.Connection, store: ModelStore, counting: Counting, later: Later, days: Days
) -> dict[Place, Part | None]:
    """The label columns of some versions and days: a corrected label may have been the largest."""
    out: dict[Place, Part | None] = {}
    for version, day, batch in _labelled(conn, store, counting, later, days):
        kept = np.flatnonzero(answered(batch, counting.schema))
        parts = label_parts(counting, some(batch, kept)) if len(kept) else {}
        parts = _as_kept(parts, counting, later)
        for grain in _GRAINS:
            for name in map(column_part, counting.labels):
                place = Place(version_id=version, grain=grain, part=name, day=day)
                out[place] = parts.get((grain, name, day))
    return out


def queries_recounted(
    conn: sa.Connection,
    store: ModelStore,
    counting: Counting,
    later: Later,
    days: Days,
    added: dict[Place, Part],
) -> dict[Place, Part | None]:
    """The outcome of a ranking in some versions and days: rows of one query count together, whenever they came.

    What differs from what is stored is added to `added` as arrived now.
    """
    out: dict[Place, Part | None] = {}
    for version, day, batch in _labelled(conn, store, counting, later, days):
        parts = _as_kept(query_parts(counting, batch), counting, later)
        for grain in _GRAINS:
            place = Place(version_id=version, grain=grain, part=OUTCOME, day=day)
            out[place] = parts.get((grain, OUTCOME, day))
        place = Place(version_id=version, grain="window", part=OUTCOME, day=day)
        before, now = stored(conn, store.model.id, [place]).get(place), out[place]
        differences = [p for p in (now, None if before is None else taken_away(before)) if p is not None]
        if differences:
            key: tuple[Grain, str, int] = ("window", OUTCOME, day)
            add_places(added, arrived_at_places({key: together(differences)}, version, later.arrival))
    return out


def _as_kept(parts: Parts, counting: Counting, later: Later) -> Parts:
    """Windows by day where these are kept no longer."""
    return {
        (grain, name, day): by_day(part, counting.grid.timezone)
        if grain == "window" and day <= later.cursor.rolled_day
        else part
        for (grain, name, day), part in parts.items()
    }


def _labelled(
    conn: sa.Connection, store: ModelStore, counting: Counting, later: Later, days: Days
) -> Iterator[tuple[int, int, Batch]]:
    for day in sorted({day for _, day in days if day > later.cursor.sealed_day}):
        rows = day_rows(conn, store, counting, day, version_ids=later.version_ids, later=later)
        for version in sorted(version for version, of_day in days if of_day == day):
            yield version, day, rows.of_version(version).labelled(counting)
