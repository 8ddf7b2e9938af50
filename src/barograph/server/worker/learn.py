"""A model without a reference learns its grid from its first rows, and that of its outcome from its first labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.frames.batch import Batch
from barograph.locale.said import say
from barograph.profile.count import Plan, profile_block
from barograph.profile.grid import Grid
from barograph.profile.learn import counted, learn_grid
from barograph.profile.value import Profile
from barograph.schema.model import Schema
from barograph.server.worker.cursor import advance, cursor_of
from barograph.server.worker.first_days import ENOUGH_ROWS, LONGEST_WAIT_DAYS, FirstDays
from barograph.server.worker.labels import labels_for
from barograph.server.worker.sample import MOST_ROWS, smallest
from barograph.server.worker.store import ModelStore, Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.catalog.extended import extend_grid
from barograph.store.events import record
from barograph.store.ids.keys import keys_of
from barograph.store.lake.about import DAY, TypedRows, joined
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.log import Stored
from barograph.store.profiles.counting import Counting
from barograph.store.profiles.rows import answered, complete, days_of, some, sound, timed, with_labels
from barograph.store.profiles.stored import days
from barograph.store.rebuilds import ask_rebuild

#: Name of the reference that is made where none was given.
FIRST_DAY: Final = "first day"
_PAGE_ROWS: Final = 50_000


def learn_from_first_day(store: Store, model: Model, first: FirstDays, *, now: int) -> bool:
    """Learn the grid of a model once its first day is whole, as `FirstDays` says; returns whether it did.

    Those rows, or 65,536 of them, become the model's reference.
    """
    first.read(store.log)
    days = first.whole(now=now)
    if not days:
        return False
    # A first day may be larger than the memory: its pages are read again, not held.
    rows = smallest(_of_days(page, model.schema, days) for page in _pages(store, model, first.through_seq))
    if rows is None or not rows.rows:
        return False
    ids = rows.about.get_column("barograph_id").unique()
    history = joined(
        [_labels_of(page, model.schema, ids) for page in _pages(store, model, first.through_seq)]
    )
    batch = _labelled(rows, history, model.schema)
    with store.database.writing() as conn:
        if catalog.model_by_id(conn, model.id).grid is not None:
            return False
        reference = first_reference(model, batch)
        catalog.add_reference(conn, model.id, FIRST_DAY, reference, now=now, make_default=True)
        _tell(conn, model, say("bins learned from the first rows"), rows.rows, now)
    return True


def first_reference(model: Model, batch: Batch) -> Profile:
    """The profile of a model's first rows, on the grid learned from them.

    Parameters
    ----------
    batch : with every column of the model's schema, and a time in every row.
    """
    grid = _learned(_without_empty_labels(batch, model.schema), model)
    return _reference(replace(model, grid=grid), batch)


def learn_outcome(store: Store, model: Model, *, now: int) -> bool:
    """Learn the grid of a model's outcome once a first day has its labels; returns whether it did.

    That is when the day on which labels first came is over; or, for what happened before today, when at least half of
    all rows have theirs, as after a backfill. Everything counted so far is then counted again, with its labels;
    references are put on the new grid.
    """
    if model.grid is None or model.grid.outcome is not None or not model.schema.with_role("label"):
        return False
    of_model = store.of(model)
    with store.database.reading() as conn:
        cursor = cursor_of(conn, model.id)
        batch = _labelled_rows(conn, of_model, now)
    if batch is None:
        return False
    learned = _learned(batch, model)
    if learned.outcome is None:
        return False
    grid = _with_outcome(model.grid, learned, model.schema)
    with store.database.writing() as conn:
        advance(conn, cursor, cursor)
        extend_grid(conn, model.id, grid)
        ask_rebuild(conn, model.id, days(conn, model.id), at=now)
        _tell(conn, model, say("outcome learned from the first labels"), batch.rows, now)
    return True


def _pages(store: Store, model: Model, through: int) -> Iterator[list[Stored]]:
    """Pages of the log's entries up to one."""
    after = 0
    while page := store.log.read(model.id, after=after, rows=_PAGE_ROWS):
        held = [entry for entry in page if entry.seq <= through]
        if held:
            yield held
        if len(held) < len(page):
            return
        after = page[-1].seq


