"""How far the windows of a reference lie beyond each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.quality.finite import FiniteCells, Floats, finite_cells
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import ALL, Cell, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The range of a reference's column, and how far its own windows lie beyond the others.

    Attributes
    ----------
    low, high : smallest and largest finite value.
    sd : standard deviation of its rows.
    below, above : the largest of its windows' own mean distances beyond the others, on either side, in `sd`.
    windows : how many have been compared with others.
    """

    low: float
    high: float
    sd: float
    below: float
    above: float
    windows: int


def reaches(windows: Profile, *, lag: int) -> dict[str, Reach]:
    """What the numeric inputs of a reference have reached in its windows.

    Parameters
    ----------
    windows : the reference's windows of all rows, each a cell.
    lag : neighbours on each side that remember a window, and are no measure of it.

    Notes
    -----
    Cost: 50 µs a column and window that lies beyond the others, nothing for the rest.
    """
    found = {}
    for column in windows.schema.columns:
        if column.role in INPUT_ROLES and column.kind == "numeric" and column.name in windows.columns:
            reach = _reach(column.name, windows, lag)
            if reach is not None:
                found[column.name] = reach
    return found


def _reach(name: str, windows: Profile, lag: int) -> Reach | None:
    sums = windows.columns[name]
    # Without the other columns, which would be added up each time.
    windows = replace(windows, columns={name: windows.columns[name]}, outcome=None, custom=None)
    whole = column_view(windows.total(), name)
    if isinstance(whole, Undefined):
        return None
    sd = sd_of(whole)
    own: list[tuple[float, float]] = []
    if sd <= 0.0:
        return None
    index = np.arange(len(windows.cells))
    for k in np.flatnonzero(np.isfinite(sums.minimum)):
        others = np.abs(index - k) > lag
        low, high = sums.minimum[others].min(initial=np.inf), sums.maximum[others].max(initial=-np.inf)
        if low > high:
            continue
        # Most windows lie within the others: their cells need not be read.
        if low <= sums.minimum[k] and sums.maximum[k] <= high:
            own.append((0.0, 0.0))
            continue
        view = column_view(_alone(windows, int(k)), name)
        cells = view if isinstance(view, Undefined) else finite_cells(view)
        if isinstance(cells, FiniteCells):
            own.append(mean_beyond(cells, float(low), float(high)))
    low, high = float(sums.minimum.min()), float(sums.maximum.max())
    below, above = (max((side[i] for side in own), default=0.0) / sd for i in (0, 1))
    return Reach(low=low, high=high, sd=sd, below=below, above=above, windows=len(own))


def _alone(windows: Profile, k: int) -> Profile:
    return replace(windows.at(windows.cells[k]), cells=(Cell(ALL, None),))


def mean_beyond(cells: FiniteCells, low: float, high: float) -> tuple[float, float]:
    """Mean distance below and above the range, the rows of a cell spread evenly over it."""
    first, last = cells.first, cells.last
    with np.errstate(over="ignore", invalid="ignore"):
        middle = 0.5 * (np.maximum(first, high) + np.maximum(last, high)) - high
        above = middle * _share_of(last - high, last - first)
        middle = low - 0.5 * (np.minimum(first, low) + np.minimum(last, low))
        below = middle * _share_of(low - first, last - first)
        weight = cells.weights.sum()
        return float((cells.weights * below).sum() / weight), float((cells.weights * above).sum() / weight)


def _share_of(part: Floats, width: Floats) -> Floats:
    """Share of a cell's rows beyond one end."""
    inside: Floats = np.divide(part, width, out=np.ones_like(width), where=width > 0)
    return np.where(part > 0, np.clip(inside, 0.0, 1.0), 0.0)


def sd_of(view: ColumnView) -> float:
    """Standard deviation of a column's finite values; 0 where there is none."""
    moments = view.moments()
    variance = None if isinstance(moments, Undefined) else moments.variance
    return float(np.sqrt(variance)) if variance else 0.0
