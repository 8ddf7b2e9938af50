"""Batches that are cut between groups of rows, so that no group is in two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from barograph.errors import DataError

#: A block of rows holds at most 2²⁰; what is held back for the next one is at most half of it.
_MOST_ROWS: Final = 1 << 19


def kept_together(batches: Iterable[pl.DataFrame], column: str) -> Iterator[pl.DataFrame]:
    """Move the rows of the last group of each batch to the next one, which may bring more of them.

    Parameters
    ----------
    column : rows of one value are a group; rows of null are none.

    Raises
    ------
    DataError
        For a group of more than half a million rows.

    Examples
    --------
    >>> parts = [pl.DataFrame({"q": [1, 1, 2]}), pl.DataFrame({"q": [2, 3]})]
    >>> [part["q"].to_list() for part in kept_together(parts, "q")]
    [[1, 1], [2, 2], [3]]
    """
    held: pl.DataFrame | None = None
    for batch in batches:
        joined = batch if held is None else pl.concat([held, batch], how="vertical_relaxed")
        done, held = _parted(joined, column)
        if held.height > _MOST_ROWS:
            raise DataError(
                f"column {column!r}: more than {_MOST_ROWS:,} rows hold {held[column][0]!r}; the rows of one query "
                "are measured together. Is it the column of the queries?"
            )
        if done.height or not joined.height:
            yield done
    if held is not None and held.height:
        yield held


def _parted(rows: pl.DataFrame, column: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of groups that have ended, and those of the group of the last row."""
    if column not in rows.columns or not rows.height or rows[column][-1] is None:
        return rows, rows.clear()
    last = rows[column].eq_missing(rows[column][-1])
    size = int(last.sum())
    cut = rows.height - size
    if last[cut:].all():
        return rows[:cut], rows[cut:]
    return rows.filter(~last), rows.filter(last)
