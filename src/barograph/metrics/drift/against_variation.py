"""A change measured against what the reference's own windows differ from each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.expected_scores import ExpectedScores, expected_scores
from barograph.metrics.drift.variation import Variation, in_pooled_cells, window_chi2

#: Fewer effective windows than this say nothing about variation.
SMALLEST_K_EFF = 4.0
#: Level of the "smallest visible change".
_VISIBLE_LEVEL = 0.03
#: The smallest and the largest value, beyond which rows may come.
_RECORDS: Final = 2.0
#: A ratio is told of new values only where they are no chance.
_UNLIKELY: Final = 0.05


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
    p_value, ratio : as of `AgainstVariation`; NaN where `known` is False.
    expected : what the score would be where nothing changed.
    joint : n·m/(n + m), by which a squared distance becomes a score.
    known : windows that hold rows, of a phase the reference has.
    visible : of these, where all rows with values never seen would be found at p = .03, or reference and window have
        one value.
    """

    p_value: Floats
    ratio: Floats
    expected: ExpectedScores
    joint: Floats
    known: NDArray[np.bool_]
    visible: NDArray[np.bool_]


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
        beyond = float((found.expected.limits(_VISIBLE_LEVEL) - found.expected.mean)[0])
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
    Simulated false alarms and power: benchmarks/RESULTS.md. Cost: O(windows · cells), 1 µs a window of 25 cells.

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
        growth = np.minimum(pooled_windows, memory) / part * longer
        expected = expected_scores(
            free, variation.wander, growth=growth * (1.0 + 1.0 / (k_eff * used / variation.windows))
        )
        scores = window_chi2(reference, counts)
        joint = compared * rows / (compared + rows)
        # All rows in cells that the reference leaves empty: no score is larger.
        seen = expected.p_values(compared + rows) < _VISIBLE_LEVEL
        p_value = expected.p_values(scores)
        ratio = np.sqrt(scores / expected.mean)
        fresh = current[:, variation.fresh].sum(axis=1)
        if fresh.any():
            never = never_seen(fresh, rows=rows, reference=variation.sums.sum(), singles=variation.singles)
            p_value = np.where(fresh > 0, np.minimum(2.0 * np.minimum(p_value, never), 1.0), p_value)
            due = (_RECORDS + variation.singles) * rows / variation.sums.sum()
            unlikely = 2.0 * never < _UNLIKELY
            ratio = np.where(unlikely, np.maximum(ratio, np.sqrt(fresh / due)), ratio)
    return WindowsAgainstVariation(
        p_value=np.where(tested, p_value, np.where(known, 1.0, np.nan)),
        ratio=np.where(tested, ratio, np.where(known, 0.0, np.nan)),
        expected=expected,
        joint=np.where(tested, joint, 0.0),
        known=known,
        visible=(tested & seen) | (known & ~tested & variation.constant),
    )


def never_seen(fresh: Floats, *, rows: Floats, reference: float, singles: int) -> Floats:
    """Chance of so many or more rows with values that the reference never had.

    ``P = I_q(k, 2 + f₁)``, ``q = n/(n + m)``: rows of values that m rows did not show come like rows beyond their
    records, of which there are two, and like values that they showed once (f₁ of them).

    Parameters
    ----------
    fresh, rows : ndarray of float64 of shape (windows,)
        Rows with such values, k, and all rows, n, of each window.
    reference : float
        Rows of the reference, m.
    singles : int
        f₁.

    Notes
    -----
    A χ² says nothing of cells that the reference leaves empty: one row there adds m/n to it.
    Source: Gumbel & von Schelling (1950), Annals of Mathematical Statistics 21, 247–262; Good (1953), Biometrika 40.

    Examples
    --------
    >>> never_seen(np.array([0.0, 1.0, 3.0]), rows=np.full(3, 100.0), reference=2_700.0, singles=0).round(5).tolist()
    [1.0, 0.07015, 0.00018]
    """
    from scipy.special import betainc

    known = np.maximum(fresh, 1.0)
    found: Floats = betainc(known, _RECORDS + singles, rows / np.maximum(rows + reference, 1.0))
    return np.where(fresh > 0, found, 1.0)


def too_little_history(k_eff: float) -> str:
    """The reason, for people, why so few effective windows say nothing.

    Examples
    --------
    >>> too_little_history(2.5)
    'too little history: 2.5 effective reference windows, at least 4 needed'
    """
    return f"too little history: {k_eff:.1f} effective reference windows, at least {SMALLEST_K_EFF:g} needed"


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
