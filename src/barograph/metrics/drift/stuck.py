"""Columns that hold one value all of a window long, as none of the reference's windows did."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.drift.prepared import PreparedReference
from barograph.metrics.drift.restless import is_constant
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import Profile

#: Fewer rows may hold one value by chance.
_FEWEST_ROWS: Final = 10


def stuck_count(reference: PreparedReference, current: Profile) -> Result:
    """Number of inputs that hold one value in all rows of one cell, and did so in no window of the reference."""
    return stuck_counts(reference, current)[0]


def stuck_counts(reference: PreparedReference, current: Profile) -> list[Result]:
    """`stuck_count` of every cell."""
    cells = len(current.cells)
    names = sorted(reference.restless & current.columns.keys())
    if not names:
        detail = say("no input of the reference has 4 windows or more of which none holds one value only")
        return [Undefined(reason="too_little_history", detail=detail)] * cells
    stuck: NDArray[np.int64] = np.zeros(cells, np.int64)
    for name in names:
        stuck += is_constant(current.columns[name], current.grid.columns[name], fewest_rows=_FEWEST_ROWS)
    return [
        Value(value=float(count), n=rows)
        if rows >= _FEWEST_ROWS
        else Undefined(
            reason="too_few_rows",
            detail=say("{rows} rows; at least {fewest_rows} are needed", rows=rows, fewest_rows=_FEWEST_ROWS),
        )
        for count, rows in zip(stuck.tolist(), current.table.rows.tolist(), strict=True)
    ]


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.stuck_count",
        title="Columns stuck at one value",
        scope="windows",
        applies_to=("numeric", "categorical", "datetime", "text"),
        compute=stuck_count,
        each=stuck_counts,
        unit="columns",
        range=(0.0, None),
        direction="lower_is_better",
        definition="Columns of role feature, raw_input or segment all of whose rows hold one value, null among them, "
        "in a window of at least 10 rows, and that held more than one in each of the reference's windows. n is the "
        "rows.",
        misleads="A short window may hold one value by its nature, as a night without sun does; give such a reference.",
        source="stuck-at faults of sensors: Ni et al. (2009), ACM Transactions on Sensor Networks 5, 25",
    ),
)
