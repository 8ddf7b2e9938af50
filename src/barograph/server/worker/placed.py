"""Rows made ready to be counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.store.lake.about import TypedRows
from barograph.store.profiles.counting import Counting
from barograph.store.profiles.rows import complete


def completed(counting: Counting, rows: TypedRows) -> Batch:
    """The rows with every counted column, labels null, and with time and id."""
    about = rows.about
    return complete(
        rows.batch,
        about.get_column("barograph_time"),
        counting.schema,
        ids=about.get_column("barograph_id"),
    )


def versions_of(rows: TypedRows, version_ids: Mapping[str, int]) -> Ints:
    """Id of each row's version."""
    names = rows.about.get_column("barograph_version").fill_null("")
    if names.is_empty():
        return np.empty(0, np.int64)
    ids = names.replace_strict(list(version_ids), list(version_ids.values()), return_dtype=pl.Int64)
    return ids.to_numpy().astype(np.int64)


def days_touched(rows: TypedRows, versions: Ints) -> frozenset[tuple[int, int]]:
    """Version and day of the rows."""
    days = rows.about.get_column("barograph_day").to_numpy()
    pairs = np.unique(np.stack((versions, days.astype(np.int64)), axis=1), axis=0)
    return frozenset((int(v), int(d)) for v, d in pairs)
