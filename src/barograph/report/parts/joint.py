"""Two columns together, as counts of sampled rows on a grid."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.charts.density import Density
from barograph.profile.value import Profile

Floats = NDArray[np.float64]

#: Cells of a grid along each axis: they show the shape of 2,000 rows.
CELLS: Final = 24


#: Larger values are in no picture of two columns.
FARTHEST = 1e150


def density(
    reference: Profile | None, current: Profile, columns: tuple[str, str], *, diagonal: bool = False
) -> Density | None:
    """Counts of sampled rows on a grid of 24 × 24 cells; None without a sample of both columns."""
    sides = [_sampled(p, columns) for p in (reference, current)]
    points = [s[0] for s in sides if s is not None and len(s[0])]
    if sides[1] is None or not points:
        return None
    low, high = limits(points, diagonal=diagonal)

    def table(side: tuple[Floats, Floats] | None) -> tuple[tuple[float, ...], ...] | None:
        if side is None:
            return None
        counts, _, _ = np.histogram2d(
            side[0][:, 0],
            side[0][:, 1],
            bins=CELLS,
            range=list(zip(low, high, strict=True)),
            weights=side[1],
        )
        return tuple(map(tuple, counts.tolist()))

    return Density(
        x_name=columns[0], y_name=columns[1], x_range=(float(low[0]), float(high[0])),
        y_range=(float(low[1]), float(high[1])), reference=table(sides[0]), current=table(sides[1]), diagonal=diagonal,
    )  # fmt: skip


def limits(points: list[Floats], *, diagonal: bool) -> tuple[Floats, Floats]:
    """Ends of both axes for points of shape (rows, 2); the same for both where the diagonal is drawn."""
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    if diagonal:
        low, high = np.full(2, low.min()), np.full(2, high.max())
    # Far from zero one more is no more.
    return low, np.where(high > low, high, np.where(low + 1.0 > low, low + 1.0, low + np.abs(low) * 1e-6))


def _sampled(profile: Profile | None, columns: tuple[str, str]) -> tuple[Floats, Floats] | None:
    if profile is None or profile.sample is None:
        return None
    rows = profile.sample.rows
    if any(c not in rows.columns or rows.schema[c] != pl.Float64 for c in columns):
        return None
    values = np.stack([rows.get_column(c).to_numpy() for c in columns], axis=1)
    # A picture of values that far apart has one cell in use; their distance would overflow.
    held = (np.abs(values) <= FARTHEST).all(axis=1)
    return values[held], profile.sample.counts.to_numpy()[held].astype(np.float64)
