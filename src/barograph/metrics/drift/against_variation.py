"""A change measured against what the reference's own windows differ from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.variation import Variation, in_pooled_cells, window_chi2

#: Fewer effective windows than this say nothing about variation.
SMALLEST_K_EFF = 4.0
#: Level of the "smallest visible change".
_VISIBLE_LEVEL = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstVariation:
    """A change measured in the reference's own variation.

    Attributes
    ----------
    p_value : of "no more than reference windows differ", in [0, 1].
    ratio : the change is this many times what reference windows differ from the rest, as a distance.
    k_eff, rho, nu : effective reference windows, their lag-1 correlation, degrees of freedom used.
    smallest_visible : total variation a change needs to be found at p = .03 more often than not.
    """

    p_value: float
    ratio: float
    k_eff: float
    rho: float
    nu: float
    smallest_visible: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownVariation:
    """No answer: the reference's history is too short, or its windows differ too much.

    Attributes
    ----------
    k_eff : effective number of independent reference windows; where `rho` is None, at most that.
    rho : their lag-1 correlation; None where they are too few to tell.
    detail : the reason, for people.
    """

    k_eff: float
    rho: float | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsAgainstVariation:
    """Many windows measured in the reference's own variation; all arrays have shape (windows,).

    Attributes
    ----------
    p_value, ratio, nu : as of `AgainstVariation`; NaN where `known` is False.
    expected : the score that reference windows reach on average.
    joint : n·m/(n + m), by which a squared distance becomes a score.
    known : windows that hold rows, of a phase the reference has.
    visible : of these, where a change of all rows would be found at p = .03, or reference and window have one value.
    """

    p_value: Floats
    ratio: Floats
    nu: Floats
    expected: Floats
    joint: Floats
    known: NDArray[np.bool_]
    visible: NDArray[np.bool_]


def compare_with_variation(
    variation: Variation,
    current: ArrayLike,
    *,
    nu_cap: float,
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
    nu_cap : float
        From `capped_nu`.
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
    >>> result = compare_with_variation(v, [160, 120, 120], nu_cap=v.nu)
    >>> result.p_value < 0.001
    True
    """
    from scipy.special import fdtri

    one = np.asarray(current, dtype=np.float64)
    if one.shape == variation.kept.shape and one.sum() <= 0:
        raise DataError("current has no rows; a comparison needs at least one")
    phases = None if phase is None else np.array([phase])
    found = compare_windows(variation, one[None], nu_cap=nu_cap, pooled_windows=pooled_windows, phases=phases)
    if isinstance(found, UnknownVariation):
        return found
    if not found.known[0]:
        raise DataError(f"no reference window has the phase {phase}; expected one or more")
    expected, nu, k_eff = float(found.expected[0]), float(found.nu[0]), variation.k_eff
    visible = 1.0
    if found.joint[0] > 0:
        limit = float(fdtri(nu, nu * (k_eff - 1.0), 1.0 - _VISIBLE_LEVEL)) * expected
        visible = min(0.5 * float(np.sqrt(max(limit - expected, 0.0) / found.joint[0])), 1.0)
    return AgainstVariation(
        p_value=float(found.p_value[0]), ratio=float(found.ratio[0]), k_eff=k_eff, rho=variation.rho, nu=nu,
        smallest_visible=visible,
    )  # fmt: skip


