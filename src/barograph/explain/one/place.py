"""Where each value of a row stands in its column, from exact counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from barograph.explain.one.explained import Cell, Place, Status
from barograph.explain.one.place_sentences import place_sentence
from barograph.frames.names import values_of
from barograph.metrics.quality.finite import FiniteCells, finite_cells
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.grid import BUCKETS, CategoricalGrid, ColumnGrid
from barograph.profile.reading import RawColumn, Room, read_column
from barograph.profile.value import Profile
from barograph.profile.values import as_numbers

_FARTHEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A value as the grid reads it.

    Attributes
    ----------
    text : of a category; else empty.
    x : of what is counted as a number; else NaN.
    """

    code: int
    text: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What the counts say of a value; `at_most`, `at_least` are the shares of finite values so large."""

    status: Status
    rows: int
    usual: float
    at_most: float = 0.0
    at_least: float = 0.0
    quantile: float | None = None
    beyond: float = 0.0


def places_of(
    reference: Profile, current: Profile | None, row: pl.DataFrame, names: Sequence[str]
) -> tuple[Place, ...]:
    """Place some values of a row, the most unusual first.

    Parameters
    ----------
    reference, current : profiles of one cell.
    row : typed, of height 1.
    names : columns of the row; those the reference has not counted are left out.
    """
    found = []
    for name in names:
        view = column_view(reference, name)
        if isinstance(view, Undefined) or not view.rows:
            continue
        other = None if current is None else column_view(current, name)
        now = None if isinstance(other, Undefined) or other is None or not other.rows else other
        found.append(_place(view, now, values_of(row, name), reference.grid.timezone))
    return tuple(sorted(found, key=lambda place: (place.usual, -place.beyond)))


def _place(view: ColumnView, now: ColumnView | None, series: pl.Series, timezone: str) -> Place:
    read = _read(view, series, timezone)
    standing = _standing(view, read)
    place = Place(
        column=view.column.name, kind=view.column.kind, status=standing.status,
        value=read.x if _is_length(view, read) else cell_of(series),
        quantile=standing.quantile, rows=standing.rows, share=standing.rows / view.rows,
        usual=min(standing.usual, 1.0), beyond=standing.beyond,
        current=None if now is None else _share_now(now, read, standing), sentence="",
    )  # fmt: skip
    return replace(place, sentence=place_sentence(place, view, hour=read.x))


def _is_length(view: ColumnView, read: _Read) -> bool:
    """A text is told by its length alone, and not shown."""
    return view.column.kind == "text" and bool(np.isfinite(read.x))


def cell_of(series: pl.Series) -> Cell:
    """The only value of a typed column, as plain Python."""
    value = series[0]
    return value if value is None or isinstance(value, str | datetime) else float(value)


def _read(view: ColumnView, series: pl.Series, timezone: str) -> _Read:
    raw = RawColumn(series=series, mismatched=None, timezone=timezone)
    code = int(read_column(raw, view.grid, Room.of(1)).codes[0])
    if isinstance(view.grid, CategoricalGrid):
        return _Read(code=code, text=str(series[0]), x=np.nan)
    return _Read(code=code, text="", x=float(as_numbers(series, view.grid.kind, timezone)[0]))


def _standing(view: ColumnView, read: _Read) -> _Standing:
    counts, rows = view.counts, view.rows
    held = int(counts[read.code])
    if read.code == view.grid.code("null"):
        return _Standing(status="missing", rows=held, usual=(held + 1) / (rows + 1))
    if isinstance(view.grid, CategoricalGrid):
        return _category(view, view.grid, read, held)
    if not np.isfinite(read.x):
        return _Standing(status="not_finite", rows=held, usual=(held + 1) / (rows + 1))
    if view.grid.kind == "datetime":
        # Hours of the week go round: none of them is low or high.
        usual = (int(counts[counts <= held].sum()) + 1) / (rows + 1)
        return _Standing(status="seen" if held else "never_seen", rows=held, usual=usual)
    cells = finite_cells(view)
    assert isinstance(cells, FiniteCells)  # categories were told apart above
    return _number(cells, read.x, rows, tail=_in_tail(view.grid, read.x))


def _category(view: ColumnView, grid: CategoricalGrid, read: _Read, held: int) -> _Standing:
    counts = view.counts
    if read.code >= len(grid.categories) and held:
        unnamed = int(counts[len(grid.categories) : len(grid.categories) + BUCKETS].sum())
        return _Standing(status="rare", rows=held, usual=(unnamed + 1) / (view.rows + 1))
    if held:
        return _Standing(
            status="seen", rows=held, usual=(int(counts[counts <= held].sum()) + 1) / (view.rows + 1)
        )
    # Good and Turing: a further row has an unseen value about as often as one row alone has its own.
    return _Standing(status="never_seen", rows=0, usual=(np.count_nonzero(counts == 1) + 1) / (view.rows + 1))


def _number(cells: FiniteCells, x: float, rows: int, *, tail: bool) -> _Standing:
    n = int(cells.rows.sum())
    if n == 0:
        return _Standing(status="never_seen", rows=0, usual=1.0 / (rows + 1))
    below, equal, inside = _ranks(cells, x, tail=tail)
    at_most, at_least = (below + equal) / n, 1.0 - below / n
    usual = (2.0 * min(at_most, at_least) * n + 1.0) / (n + 1.0)
    status: Status = "seen"
    if x < cells.minimum or x > cells.maximum:
        status = "below" if x < cells.minimum else "above"
    elif not inside:
        status = "never_seen"
        alone = np.count_nonzero(cells.exact & (cells.rows == 1))
        usual = min(usual, (alone + 1) / (n + 1))
    width = cells.maximum - cells.minimum
    past = max(cells.minimum - x, x - cells.maximum, 0.0)
    return _Standing(
        status=status, rows=round(equal) if inside else 0, usual=usual, at_most=at_most, at_least=at_least,
        quantile=(below + equal / 2.0) / n,
        beyond=min(past / width, _FARTHEST) if width > 0.0 else float(past > 0.0),
    )  # fmt: skip


def _in_tail(grid: ColumnGrid, x: float) -> bool:
    """Whether a value is beyond the grid's range, where rows are kept by how far they are, and not by value."""
    assert not isinstance(grid, CategoricalGrid)
    return not grid.bins or not grid.edges[0] <= x < grid.edges[-1]


