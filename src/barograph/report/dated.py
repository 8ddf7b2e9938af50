"""Since when the columns of a comparison changed."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.explain.explain import SEED
from barograph.explain.since.dated import DatedChange, dated_changes
from barograph.report.comparison import Comparison
from barograph.report.findings import broken_values, new_territory

#: Columns that are dated, those that moved most: a sentence names few.
_MOST: Final = 24


def dated_of(comparison: Comparison) -> tuple[DatedChange, ...]:
    """The changes of columns that moved, broke or left the reference's range, each with its time where that is known.

    Notes
    -----
    Nothing is looked at where nothing is known to have changed; else up to 15 ms a column.
    """
    reference, current = comparison.reference, comparison.current
    broken = (name for _, shares in broken_values(comparison) for name in shares)
    named = dict.fromkeys((*comparison.detected, *new_territory(comparison), *broken))
    counted = [name for name in named if name in reference.columns and name in current.columns][:_MOST]
    if not counted or not reference.rows or not current.rows:
        return ()
    found = dated_changes(reference, current, counted, rng=np.random.default_rng(SEED))
    # What is not known to have changed may lie elsewhere for a while, and is not said to have moved.
    return tuple(c for c in found if c.fault is not None or c.column in comparison.detected)
