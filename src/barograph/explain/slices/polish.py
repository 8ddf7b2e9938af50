"""A slice told in coarse groups, made sharper on single cells, and no narrower than the rows show."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from barograph.explain.slices.columns import CellColumn
from barograph.profile.grid import CROSS_CELLS

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]
#: By feature, which of its 36 cells a segment takes.
Conditions = Mapping[int, Masks]

_SWEEPS = 3
#: Rows at the end of a range are cut off only where their loss differs by so many standard errors.
_DIFFERS = 3.0


def members(columns: tuple[CellColumn, ...], conditions: Conditions) -> Masks:
    """Rows that meet every condition."""
    held = np.ones(len(columns[0].cells), bool)
    for feature, mask in conditions.items():
        held &= mask[columns[feature].cells]
    return held


def polished(
    columns: tuple[CellColumn, ...], conditions: Conditions, rows: tuple[Floats, Floats], smallest: float
) -> dict[int, Masks]:
    """Move the ends of ranges to where the slice stands out most; open those that leave out nothing known to differ.

    Parameters
    ----------
    rows : loss less its mean, and the rows each stands for.
    smallest : rows of the slice at least.

    Notes
    -----
    SliceLine's score prefers the purest part of a segment; here the distance from all other rows in standard errors
    counts, which is largest for the whole segment. A condition whose two ends are opened is dropped.
    """
    found = dict(conditions)
    for _ in range(_SWEEPS):
        before = found
        for feature in conditions:
            found = {**found, feature: _best_range(columns, found, feature, (rows, smallest))}
        if all(np.array_equal(before[f], found[f]) for f in found):
            break
    for feature in conditions:
        opened = _opened(columns, found, feature, rows)
        found = {
            f: m for f, m in {**found, feature: opened}.items() if f != feature or not _whole(columns[f], m)
        }
    return found


def _whole(column: CellColumn, mask: Masks) -> bool:
    """Whether a condition on neighbouring cells takes them all."""
    return bool(column.order) and bool(mask[list(column.order)].all())


def _sums(
    columns: tuple[CellColumn, ...], conditions: Conditions, feature: int, rows: tuple[Floats, Floats]
) -> Floats:
    """Rows, excess and its squares by cell of a feature, over rows that meet the other conditions; shape (3, 36)."""
    held = members(columns, {f: m for f, m in conditions.items() if f != feature})
    excess, count, cells = rows[0][held], rows[1][held], columns[feature].cells[held]
    parts = (count, count * excess, count * excess * excess)
    return np.stack([np.bincount(cells, weights=w, minlength=CROSS_CELLS) for w in parts])


def _best_range(
    columns: tuple[CellColumn, ...],
    conditions: Conditions,
    feature: int,
    given: tuple[tuple[Floats, Floats], float],
) -> Masks:
    column, mask = columns[feature], conditions[feature]
    order = list(column.order)
    if not mask[order].any():
        return mask
    rows, smallest = given
    size, excess, _ = _sums(columns, conditions, feature, rows)[:, order]
    till = np.stack([np.concatenate(([0.0], np.cumsum(s))) for s in (size, excess)])
    first, last = np.triu_indices(len(order))
    sure = _sureness(till[:, last + 1] - till[:, first], float(rows[1].sum()), smallest)
    held = np.flatnonzero(mask[order])
    now = _sureness(np.array([[size[held].sum()], [excess[held].sum()]]), float(rows[1].sum()), smallest)[0]
    best = int(sure.argmax())
    if sure[best] <= now * (1.0 + 1e-9):
        return mask
    out = np.zeros(CROSS_CELLS, bool)
    out[order[first[best] : last[best] + 1]] = True
    return out


def _sureness(sums: Floats, total: float, smallest: float) -> Floats:
    """Distance of each slice's mean from that of all other rows, in standard errors but for the standard deviation."""
    size, excess = sums
    out = np.full(len(size), -np.inf)
    held = (size >= smallest) & (size < total)
    out[held] = excess[held] / np.sqrt(size[held] * (1.0 - size[held] / total))
    return out


def _opened(
    columns: tuple[CellColumn, ...], conditions: Conditions, feature: int, rows: tuple[Floats, Floats]
) -> Masks:
    order = list(columns[feature].order)
    mask = conditions[feature].copy()
    held = np.flatnonzero(mask[order])
    if not len(held):
        return mask
    sums = _sums(columns, conditions, feature, rows)[:, order]
    inside = sums[:, held].sum(axis=1)
    for cut in (slice(0, held[0]), slice(held[-1] + 1, len(order))):
        if not _differ(inside, sums[:, cut].sum(axis=1)):
            mask[order[cut]] = True
    return mask


def _differ(inside: Floats, cut: Floats) -> bool:
    """Whether rows cut off have a lower loss than those kept; sums of rows, excess and squares."""
    (n, total, squares), (m, other, spread) = inside.tolist(), cut.tolist()
    if m < 1.0:
        return False
    variance = max((squares + spread) / (n + m) - ((total + other) / (n + m)) ** 2, 0.0)
    gap = total / n - other / m
    return bool(gap > _DIFFERS * math.sqrt(variance * (1.0 / n + 1.0 / m)))
