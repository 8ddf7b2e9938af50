"""A hash of a row's values, which tells a row that came twice from another one under the same id."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.hashing import Words, hash_integers, hash_numbers, hash_texts, salt_of, splitmix64


def payloads_of(frame: pl.DataFrame) -> NDArray[np.uint32]:
    """Hash each typed row.

    Parameters
    ----------
    frame : columns as in a `Batch`.

    Returns
    -------
    32 bits a row; the same whatever the order of columns, and whether a column without a value is there or not.

    Examples
    --------
    >>> some = pl.DataFrame({"x": [1.0, 2.0], "c": ["a", None]})
    >>> payloads_of(some)[1] == payloads_of(pl.DataFrame({"x": [2]}))[0]
    np.True_
    """
    words = np.zeros(frame.height, np.uint64)
    for column in frame.get_columns():
        hashed = _hashed(column.alias("values"), salt_of(column.name))
        if column.null_count():
            hashed[column.is_null().to_numpy()] = 0
        words += hashed
    return (splitmix64(words) >> np.uint64(32)).astype(np.uint32)


def _hashed(column: pl.Series, salt: int) -> Words:
    if column.dtype.is_numeric():
        # A null is read as NaN. One made by arithmetic has other bits than one that was read.
        numbers = column.cast(pl.Float64).to_numpy()
        unknown = np.isnan(numbers)
        return hash_numbers(np.where(unknown, np.nan, numbers) if unknown.any() else numbers, salt)
    if column.dtype.is_temporal():
        return hash_integers(column.to_physical().cast(pl.Int64).fill_null(0).to_numpy(), salt)
    return hash_texts(column.cast(pl.String), salt)
