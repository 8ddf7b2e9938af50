"""Windows of a column against the variation of its own windows in the reference."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.drift.against_variation import AgainstVariation, compare_with_variation
from barograph.metrics.drift.column_windows import (
    ColumnWindows,
    UnknownVariation,
    WindowsAgainstVariation,
    compare_columns,
)
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.days import Days, days_of
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
    detail = say("no change, however large, could be told from what reference windows differ by")
    return UnknownVariation(k_eff=found.k_eff, rho=found.rho, detail=detail)


def windows_against_own(
    reference: PreparedReference, column: str, current: Profile
) -> WindowsAgainstVariation | UnknownVariation:
    """Every window of a compared column against the reference's own windows: `columns_against_own` of one."""
    return columns_against_own(reference, [column], current)[column]


def columns_against_own(
    reference: PreparedReference, names: Sequence[str], current: Profile
) -> dict[str, WindowsAgainstVariation | UnknownVariation]:
    """Every window of some compared columns against the reference's own windows.

    Parameters
    ----------
    current : profile that holds the columns; each of its cells is judged by itself.
    """
    held = reference.at_hand
    if held is None or not held.holds(current):
        return _compared(reference, names, current)
    if not all(name in held.found for name in names):
        others = (n for n in reference.columns if n in held.current.columns and n not in held.found)
        held.found |= _compared(reference, list(others), held.current)
    return {name: held.found[name] for name in names}


def _compared(
    reference: PreparedReference, names: Sequence[str], current: Profile
) -> dict[str, WindowsAgainstVariation | UnknownVariation]:
    found: dict[str, WindowsAgainstVariation | UnknownVariation] = {}
    times = _Times(reference, current)
    compared: dict[str, ColumnWindows] = {}
    for name in names:
        own = reference.columns[name].own
        if own is None:
            detail = say("too little history: the reference has no windows")
            found[name] = UnknownVariation(k_eff=0.0, rho=None, detail=detail)
        elif isinstance(own, UnknownVariation):
            found[name] = own
        else:
            compared[name] = _column(reference, own, rows_by_code(current, name), times)
    return found | dict(zip(compared, compare_columns(list(compared.values())), strict=True))


def _column(reference: PreparedReference, own: OwnVariation, by_code: Floats, times: _Times) -> ColumnWindows:
    rows, days = own.plan.of(by_code), times.days
    if days is not None:
        rows = np.where((days.number >= reference.days)[:, None], rows, 0.0)
    if reference.pools_days:
        # New values of a week may all be of one day, such as a holiday: days tell of them.
        rows = np.where(own.variation.fresh, 0.0, rows)
    return ColumnWindows(
        variation=own.variation,
        rows=rows,
        phases=times.phases if reference.as_long and own.variation.phases is not None else None,
        pooled_windows=1 if reference.as_long else _pooled(rows, own.rows),
        part=1.0 / own.joined if reference.as_long else _part(rows, own.rows),
        mix=None if days is None or not reference.pools_days else days.mix(own.variation),
    )


class _Times:
    """Phases and days of the windows that are judged, found where a column asks for them."""

    def __init__(self, reference: PreparedReference, current: Profile) -> None:
        self._every, self._current = reference.every, current

    @cached_property
    def phases(self) -> NDArray[np.int64] | None:
        """Of each window; None where all rows are judged together."""
        if self._every is None:
            return None
        starts = np.array([c.window for c in self._current.cells], np.int64)
        return phases_of(starts, self._every, self._current.grid.timezone)

    @cached_property
    def days(self) -> Days | None:
        """Days of weeks and months; None of other windows."""
        return days_of(self._current)


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
