"""Whether rows come: how old the latest is, and when none came."""

from __future__ import annotations

from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.view import SECOND_US, Operations

#: What is said of hours of days that are kept as a whole.
BY_DAY: Final = Undefined(
    reason="too_few_rows",
    detail=say("rows of this time are kept by the day by now; ask for days, or for a later time"),
)


def freshness(view: Operations) -> Result:
    """Seconds from when the latest row came to the end of the span.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> freshness(operations_of(seconds=7200, rows={1: 5})).value
    3600.0
    """
    if view.rows.last_at is None:
        return Undefined(reason="too_few_rows", detail=say("no row has been counted yet"))
    received = int(view.rows.counts.sum())
    return Value(value=max(view.end - view.rows.last_at, 0) / SECOND_US, n=received)


def gaps(view: Operations) -> Result:
    """Share of whole windows without a row, since the first row.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> gaps(operations_of(seconds=4 * 3600, rows={0: 5, 2: 1, 3: 1})).value
    0.25
    """
    windows = _windows(view)
    if isinstance(windows, Undefined):
        return windows
    empty = int(_empty(view, windows).sum())
    return Value(value=empty / len(windows), n=len(windows))


def longest_gap(view: Operations) -> Result:
    """Length of the longest run of whole windows without a row, in seconds.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> longest_gap(operations_of(seconds=4 * 3600, rows={0: 5, 3: 1})).value
    7200.0
    """
    windows = _windows(view)
    if isinstance(windows, Undefined):
        return windows
    longest = max((sum(1 for _ in run) for gap, run in groupby(_empty(view, windows)) if gap), default=0)
    return Value(value=float(longest * view.rows.seconds), n=len(windows))


def labels_received(view: Operations) -> Result:
    """Rows whose label came in the span.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> labels_received(operations_of(seconds=86_400, labels={0: 40})).value
    40.0
    """
    if view.labels is None:
        return Undefined(reason="no_labels", detail=say("no label has come yet"))
    if not view.labels.tells(view.start, view.end):
        return Undefined(
            reason="too_few_rows",
            detail=say("the arrival of labels is kept by the day; ask for days or longer windows"),
        )
    came = view.labels.between(view.start, view.end)
    return Value(value=float(came), n=came)


def _windows(view: Operations) -> range | Undefined:
    """Starts of the whole windows of the span, from the first that ever had a row; none of days kept as a whole."""
    first = view.rows.first
    if first is None:
        return Undefined(reason="too_few_rows", detail=say("no row has been counted yet"))
    step = view.rows.seconds * SECOND_US
    began = first if view.rows.by_day_until is None else max(first, view.rows.by_day_until)
    if began >= view.end and first < view.end:
        return BY_DAY
    began = began if began >= view.start else view.start + (began - view.start) % step
    found = range(began, view.end - step + 1, step)
    return found or Undefined(reason="too_few_rows", detail=say("no whole window since the first row"))


def _empty(view: Operations, windows: range) -> NDArray[np.bool_]:
    return ~np.isin(np.array(windows), view.rows.starts)


_MISLEADS = "A model that is asked on working days only has gaps every weekend: see operations.volume_ratio."
METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.freshness", title="Age of the latest row", scope="readings", applies_to=("rows",),
        compute=freshness, direction="lower_is_better", unit="seconds", range=(0.0, None),
        definition="End of the span (now, where it lasts) minus the time at which the latest row came; of an earlier "
        "span, minus the end of the latest window with a row.",
        misleads="Old rows that come late are fresh by this. " + _MISLEADS, source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.gaps", title="Windows without rows", scope="readings", applies_to=("rows",),
        compute=gaps, direction="lower_is_better", range=(0.0, 1.0),
        definition="Whole windows of the span without a row, divided by the whole windows since the first row. All "
        "windows are counted: no interval.",
        misleads=_MISLEADS, source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.longest_gap", title="Longest time without rows", scope="readings", applies_to=("rows",),
        compute=longest_gap, direction="lower_is_better", unit="seconds", range=(0.0, None),
        definition="Longest run of whole windows without a row, since the first row.",
        misleads=_MISLEADS, source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.labels_received", title="Labels that came", scope="readings", applies_to=("labels",),
        compute=labels_received, unit="rows", range=(0.0, None),
        definition="Rows that got their first label on the days of the span, whatever the rows' own time. A count of "
        "all: no interval.",
        misleads="Labels of one day may come in one lump days later: see performance.coverage at a fixed age.",
        source="exact arithmetic",
    ),
)  # fmt: skip
