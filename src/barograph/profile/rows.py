"""What a block says of its rows beside the counted columns: ids, weights, windows, outcome."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.frames.names import values_of
from barograph.profile.algebra import Ints
from barograph.profile.answers import answers
from barograph.profile.grid import Grid
from barograph.profile.hashing import Words, hash_integers, hash_null, hash_texts, salt_of
from barograph.profile.outcome import Judged, judge
from barograph.profile.ranking import RankedRows, ranked_rows
from barograph.schema.model import Schema
from barograph.windows import parse_every, window_starts

#: In units of the grid; larger weights could not be summed exactly.
LARGEST_WEIGHT = 4096.0
#: Floats up to here are integers exactly.
_LARGEST_WHOLE = float(1 << 53)


def hash_ids(frame: pl.DataFrame, schema: Schema) -> Words | None:
    """Hash of each row's prediction id; None where rows have none."""
    column = schema.one("id")
    if column is None or column.name not in frame.columns:
        return None
    series = values_of(frame, column.name)
    salt = salt_of("id")
    if series.dtype.is_integer():
        words = hash_integers(series.fill_null(0).to_numpy(), salt)
    elif series.dtype.is_float():
        words = _hash_float_ids(series, salt)
    else:
        words = hash_texts(series.cast(pl.String), salt)
    if series.null_count():
        words[series.is_null().to_numpy()] = hash_null(salt)
    return words


def _hash_float_ids(series: pl.Series, salt: int) -> Words:
    """Whole numbers hash as the integers they are, so that 7.0 is the id 7."""
    values = series.fill_null(0.0).fill_nan(0.5).to_numpy()
    whole = (np.abs(values) <= _LARGEST_WHOLE) & (values == np.floor(values))
    words = hash_integers(np.where(whole, values, 0.0).astype(np.int64), salt)
    if not whole.all():
        words[~whole] = hash_texts(series.filter(pl.Series(~whole)).cast(pl.String), salt)
    return words


def weights_of(frame: pl.DataFrame, schema: Schema, grid: Grid) -> NDArray[np.float64] | None:
    """Weight of each row in the grid's unit, None where rows have none.

    Raises
    ------
    DataError
        For a weight that is not finite and ≥ 0, or far above the reference's.
    """
    column = schema.one("weight")
    if not grid.weighted or column is None:
        return None
    if column.name not in frame.columns:
        raise DataError(
            f"the weight column {column.name!r} is missing from these rows; add it or drop its role."
        )
    weight = values_of(frame, column.name).cast(pl.Float64).fill_null(np.nan).to_numpy()
    wrong = ~(weight >= 0.0) | ~np.isfinite(weight)
    if wrong.any():
        raise DataError(
            f"weight column {column.name!r}: {int(wrong.sum())} rows hold no finite weight ≥ 0 "
            f"(first: {weight[wrong][0]}). Give every logged row the inverse of its sampling fraction."
        )
    weight = weight / grid.weight_unit
    if weight.max(initial=0.0) > LARGEST_WEIGHT:
        raise DataError(
            f"weight column {column.name!r} holds {weight.max() * grid.weight_unit:g}, over {LARGEST_WEIGHT:,.0f} "
            f"times what is usual in the reference (about {grid.weight_unit:g}): such a row would stand for all "
            "others. Correct the weight, or profile a reference with weights like these."
        )
    return weight


def judged_rows(frame: pl.DataFrame, schema: Schema, grid: Grid) -> Judged | RankedRows | None:
    """The rows that can be judged, with their measures; None where the rows lack label or answer."""
    outcome, label = grid.outcome, schema.one("label")
    if outcome is None or label is None:
        return None
    if schema.task == "ranking":
        return ranked_rows(frame, schema)
    rows = answers(frame, schema, (outcome.classes, outcome.centre))
    if rows is None:
        return None
    return judge(rows, outcome, _labelled(frame, schema))


def _labelled(frame: pl.DataFrame, schema: Schema) -> NDArray[np.bool_]:
    """Rows with a label; of several label columns one is enough."""
    held = np.zeros(frame.height, bool)
    for column in schema.with_role("label"):
        if column.name in frame.columns:
            labels = values_of(frame, column.name)
            known = (
                labels.is_not_null() & labels.is_not_nan()
                if labels.dtype.is_float()
                else labels.is_not_null()
            )
            held |= known.to_numpy()
    return held


def windows_of(frame: pl.DataFrame, schema: Schema, grid: Grid) -> tuple[list[int | None], Ints | None]:
    """Starts of the block's windows, and the window of each row (None: one window)."""
    column = schema.one("timestamp")
    if grid.every is None or column is None or column.name not in frame.columns:
        return [None], None
    starts = window_starts(values_of(frame, column.name), parse_every(grid.every), grid.timezone)
    micros = starts.to_physical().cast(pl.Int64)
    known = micros.is_not_null().to_numpy()
    values = micros.fill_null(-(1 << 63)).to_numpy()
    changes = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else values
    distinct, inverse = np.unique(values[changes], return_inverse=True)
    window = np.repeat(inverse, np.diff(np.concatenate((changes, [len(values)]))))
    labels: list[int | None] = [int(v) for v in distinct]
    if not known.all():
        labels[0] = None
    if len(labels) == 0:
        return [None], None
    return labels, (None if len(labels) == 1 else window.astype(np.int64))
