"""A column's values on both sides: numbers as an overlay, categories as bars."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.charts.bars import Bars
from barograph.charts.overlay import Apart, Overlay
from barograph.locale.said import say
from barograph.metrics.drift.cells import ordered_cells
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.grid import BUCKETS, NUMERIC_EXTRA, CategoricalGrid, NumericGrid
from barograph.profile.value import Profile

_APART_NAMES: Final = {
    "null": say("null"),
    "nan": "NaN",
    "neg_inf": "−inf",
    "pos_inf": "+inf",
    "mismatched": say("mismatched"),
}


def distribution_of(name: str, sides: tuple[Profile, Profile]) -> Overlay | Bars | None:
    """The picture of one column of two totals; None where a side does not have it."""
    views = [column_view(s, name) for s in sides]
    if isinstance(views[0], Undefined) or isinstance(views[1], Undefined):
        return None
    return distribution(views[0], views[1])


def distribution(reference: ColumnView | None, current: ColumnView) -> Overlay | Bars:
    """The column's counts on both sides: an overlay of numbers, or bars of categories."""
    if isinstance(current.grid, CategoricalGrid):
        return _bars(reference, current, current.grid)
    return _overlay(reference, current, current.grid)


def _bars(reference: ColumnView | None, current: ColumnView, grid: CategoricalGrid) -> Bars:
    named = len(grid.categories)

    def counts(view: ColumnView | None) -> tuple[float, ...] | None:
        return None if view is None else tuple(view.mass[:named].tolist())

    def rows(view: ColumnView | None, codes: slice) -> float | None:
        return None if view is None else float(view.mass[codes].sum())

    unnamed = slice(named, named + BUCKETS)
    # Another reference than the one the bins were learned from may have values without one, which are not new.
    are_new = grid.complete and not rows(reference, unnamed)
    places = (
        (say("new values") if are_new else say("other values"), unnamed),
        (say("null"), slice(named + BUCKETS, named + BUCKETS + 1)),
        (say("mismatched"), slice(named + BUCKETS + 1, None)),
    )
    return Bars(
        name=current.column.name,
        categories=grid.categories,
        reference=counts(reference),
        current=counts(current),
        apart=_held(
            tuple(Apart(name=n, reference=rows(reference, c), current=rows(current, c)) for n, c in places)
        ),
    )


def _held(parts: tuple[Apart, ...]) -> tuple[Apart, ...]:
    return tuple(a for a in parts if (a.reference or 0) + (a.current or 0) > 0)


def _overlay(reference: ColumnView | None, current: ColumnView, grid: NumericGrid) -> Overlay:
    cells = ordered_cells(reference or current, current)
    first = NUMERIC_EXTRA.index("null")
    apart = tuple(
        Apart(
            name=_APART_NAMES[extra],
            reference=None if reference is None else float(reference.mass[grid.code(extra)]),
            current=float(current.mass[grid.code(extra)]),
        )
        for extra in NUMERIC_EXTRA[first:]
    )
    empty = cells is None
    lower = grid.edges[:-1] if cells is None else cells.cells.lower
    with np.errstate(over="ignore"):
        upper = (
            grid.edges[1:]
            if cells is None
            else np.maximum(cells.cells.upper, np.nextafter(cells.cells.lower, np.inf))
        )
    base = np.zeros(len(lower)) if empty or cells is None else cells.reference
    now = np.zeros(len(lower)) if empty or cells is None else cells.current
    return Overlay(
        name=current.column.name,
        lower=tuple(lower.tolist()),
        upper=tuple(upper.tolist()),
        reference=None if reference is None else tuple(base.tolist()),
        current=tuple(now.tolist()),
        apart=_held(apart),
        unit=current.column.unit or "",
    )
