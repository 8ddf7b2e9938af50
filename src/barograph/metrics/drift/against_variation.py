"""A change measured against what the reference's own windows differ from each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.variation import Variation, window_chi2

#: Fewer effective windows than this say nothing about variation.
SMALLEST_K_EFF = 4.0
#: Level of the "smallest visible change".
_VISIBLE_LEVEL = 0.03
#: Phases of the reference's windows, and that of the current side.
Phase = tuple[ArrayLike, int] | None


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


def compare_with_variation(
    variation: Variation, current: ArrayLike, *, nu_cap: float, pooled_windows: int = 1, phase: Phase = None
) -> AgainstVariation | UnknownVariation:
    """Test a current side against the reference's own variation.

    ``S / (expected · (1 + 1/K_eff))`` against F(ν, ν(K_eff − 1)), S the two-sample χ² of current and the
    whole reference, ``expected = (B−1) + (max(a, B−1) − (B−1)) · min(M, (1+ρ)/(1−ρ)) · rows per current
    window / rows per reference window``, ρ that of what wanders; ν falls as the wander's part of it grows.

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
    phase : (phases, phase), optional
        Phases of the reference's windows and that of the current side; only windows of it are compared with.

    Returns
    -------
    AgainstVariation, or UnknownVariation where K_eff is below 4.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Simulated false alarms and power: benchmarks/RESULTS.md. Cost: O(windows · cells).

    Examples
    --------
    >>> from barograph.metrics.drift.variation import reference_variation
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> v = reference_variation(days, rho=0.0)
    >>> result = compare_with_variation(v, [160, 120, 120], nu_cap=v.nu)
    >>> result.p_value < 0.001
    True
    """
    from scipy.special import fdtrc, fdtri

    k_eff, rho = variation.k_eff, variation.rho
    if k_eff < SMALLEST_K_EFF:
        detail = (
            f"too little history: {k_eff:.1f} effective reference windows, at least {SMALLEST_K_EFF:g} needed"
        )
        return UnknownVariation(k_eff=k_eff, rho=rho, detail=detail)
    reference, used = _reference_of(variation, phase)
    counts = _aligned(variation, current)
    free = variation.windows.shape[1] - 1
    if free < 1:
        return AgainstVariation(
            p_value=1.0, ratio=0.0, k_eff=k_eff, rho=rho, nu=float(nu_cap), smallest_visible=1.0
        )
    longer = counts.sum() / pooled_windows / (reference.sum() / used)
    growth = min(pooled_windows, (1.0 + variation.wander_rho) / (1.0 - variation.wander_rho)) * longer
    expected, nu = _expected(variation, free, growth=growth, nu=max(min(variation.nu, float(nu_cap)), 1.0))
    expected *= 1.0 + 1.0 / (k_eff * used / len(variation.windows))
    score = window_chi2(reference, counts)
    limit = float(fdtri(nu, nu * (k_eff - 1.0), 1.0 - _VISIBLE_LEVEL)) * expected
    joint = reference.sum() * counts.sum() / (reference.sum() + counts.sum())
    return AgainstVariation(
        p_value=float(fdtrc(nu, nu * (k_eff - 1.0), score / expected)),
        ratio=math.sqrt(score / expected),
        k_eff=k_eff,
        rho=rho,
        nu=nu,
        smallest_visible=min(0.5 * math.sqrt(max(limit - expected, 0.0) / joint), 1.0),
    )


def _expected(variation: Variation, free: int, *, growth: float, nu: float) -> tuple[float, float]:
    """Expected score and its degrees of freedom, what wanders grown by `growth`, noise as it is.

    Wander moves few directions and noise all, so pooling windows raises the score and lowers ν.
    """
    mean = max(variation.mean_score, float(free))
    expected = free + (mean - free) * growth
    spread = max(2.0 * mean * mean / nu - 2.0 * free, 0.0)
    variance = 2.0 * free + spread * max(growth, growth * growth)
    return expected, max(float(2.0 * expected * expected / variance), 1.0)


def _reference_of(variation: Variation, phase: Phase) -> tuple[Floats, int]:
    """Counts of the reference's windows compared with, and how many they are."""
    used = variation.windows.sum(axis=1) > 0
    if phase is not None:
        used &= np.asarray(phase[0]) == phase[1]
    if not used.any():
        raise DataError(
            f"no reference window has the phase {None if phase is None else phase[1]}; expected one or more"
        )
    return variation.windows[used].sum(axis=0), int(used.sum())


def _aligned(variation: Variation, current: ArrayLike) -> Floats:
    counts = np.asarray(current, dtype=np.float64)
    if counts.shape != variation.kept.shape:
        raise DataError(
            f"current has counts of shape {counts.shape}, the reference's windows {variation.kept.shape}; "
            "count both on one grid"
        )
    if counts.sum() <= 0:
        raise DataError("current has no rows; a comparison needs at least one")
    pooled: Floats = np.bincount(variation.kept, weights=counts, minlength=variation.windows.shape[1]).astype(
        np.float64
    )
    return pooled
