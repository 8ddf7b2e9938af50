"""The verdict on one column: is it more than noise, and is it enough to matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import pair, scale_to
from barograph.metrics.drift.effect import Effect, Size, effect, size_of
from barograph.metrics.drift.multiplicity import benjamini_hochberg
from barograph.metrics.drift.significance import cell_p_values, drift_p_value
from barograph.metrics.drift.unseen import Mask

#: What the p-value compares with: independent rows, or the reference's own windows.
Basis = Literal["rows", "windows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """The smallest change that matters, and the false discovery rate the verdict runs at.

    Attributes
    ----------
    effect : calibrated total variation from which a change matters.
    cell_share : share, on either side, of a cell that is looked at on its own.
    cell_change : relative change of such a cell's share that matters (.5: grows or shrinks by half).
    level : false discovery rate over the columns of one comparison.
    """

    effect: float = 0.005
    cell_share: float = 0.002
    cell_change: float = 0.5
    level: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one column shows before the number of columns is taken into account.

    Attributes
    ----------
    effect : calibrated total variation with interval and noise.
    p_value : of "nothing changed", in [0, 1].
    cell : index of the cell whose share changed most among those that matter on their own, or None.
    basis : what the p-value compares with.
    n : rows (effective rows where weighted) of reference and current.
    """

    effect: Effect
    p_value: float
    cell: int | None
    basis: Basis
    n: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftVerdict:
    """The verdict on one column.

    Attributes
    ----------
    detected : significant after multiplicity control and at least the smallest change that matters.
    significant : q-value at most the level.
    matters : effect or one cell's change reaches the smallest that matters.
    effect, effect_interval : calibrated total variation and its 95 % interval, in [0, 1].
    noise : what total variation reads on average with no change.
    p_value, q_value : before and after Benjamini–Hochberg over the columns.
    size : the effect in words.
    basis : `rows` (independent rows) or `windows` (the reference's own variation).
    cell : index of the single cell that matters on its own, or None.
    n : rows (effective rows where weighted) of reference and current.
    """

    detected: bool
    significant: bool
    matters: bool
    effect: float
    effect_interval: tuple[float, float]
    noise: float
    p_value: float
    q_value: float
    size: Size
    basis: Basis
    cell: int | None
    n: tuple[float, float]


def weigh_evidence(
    reference: ArrayLike,
    current: ArrayLike,
    *,
    unseen: Mask | None = None,
    ordered: int = 0,
    effective_n: tuple[float, float] | None = None,
    windows_p_value: float | None = None,
    matters: Matters = Matters(),
) -> Evidence:
    """Effect and p-value of one column, ready for `judge`.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows (or weights) per cell of the test grid; nulls, invalid and unseen values are cells of their own.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep.
    ordered : int
        The first so many cells are ranges in order.
    effective_n : (float, float), optional
        Kish's effective rows of both sides; counts are scaled to them. Needed where counts are weights.
    windows_p_value : float, optional
        p-value of `compare_with_variation`; where given it replaces that of independent rows.
    matters : Matters, optional
        What counts as a cell that changed on its own.

    Returns
    -------
    Evidence

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Examples
    --------
    >>> e = weigh_evidence([990, 10], [960, 40])
    >>> e.cell, e.p_value < 0.01
    (1, True)
    """
    if effective_n is not None:
        reference, current = scale_to(reference, effective_n[0]), scale_to(current, effective_n[1])
    counts = pair(reference, current)
    by_rows = windows_p_value is None
    return Evidence(
        effect=effect(reference, current, unseen=unseen),
        p_value=drift_p_value(reference, current, unseen=unseen, ordered=ordered)
        if windows_p_value is None
        else windows_p_value,
        cell=changed_cell(reference, current, unseen=unseen, matters=matters),
        basis="rows" if by_rows else "windows",
        n=(counts.n_reference, counts.n_current),
    )


def changed_cell(
    reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None, matters: Matters = Matters()
) -> int | None:
    """Index of the cell with the largest change among those that matter on their own, or None.

    A cell of at least `cell_share` on either side whose share grew or shrank by `cell_change` or more, and
    whose own p-value, times the number of cells, is at most `level` (one row of 200 is .5 % of them).

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep.
    matters : Matters, optional
        The limits.

    Returns
    -------
    int or None

    Examples
    --------
    >>> changed_cell([5000, 4900, 100], [4900, 4900, 200])
    2
    """
    counts = pair(reference, current)
    p, q = counts.p, counts.q
    # Shares are quotients of counts: a change by exactly half must not depend on the last bit.
    change = np.abs(q - p) * (1.0 + 1e-12)
    found = (np.maximum(p, q) >= matters.cell_share) & (change >= matters.cell_change * p) & (p != q)
    if not found.any():
        return None
    held = np.count_nonzero(counts.reference + counts.current)
    found &= cell_p_values(reference, current, unseen=unseen) * held <= matters.level
    return int(np.argmax(np.where(found, change, -1.0))) if found.any() else None


def judge(evidence: Mapping[str, Evidence], *, matters: Matters = Matters()) -> dict[str, DriftVerdict]:
    """Verdicts of all columns of one comparison, the false discovery rate kept over them.

    ``detected = q ≤ level and (effect ≥ smallest that matters or one cell matters)``.

    Parameters
    ----------
    evidence : mapping of column to Evidence
        All columns tested together.
    matters : Matters, optional
        Level and smallest change that matters; the level of .03 keeps "any column of a comparison without
        drift" at 5 % or less at every number of rows.

    Returns
    -------
    dict of column to DriftVerdict, in the order given.

    Notes
    -----
    Cost: O(columns log columns).

    Examples
    --------
    >>> e = weigh_evidence([500, 300, 200], [420, 300, 280])
    >>> v = judge({"plan": e})["plan"]
    >>> v.detected, v.size
    (True, 'moderate')
    """
    q_values = benjamini_hochberg([e.p_value for e in evidence.values()])
    return {
        name: _verdict(e, q=float(q), matters=matters)
        for (name, e), q in zip(evidence.items(), q_values, strict=True)
    }


def _verdict(evidence: Evidence, *, q: float, matters: Matters) -> DriftVerdict:
    significant = q <= matters.level
    enough = evidence.effect.effect >= matters.effect or evidence.cell is not None
    return DriftVerdict(
        detected=significant and enough,
        significant=significant,
        matters=enough,
        effect=evidence.effect.effect,
        effect_interval=evidence.effect.interval,
        noise=evidence.effect.noise,
        p_value=evidence.p_value,
        q_value=q,
        size=size_of(evidence.effect.effect),
        basis=evidence.basis,
        cell=evidence.cell,
        n=evidence.n,
    )
