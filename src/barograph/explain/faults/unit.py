"""Values in another unit: ten, a hundred, a thousand times as large or small, inches, degrees, another sign."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.fault import Fault, Repair, RowTest
from barograph.explain.faults.found import WHOLE, Where, fault_of, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.scan import least_burst
from barograph.explain.faults.unit_fit import CHANGES, Basis, UnitFit, arrived_of, basis_of, fit_of
from barograph.explain.words import percent, quoted
from barograph.locale.said import say
from barograph.profile.grid import NumericGrid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A cell tells changed values from others where these are so many times as likely in it.
_TELLING: Final = 4.0
#: Share of changed values that must fall in such cells.
_LEAST_TOLD: Final = 0.3
#: Excess in standard deviations below which no window is looked at further.
_SUSPECT: Final = 4.5
#: Temperatures lie here, in either unit.
_DEGREES: Final = (-90.0, 150.0)
#: Below this share of reference rows a cell is as good as unseen.
_UNSEEN: Final = 0.0001


def unit_fault(scene: Scene, look: Look) -> Fault | None:
    """Values whose shape, once a factor is undone, is the reference's.

    A mixture of unchanged and changed reference values is fitted to the windows; it must explain most of what differs,
    and the changed values, repaired, must be distributed like the reference's own.

    Notes
    -----
    A factor that hardly moves the values into cells where others are rare (the other sign of values about 0) cannot
    be told.
    """
    grid = look.grid
    if not isinstance(grid, NumericGrid) or grid.kind != "numeric" or grid.bins < 3:
        return None
    basis = basis_of(look, grid)
    arrived = arrived_of(basis)
    told = (arrived > _TELLING * basis.cells) & (arrived > 0.0)
    suspects = _suspects(basis, arrived, told)
    fits = [fit_of(scene, basis, (CHANGES[i], arrived[i], told[i])) for i in suspects]
    held = [fit for fit in fits if fit is not None]
    return _fault(scene, basis, min(held, key=lambda fit: fit.distance)) if held else None


def _suspects(basis: Basis, arrived: Floats, told: NDArray[np.bool_]) -> list[int]:
    """Changes whose telling cells hold too many rows in a window or in all."""
    counts = basis.look.current.counts[:, : len(basis.cells)]
    counts = np.vstack((counts, counts.sum(axis=0)))
    hits = counts @ told.T.astype(np.float64)
    base = told @ basis.cells
    expected = counts.sum(axis=1, keepdims=True) * base
    excess = ((hits - expected) / np.sqrt(expected + 1.0)).max(axis=0)
    highest = (hits / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)).max(axis=0)
    # No run of windows holds a larger share than its fullest one.
    excess[highest < least_burst(base)] = 0.0
    for i, change in enumerate(CHANGES):
        if change.offset and not _DEGREES[0] <= basis.grid.edges[0] <= basis.grid.edges[-1] <= _DEGREES[1]:
            excess[i] = 0.0
    able = (np.where(told, arrived, 0.0).sum(axis=1) >= _LEAST_TOLD) & (excess > _SUSPECT)
    return np.flatnonzero(able).tolist()


def _fault(scene: Scene, basis: Basis, fit: UnitFit) -> Fault:
    hit, change = fit.hit, fit.change
    codes = np.flatnonzero(fit.told)
    place = where(scene, basis.look.name, codes, hit)
    name = say("{column} {change}", column=quoted(basis.look.name), change=change.words)
    evidence = say("undone, the values are distributed like the reference's.")
    if fit.values > 0:
        evidence = say(
            "undone, the values are distributed like the reference's: cumulated shares of {n} of them, repaired, are "
            "off its own by {distance} at most.",
            n=fit.values, distance=percent(fit.distance),
        )  # fmt: skip
    return fault_of(
        scene, hit, _test(basis, fit, place), kind="unit", name=name, place=place,
        evidence=evidence,
        repair=Repair(column=basis.look.name, scale=1.0 / change.scale, offset=-change.offset / change.scale),
        hits=fit.part * hit.rows,
    )  # fmt: skip


def _test(basis: Basis, fit: UnitFit, place: Where | None) -> RowTest:
    """Rows more likely changed than not; all rows of the windows, or of a segment in them, where all are."""
    reached = float(fit.arrived[fit.told].sum())
    whole = fit.part >= WHOLE
    if place is not None and place.within is not None:
        whole = whole or place.share / reached >= WHOLE
    if whole:
        return RowTest(column=basis.look.name)
    changed = fit.part * fit.arrived > (1.0 - fit.part) * basis.cells
    changed |= fit.told & (basis.cells < _UNSEEN)
    return RowTest(column=basis.look.name, ranges=ranges_of(np.flatnonzero(changed), basis.grid))


def ranges_of(codes: Ints, grid: NumericGrid) -> tuple[tuple[float, float], ...]:
    """Ranges of values with one of some codes: bins, `above`, `below`; neighbours joined."""
    edges = np.concatenate(([-np.inf], grid.edges, [np.inf]))
    order = np.where(codes == grid.code("below"), 0, codes + 1)
    out: list[tuple[float, float]] = []
    for i in np.sort(order).tolist():
        low, high = float(edges[i]), float(edges[i + 1])
        if out and out[-1][1] == low:
            out[-1] = (out[-1][0], high)
        else:
            out.append((low, high))
    return tuple(out)
