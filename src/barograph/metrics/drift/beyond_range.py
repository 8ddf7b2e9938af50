"""How far rows lie beyond anything the reference has seen, and whether its own windows do so too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

import numpy as np

from barograph.locale.said import say
from barograph.metrics.drift.multiplicity import simes_each
from barograph.metrics.drift.own_windows import FEWEST_WINDOWS
from barograph.metrics.drift.prepared import PreparedReference
from barograph.metrics.drift.reach import Reach, mean_beyond, sd_of
from barograph.metrics.quality.finite import FiniteCells, finite_cells
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnCells, ColumnView, column_view
from barograph.profile.grid import NumericGrid
from barograph.profile.value import Profile

#: A reference that was hardly ever beyond itself is taken to have been so by this much.
_SMALLEST_REACH: Final = 0.125
_LARGEST: Final = 1e300


def beyond_range(reference: ColumnView, current: ColumnView) -> Result:
    """Mean distance of finite values beyond the reference's range, in its standard deviations; 0 inside.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> same, warm = column_of([0.0, 10.0]), column_of([5.0, 15.0], reference=[0.0, 10.0])
    >>> beyond_range(same, warm).value
    0.5
    """
    inside = _inside(reference, current)
    if inside is not None:
        return inside
    sides = finite_cells(reference), finite_cells(current)
    for side in sides:
        if isinstance(side, Undefined):
            return side
    held, new = sides
    assert isinstance(held, FiniteCells)
    assert isinstance(new, FiniteCells)
    if not len(held.rows) or not len(new.rows):
        return Undefined(reason="too_few_rows", detail=say("one side has no finite value"))
    sd = sd_of(reference)
    if sd <= 0.0:
        return Undefined(
            reason="constant", detail=say("the reference has one value only, so there is no scale")
        )
    distance = sum(mean_beyond(new, held.minimum, held.maximum)) / sd
    if not np.isfinite(distance):
        return Undefined(reason="overflow", detail=say("values too large for their distance to be told"))
    return Value(value=distance, n=int(new.rows.sum()))


def beyond_range_each(reference: ColumnView, current: ColumnCells) -> list[Result] | None:
    """`beyond_range` of every cell; None where some do not lie within the reference's range."""
    found = [_inside(reference, current, cell) for cell in range(len(current.rows))]
    return None if any(each is None for each in found) else cast("list[Result]", found)


def _inside(reference: ColumnView, current: ColumnView | ColumnCells, cell: int = 0) -> Value | None:
    """The figure of rows within the reference's range, as most are: their cells need not be read. None of others."""
    grid, sums = current.grid, current.sums
    lowest, highest = float(reference.sums.minimum[0]), float(reference.sums.maximum[0])
    within = lowest <= float(sums.minimum[cell]) <= float(sums.maximum[cell]) <= highest
    # Beyond the largest, sums overflow.
    if not within or not isinstance(grid, NumericGrid) or max(-lowest, highest) >= _LARGEST:
        return None
    if sums.weighted is not None or sd_of(reference) <= 0.0:
        return None
    return Value(value=0.0, n=int(sums.counts[cell, : grid.bins + 2].sum()))


def beyond_p_values(known: Mapping[str, Reach], current: Profile) -> dict[str, list[float]]:
    """By column, of every cell the p-value of "no further beyond the reference's range than its own windows are".

    ``p = min(1, 2 K^(−D / max(M, ⅛)))``, of the side where it is smaller: D the mean distance of the current rows, M
    the largest of the K windows' own. NaN where a column has no finite value in a cell.

    Notes
    -----
    A window of K exceeds the largest of the others with probability about 1/K, and r times the largest with
    K^(−r) where distances fall off exponentially; windows whose means are normal fall off faster. Cost: 0.1 ms a column
    and window that lies beyond the reference's range, nothing for the rest.
    """
    found: dict[str, list[float]] = {}
    for name, reach in known.items():
        sums = current.columns.get(name)
        if sums is None:
            continue
        # Most windows lie within the range: their cells need not be read.
        inside = (reach.low <= sums.minimum) & (sums.maximum <= reach.high)
        p_values = np.where(np.isfinite(sums.minimum), 1.0, np.nan)
        for k in np.flatnonzero(~inside & np.isfinite(sums.minimum)).tolist():
            narrow = replace(current, columns={name: sums}, outcome=None, custom=None)
            p_values[k] = _beyond(name, reach, narrow.at(narrow.cells[k]))
        found[name] = p_values.tolist()
    return found


def _beyond(name: str, reach: Reach, cell: Profile) -> float:
    """p-value of a column of one cell; NaN where it has no finite value."""
    view = column_view(cell, name)
    cells = view if isinstance(view, Undefined) else finite_cells(view)
    if isinstance(cells, Undefined) or not len(cells.rows):
        return float("nan")
    sides = zip(mean_beyond(cells, reach.low, reach.high), (reach.below, reach.above), strict=True)
    ratio = max(distance / reach.sd / max(own, _SMALLEST_REACH) for distance, own in sides)
    return min(2.0 * float(reach.windows) ** -ratio, 1.0) if np.isfinite(ratio) else 0.0


def beyond_p_value(reference: PreparedReference, current: Profile) -> Result:
    """p-value of "no input lies further beyond the reference's range than its own windows do" (Simes)."""
    return beyond_p_value_each(reference, current)[0]


def beyond_p_value_each(reference: PreparedReference, current: Profile) -> list[Result]:
    """`beyond_p_value` of every cell."""
    cells = len(current.cells)
    judged = {name: reach for name, reach in reference.reaches.items() if reach.windows >= FEWEST_WINDOWS}
    if not judged:
        detail = say(
            "the reference has no numeric input with {fewest_windows} windows of its own to compare with",
            fewest_windows=FEWEST_WINDOWS,
        )
        return [Undefined(reason="too_little_history", detail=detail)] * cells
    found = beyond_p_values(judged, current)
    none = Undefined(reason="too_few_rows", detail=say("no numeric input has a finite value"))
    if not found:
        return [none] * cells
    together = np.array(list(found.values()))
    judged_columns = np.count_nonzero(~np.isnan(together), axis=0)
    return [
        Value(value=p, n=n) if n else none
        for p, n in zip(simes_each(together).tolist(), judged_columns.tolist(), strict=True)
    ]


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.beyond_range",
        title="Distance beyond the reference's range",
        scope="drift",
        applies_to=("numeric",),
        compute=beyond_range,
        each=beyond_range_each,
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
        title="New territory",
        scope="windows",
        applies_to=("numeric",),
        compute=beyond_p_value,
        each=beyond_p_value_each,
        unit="probability",
        range=(0.0, 1.0),
        definition="Simes over the numeric inputs of p = 2 K^(−D/max(M, ⅛)), at most 1, of the side where it is "
        "smaller: D as in drift.beyond_range, M the largest of the distances of the reference's K windows beyond its "
        "other windows, neighbours that remember a window left out. n is the number of columns.",
        misleads="Rests on the reference having windows like those judged; a season it never saw is new territory.",
        source="records of exchangeable windows (David & Nagaraja, Order Statistics, 2003); Simes (1986)",
    ),
)
