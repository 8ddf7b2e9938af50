"""A profile's own windows as the measure of a column's change, or why they are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.against_variation import (
    AgainstVariation,
    UnknownVariation,
    compare_with_variation,
)
from barograph.metrics.drift.cells import MOST_TEST_BINS, compared_cells
from barograph.metrics.drift.variation import Variation, capped_nu, reference_variation
from barograph.metrics.drift.window_correlation import WindowMemory, pooled_rho, wander_rho, window_memory
from barograph.metrics.views import ColumnView
from barograph.profile.value import ALL, Profile

_FEWEST_WINDOWS: Final = 4
#: Rows of a window per bin: enough for a χ² of one window to mean something.
_ROWS_PER_WINDOW_BIN: Final = 6
#: Windows of fewer rows are joined with their neighbours until they hold as many.
_ROWS_PER_WINDOW: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTable:
    """Rows per reference window and cell, and of all current rows; cells wide enough for one window."""

    table: NDArray[np.float64]
    current: NDArray[np.float64]


def window_table(
    reference: Profile, name: str, views: tuple[ColumnView, ColumnView]
) -> WindowTable | UnknownVariation | None:
    """Rows per reference window on cells that one window can fill; None where the reference has no time.

    Parameters
    ----------
    reference : profile with its windows.
    views : the column of all reference rows, and of all current rows.
    """
    held = [i for i, c in enumerate(reference.cells) if c.segment == ALL and c.window is not None]
    if not held:
        return None
    counts = reference.columns[name].counts[held]
    if views[0].column.role == "label":
        counts = counts.copy()
        counts[:, views[0].grid.code("null")] = 0
    counts = _joined(counts)
    if len(counts) < _FEWEST_WINDOWS:
        return _too_few_windows(len(held), len(counts))
    rows = float(np.median(counts.sum(axis=1)))
    cells = compared_cells(*views, most_bins=min(MOST_TEST_BINS, max(int(rows) // _ROWS_PER_WINDOW_BIN, 2)))
    table = np.zeros((len(cells.reference), len(counts)))
    np.add.at(table, cells.group, counts.T)
    filled = (cells.reference > 0) | (cells.current > 0)
    return WindowTable(table=table.T[:, filled], current=cells.current[filled])


def against_own_windows(
    tables: Mapping[str, WindowTable | UnknownVariation | None],
) -> dict[str, AgainstVariation | UnknownVariation]:
    """Compare every column with its own windows; the windows' memory is that of all columns together."""
    known = {n: t for n, t in tables.items() if isinstance(t, WindowTable)}
    unknown = {n: t for n, t in tables.items() if isinstance(t, UnknownVariation)}
    if not known:
        return dict(unknown)
    memories: list[WindowMemory] = [window_memory(w.table) for w in known.values()]
    rho, wander = pooled_rho(memories), wander_rho(memories)
    own: dict[str, Variation] = {
        n: reference_variation(w.table, rho=rho, wander_rho=wander) for n, w in known.items()
    }
    cap = capped_nu(own.values())
    found = {
        n: compare_with_variation(v, known[n].current, nu_cap=cap, pooled_windows=_pooled(known[n]))
        for n, v in own.items()
    }
    return {**unknown, **{n: _seen(v) for n, v in found.items()}}


def _seen(found: AgainstVariation | UnknownVariation) -> AgainstVariation | UnknownVariation:
    """Windows on which no change at all could be seen say nothing; rows are then judged by themselves."""
    if isinstance(found, UnknownVariation) or found.smallest_visible < 1.0:
        return found
    detail = "no change, however large, could be told from what reference windows differ by"
    return UnknownVariation(k_eff=found.k_eff, rho=found.rho, detail=detail)


def _too_few_windows(there: int, joined: int) -> UnknownVariation:
    windows = f"{there} reference window{'' if there == 1 else 's'}"
    if joined < there:
        windows += f", {joined} once joined to hold {_ROWS_PER_WINDOW} rows each"
    detail = f"too little history: {windows}; at least {_FEWEST_WINDOWS} are needed"
    return UnknownVariation(k_eff=float(joined), rho=None, detail=detail)


def _joined(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Neighbouring windows added until the median one has enough rows to be judged."""
    rows = float(np.median(counts.sum(axis=1)))
    together = int(np.ceil(_ROWS_PER_WINDOW / rows)) if rows > 0 else len(counts)
    if together <= 1:
        return counts
    whole = len(counts) // together * together
    joined: NDArray[np.int64] = (
        counts[len(counts) - whole :].reshape(-1, together, counts.shape[1]).sum(axis=1)
    )
    return joined


def _pooled(windows: WindowTable) -> int:
    """How many reference windows the current rows amount to."""
    rows = float(np.median(windows.table.sum(axis=1)))
    return max(round(float(windows.current.sum()) / rows), 1) if rows > 0 else 1
