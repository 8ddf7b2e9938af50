"""What is known of a row beside its columns, and rows with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from barograph.frames.batch import Batch
from barograph.frames.names import named

Table = Literal["predictions", "labels"]

DAY: Final = "barograph_day"
MISMATCHED: Final = "barograph_mismatched"
#: Columns of `TypedRows.about` and their types. A label has neither version nor `derived`; its row is null where it
#: belongs to every row of the id. Times are µs UTC; a day is an ordinal since 1970-01-01 in the model's time zone.
PREDICTION_COLUMNS: Final[dict[str, pl.DataType]] = {
    "barograph_id": pl.String(),
    "barograph_row": pl.Int32(),
    "barograph_version": pl.String(),
    "barograph_time": pl.Int64(),
    "barograph_derived": pl.Boolean(),
    "barograph_seq": pl.Int64(),
    "barograph_position": pl.Int32(),
    "barograph_received": pl.Int64(),
    DAY: pl.Int32(),
}
LABEL_COLUMNS: Final[dict[str, pl.DataType]] = {
    name: dtype
    for name, dtype in PREDICTION_COLUMNS.items()
    if name not in ("barograph_version", "barograph_derived")
}
ABOUT: Final[dict[Table, dict[str, pl.DataType]]] = {
    "predictions": PREDICTION_COLUMNS,
    "labels": LABEL_COLUMNS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRows:
    """Rows of one table, from the log or the lake.

    Attributes
    ----------
    about : columns as in `PREDICTION_COLUMNS` or `LABEL_COLUMNS`, one row each.
    batch : the same rows' columns of the schema, all of them but labels, or labels alone; absent ones are null.
    """

    about: pl.DataFrame
    batch: Batch

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.about.height

    def only(self, mask: pl.Series) -> TypedRows:
        """The rows where `mask` is true."""
        held = mask.to_numpy()
        batch = Batch(
            frame=self.batch.frame.filter(mask),
            mismatched={n: m[held] for n, m in self.batch.mismatched.items() if m[held].any()},
            missing=self.batch.missing,
        )
        return TypedRows(about=self.about.filter(mask), batch=batch)

    def select(self, columns: Sequence[str]) -> TypedRows:
        """The rows with some of the schema's columns."""
        kept = [name for name in self.batch.frame.columns if name in columns]
        frame = self.batch.frame.select(named(kept)) if kept else pl.DataFrame(height=self.rows)
        masks = {name: mask for name, mask in self.batch.mismatched.items() if name in kept}
        return TypedRows(about=self.about, batch=Batch(frame=frame, mismatched=masks))

    def at(self, rows: pl.Series) -> TypedRows:
        """The rows at some positions, in their order."""
        places = rows.to_numpy()
        batch = Batch(
            frame=self.batch.frame[rows],
            mismatched={n: m[places] for n, m in self.batch.mismatched.items()},
            missing=self.batch.missing,
        )
        return TypedRows(about=self.about[rows], batch=batch)


def joined(parts: Sequence[TypedRows]) -> TypedRows:
    """Rows of several parts with the same columns, one after the other; at least one part."""
    if len(parts) == 1:
        return parts[0]
    names = list(dict.fromkeys(name for part in parts for name in part.batch.mismatched))
    masks = {
        name: np.concatenate([part.batch.mismatched.get(name, np.zeros(part.rows, bool)) for part in parts])
        for name in names
    }
    frame = pl.concat([part.batch.frame for part in parts])
    return TypedRows(
        about=pl.concat([part.about for part in parts]), batch=Batch(frame=frame, mismatched=masks)
    )
