"""The label that holds for a row: of every column the latest that was given for its id."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.store.lake.about import TypedRows


def labels_for(history: TypedRows, about: pl.DataFrame) -> Batch:
    """The labels of rows, each the latest of its column that is not null.

    Parameters
    ----------
    history : labels in the log's order; a row that is null belongs to every row of its id.
    about : `barograph_id` and `barograph_row` of the rows asked for.

    Returns
    -------
    Batch
        Label columns, one row for each row asked for; null where no label was given.
    """
    asked = about.select("barograph_id", "barograph_row").with_row_index("asked")
    given = history.about.select("barograph_id", pl.col("barograph_row").alias("of_row")).with_row_index(
        "given"
    )
    pairs = asked.join(given, on="barograph_id").filter(
        pl.col("of_row").is_null() | (pl.col("of_row") == pl.col("barograph_row"))
    )
    rows, labels = (pairs.get_column(n).to_numpy().astype(np.int64) for n in ("asked", "given"))
    columns, mismatched = {}, {}
    for name in history.batch.frame.columns:
        values, wrong = history.batch.frame.get_column(name), history.batch.mismatched.get(name)
        said = values.is_not_null().to_numpy()
        said = said if wrong is None else said | wrong
        latest = _latest(rows, labels, said, about.height)
        columns[name] = values.gather(pl.Series(latest).set(pl.Series(latest < 0), None))
        if wrong is not None:
            held = latest >= 0
            held[held] = wrong[latest[held]]
            if held.any():
                mismatched[name] = held
    frame = pl.DataFrame(columns) if columns else pl.DataFrame(height=about.height)
    return Batch(frame=frame, mismatched=mismatched)


def _latest(rows: Ints, labels: Ints, said: NDArray[np.bool_], height: int) -> Ints:
    """Position of the latest label that says something for each row; -1 where none does."""
    latest = np.full(height, -1, np.int64)
    told = said[labels] if len(labels) else np.zeros(0, bool)
    np.maximum.at(latest, rows[told], labels[told])
    return latest


def differing(one: Batch, other: Batch) -> NDArray[np.bool_]:
    """Rows whose labels are not the same in both."""
    out: NDArray[np.bool_] = np.zeros(one.rows, bool)
    for name in one.frame.columns:
        same = one.frame.get_column(name).eq_missing(other.frame.get_column(name))
        out |= ~same.to_numpy()
        masks = [b.mismatched.get(name, np.zeros(b.rows, bool)) for b in (one, other)]
        out |= masks[0] != masks[1]
    return out
