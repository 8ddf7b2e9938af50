"""How much like windows differ from each other: their mean, their spread, how many they amount to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import Said, say
from barograph.metrics.drift.window_correlation import lag_one_rho
from barograph.monitors.condition import Season
from barograph.monitors.judge.season import local, seasons_of

Floats = NDArray[np.float64]

#: Fewer effective windows say nothing of how windows differ.
SMALLEST_K_EFF: Final = 4.0
#: Like windows of each phase, so that phases can be told apart.
_FEWEST_OF_PHASE: Final = 4
#: Phases that differ no more than this by chance are taken as one.
_PHASES_DIFFER: Final = 0.01
#: Windows that differ by less are all the same.
_ROUNDING: Final = 1e-24
_HOUR: Final = 3_600_000_000
_DAY: Final = 24 * _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVariation:
    """Windows in which nothing is wrong.

    Attributes
    ----------
    mean : of the windows of the judged one's phase.
    variance : of one window about its phase's mean, with the windows' memory taken into account.
    windows : how many; of_mean: effective ones that the mean rests on.
    k_eff : effective ones, K(1 − ρ)/(1 + ρ).
    kept : which windows are of the phase.
    season : what phases were told apart.
    """

    mean: float
    variance: float
    windows: int
    of_mean: float
    k_eff: float
    kept: NDArray[np.bool_]
    season: Season


def own_variation(
    values: Floats, starts: Sequence[int], current: tuple[int, int], timezone: str
) -> OwnVariation | Said:
    """Mean and spread of windows, by the hour of the day or day of the week where these differ.

    With deviations d of K windows from the mean of their phase (G phases) and their lag-1 correlation ρ, Kendall's bias
    taken out: ``K_eff = K (1 − ρ)/(1 + ρ)``, ``variance = Σd²/(K − G) · (K_eff (1 − 1/K))/(K_eff − 1)``. Phases are
    told apart where each has 4 windows or more and their means differ (F test, p < .01).

    Parameters
    ----------
    values, starts : of the windows, ascending; starts in microseconds UTC.
    current : start and end of the window that is judged.

    Returns
    -------
    OwnVariation, or why there is too little history.

    Notes
    -----
    Source: Kendall, Biometrika 41 (1954) 403 for the bias; Bayley & Hammersley, J. R. Stat. Soc. Suppl. 8 (1946) 184
    for effective windows.

    Examples
    --------
    >>> days = np.random.default_rng(3).normal(10.0, 1.0, size=28)
    >>> own = own_variation(days, [i * _DAY for i in range(28)], (28 * _DAY, 29 * _DAY), "UTC")
    >>> round(own.mean, 1), own.windows, own.season
    (10.0, 28, 'none')
    """
    total = len(values)
    if total < SMALLEST_K_EFF:
        if total == 1:
            return say("too little history: 1 window, at least 4 needed")
        return say("too little history: {n} windows, at least 4 needed", n=total)
    phases, phase, season = _phases(values, starts, current, timezone)
    kept = phases == phase
    many = np.bincount(phases)
    means = np.bincount(phases, weights=values) / np.maximum(many, 1)
    away = values - means[phases]
    square = float(away @ away)
    if square <= _ROUNDING * float(values @ values):
        away, square = np.zeros_like(away), 0.0
    rho = lag_one_rho(float(away[:-1] @ away[1:]), square, total)
    k_eff = total * (1.0 - rho) / (1.0 + rho)
    if k_eff < SMALLEST_K_EFF:
        return say(
            "too little history: {n} effective windows of {total}, at least 4 needed",
            # Rounded down: 3.98 are not the 4 that are needed.
            n=f"{math.floor(10.0 * k_eff) / 10.0:.1f}",
            total=total,
        )
    groups = int(np.count_nonzero(many))
    variance = square / (total - groups) * k_eff * (1.0 - 1.0 / total) / (k_eff - 1.0)
    return OwnVariation(
        mean=float(means[phase]), variance=variance, windows=total, of_mean=min(float(many[phase]), k_eff),
        k_eff=k_eff, kept=kept, season=season,
    )  # fmt: skip


def _phases(
    values: Floats, starts: Sequence[int], current: tuple[int, int], timezone: str
) -> tuple[NDArray[np.int64], int, Season]:
    """Phase of every window, that of the current one, and what they are phases of."""
    season = ("none", *seasons_of(current[1] - current[0]))[-2]
    if season == "none" or len(values) < 2 * _FEWEST_OF_PHASE:
        return _one_phase(len(values)), 0, "none"
    unit, count = (_HOUR, 24) if season == "hour of day" else (_DAY, 7)
    phases = _phases_of(tuple(starts), unit, count, timezone)
    phase = local(current[0], timezone) // unit % count
    many = np.bincount(phases, minlength=count)
    held = many > 0
    if many[held].min() < _FEWEST_OF_PHASE or not held[phase] or held.sum() < 2:
        return _one_phase(len(values)), 0, "none"
    means = np.bincount(phases, weights=values, minlength=count)[held] / many[held]
    between = float((many[held] * (means - values.mean()) ** 2).sum())
    within = float(((values - values.mean()) ** 2).sum()) - between
    if _differ(between, within, (int(held.sum()), len(values))):
        return phases, phase, season
    return _one_phase(len(values)), 0, "none"


@lru_cache(maxsize=1_024)
def _phases_of(starts: tuple[int, ...], unit: int, count: int, timezone: str) -> NDArray[np.int64]:
    """Phase of each window; remembered, as the series of a model share the windows of its reference."""
    phases = np.array([local(start, timezone) // unit % count for start in starts], dtype=np.int64)
    phases.setflags(write=False)
    return phases


def _one_phase(windows: int) -> NDArray[np.int64]:
    return np.zeros(windows, dtype=np.int64)


def _differ(between: float, within: float, sizes: tuple[int, int]) -> bool:
    """Whether the means of phases differ by more than chance: an F test of one factor."""
    from scipy.special import fdtrc

    groups, total = sizes
    free = total - groups
    if free < 1 or within <= 0.0:
        return between > 0.0 and free >= 1
    ratio = between / (groups - 1) / (within / free)
    return math.isfinite(ratio) and float(fdtrc(groups - 1, free, ratio)) < _PHASES_DIFFER
