"""Files of ids that are lost are made again from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.ids.entries import Entries, none, together
from barograph.store.ids.keys import keys_of
from barograph.store.ids.payload import payloads_of
from barograph.store.ids.runs import IdRuns, Listed
from barograph.store.lake.about import TypedRows
from barograph.store.lake.rows import Rows


def entries_of(rows: TypedRows, version_ids: Mapping[str, int] | None) -> Entries:
    """What is kept of rows to find them by their ids; `version_ids` by name, None for labels."""
    about = rows.about
    versions = np.zeros(rows.rows, np.int32)
    if version_ids is not None:
        names = about.get_column("barograph_version")
        found = names.replace_strict(list(version_ids), list(version_ids.values()), return_dtype=pl.Int32)
        versions = found.to_numpy().astype(np.int32)
    return Entries(
        keys=keys_of(about.get_column("barograph_id"), about.get_column("barograph_row")),
        payloads=payloads_of(rows.batch.frame),
        days=about.get_column("barograph_day").to_numpy().astype(np.int32),
        versions=versions,
    )


def make_again(database: Database, runs: IdRuns, rows: Rows, version_ids: Mapping[str, int]) -> int:
    """Make every file of ids again that is lost or not whole, and return how many there were.

    Parameters
    ----------
    version_ids : id of every version of the model, by name.

    Notes
    -----
    Rows that retention has removed are no longer found by their ids. Memory: 60 bytes an entry of the largest file.
    """
    with database.reading() as conn:
        lost = runs.lost(conn)
        made = [_made(conn, runs, one, rows, version_ids) for one in lost]
    for one, entries in zip(lost, made, strict=True):
        runs.replace_lost(database, one, entries)
    return len(lost)


def _made(
    conn: sa.Connection, runs: IdRuns, lost: Listed, rows: Rows, version_ids: Mapping[str, int]
) -> Entries:
    seqs, parts = [np.empty(0, np.int64)], [none()]
    for block in _blocks(conn, runs, lost, rows):
        inside = block.only(block.about.get_column("barograph_seq") >= lost.first_seq)
        seqs.append(inside.about.get_column("barograph_seq").to_numpy())
        parts.append(entries_of(inside, version_ids if runs.kind == "predictions" else None))
    # Of one id the older entry comes first.
    return together(parts)[np.argsort(np.concatenate(seqs), kind="stable")]


def _blocks(conn: sa.Connection, runs: IdRuns, lost: Listed, rows: Rows) -> Iterator[TypedRows]:
    days = range(lost.first_day, lost.last_day + 1)
    if runs.kind == "predictions":
        yield from rows.prediction_blocks(conn, days=days, through=lost.last_seq)
    else:
        yield rows.labels(conn, days=days, through=lost.last_seq)
