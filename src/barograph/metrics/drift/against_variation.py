"""A change measured against what the reference's own windows differ from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError
from barograph.metrics.drift.column_windows import (
    VISIBLE_LEVEL,
    ColumnWindows,
    UnknownVariation,
    WindowsAgainstVariation,
    compare_columns,
)
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.variation import Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstVariation:
    """A change measured in the reference's own variation.

    Attributes
    ----------
    p_value : of "no more than reference windows differ", in [0, 1].
    ratio : the change is this many times what reference windows differ from the rest, as a distance.
    k_eff, rho : effective reference windows, their lag-1 correlation.
    smallest_visible : total variation a change needs to be found at p = .03 more often than not.
    """

    p_value: float
    ratio: float
    k_eff: float
    rho: float
    smallest_visible: float


def compare_with_variation(
    variation: Variation,
    current: ArrayLike,
    *,
    pooled_windows: int = 1,
    phase: int | None = None,
) -> AgainstVariation | UnknownVariation:
    """Test a current side against the reference's own variation: `compare_windows` of one window.

    Parameters
    ----------
    variation : Variation
        Of the column, from `reference_variation`.
    current : array-like of shape (cells,)
        Rows per original test cell.
    pooled_windows : int
        How many windows (of the reference's length) the current side pools.
    phase : int, optional
        Of the current side, where the variation knows phases.

    Returns
    -------
    AgainstVariation, or UnknownVariation where K_eff is below 4.

    Raises
    ------
    DataError
        Cells not aligned, a side without rows, or a phase of which the reference has no window.

    Examples
    --------
    >>> from barograph.metrics.drift.variation import reference_variation
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> v = reference_variation(days, rho=0.0)
    >>> result = compare_with_variation(v, [160, 120, 120])
    >>> result.p_value < 0.001
    True
    """
    one = np.asarray(current, dtype=np.float64)
    if one.shape == variation.kept.shape and one.sum() <= 0:
        raise DataError("current has no rows; a comparison needs at least one")
    phases = None if phase is None else np.array([phase])
    found = compare_windows(variation, one[None], pooled_windows=pooled_windows, phases=phases)
    if isinstance(found, UnknownVariation):
        return found
    if not found.known[0]:
        raise DataError(f"no reference window has the phase {phase}; expected one or more")
    visible = 1.0
    if found.joint[0] > 0:
        beyond = float((found.expected.limits(VISIBLE_LEVEL) - found.expected.mean)[0])
        visible = min(0.5 * float(np.sqrt(max(beyond, 0.0) / found.joint[0])), 1.0)
    return AgainstVariation(
        p_value=float(found.p_value[0]), ratio=float(found.ratio[0]), k_eff=variation.k_eff, rho=variation.rho,
        smallest_visible=visible,
    )  # fmt: skip


def compare_windows(
    variation: Variation,
    current: Floats,
    *,
    pooled_windows: int | NDArray[np.int64] = 1,
    part: Floats | float = 1.0,
    phases: NDArray[np.int64] | None = None,
) -> WindowsAgainstVariation | UnknownVariation:
    """Test many windows, each for itself, against the reference's own variation.

    The score is the two-sample χ² of the window and the whole reference; what it is expected to be says
    `expected_scores`, with a wander of ``W · (1 + 1/K_eff) · min(M, (1+ρ)/(1−ρ))/part · rows of the window per
    reference window / rows per reference window``, ρ that of what wanders.

    Parameters
    ----------
    variation : Variation
        Of the column, from `reference_variation`.
    current : ndarray of float64 of shape (windows, cells)
        Rows per window and original test cell.
    pooled_windows : int, or ndarray of shape (windows,)
        How many windows (of the reference's length) each window pools.
    part : float, or ndarray of shape (windows,)
        What part of a reference window's time each window has, at most 1. Those of the parts of a window wander up to
        as many times more as there are of them.
    phases : ndarray of int of shape (windows,), optional
        Phase of each window. Where the variation knows phases, only reference windows of the same one are
        compared with.

    Returns
    -------
    WindowsAgainstVariation, or UnknownVariation where K_eff is below 4.

    Raises
    ------
    DataError
        Cells not aligned.

    Notes
    -----
    Simulated false alarms and power: benchmarks/RESULTS.md. Cost: that of `compare_columns`.

    Examples
    --------
    >>> from barograph.metrics.drift.variation import reference_variation
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> v = reference_variation(days, rho=0.0)
    >>> windows = np.array([[200.0, 120.0, 80.0], [160.0, 120.0, 120.0]])
    >>> (compare_windows(v, windows).p_value < 0.001).tolist()
    [False, True]
    """
    if current.ndim != 2 or current.shape[1:] != variation.kept.shape:
        raise DataError(
            f"current has counts of shape {current.shape[-1:]}, the reference's windows {variation.kept.shape}; "
            "count both on one grid"
        )
    one = ColumnWindows(
        variation=variation, rows=current, pooled_windows=pooled_windows, part=part, phases=phases
    )
    return compare_columns([one])[0]
