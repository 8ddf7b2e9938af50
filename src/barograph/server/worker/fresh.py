"""Which predictions count: of those with one id, row and version, the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints
from barograph.store.ids.search import Found
from barograph.store.lake.about import TypedRows

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Predictions sorted into those that count and those that do not.

    Attributes
    ----------
    kept : mask over the rows.
    duplicates, conflicts : rows that do not count, with the values of the first, and with others.
    """

    kept: Mask
    duplicates: int
    conflicts: int


def fresh_rows(rows: TypedRows, versions: Ints, payloads: NDArray[np.uint32], found: Found) -> Fresh:
    """Sort predictions out.

    Parameters
    ----------
    rows : in the log's order.
    versions : id of each row's version.
    payloads : hash of each row's values.
    found : earlier predictions with the ids of these rows.
    """
    first = _first_of_each(rows.about, versions)
    original = payloads[first]
    seen = first != np.arange(rows.rows)
    again = found.versions == versions[found.index]
    original[found.index[again]] = found.payloads[again]
    seen[found.index[again]] = True
    same = original == payloads
    return Fresh(kept=~seen, duplicates=int((seen & same).sum()), conflicts=int((seen & ~same).sum()))


def _first_of_each(about: pl.DataFrame, versions: Ints) -> Ints:
    """Position of the first row with the same id, row and version."""
    keys = about.select(
        "barograph_id", "barograph_row", pl.Series("version", versions), pl.int_range(pl.len()).alias("at")
    )
    first = keys.select(pl.col("at").first().over("barograph_id", "barograph_row", "version"))
    return first.to_series().to_numpy().astype(np.int64)
