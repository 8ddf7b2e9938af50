"""Windows of many columns measured in what each column's reference windows differ by, all in one go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import Said, say
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.expected_scores import ExpectedScores, expected_scores, together
from barograph.metrics.drift.never_seen import RECORDS, never_seen
from barograph.metrics.drift.variation import Variation, in_pooled_cells, window_chi2

#: Fewer effective windows than this say nothing about variation.
SMALLEST_K_EFF: Final = 4.0
#: Level at which a change can be seen.
VISIBLE_LEVEL: Final = 0.03
#: A ratio is told of new values only where they are no chance.
_UNLIKELY: Final = 0.05


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
    p_value, ratio : as of `against_variation.AgainstVariation`; NaN where `known` is False.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWindows:
    """Windows of one column and what they are compared with: the arguments of `against_variation.compare_windows`.

    Attributes
    ----------
    mix : share of each window's rows that each phase of the variation has, shape (windows, phases), where windows go
        through several; None: as the reference has.
    """

    variation: Variation
    rows: Floats
    pooled_windows: int | NDArray[np.int64] = 1
    part: Floats | float = 1.0
    phases: NDArray[np.int64] | None = None
    mix: Floats | None = None


def compare_columns(
    columns: Sequence[ColumnWindows],
) -> list[WindowsAgainstVariation | UnknownVariation]:
    """`against_variation.compare_windows` of several columns at once.

    Notes
    -----
    Cost: 50 µs a column, 10 µs a window of one.

    Examples
    --------
    >>> from barograph.metrics.drift.variation import reference_variation
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> one = ColumnWindows(variation=reference_variation(days, rho=0.0), rows=np.array([[160.0, 120.0, 120.0]]))
    >>> [bool(found.p_value[0] < 0.001) for found in compare_columns([one, one])]
    [True, True]
    """
    scored = [_scored(column) for column in columns]
    known = [each for each in scored if isinstance(each, _Scored)]
    judged = iter(_judged(known) if known else [])
    return [each if isinstance(each, UnknownVariation) else next(judged) for each in scored]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """Windows of a column before they are judged; arrays by window.

    Attributes
    ----------
    rows, compared : of the window, and of the reference's windows it is compared with.
    growth : how many times the wander of a reference window that of each window is.
    fresh : rows with values that the reference never had.
    """

    variation: Variation
    free: Floats
    rows: Floats
    compared: Floats
    growth: Floats
    scores: Floats
    fresh: Floats


def _scored(column: ColumnWindows) -> _Scored | UnknownVariation:
    variation, current = column.variation, column.rows
    k_eff, rho = variation.k_eff, variation.rho
    if k_eff < SMALLEST_K_EFF:
        return UnknownVariation(k_eff=k_eff, rho=rho, detail=too_little_history(k_eff))
    reference, used = _references(column)
    counts = in_pooled_cells(current, variation.kept)
    rows, compared = counts.sum(axis=1), reference.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        longer = rows / column.pooled_windows / (compared / used)
        memory = (1.0 + variation.wander_rho) / (1.0 - variation.wander_rho)
        growth = np.minimum(column.pooled_windows, memory) / column.part * longer
        growth = growth * (1.0 + 1.0 / (k_eff * used / variation.windows))
        scores = window_chi2(reference, counts)
    return _Scored(
        variation=variation,
        free=np.count_nonzero((variation.sums.sum(axis=0) > 0) | (counts > 0), axis=1) - 1.0,
        rows=rows,
        compared=compared,
        growth=growth,
        scores=scores,
        fresh=current[:, variation.fresh].sum(axis=1),
    )


def _judged(columns: Sequence[_Scored]) -> list[WindowsAgainstVariation]:
    """All windows of all columns in one go, each by itself."""

    def joined(name: str) -> Floats:
        found: Floats = np.concatenate([getattr(column, name) for column in columns])
        return found

    windows = [len(column.rows) for column in columns]
    free, rows, compared, scores = (joined(name) for name in ("free", "rows", "compared", "scores"))
    known = (rows > 0) & (compared > 0)
    tested = known & (free >= 1)
    wander = together([column.variation.wander for column in columns], windows)
    constant = np.repeat([column.variation.constant for column in columns], windows)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = expected_scores(free, wander, growth=joined("growth"))
        joint = compared * rows / (compared + rows)
        # All rows in cells that the reference leaves empty: no score is larger.
        seen = expected.p_values(compared + rows) < VISIBLE_LEVEL
        p_value, ratio = _with_fresh(
            columns, joined("fresh"), rows, (expected.p_values(scores), np.sqrt(scores / expected.mean))
        )
    p_value = np.where(tested, p_value, np.where(known, 1.0, np.nan))
    ratio = np.where(tested, ratio, np.where(known, 0.0, np.nan))
    joint = np.where(tested, joint, 0.0)
    visible = (tested & seen) | (known & ~tested & constant)
    ends = np.cumsum(windows).tolist()
    return [
        WindowsAgainstVariation(
            p_value=p_value[one], ratio=ratio[one], expected=expected.of(one), joint=joint[one], known=known[one],
            visible=visible[one],
        )
        for one in (slice(end - n, end) for n, end in zip(windows, ends, strict=True))
    ]  # fmt: skip


def _with_fresh(
    columns: Sequence[_Scored], fresh: Floats, rows: Floats, found: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """p-values and ratios with what rows of values that the reference never had say."""
    if not fresh.any():
        return found
    p_value, ratio = found
    windows = [len(column.rows) for column in columns]
    reference = np.repeat([column.variation.sums.sum() for column in columns], windows)
    singles = np.repeat([float(column.variation.singles) for column in columns], windows)
    never = never_seen(fresh, rows=rows, reference=reference, singles=singles)
    p_value = np.where(fresh > 0, np.minimum(2.0 * np.minimum(p_value, never), 1.0), p_value)
    due = (RECORDS + singles) * rows / reference
    unlikely = 2.0 * never < _UNLIKELY
    return p_value, np.where(unlikely, np.maximum(ratio, np.sqrt(fresh / due)), ratio)


def too_little_history(k_eff: float) -> Said:
    """The reason, for people, why so few effective windows say nothing.

    Examples
    --------
    >>> too_little_history(2.5)
    'too little history: 2.5 effective reference windows, at least 4 needed'
    """
    return say(
        "too little history: {n} effective reference windows, at least {fewest} needed",
        # Rounded down: 3.98 are not the 4 that are needed.
        n=f"{math.floor(10.0 * k_eff) / 10.0:.1f}", fewest=f"{SMALLEST_K_EFF:g}",
    )  # fmt: skip


def _references(column: ColumnWindows) -> tuple[Floats, Floats]:
    """For each window, the counts of the reference's windows it is compared with, and how many they are."""
    variation, phases = column.variation, column.phases
    if column.mix is not None:
        return _mixed(variation, column.mix)
    if variation.phases is None or phases is None:
        whole, windows = variation.sums.sum(axis=0), len(column.rows)
        return np.broadcast_to(whole, (windows, len(whole))), np.full(windows, variation.used.sum())
    place = np.minimum(np.searchsorted(variation.phases, phases), len(variation.phases) - 1)
    there = variation.phases[place] == phases
    return variation.sums[place] * there[:, None], variation.used[place] * there


def _mixed(variation: Variation, mix: Floats) -> tuple[Floats, Floats]:
    """Shares of the phases in a window's own mix, as so many rows and windows as tell them as well.

    Of shares ``Σ m_p q_p`` with ``n_p`` rows each the variance is that of ``1/Σ(m_p²/n_p)`` rows.
    """
    rows = variation.sums.sum(axis=1)
    share = variation.sums / rows[:, None]
    total = 1.0 / np.maximum((mix * mix / rows).sum(axis=1), 1e-300)
    used = total / np.maximum((mix * (rows / variation.used)).sum(axis=1), 1e-300)
    there = mix.sum(axis=1) > 0
    return (mix @ share) * np.where(there, total, 0.0)[:, None], np.where(there, used, 0.0)
