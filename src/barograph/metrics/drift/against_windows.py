"""Windows of a column against the variation of its own windows in the reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.against_variation import (
    AgainstVariation,
    UnknownVariation,
    WindowsAgainstVariation,
    compare_windows,
    compare_with_variation,
)
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.own_windows import rows_by_code
from barograph.metrics.drift.phases import phases_of
from barograph.metrics.drift.prepared import OwnVariation, PreparedReference
from barograph.profile.value import Profile


def against_own_windows(
    reference: PreparedReference, column: str, current: Profile
) -> AgainstVariation | UnknownVariation | None:
    """All current rows of a compared column against its own windows; None where the reference has no time.

    Parameters
    ----------
    current : profile of one cell, whose column holds a row.
    """
    own = reference.columns[column].own
    if not isinstance(own, OwnVariation):
        return own
    rows = own.plan.of(rows_by_code(current, column))
    found = compare_with_variation(own.variation, rows[0], pooled_windows=int(_pooled(rows, own.rows)[0]))
    # A column that holds one value in all windows says nothing of change; rows are then judged by themselves. One that
    # wanders so far that no change could be told is unknown, and no reason to trust its rows.
    if isinstance(found, UnknownVariation) or found.smallest_visible < 1.0 or not own.variation.constant:
        return found
    detail = "no change, however large, could be told from what reference windows differ by"
    return UnknownVariation(k_eff=found.k_eff, rho=found.rho, detail=detail)


def windows_against_own(
    reference: PreparedReference, column: str, current: Profile
) -> WindowsAgainstVariation | UnknownVariation:
    """Every window of a compared column against the reference's own windows.

    Parameters
    ----------
    current : profile that holds the column; each of its cells is judged by itself.
    """
    own = reference.columns[column].own
    if own is None:
        return UnknownVariation(
            k_eff=0.0, rho=None, detail="too little history: the reference has no windows"
        )
    if isinstance(own, UnknownVariation):
        return own
    rows = own.plan.of(rows_by_code(current, column))
    phases = None
    if own.variation.phases is not None and reference.every is not None:
        starts = np.array([c.window for c in current.cells], np.int64)
        phases = phases_of(starts, reference.every, current.grid.timezone)
    return compare_windows(
        own.variation, rows, phases=phases,
        pooled_windows=1 if reference.as_long else _pooled(rows, own.rows),
        part=1.0 / own.joined if reference.as_long else _part(rows, own.rows),
    )  # fmt: skip


def _pooled(rows: Floats, of_a_window: float) -> NDArray[np.int64]:
    """How many reference windows the rows of each cell amount to."""
    if of_a_window <= 0:
        return np.ones(len(rows), np.int64)
    pooled: NDArray[np.int64] = np.maximum(np.rint(rows.sum(axis=1) / of_a_window), 1).astype(np.int64)
    return pooled


def _part(rows: Floats, of_a_window: float) -> Floats:
    """What part of a reference window the rows of each cell amount to, at most 1."""
    if of_a_window <= 0:
        return np.ones(len(rows))
    part: Floats = np.clip(rows.sum(axis=1) / of_a_window, 1.0 / max(of_a_window, 1.0), 1.0)
    return part
