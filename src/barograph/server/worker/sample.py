"""Rows by which a grid is learned: those whose ids have the smallest hashes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from barograph.store.ids.keys import keys_of
from barograph.store.lake.about import TypedRows, joined

#: As many as the library learns from.
MOST_ROWS: Final = 1 << 16


def smallest(parts: Iterable[TypedRows], *, most: int = MOST_ROWS) -> TypedRows | None:
    """The rows with the smallest hashes of their ids, each id, row and version once; None of no part.

    The same rows whatever their order, and at most three times as many held at a time.
    """
    held: list[TypedRows] = []
    for part in parts:
        held.append(part)
        if sum(p.rows for p in held) > 2 * most:
            held = [_smallest(joined(held), most)]
    return _smallest(joined(held), most) if held else None


def _smallest(rows: TypedRows, most: int) -> TypedRows:
    about = rows.about.with_columns(
        pl.Series("word", keys_of(rows.about.get_column("barograph_id")).words),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("at"),
    )
    key = ["barograph_id", "barograph_row", "barograph_version"]
    once = about.unique(key, keep="first", maintain_order=True)
    return rows.at(once.sort("word", *key).head(most).get_column("at"))
