"""How much of a column its most frequent value is: 1 for a constant column or a stuck sensor."""

from __future__ import annotations

from barograph.metrics.quality.finite import finite_cells
from barograph.metrics.quality.share import nothing, share_interval, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView
from barograph.profile.grid import CategoricalGrid


def top_share(view: ColumnView) -> Result:
    """Share of the values in the fullest cell, at least that of the most frequent value, in (0, 1].

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> top_share(column_of([7.0, 7.0, 7.0, 1.0])).value
    0.75
    """
    if isinstance(view.grid, CategoricalGrid):
        weights = view.weights[valued(view)]
        exact = view.grid.exact[valued(view)]
        rows = int(view.counts[valued(view)].sum())
    else:
        cells = finite_cells(view)
        if isinstance(cells, Undefined):
            return cells
        weights, rows = cells.weights, int(cells.rows.sum())
        # Cells beyond the range stand at their mean; only one value in all makes one of them exact.
        one = view.sums.minimum[0] == view.sums.maximum[0]
        inside = (
            (cells.first >= view.grid.edges[0]) & (cells.last < view.grid.edges[-1])
            if view.grid.bins
            else False
        )
        exact = cells.exact & (inside | one)
    total = float(weights.sum())
    if rows == 0 or total <= 0:
        return nothing(view)
    fullest = min(float(weights.max()) / total, 1.0)
    certain = min(float(weights[exact].max(initial=0.0)) / total, 1.0)
    ends = (share_interval(view, certain, rows)[0], share_interval(view, fullest, rows)[1])
    return Value(value=fullest, n=rows, interval=ends)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.top_share", title="Share of the most frequent value", scope="column",
        applies_to=("numeric", "categorical"), compute=top_share, unit="share of values", range=(0.0, 1.0),
        definition="Weight of the fullest cell over that of all finite values or categories. A cell is a bin (values "
        "that hold more than 1/256 of the reference have one to themselves), a named category, a hash bucket of "
        "other categories, or an eighth of an octave beyond the range. The interval reaches from what one value "
        "certainly holds (Wilson's lower limit) to the cell's share (Wilson's upper limit). 1 means constant.",
        misleads="Where the fullest cell is wide, as after a change of scale, its rows may differ; the interval then "
        "is wide, and `quality.distinct_count` tells.",
        source="Elementary; Wilson (1927)",
    ),
)  # fmt: skip
