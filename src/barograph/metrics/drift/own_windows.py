"""A column's own windows in the reference: how many rows in which cell, as one window can fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.drift.cells import MOST_TEST_BINS, CellPlan, cell_plan
from barograph.metrics.drift.column_windows import UnknownVariation
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
    joined : windows of the reference that each of these is.
    singles : categories that the reference has once.
    """

    table: Floats
    plan: CellPlan
    phases: NDArray[np.int64] | None
    joined: int
    singles: int

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
    rows: Floats, view: ColumnView, *, phases: NDArray[np.int64] | None = None, pooled: int = 1
) -> WindowTable | UnknownVariation:
    """Rows per reference window on cells that one window can fill.

    Parameters
    ----------
    rows : by window, in order of time, and code of the grid: `rows_by_code`.
    view : the column of all reference rows.
    phases : of the windows; they are left aside where `phases_differ` says so. Windows of few rows are joined with
        neighbours, by phase with those of the next days or weeks.
    pooled : windows that one that is judged amounts to: cells are those that it can fill.
    """
    together = _together(rows)
    joined = _neighbours_joined(rows, together)
    if len(joined) < FEWEST_WINDOWS:
        return _too_few_windows(len(rows), len(joined))
    median = max(pooled // together, 1) * int(np.median(joined.sum(axis=1)))
    plan = cell_plan(view, most_bins=min(MOST_TEST_BINS, max(median // _ROWS_PER_WINDOW_BIN, 2)))
    singles = 0 if plan.ordered else int(np.count_nonzero(rows.sum(axis=0) == 1.0))
    if phases is not None:
        alike, phases = _alike_joined(plan.of(rows), together, phases)
        if phases_differ(alike, phases):
            return WindowTable(table=alike, plan=plan, phases=phases, joined=together, singles=singles)
    return WindowTable(table=plan.of(joined), plan=plan, phases=None, joined=together, singles=singles)


def _too_few_windows(there: int, joined: int) -> UnknownVariation:
    windows = say("1 reference window") if there == 1 else say("{n} reference windows", n=there)
    if joined < there:
        windows = say(
            "{windows}, {joined} once joined to hold {rows} rows each",
            windows=windows, joined=joined, rows=_ROWS_PER_WINDOW,
        )  # fmt: skip
    detail = say(
        "too little history: {windows}; at least {fewest_windows} are needed",
        windows=windows,
        fewest_windows=FEWEST_WINDOWS,
    )
    return UnknownVariation(k_eff=float(joined), rho=None, detail=detail)


def _together(rows: Floats) -> int:
    """How many windows are joined so that the median one has enough rows to be judged."""
    median = float(np.median(rows.sum(axis=1)))
    return max(int(np.ceil(_ROWS_PER_WINDOW / median)), 1) if median > 0 else max(len(rows), 1)


def _neighbours_joined(rows: Floats, together: int) -> Floats:
    """So many neighbouring windows added up, the oldest that are left over left out."""
    whole = len(rows) // together * together
    joined: Floats = rows[len(rows) - whole :].reshape(-1, together, rows.shape[1]).sum(axis=1)
    return joined


def _alike_joined(rows: Floats, together: int, phases: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
    """The same within each phase, in order of time; and the phase of each."""
    if together == 1:
        return rows, phases
    parts, starts, of = [], [], []
    for phase in np.unique(phases):
        index = np.flatnonzero(phases == phase)
        parts.append(_neighbours_joined(rows[index], together))
        starts.append(index[len(index) % together :: together])
        of.append(np.full(len(parts[-1]), phase))
    order = np.argsort(np.concatenate(starts), kind="stable")
    return np.concatenate(parts)[order], np.concatenate(of)[order]