def compare_windows(
    variation: Variation,
    current: Floats,
    *,
    nu_cap: float,
    pooled_windows: int | NDArray[np.int64] = 1,
    phases: NDArray[np.int64] | None = None,
) -> WindowsAgainstVariation | UnknownVariation:
    """Test many windows, each for itself, against the reference's own variation.

    ``S / (expected · (1 + 1/K_eff))`` against F(ν, ν(K_eff − 1)), S the two-sample χ² of current and the
    whole reference, ``expected = (B−1) + (max(a, B−1) − (B−1)) · min(M, (1+ρ)/(1−ρ)) · rows per current
    window / rows per reference window``, ρ that of what wanders; ν falls as the wander's part of it grows.

    Parameters
    ----------
    variation : Variation
        Of the column, from `reference_variation`.
    current : ndarray of float64 of shape (windows, cells)
        Rows per window and original test cell.
    nu_cap : float
        From `capped_nu`.
    pooled_windows : int, or ndarray of shape (windows,)
        How many windows (of the reference's length) each window pools.
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
    Simulated false alarms and power: benchmarks/RESULTS.md. Cost: O(windows · cells), 1 µs a window of 25 cells.

    Examples
    --------
    >>> from barograph.metrics.drift.variation import reference_variation
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> v = reference_variation(days, rho=0.0)
    >>> windows = np.array([[200.0, 120.0, 80.0], [160.0, 120.0, 120.0]])
    >>> (compare_windows(v, windows, nu_cap=v.nu).p_value < 0.001).tolist()
    [False, True]
    """
    from scipy.special import fdtrc

    if current.ndim != 2 or current.shape[1:] != variation.kept.shape:
        raise DataError(
            f"current has counts of shape {current.shape[-1:]}, the reference's windows {variation.kept.shape}; "
            "count both on one grid"
        )
    k_eff, rho = variation.k_eff, variation.rho
    if k_eff < SMALLEST_K_EFF:
        return UnknownVariation(k_eff=k_eff, rho=rho, detail=too_little_history(k_eff))
    reference, used = _references(variation, phases, len(current))
    counts = in_pooled_cells(current, variation.kept)
    rows, compared = counts.sum(axis=1), reference.sum(axis=1)
    known = (rows > 0) & (compared > 0)
    free = np.count_nonzero((variation.sums.sum(axis=0) > 0) | (counts > 0), axis=1) - 1.0
    tested = known & (free >= 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        longer = rows / pooled_windows / (compared / used)
        memory = (1.0 + variation.wander_rho) / (1.0 - variation.wander_rho)
        cap = max(min(variation.nu, float(nu_cap)), 1.0)
        expected, nu = _expected(variation, free, growth=np.minimum(pooled_windows, memory) * longer, nu=cap)
        expected = expected * (1.0 + 1.0 / (k_eff * used / variation.windows))
        relative = window_chi2(reference, counts) / expected
        joint = compared * rows / (compared + rows)
        largest = 1.0 + 4.0 * joint / expected
    p_value = np.asarray(fdtrc(nu, nu * (k_eff - 1.0), relative))
    seen = np.asarray(fdtrc(nu, nu * (k_eff - 1.0), largest)) < _VISIBLE_LEVEL
    return WindowsAgainstVariation(
        p_value=np.where(tested, p_value, np.where(known, 1.0, np.nan)),
        ratio=np.where(tested, np.sqrt(relative), np.where(known, 0.0, np.nan)),
        nu=np.where(tested, nu, float(nu_cap)),
        expected=expected,
        joint=np.where(tested, joint, 0.0),
        known=known,
        visible=(tested & seen) | (known & ~tested & variation.constant),
    )


def too_little_history(k_eff: float) -> str:
    """The reason, for people, why so few effective windows say nothing.

    Examples
    --------
    >>> too_little_history(2.5)
    'too little history: 2.5 effective reference windows, at least 4 needed'
    """
    return f"too little history: {k_eff:.1f} effective reference windows, at least {SMALLEST_K_EFF:g} needed"


def _expected(variation: Variation, free: Floats, *, growth: Floats, nu: float) -> tuple[Floats, Floats]:
    """Expected scores and their degrees of freedom, what wanders grown by `growth`, noise as it is.

    Wander moves few directions and noise all, so pooling windows raises the score and lowers ν.
    """
    mean = np.maximum(variation.mean_score, free)
    expected = free + (mean - free) * growth
    spread = np.maximum(2.0 * mean * mean / nu - 2.0 * free, 0.0)
    variance = 2.0 * free + spread * np.maximum(growth, growth * growth)
    return expected, np.maximum(2.0 * expected * expected / variance, 1.0)


def _references(
    variation: Variation, phases: NDArray[np.int64] | None, windows: int
) -> tuple[Floats, Floats]:
    """For each window, the counts of the reference's windows it is compared with, and how many they are."""
    if variation.phases is None or phases is None:
        whole = variation.sums.sum(axis=0)
        return np.broadcast_to(whole, (windows, len(whole))), np.full(windows, variation.used.sum())
    place = np.minimum(np.searchsorted(variation.phases, phases), len(variation.phases) - 1)
    there = variation.phases[place] == phases
    return variation.sums[place] * there[:, None], variation.used[place] * there
