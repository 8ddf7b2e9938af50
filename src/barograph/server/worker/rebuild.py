"""Profiles of a day made anew from its rows: what they are a pure function of."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.server.worker.cursor import advance, cursor_of
from barograph.server.worker.day import DayRows, day_rows
from barograph.server.worker.store import ModelStore, Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.profiles.add import arrived_at_places, now_at_places
from barograph.store.profiles.body import encoded
from barograph.store.profiles.counting import (
    Counting,
    Parts,
    counting_of,
    input_parts,
    label_parts,
    outcome_parts,
    query_parts,
    subtracted,
    table_parts,
)
from barograph.store.profiles.labelled import add_places
from barograph.store.profiles.part import Part, Place
from barograph.store.profiles.roll import rolled
from barograph.store.profiles.rows import answered, days_of, some
from barograph.store.profiles.stored import bodies, kept, write
from barograph.store.rebuilds import asked_at, asked_rebuilds, days_of_sources, rebuild_done
from barograph.store.touched import touch_days


def rebuild_asked(store: Store, model: Model, *, most: int = 20) -> bool:
    """Make the days anew that were asked for, some at a time; returns whether there were any."""
    with store.database.reading() as conn:
        asked = asked_rebuilds(conn, model.id)
    for version_id, day in asked[:most]:
        rebuild(store, model, version_id, day)
    return bool(asked)


def rebuild(store: Store, model: Model, version_id: int, day: int) -> bool:
    """Make the profiles of a version and day anew from its rows; returns whether anything differed.

    Days whose rows have left the lake stay as they are, and those with rows of a source, which were not copied.

    Raises
    ------
    Conflict
        Where rows were applied meanwhile; nothing was changed.
    """
    with store.database.reading() as conn:
        # As it is in this snapshot: its windows may have been changed, which is why the day was asked for.
        of_model = store.of(catalog.model_by_id(conn, model.id))
        asked = asked_at(conn, model.id, version_id, day)
        cursor = cursor_of(conn, model.id)
        final = day <= cursor.sealed_day or (version_id, day) in days_of_sources(conn, model.id)
        parts = {} if final else rebuilt(conn, of_model, version_id, day)
        held = bodies(conn, model.id, version_id=version_id, day=day)
    made = {place: encoded(part) for place, part in parts.items()}
    differs = made != held and not final
    with store.database.writing() as conn:
        advance(conn, cursor, cursor)
        rebuild_done(conn, model.id, version_id, day, asked=asked)
        if differs:
            write(conn, model.id, dict.fromkeys(held) | parts)
            touch_days(conn, model.id, [(version_id, day)])
    return differs


def differences(conn: sa.Connection, store: ModelStore, version_id: int, day: int) -> list[str]:
    """Names of the stored parts of a day that its rows would not give: none, unless something is wrong."""
    made = {place: encoded(part) for place, part in rebuilt(conn, store, version_id, day).items()}
    held = bodies(conn, store.model.id, version_id=version_id, day=day)
    return sorted({place.part for place in made.keys() | held.keys() if made.get(place) != held.get(place)})


def rebuilt(conn: sa.Connection, store: ModelStore, version_id: int, day: int) -> dict[Place, Part]:
    """The parts of a version and day as they follow from its rows and labels."""
    counting = counting_of(store.model)
    names = {version.name: version.id for version in catalog.versions(conn, store.model.id)}
    rows = day_rows(conn, store, counting, day, version_ids=names).of_version(version_id)
    if not rows.about.height:
        return {}
    batch = rows.labelled(counting)
    out: dict[Place, Part] = {}
    for parts in (input_parts(counting, rows.batch), _label_parts(counting, batch)):
        add_places(out, now_at_places(parts, version_id))
    whole = out | _arrived(counting, rows, version_id)
    return kept(rolled(whole, cursor_of(conn, store.model.id).rolled_day, counting.grid.timezone))


def _label_parts(counting: Counting, batch: Batch) -> Parts:
    labelled = some(batch, np.flatnonzero(answered(batch, counting.schema)))
    parts = label_parts(counting, labelled) if labelled.rows else {}
    return parts | query_parts(counting, batch) if counting.schema.task == "ranking" else parts


def _arrived(counting: Counting, rows: DayRows, version_id: int) -> dict[Place, Part]:
    """Rows and outcome by the day of their arrival: what was known at its end, less what was known before."""
    came = days_of(rows.about.get_column("barograph_received"), counting.grid.timezone)
    told = rows.history.about.get_column("barograph_day").to_numpy().astype(np.int64)
    out: dict[Place, Part] = {}
    before: Parts = {}
    for arrival in np.unique(np.concatenate((came, told))).tolist():
        new = np.flatnonzero(came == arrival)
        tables = table_parts(counting, some(rows.batch, new)) if len(new) else {}
        known = _known_by(counting, rows, came, arrival)
        change = arrived_at_places(tables, version_id, arrival)
        add_places(change, arrived_at_places(known, version_id, arrival))
        add_places(change, arrived_at_places(subtracted(before), version_id, arrival))
        out |= change
        before = known
    return out


def _known_by(counting: Counting, rows: DayRows, came: Ints, arrival: int) -> Parts:
    """The outcome as it was known at the end of a day."""
    batch = some(rows.labelled(counting, arrived_by=arrival), np.flatnonzero(came <= arrival))
    if counting.schema.task == "ranking":
        return outcome_parts(counting, batch) if batch.rows else {}
    labelled = some(batch, np.flatnonzero(answered(batch, counting.schema)))
    return outcome_parts(counting, labelled) if labelled.rows else {}
