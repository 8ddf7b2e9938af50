"""How far rows lie beyond anything the reference has seen, and whether its own windows do so too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from barograph.metrics.drift.multiplicity import simes
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.quality.finite import FiniteCells, Floats, finite_cells
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import ALL, Cell, Profile

#: A reference that was hardly ever beyond itself is taken to have been so by this much.
_SMALLEST_REACH: Final = 0.125
_FEWEST_WINDOWS: Final = 4


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


def beyond_range(reference: ColumnView, current: ColumnView) -> Result:
    """Mean distance of finite values beyond the reference's range, in its standard deviations; 0 inside.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> same, warm = column_of([0.0, 10.0]), column_of([5.0, 15.0], reference=[0.0, 10.0])
    >>> beyond_range(same, warm).value
    0.5
    """
    sides = finite_cells(reference), finite_cells(current)
    for side in sides:
        if isinstance(side, Undefined):
            return side
    held, new = sides
    assert isinstance(held, FiniteCells)
    assert isinstance(new, FiniteCells)
    if not len(held.rows) or not len(new.rows):
        return Undefined(reason="too_few_rows", detail="one side has no finite value")
    sd = _sd(reference)
    if sd <= 0.0:
        return Undefined(reason="constant", detail="the reference has one value only, so there is no scale")
    distance = sum(_mean_beyond(new, held.minimum, held.maximum)) / sd
    if not np.isfinite(distance):
        return Undefined(reason="overflow", detail="values too large for their distance to be told")
    return Value(value=distance, n=int(new.rows.sum()))


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


def beyond_p_values(known: Mapping[str, Reach], current: Profile) -> dict[str, float]:
    """By column, the p-value of "no further beyond the reference's range than its own windows are".

    ``p = min(1, 2 K^(−D / max(M, ⅛)))``, of the side where it is smaller: D the mean distance of the current rows, M
    the largest of the K windows' own.

    Parameters
    ----------
    current : one cell.

    Notes
    -----
    A window of K exceeds the largest of the others with probability about 1/K, and r times the largest with
    K^(−r) where distances fall off exponentially; windows whose means are normal fall off faster.
    """
    found = {}
    for name, reach in known.items():
        view = column_view(current, name)
        cells = view if isinstance(view, Undefined) else finite_cells(view)
        if isinstance(cells, Undefined) or not len(cells.rows):
            continue
        sides = zip(_mean_beyond(cells, reach.low, reach.high), (reach.below, reach.above), strict=True)
        ratio = max(distance / reach.sd / max(own, _SMALLEST_REACH) for distance, own in sides)
        found[name] = min(2.0 * float(reach.windows) ** -ratio, 1.0) if np.isfinite(ratio) else 0.0
    return found


def beyond_p_value(reference: Profile, current: Profile) -> Result:
    """p-value of "no input lies further beyond the reference's range than its own windows do" (Simes)."""
    windows = tuple(c for c in reference.cells if c.segment == ALL and c.window is not None)
    if not windows:
        return beyond_figure({}, current)
    return beyond_figure(reaches(reference.at(*windows), lag=prepared_reference(reference).lag), current)


def beyond_figure(known: Mapping[str, Reach], current: Profile) -> Result:
    """`beyond_p_value` of a reference whose reaches are known."""
    judged = {name: reach for name, reach in known.items() if reach.windows >= _FEWEST_WINDOWS}
    if not judged:
        return Undefined(
            reason="too_little_history",
            detail=f"the reference has no numeric input with {_FEWEST_WINDOWS} windows of its own to compare with",
        )
    found = beyond_p_values(judged, current.total())
    if not found:
        return Undefined(reason="too_few_rows", detail="no numeric input has a finite value")
    return Value(value=simes(list(found.values())), n=len(found))


def _reach(name: str, windows: Profile, lag: int) -> Reach | None:
    sums = windows.columns[name]
    whole = column_view(windows.total(), name)
    if isinstance(whole, Undefined):
        return None
    sd = _sd(whole)
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
        view = column_view(_alone(windows, int(k), name), name)
        cells = view if isinstance(view, Undefined) else finite_cells(view)
        if isinstance(cells, FiniteCells):
            own.append(_mean_beyond(cells, float(low), float(high)))
    low, high = float(sums.minimum.min()), float(sums.maximum.max())
    below, above = (max((side[i] for side in own), default=0.0) / sd for i in (0, 1))
    return Reach(low=low, high=high, sd=sd, below=below, above=above, windows=len(own))


def _alone(windows: Profile, k: int, name: str) -> Profile:
    one = replace(windows, columns={name: windows.columns[name]}, outcome=None, custom=None)
    return replace(one.at(windows.cells[k]), cells=(Cell(ALL, None),))


def _mean_beyond(cells: FiniteCells, low: float, high: float) -> tuple[float, float]:
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


def _sd(view: ColumnView) -> float:
    moments = view.moments()
    variance = None if isinstance(moments, Undefined) else moments.variance
    return float(np.sqrt(variance)) if variance else 0.0


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.beyond_range",
        title="Distance beyond the reference's range",
        scope="drift",
        applies_to=("numeric",),
        compute=beyond_range,
        unit="standard deviations",
        range=(0.0, None),
        direction="lower_is_better",
        definition="Σ max(x − largest, smallest − x, 0) over the finite values, divided by their number and by the "
        "standard deviation of the reference's rows. Rows of a cell are spread evenly over it; beyond the grid's range "
        "each cell has its mean. Nulls, NaN and infinities are left out.",
        misleads="One row very far away weighs as much as many a little outside; a short reference has a narrow range.",
        source="new territory: support of the reference (design: parts of a change)",
    ),
    MetricSpec(
        name="drift.beyond_p_value",
        title="p-value of no new territory",
        scope="comparison",
        applies_to=("numeric",),
        compute=beyond_p_value,
        unit="probability",
        range=(0.0, 1.0),
        definition="Simes over the numeric inputs of p = 2 K^(−D/max(M, ⅛)), at most 1, of the side where it is "
        "smaller: D as in drift.beyond_range, M the largest of the distances of the reference's K windows beyond its "
        "other windows, neighbours that remember a window left out. n is the number of columns.",
        misleads="Rests on the reference having windows like those judged; a season it never saw is new territory.",
        source="records of exchangeable windows (David & Nagaraja, Order Statistics, 2003); Simes (1986)",
    ),
)
