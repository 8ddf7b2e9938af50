"""What is done once a day for each model: old windows rolled up, old rows dropped, a few days counted again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.server.worker.cursor import Cursor, advance, cursor_of
from barograph.server.worker.limits import Limits
from barograph.server.worker.rebuild import differences
from barograph.server.worker.store import ModelStore, Store
from barograph.store.catalog import Model
from barograph.store.events import record
from barograph.store.points import drop_points, lengths_of_points
from barograph.store.profiles.counting import DAY, stored_every
from barograph.store.profiles.roll import roll_up
from barograph.store.profiles.rows import days_of
from barograph.store.profiles.stored import days, drop_days
from barograph.store.rebuilds import ask_rebuild, days_of_sources
from barograph.store.retention import drop_old_texts, row_days
from barograph.store.tables.worker import nights
from barograph.store.upsert import upsert
from barograph.windows import parse_every

#: 1970-01-05, days since 1970-01-01.
_MONDAY: Final = 4
_DAY_SECONDS: Final = 86_400


def is_night_due(conn: sa.Connection, model: Model, now: int) -> bool:
    """Whether a day has begun, in the model's time zone, since the last time."""
    last = conn.execute(sa.select(nights.c.day).where(nights.c.model_id == model.id)).scalar()
    return last is None or last < _day_of(now, model)


def night(store: Store, model: Model, *, now: int, limits: Limits, rng: np.random.Generator) -> bool:
    """Do all that is done once a day; every piece may be done again after a crash.

    Parameters
    ----------
    rng : chooses the days that are audited.
    """
    of_model, today = store.of(model), _day_of(now, model)
    roll_up_old(store, model, before=today - limits.rollup_days)
    retention = row_days(model.retention_days, limits.retention_days, limits.profile_days)
    if retention is not None:
        drop_old_rows(store, model, before=today - retention)
        with store.database.writing() as conn:
            drop_old_texts(conn, model.id, before=_start_of(today - retention))
    if limits.profile_days is not None:
        drop_old_profiles(store, model, before=today - limits.profile_days)
    audit(store, model, now=now, rng=rng, most=limits.audited_days)
    _keep_ids(store, of_model, before=today - model.label_horizon_days)
    for table in ("predictions", "labels"):
        of_model.lake.compact(table)
        of_model.lake.vacuum(table, hours=limits.vacuum_hours)
    with store.database.writing() as conn:
        upsert(conn, nights, [{"model_id": model.id, "day": today}], ["model_id"])
    return True


def roll_up_old(store: Store, model: Model, *, before: int) -> None:
    """Keep windows of days before one by day, a week in one transaction, and no figures of the windows they had."""
    if stored_every(model.every) == DAY:
        return
    _roll_up_windows(store, model, before=before)
    with store.database.writing() as conn:
        # Those of the last day are shown as the latest there are, however long ago that was.
        last = max((day for _, day in days(conn, model.id)), default=before)
        lengths = lengths_of_points(conn, model.id)
        short = [each for each in lengths if parse_every(each).approximate_seconds < _DAY_SECONDS]
        drop_points(conn, model.id, before=_start_of(min(before, last)), lengths=short)


def _roll_up_windows(store: Store, model: Model, *, before: int) -> None:
    while True:
        with store.database.writing() as conn:
            cursor = cursor_of(conn, model.id)
            held = [day for _, day in days(conn, model.id) if cursor.rolled_day < day < before]
            if not held:
                _at_least(conn, cursor, rolled_day=before - 1)
                return
            last = min(before - 1, min(held) + 6)
            roll_up(conn, model.id, days=(min(held), last), timezone=model.schema.timezone)
            _at_least(conn, cursor, rolled_day=last)


def drop_old_rows(store: Store, model: Model, *, before: int) -> None:
    """Let rows of days before one leave the lake; their profiles are final from then on."""
    with store.database.writing() as conn:
        _at_least(conn, cursor_of(conn, model.id), sealed_day=before - 1)
    lake = store.of(model).lake
    lake.drop_days("predictions", before=before)
    lake.drop_days("labels", before=before)


def drop_old_profiles(store: Store, model: Model, *, before: int) -> None:
    """Let profiles and figures of days before one go, by whole weeks from Monday: a week's figure is of all of it."""
    before -= (before - _MONDAY) % 7
    with store.database.writing() as conn:
        drop_days(conn, model.id, before=before)
        drop_points(conn, model.id, before=_start_of(before))


def audit(store: Store, model: Model, *, now: int, rng: np.random.Generator, most: int) -> list[str]:
    """Count some days again from their rows; what differs is told, and made anew."""
    with store.database.reading() as conn:
        sealed = cursor_of(conn, model.id).sealed_day
        uncopied = days_of_sources(conn, model.id)
        held = [pair for pair in days(conn, model.id) if pair[1] > sealed and pair not in uncopied]
        chosen = rng.permutation(len(held))[:most].tolist()
        found = {held[i]: differences(conn, store.of(model), *held[i]) for i in chosen}
    wrong = {place: parts for place, parts in found.items() if parts}
    if wrong:
        with store.database.writing() as conn:
            ask_rebuild(conn, model.id, wrong, at=now)
            details = {f"version {version}, day {day}": parts for (version, day), parts in wrong.items()}
            record(conn, model_id=model.id, kind="audit_failed", at=now, details=details)
    return sorted({part for parts in wrong.values() for part in parts})


def _keep_ids(store: Store, of_model: ModelStore, *, before: int) -> None:
    for runs in (of_model.predictions, of_model.labels):
        runs.expire(store.database, before_day=before)
        runs.merge(store.database)
        runs.sweep(store.database)
    store.log.forget(of_model.model.id, before=_start_of(before))


def _start_of(day: int) -> int:
    """A time before the day begins anywhere, microseconds UTC."""
    return (day - 1) * 86_400_000_000


def _at_least(conn: sa.Connection, cursor: Cursor, **changed: int) -> None:
    """Move days of the cursor forward, never back."""
    later = {name: max(day, getattr(cursor, name)) for name, day in changed.items()}
    advance(conn, cursor, replace(cursor, **later))


def _day_of(micros: int, model: Model) -> int:
    return int(days_of(pl.Series([micros], dtype=pl.Int64), model.schema.timezone)[0])