def _of_days(page: list[Stored], schema: Schema, days: list[int]) -> TypedRows:
    rows = predictions_of(page, schema)
    return rows.only(rows.about.get_column(DAY).is_in(days))


def _labels_of(page: list[Stored], schema: Schema, ids: pl.Series) -> TypedRows:
    labels = labels_of(page, schema)
    return labels.only(labels.about.get_column("barograph_id").is_in(ids.implode()))


def _day_of(micros: int, model: Model) -> int:
    return int(days_of(pl.Series([micros], dtype=pl.Int64), model.schema.timezone)[0])


def _labelled(rows: TypedRows, history: TypedRows, schema: Schema) -> Batch:
    about = rows.about
    whole = complete(
        rows.batch, about.get_column("barograph_time"), timed(schema), ids=about.get_column("barograph_id")
    )
    return with_labels(whole, labels_for(history, about), timed(schema))


def _without_empty_labels(batch: Batch, schema: Schema) -> Batch:
    empty = [
        c.name for c in schema.with_role("label") if batch.frame.get_column(c.name).null_count() == batch.rows
    ]
    return Batch(frame=batch.frame.drop(empty), mismatched=batch.mismatched, missing=tuple(empty))


def _learned(batch: Batch, model: Model) -> Grid:
    schema = timed(model.schema)
    weighted = schema.one("weight") is not None
    grid = learn_grid(sound(batch, schema, weight_unit=None), schema, every=model.every, weighted=weighted)
    return replace(grid, columns={n: g for n, g in grid.columns.items() if n in model.schema.names})


def _reference(model: Model, batch: Batch) -> Profile:
    """The profile of the first rows."""
    counting = Counting(model=model)
    schema, grid = counting.schema, replace(counting.grid, every=model.every)
    rows = sound(batch, schema, weight_unit=grid.weight_unit)
    kept = Batch(frame=rows.frame.select(schema.names), mismatched=rows.mismatched)
    profile = profile_block(kept, Plan(schema=schema, grid=grid, name=FIRST_DAY))
    return replace(profile, schema=model.schema)


def _labelled_rows(conn: sa.Connection, store: ModelStore, now: int) -> Batch | None:
    """Rows by which the outcome is learned; None as long as there are too few."""
    listed = store.labels.listed(conn)
    model, today = store.model, _day_of(now, store.model)
    is_over = any(one.first_day < today for one in listed)
    if not is_over and not _are_half_labelled(conn, model, sum(one.entries for one in listed), today):
        return None
    history = store.rows.labels(conn)
    ids = history.about.get_column("barograph_id").unique()
    order = pl.Series(keys_of(ids).words).arg_sort()
    rows = store.rows.predictions(conn, ids=ids.gather(order.head(MOST_ROWS)))
    if not is_over:
        rows = rows.only(rows.about.get_column(DAY) < today)
    batch = _labelled(rows, history, model.schema)
    held = np.flatnonzero(answered(batch, model.schema))
    waited = today - _day_of(int(history.about.get_column("barograph_received")[0]), model)
    if not len(held) or (len(held) < ENOUGH_ROWS and waited < LONGEST_WAIT_DAYS):
        return None
    return some(batch, held)


def _are_half_labelled(conn: sa.Connection, model: Model, labels: int, today: int) -> bool:
    """Whether half of the rows that count have a label, by their number, and some happened before today."""
    if labels < max(ENOUGH_ROWS, cursor_of(conn, model.id).rows / 2):
        return False
    return any(day < today for _, day in days(conn, model.id))


def _with_outcome(grid: Grid, learned: Grid, schema: Schema) -> Grid:
    """The grid with the outcome, the label columns and the label's own sums of another."""
    labels = {c.name for c in schema.with_role("label")}
    both = {**grid.columns, **{n: g for n, g in learned.columns.items() if n in labels}}
    columns = {c.name: both[c.name] for c in counted(schema) if c.name in both}
    custom = grid.custom
    if custom is not None and learned.custom is not None:
        terms = {n: learned.custom.terms[n] if t.of_label else t for n, t in custom.terms.items()}
        custom = replace(custom, terms=terms)
    return replace(grid, columns=columns, outcome=learned.outcome, custom=custom)


def _tell(conn: sa.Connection, model: Model, what: str, rows: int, now: int) -> None:
    record(conn, model_id=model.id, kind="grid_learned", at=now, name=what, details={"rows": rows})
