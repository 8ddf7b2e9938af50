"""What a chunk of the log changes, computed from what is stored before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import sqlalchemy as sa
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.server.worker.chunk import Chunk
from barograph.server.worker.cursor import Cursor
from barograph.server.worker.fresh import Fresh, fresh_rows
from barograph.server.worker.labels import differing, labels_for
from barograph.server.worker.later import Later
from barograph.server.worker.placed import completed, days_touched, versions_of
from barograph.server.worker.recount import queries_recounted, recounted
from barograph.server.worker.store import ModelStore
from barograph.store.ids.entries import Entries
from barograph.store.ids.keys import Keys, keys_of
from barograph.store.ids.payload import payloads_of
from barograph.store.lake.about import TypedRows, joined
from barograph.store.profiles.add import at_places
from barograph.store.profiles.counting import Counting, input_parts
from barograph.store.profiles.labelled import add_places, label_change
from barograph.store.profiles.part import Part, Place
from barograph.store.profiles.roll import rolled
from barograph.store.profiles.rows import some
from barograph.store.profiles.stored import Change

Days = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is written of a chunk, in one transaction.

    Attributes
    ----------
    predictions, labels : ids to be found later.
    losers : `seq` and `position` of predictions that do not count.
    touched : versions and days whose figures change.
    """

    before: Cursor
    after: Cursor
    seqs: tuple[int, int]
    change: Change
    predictions: Entries
    labels: Entries
    losers: pl.DataFrame
    feedback: pl.DataFrame
    touched: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What tells predictions from one another, one element a row."""

    keys: Keys
    payloads: NDArray[np.uint32]
    versions: Ints


def step_of(
    conn: sa.Connection,
    store: ModelStore,
    chunk: Chunk,
    *,
    counting: Counting,
    cursor: Cursor,
    version_ids: Mapping[str, int],
) -> Step:
    """Compute what a chunk changes.

    Parameters
    ----------
    conn : a snapshot in which the cursor stands before the chunk.
    version_ids : of every version of the model, those of the chunk among them.
    """
    rows = chunk.predictions
    versions, payloads = versions_of(rows, version_ids), payloads_of(rows.batch.frame)
    keys = keys_of(rows.about.get_column("barograph_id"), rows.about.get_column("barograph_row"))
    fresh = _sorted_out(conn, store, rows, _Told(keys=keys, payloads=payloads, versions=versions))
    kept = rows.only(pl.Series(fresh.kept)) if not fresh.kept.all() else rows
    later = Later(
        rows=kept, keys=keys[fresh.kept], versions=versions[fresh.kept], labels=chunk.labels, version_ids=version_ids,
        arrival=chunk.arrival, cursor=cursor,
    )  # fmt: skip
    added = _inputs(counting, later)
    relabelled, corrected = _relabelled(conn, store, counting, later, added)
    touched = relabelled | days_touched(kept, later.versions)
    replaced = recounted(conn, store, counting, later, corrected)
    if counting.schema.task == "ranking":
        replaced |= queries_recounted(conn, store, counting, later, touched, added)
    return Step(
        before=cursor,
        after=replace(
            cursor,
            applied_seq=chunk.seqs[1],
            received_at=chunk.received_at,
            rows=cursor.rows + kept.rows,
            duplicates=cursor.duplicates + fresh.duplicates,
            conflicts=cursor.conflicts + fresh.conflicts,
        ),
        seqs=chunk.seqs,
        change=Change(added=rolled(added, cursor.rolled_day, counting.grid.timezone), replaced=replaced),
        predictions=_entries(later.keys, kept, payloads[fresh.kept], later.versions),
        labels=_label_entries(chunk.labels),
        losers=rows.about.filter(~pl.Series(fresh.kept)).select(
            pl.col("barograph_seq").alias("seq"), pl.col("barograph_position").alias("position")
        ),
        feedback=chunk.feedback,
        touched=touched,
    )


def _sorted_out(conn: sa.Connection, store: ModelStore, rows: TypedRows, told: _Told) -> Fresh:
    """Look given ids up among earlier predictions; those that were derived have not been there before."""
    given = np.flatnonzero(~rows.about.get_column("barograph_derived").fill_null(False).to_numpy())
    found = store.predictions.find(conn, told.keys[given])
    return fresh_rows(rows, told.versions, told.payloads, replace(found, index=given[found.index]))


def _inputs(counting: Counting, later: Later) -> dict[Place, Part]:
    added: dict[Place, Part] = {}
    batch = completed(counting, later.rows)
    for version in np.unique(later.versions).tolist():
        mine = some(batch, np.flatnonzero(later.versions == version))
        add_places(added, at_places(input_parts(counting, mine), version, later.arrival))
    return added


def _relabelled(
    conn: sa.Connection,
    store: ModelStore,
    counting: Counting,
    later: Later,
    added: dict[Place, Part],
) -> tuple[Days, Days]:
    """Add what labels change; returns the versions and days that changed, and of these where some were corrected."""
    ids = _label_ids(conn, store, later)
    if not len(ids):
        return frozenset(), frozenset()
    old = _earlier_rows(conn, store, later)
    new = later.rows.only(later.rows.about.get_column("barograph_id").is_in(ids.implode()))
    rows = joined([old, new])
    earlier = _earlier_labels(conn, store, later, ids)
    before = _blank_from(labels_for(earlier, rows.about), old.rows)
    after = labels_for(joined([earlier, later.labels]), rows.about)
    changed = np.flatnonzero(differing(before, after))
    rows, before, after = rows.at(pl.Series(changed)), some(before, changed), some(after, changed)
    versions = versions_of(rows, later.version_ids)
    change = label_change(
        counting, completed(counting, rows), versions, before=before, after=after, arrival=later.arrival
    )
    add_places(added, change.added)
    corrected = rows.at(pl.Series(change.corrected))
    return days_touched(rows, versions), days_touched(corrected, versions[change.corrected])


def _label_ids(conn: sa.Connection, store: ModelStore, later: Later) -> pl.Series:
    """Ids of the labels that came, and of new rows whose labels had come before."""
    own = later.rows.about.get_column("barograph_id")
    hit = np.unique(store.labels.find(conn, later.keys).index) if len(own) else np.empty(0, np.int64)
    return pl.concat([later.labels.about.get_column("barograph_id"), own.gather(hit)]).unique()


def _earlier_rows(conn: sa.Connection, store: ModelStore, later: Later) -> TypedRows:
    """Rows of before that the labels are of."""
    about = later.labels.about
    ids = about.get_column("barograph_id")
    found = store.predictions.find(conn, keys_of(ids, about.get_column("barograph_row")))
    if not len(found):
        return later.rows.at(pl.Series([], dtype=pl.Int64))
    days = np.unique(found.days).tolist()
    return store.rows.predictions(conn, days=days, ids=ids.gather(np.unique(found.index)))


def _earlier_labels(conn: sa.Connection, store: ModelStore, later: Later, ids: pl.Series) -> TypedRows:
    """Labels of before, corrected ones too."""
    found = store.labels.find(conn, keys_of(ids))
    if not len(found):
        return later.labels.at(pl.Series([], dtype=pl.Int64))
    days = np.unique(found.days).tolist()
    return store.rows.labels(conn, days=days, ids=ids.gather(np.unique(found.index)))


def _blank_from(labels: Batch, row: int) -> Batch:
    """The labels, from a row on none: rows that come now had no part in what is stored."""
    held = pl.int_range(pl.len()) < row
    frame = labels.frame.select(
        pl.when(held).then(pl.col(n)).otherwise(None).alias(n) for n in labels.frame.columns
    )
    masks = {n: m & (np.arange(len(m)) < row) for n, m in labels.mismatched.items()}
    return Batch(frame=frame, mismatched={n: m for n, m in masks.items() if m.any()})


def _entries(keys: Keys, rows: TypedRows, payloads: NDArray[np.uint32], versions: Ints) -> Entries:
    days = rows.about.get_column("barograph_day").to_numpy().astype(np.int32)
    return Entries(keys=keys, payloads=payloads, days=days, versions=versions.astype(np.int32))


def _label_entries(labels: TypedRows) -> Entries:
    about = labels.about
    keys = keys_of(about.get_column("barograph_id"), about.get_column("barograph_row"))
    return _entries(keys, labels, payloads_of(labels.batch.frame), np.zeros(labels.rows, np.int64))
