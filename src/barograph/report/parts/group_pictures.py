"""Rows of the groups of error on grids and in bins, as counts and means."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.charts.groups import Cells, GroupBins, GroupCells
from barograph.charts.shades import Shades, Table
from barograph.frames.names import values_of
from barograph.locale.said import say
from barograph.metrics.performance.error_groups import ErrorGroups
from barograph.report.parts.joint import CELLS, limits

Floats = NDArray[np.float64]
Sides = tuple[ErrorGroups | None, ErrorGroups]

_BINS: Final = 12
_CATEGORIES: Final = 8


def group_cells(
    both: Sides,
    names: tuple[str, str],
    ends: tuple[tuple[float, float], tuple[float, float]],
    *,
    values: tuple[Floats | None, ...] | None = None,
) -> GroupCells | None:
    """Cells of each group: `values` against the label, or without them the label against the prediction."""
    tables: list[tuple[Cells, Cells, Cells] | None] = []
    rows = []
    for i, side in enumerate(both):
        x = None if side is None else side.label if values is None else values[i]
        if side is None or x is None:
            tables.append(None)
            rows.append(0)
            continue
        y = side.prediction if values is None else side.label
        held = np.isfinite(x)
        majority, under, over = (_cells(x[m & held], y[m & held], ends) for m in side.members)
        tables.append((majority, under, over))
        rows.append(int(held.sum()))
    if all(t is None for t in tables):
        return None
    return GroupCells(
        x_name=names[0], y_name=names[1], x_range=ends[0], y_range=ends[1], cells=CELLS, reference=tables[0],
        current=tables[1], rows=(rows[0], rows[1]), diagonal=values is None,
    )  # fmt: skip


def number_bins(both: Sides, values: tuple[Floats | None, ...], name: str) -> GroupBins | None:
    """Shares of each group in even bins of a feature; None without values."""
    finite = [v[np.isfinite(v)] for v in values if v is not None]
    together = np.concatenate(finite) if finite else np.empty(0)
    if not len(together):
        return None
    low, high = float(together.min()), float(together.max())
    if bool((together == np.rint(together)).all()) and high - low < 2 * _CATEGORIES + 8:
        edges = np.arange(low - 0.5, high + 1.0)  # a bin for each of a few integers
    else:
        edges = np.linspace(low, high if high > low else low + 1.0, _BINS + 1)
    (before, rows_before), (after, rows_after) = (
        (None, (0, 0, 0))
        if side is None or v is None
        else _shares([np.histogram(v[m & np.isfinite(v)], edges)[0].tolist() for m in side.members])
        for side, v in zip(both, values, strict=True)
    )
    return GroupBins(
        name=name, edges=tuple(edges.tolist()), categories=(), reference=before, current=after,
        rows=(rows_before, rows_after),
    )  # fmt: skip


def category_bins(both: Sides, name: str) -> GroupBins:
    """Shares of each group in the most frequent categories of a feature."""
    columns = [
        None if s is None or name not in s.rows.columns else values_of(s.rows, name).cast(pl.String)
        for s in both
    ]
    together = pl.concat([c for c in columns if c is not None]).drop_nulls()
    ranked = together.value_counts().sort(["count", ""], descending=[True, False])[""].to_list()
    named = ranked if len(ranked) <= _CATEGORIES else ranked[: _CATEGORIES - 1]
    categories = (*named, say("others")) if len(ranked) > len(named) else tuple(named)
    (before, rows_before), (after, rows_after) = (
        (None, (0, 0, 0))
        if side is None or column is None
        else _shares([_named(column.filter(m).drop_nulls(), categories, named) for m in side.members])
        for side, column in zip(both, columns, strict=True)
    )
    return GroupBins(
        name=name, edges=(), categories=categories, reference=before, current=after,
        rows=(rows_before, rows_after),
    )  # fmt: skip


def _shares(counts: list[list[int]]) -> tuple[tuple[tuple[float, ...], ...], tuple[int, ...]]:
    """What share of each group's rows lies in each bin, and how many rows the group has."""
    shares = tuple(tuple(c / max(sum(each), 1) for c in each) for each in counts)
    return shares, tuple(sum(each) for each in counts)


def _named(values: pl.Series, categories: tuple[str, ...], named: list[str]) -> list[int]:
    """Rows of each named category, then of the others where they are one of the categories."""
    counts = [int((values == c).sum()) for c in named]
    return counts if len(categories) == len(named) else [*counts, len(values) - sum(counts)]


def shades(both: Sides, values: tuple[Floats | None, ...], names: tuple[str, str, str]) -> Shades:
    """The feature's mean on the grid of label against prediction."""
    points = [np.column_stack((s.label, s.prediction)) for s in both if s is not None]
    low, high = limits(points, diagonal=True)
    ends = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    finite = np.concatenate([v[np.isfinite(v)] for v in values if v is not None])
    tables: list[Table | None] = []
    rows = []
    for side, v in zip(both, values, strict=True):
        if side is None or v is None:
            tables.append(None)
            rows.append(0)
            continue
        held = np.isfinite(v)
        place = _place(side.label, ends[0])[held] * CELLS + _place(side.prediction, ends[1])[held]
        n = np.bincount(place, minlength=CELLS * CELLS)
        total = np.bincount(place, weights=v[held], minlength=CELLS * CELLS)
        means = [[float(t / k) if k else None for t, k in zip(ts, ks, strict=True)]
                 for ts, ks in zip(total.reshape(CELLS, CELLS), n.reshape(CELLS, CELLS), strict=True)]  # fmt: skip
        tables.append(tuple(map(tuple, means)))
        rows.append(int(held.sum()))
    lowest, highest = np.quantile(finite, (0.02, 0.98))
    return Shades(
        name=names[0], x_name=names[1], y_name=names[2], x_range=ends[0], y_range=ends[1],
        limits=(float(lowest), float(highest)), reference=tables[0], current=tables[1], rows=(rows[0], rows[1]),
        diagonal=True,
    )  # fmt: skip


def _place(values: Floats, ends: tuple[float, float]) -> NDArray[np.int64]:
    part = (values - ends[0]) / (ends[1] - ends[0])
    return np.clip((part * CELLS).astype(np.int64), 0, CELLS - 1)


def _cells(x: Floats, y: Floats, ends: tuple[tuple[float, float], tuple[float, float]]) -> Cells:
    places = np.unique(np.column_stack((_place(x, ends[0]), _place(y, ends[1]))), axis=0)
    return tuple((int(a), int(b)) for a, b in places)