def _ranks(cells: FiniteCells, x: float, *, tail: bool) -> tuple[float, float, bool]:
    """Rows below a value, those equal to it, and whether it stands in a cell that holds rows.

    In a cell of several values it is put between them by its distance from either end, equal to none. In a tail, within
    what rows there are, it is taken for one of the nearest cell's.
    """
    below = float(cells.rows[cells.last < x].sum())
    at = np.flatnonzero((cells.first <= x) & (x <= cells.last))
    if tail and cells.minimum <= x <= cells.maximum:
        i = int(np.argmin(np.abs(cells.first - x)))
        return float(cells.rows[:i].sum()), float(cells.rows[i]), True
    if len(at) == 0:
        return below, 0.0, False
    i = int(at[0])
    if cells.exact[i]:
        return below, float(cells.rows[i]), True
    part = min(max(float((x - cells.first[i]) / (cells.last[i] - cells.first[i])), 0.0), 1.0)
    return below + float(cells.rows[i]) * part, 0.0, True


def _share_now(now: ColumnView, read: _Read, standing: _Standing) -> float:
    cells = finite_cells(now)
    if isinstance(cells, Undefined) or not np.isfinite(read.x) or now.grid.kind == "datetime":
        return float(now.counts[read.code]) / now.rows
    n = int(cells.rows.sum())
    if n == 0:
        return 0.0
    below, equal, _ = _ranks(cells, read.x, tail=_in_tail(now.grid, read.x))
    return (below + equal) / n if standing.at_most < standing.at_least else 1.0 - below / n
