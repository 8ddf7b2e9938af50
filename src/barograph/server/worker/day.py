"""All rows of one day with their labels, from wherever they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.server.worker.labels import labels_for
from barograph.server.worker.later import Later
from barograph.server.worker.placed import completed, versions_of
from barograph.server.worker.store import ModelStore
from barograph.store.lake.about import TypedRows, joined
from barograph.store.profiles.counting import Counting
from barograph.store.profiles.rows import some, with_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRows:
    """Rows of one day and the labels of their ids.

    Attributes
    ----------
    about : of each row, as in `TypedRows`.
    batch : the rows, complete, without labels.
    versions : id of each row's version.
    history : labels of these ids, corrected ones too.
    """

    about: pl.DataFrame
    batch: Batch
    versions: Ints
    history: TypedRows

    def of_version(self, version_id: int) -> DayRows:
        """The rows of one version."""
        mine = np.flatnonzero(self.versions == version_id)
        return DayRows(
            about=self.about[mine],
            batch=some(self.batch, mine),
            versions=self.versions[mine],
            history=self.history,
        )

    def labelled(self, counting: Counting, *, arrived_by: int | None = None) -> Batch:
        """The rows with the labels that hold for them; `arrived_by`: only what had arrived by the end of this day."""
        history = self.history
        if arrived_by is not None:
            history = history.only(history.about.get_column("barograph_day") <= arrived_by)
        return with_labels(self.batch, labels_for(history, self.about), counting.schema)


def day_rows(
    conn: sa.Connection,
    store: ModelStore,
    counting: Counting,
    day: int,
    *,
    version_ids: Mapping[str, int],
    later: Later | None = None,
) -> DayRows:
    """All rows of a day that have been applied, and what of a chunk belongs to it."""
    rows = store.rows.predictions(conn, days=[day])
    if later is not None:
        rows = joined([rows, later.rows.only(later.rows.about.get_column("barograph_day") == day)])
    ids = rows.about.get_column("barograph_id").unique()
    history = store.rows.labels(conn, ids=ids)
    if later is not None:
        history = joined([history, later.labels])
    return DayRows(
        about=rows.about,
        batch=completed(counting, rows),
        versions=versions_of(rows, version_ids),
        history=history,
    )
