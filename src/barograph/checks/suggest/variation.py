"""How much the reference's own windows vary beyond chance: what a check must not call a change."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from barograph.metrics.drift.cells import compared_cells
from barograph.metrics.drift.counts import pair, scale_to
from barograph.metrics.drift.null_moments import expected_squared_tv
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.intervals import Z
from barograph.metrics.values import Value
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import ALL, Profile

_FEWEST_WINDOWS: Final = 4
_MOST_WINDOWS: Final = 60
_FEWEST_ROWS: Final = 20


def windows_of(reference: Profile) -> list[Profile]:
    """Windows with rows enough, each as a profile; at most 60, spread over all; none where there are under 4."""
    held = [
        cell
        for cell, rows in zip(reference.cells, reference.table.rows, strict=True)
        if cell.segment == ALL and cell.window is not None and rows >= _FEWEST_ROWS
    ]
    if len(held) < _FEWEST_WINDOWS:
        return []
    chosen = np.unique(np.linspace(0, len(held) - 1, min(len(held), _MOST_WINDOWS)).round().astype(int))
    return [reference.at(held[i]) for i in chosen]


def drift_between(column: str, total: Profile, windows: list[Profile]) -> float:
    """Root mean square of the effects of windows against the other rows; 0 without windows.

    Parameters
    ----------
    total : all windows added up.
    """
    whole = column_view(total, column)
    squares: list[float] = []
    for window in windows:
        view = column_view(window, column)
        if isinstance(whole, ColumnView) and isinstance(view, ColumnView):
            squares.append(_squared_effect(whole, view))
    return math.sqrt(max(sum(squares) / len(squares), 0.0)) if squares else 0.0


def metric_between(name: str, reference: Profile) -> float:
    """Standard deviation of a metric between windows, beyond what their intervals say of chance.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> metric_between("performance.mae", profile_of([1.0, 2.0]))
    0.0
    """
    whole = evaluate(name, reference)
    if not isinstance(whole, Value):
        return 0.0
    excess = []
    for _, found in evaluate_windows(name, reference):
        if isinstance(found, Value) and found.interval is not None and found.n >= _FEWEST_ROWS:
            error = (found.interval[1] - found.interval[0]) / (2.0 * Z)
            excess.append((found.value - whole.value) ** 2 - error * error)
    if len(excess) < _FEWEST_WINDOWS:
        return 0.0
    return math.sqrt(max(sum(excess) / len(excess), 0.0))


def _squared_effect(whole: ColumnView, window: ColumnView) -> float:
    """TV² − E₀[TV²] of a window against the other rows."""
    rest = replace(whole, sums=replace(whole.sums, counts=whole.sums.counts - window.sums.counts))
    if rest.sums.weighted is not None and window.sums.weighted is not None:
        rest = replace(rest, sums=replace(rest.sums, weighted=rest.sums.weighted - window.sums.weighted))
    cells = compared_cells(rest, window)
    old, new = cells.reference, cells.current
    if min(old.sum(), new.sum()) <= 0.0:
        return 0.0
    if cells.effective_n is not None:
        old, new = scale_to(old, cells.effective_n[0]), scale_to(new, cells.effective_n[1])
    counts = pair(old, new)
    tv = 0.5 * float(np.abs(counts.p - counts.q).sum())
    return tv * tv - expected_squared_tv(counts, unseen=cells.unseen)
