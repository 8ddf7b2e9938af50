"""A metric in each of the reference's own windows, as if that window were the current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.arguments import resolved_one
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.quality.finite import finite_cells
from barograph.metrics.quality.share import nothing, share, valued
from barograph.metrics.sides import BOTH
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.grid import CategoricalGrid
from barograph.profile.value import ALL, Cell, Profile, added_profiles

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Parts that a reference is cut into for metrics that look at its windows.
_BLOCKS: Final = 12
Figures = tuple[tuple[datetime, Result], ...]


def own_figures(address: str | Address, reference: Profile) -> Figures:
    """Evaluate a metric in each window of a reference, the others taken for its reference.

    Parameters
    ----------
    address : as of `evaluate`; a segment is compared with its own other windows.
    reference : profile with windows.

    Returns
    -------
    The start of each window, aware UTC and ascending, and its figure; empty where the reference has no windows.
    Drift metrics compare a window with the others but for its neighbours, up to the lag at which the windows'
    correlation ρ̂ falls below .1; those that look at the reference's windows (`drift.share`, `drift.windows_p_value`)
    leave out a twelfth of them at a time, and its neighbours. `quality.beyond_range_share` and
    `quality.unseen_share` count what the other windows do not have. All other metrics are those of
    `evaluate_windows`.

    Raises
    ------
    AddressError
        As `evaluate`.

    Notes
    -----
    Rows beyond the range of the other windows are whole bins of the window and, of the bin the range ends in, a part
    as of rows spread evenly; exact where a bin holds one value. Cost: that of `evaluate_windows`, and 0.4 ms a window
    of a drift metric; of one that looks at the reference's windows, twelve times `prepared_reference`.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> own_figures('quality.mean(column="x")', profile_of([1.0, 2.0]))
    ()
    """
    asked, spec = resolved_one(address, reference)
    segment = str(asked.get("segment") or ALL)
    part = reference if segment == ALL else reference.of_segment(segment)
    windows = [c for c in part.cells if c.segment == ALL and c.window is not None]
    if not windows:
        return ()
    alone = replace(asked, arguments=tuple((n, v) for n, v in asked.arguments if n != "segment"))
    if spec.needs_reference:
        return _drift(alone, spec, part.at(*windows))
    if spec.name in ("quality.beyond_range_share", "quality.unseen_share"):
        return _outside(alone, spec, part.at(*windows))
    return tuple(evaluate_windows(asked, reference))


def _drift(asked: Address, spec: MetricSpec, windows: Profile) -> Figures:
    """Each window against the others that do not remember it."""
    lag = prepared_reference(windows).lag
    if spec.scope in BOTH:
        return _by_blocks(asked, windows, lag)
    windows = _narrowed(windows, cast("str", asked.get("column")))
    return tuple(
        (_time(cell), _alone() if other is None else evaluate(asked, _one_cell(windows, cell), other))
        for cell, other in zip(windows.cells, _sums_of_others(windows, lag), strict=True)
    )


def _by_blocks(asked: Address, windows: Profile, lag: int) -> Figures:
    """Some neighbouring windows at a time against the others, which must be made ready each time."""
    cells, figures = windows.cells, list[tuple[datetime, Result]]()
    for block in np.array_split(np.arange(len(cells)), min(len(cells), _BLOCKS)):
        first, last = int(block[0]), int(block[-1])
        mine, others = (
            cells[first : last + 1],
            (*cells[: max(first - lag, 0)], *cells[last + lag + 1 :]),
        )
        if others:
            figures += evaluate_windows(asked, windows.at(*mine), windows.at(*others))
        else:
            figures += [(_time(cell), _alone()) for cell in mine]
    return tuple(figures)


def _sums_of_others(windows: Profile, lag: int) -> list[Profile | None]:
    """All windows but one and its neighbours, added up: sums from the first on and from the last back."""
    each = [_one_cell(windows, cell) for cell in windows.cells]
    before, after = _running(each), _running(each[::-1])[::-1]
    out: list[Profile | None] = []
    for k in range(len(each)):
        held = ([before[k - lag - 1]] if k > lag else []) + after[k + lag + 1 : k + lag + 2]
        out.append(added_profiles(held) if held else None)
    return out


def _running(parts: Sequence[Profile]) -> list[Profile]:
    sums = [parts[0]]
    for part in parts[1:]:
        sums.append(added_profiles((sums[-1], part)))
    return sums


def _narrowed(windows: Profile, column: str) -> Profile:
    kept = {n: c for n, c in windows.columns.items() if n == column}
    return replace(windows, columns=kept, outcome=None, custom=None)


def _one_cell(windows: Profile, cell: Cell) -> Profile:
    return replace(windows.at(cell), cells=(Cell(ALL, None),))


def _outside(asked: Address, spec: MetricSpec, windows: Profile) -> Figures:
    """Shares of values that no other window has."""
    name = cast("str", asked.get("column"))
    narrow = _narrowed(windows, name)
    found = dict(evaluate_windows(asked, narrow))
    if len(windows.cells) < 2:
        return tuple((at, _alone()) for at in found)
    sums = narrow.columns.get(name)
    if sums is None:
        return tuple(found.items())
    for i, cell in enumerate(narrow.cells):
        at = _time(cell)
        # What the grid leaves undefined stays so.
        view = column_view(_one_cell(narrow, cell), name)
        if isinstance(found[at], Undefined) or isinstance(view, Undefined):
            continue
        if spec.name == "quality.unseen_share":
            found[at] = _unseen(view, sums.counts.sum(axis=0))
        else:
            others = np.arange(len(narrow.cells)) != i
            found[at] = _beyond(view, float(sums.minimum[others].min()), float(sums.maximum[others].max()))
    return tuple(found.items())


def _unseen(view: ColumnView, total: NDArray[np.int64]) -> Result:
    """Rows of categories all of whose rows are in this window."""
    assert isinstance(view.grid, CategoricalGrid)
    codes = valued(view)
    mine = codes & (view.counts > 0) & (view.counts == total)
    return share(view, float(view.weights[mine].sum()), codes)


def _beyond(view: ColumnView, low: float, high: float) -> Result:
    """Rows below the smallest or above the largest value of the other windows."""
    cells = finite_cells(view)
    if isinstance(cells, Undefined):
        return cells
    if not len(cells.rows):
        return nothing(view)
    if low > high:
        detail = say(
            "no other window of the reference has a finite value of {column}", column=repr(view.column.name)
        )
        return Undefined(reason="no_reference", detail=detail)
    below = _part(low - cells.first, cells.last - cells.first, cells.last < low)
    above = _part(cells.last - high, cells.last - cells.first, cells.first > high)
    return share(view, float((cells.weights * np.minimum(below + above, 1.0)).sum()), valued(view))


def _part(
    beyond: NDArray[np.float64], width: NDArray[np.float64], whole: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Part of each cell's rows that lies beyond one end, spread evenly over the cell."""
    inside = np.divide(beyond, width, out=np.zeros_like(width), where=width > 0)
    return np.where(whole, 1.0, np.clip(inside, 0.0, 1.0))


def _alone() -> Undefined:
    return Undefined(
        reason="no_reference",
        detail=say("the reference has no other window that this one could be compared with"),
    )


def _time(cell: Cell) -> datetime:
    return _EPOCH + timedelta(microseconds=cast("int", cell.window))
