"""A column's own windows in the reference: how many rows in which cell, as one window can fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.against_variation import UnknownVariation
from barograph.metrics.drift.cells import MOST_TEST_BINS, CellPlan, cell_plan
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.phases import phases_differ
from barograph.metrics.views import ColumnView
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS
from barograph.profile.value import Profile

#: Fewer windows than this say nothing about variation.
FEWEST_WINDOWS: Final = 4
#: Rows of a window per bin: enough for a χ² of one window to mean something.
_ROWS_PER_WINDOW_BIN: Final = 6
#: Windows of fewer rows are joined with their neighbours until they hold as many.
_ROWS_PER_WINDOW: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTable:
    """Rows per reference window and cell; cells wide enough for one window.

    Attributes
    ----------
    table : shape (windows, cells).
    plan : the cells.
    phases : of the windows, where they are compared by phase.
    """

    table: Floats
    plan: CellPlan
    phases: NDArray[np.int64] | None

    @property
    def rows(self) -> float:
        """Rows of the median window."""
        return float(np.median(self.table.sum(axis=1)))


def rows_by_code(profile: Profile, name: str) -> Floats:
    """Rows of a column per cell of the profile and code of the grid; effective rows where they have weights.

    Labels that have not come yet are no value of a label column, and left out.
    """
    sums = profile.columns[name]
    if sums.weighted is None:
        rows = sums.counts.astype(np.float64)
    else:
        weight, square = profile.table.weight / WEIGHT_STEPS, profile.table.weight_2 / SQUARE_STEPS
        # Kish's (Σw)²/Σw² rows, shared out by weight.
        factor = np.divide(weight, square, out=np.zeros_like(square), where=square > 0)
        rows = sums.weighted / WEIGHT_STEPS * factor[:, None]
    if profile.schema.column(name).role == "label":
        rows[:, profile.grid.columns[name].code("null")] = 0.0
    return rows


def window_table(
    rows: Floats, view: ColumnView, *, phases: NDArray[np.int64] | None = None
) -> WindowTable | UnknownVariation:
    """Rows per reference window on cells that one window can fill.

    Parameters
    ----------
    rows : by window, in order of time, and code of the grid: `rows_by_code`.
    view : the column of all reference rows.
    phases : of the windows; they are left aside where `phases_differ` says so, or windows must be joined.
    """
    joined = _joined(rows)
    if len(joined) < FEWEST_WINDOWS:
        return _too_few_windows(len(rows), len(joined))
    median = int(np.median(joined.sum(axis=1)))
    plan = cell_plan(view, most_bins=min(MOST_TEST_BINS, max(median // _ROWS_PER_WINDOW_BIN, 2)))
    table = plan.of(joined)
    apart = phases is not None and len(joined) == len(rows) and phases_differ(table, phases)
    return WindowTable(table=table, plan=plan, phases=phases if apart else None)


def _too_few_windows(there: int, joined: int) -> UnknownVariation:
    windows = f"{there} reference window{'' if there == 1 else 's'}"
    if joined < there:
        windows += f", {joined} once joined to hold {_ROWS_PER_WINDOW} rows each"
    detail = f"too little history: {windows}; at least {FEWEST_WINDOWS} are needed"
    return UnknownVariation(k_eff=float(joined), rho=None, detail=detail)


def _joined(rows: Floats) -> Floats:
    """Neighbouring windows added until the median one has enough rows to be judged."""
    median = float(np.median(rows.sum(axis=1)))
    together = int(np.ceil(_ROWS_PER_WINDOW / median)) if median > 0 else len(rows)
    if together <= 1:
        return rows
    whole = len(rows) // together * together
    joined: Floats = rows[len(rows) - whole :].reshape(-1, together, rows.shape[1]).sum(axis=1)
    return joined
