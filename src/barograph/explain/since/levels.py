"""The levels a series went through: where they change, which windows are far off, and how noisy the rest is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.candidates import BAD, CUT, Points, State, candidates
from barograph.explain.since.noise import Fit, fitted, price

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: F asked besides where the rows' own noise is unknown.
_UNKNOWN: Final = 1.5
#: Windows that the variance known from rows counts for, beside those seen.
KNOWN: Final = 6
#: F that coming back to the first level must pass, alike; it has a date, and no level of its own.
BACK: Final = 3.0
#: F each phase of a season must pass on average.
SEASON: Final = 3.0
#: Fewer values than this have no levels to be told apart.
FEWEST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What a series went through.

    Attributes
    ----------
    cuts : first window of every level but the first.
    bad : windows far off their level, left out of it.
    means : of each level, the season taken out.
    season : what each phase adds; zeros where there is no season.
    rho : correlation of the noise of neighbouring windows.
    residual : what is left of every window, in units of equal precision; NaN for bad ones.
    label : level of every window, -1 for bad ones.
    gain : deviance saved against one level, what the levels cost taken off.
    """

    cuts: tuple[int, ...]
    bad: tuple[int, ...]
    means: tuple[float, ...]
    season: Floats
    rho: float
    residual: Floats
    label: Ints
    gain: float


def levels_of(points: Points) -> Levels:
    """The levels that explain a series best, each paying for itself.

    Candidates are the cuttings of `change_points` at a low penalty, joined step by step; the least penalised deviance
    with autoregressive noise, with and without a season, is taken.

    Examples
    --------
    >>> y = np.array([1.0, 1.2, 0.9, 1.1, 1.0, 0.8, 5.0, 5.1, 4.9, 5.2])
    >>> levels_of(Points(y=y, weights=np.ones(10), position=np.arange(10))).cuts
    (6,)
    """
    best, flat_cost, found = math.inf, math.inf, None
    for phases in dict.fromkeys((1, points.phases)):
        if phases > 1 and len(np.unique(points.position % phases)) < phases:
            continue
        season = _first_season(points, phases)
        for state in candidates(points.y - season[points.position % phases], points):
            if state.means + len(state.bad) + phases > len(points.y) - 2 and state.levels > 1:
                continue
            cost, fit = _judged(state, points, phases)
            if state.levels == 1:
                flat_cost = min(flat_cost, cost)
            if found is None or cost < best:
                best, found = cost, (state, fit, phases)
    assert found is not None
    return _described(points, *found, gain=flat_cost - best)


def _judged(state: State, points: Points, phases: int) -> tuple[float, Fit]:
    """Penalised deviance of a cutting."""
    n, bad = len(points.y), len(state.bad)
    kept = state.label >= 0
    root = np.sqrt(points.weights[kept])
    design = _design(state.mean[state.label[kept]], points.position[kept], phases) * root[:, None]
    known = KNOWN if points.noise > 0 else 0
    fit = fitted(
        points.y[kept] * root, design, position=points.position[kept], windows=n + known, known=known * points.noise,
        least=len(root) * points.noise,
    )  # fmt: skip
    asked = [SEASON] * (phases - 1) + [cut_price(points)] * (state.means - 1) + [BAD + _searched(n)] * bad
    asked += [BACK + _searched(n)] * (state.levels - state.means)
    return fit.deviance + sum(price(2 + i, n + known, f) for i, f in enumerate(asked)), fit


def cut_price(points: Points) -> float:
    """F that a change must pass; more where nothing but the windows tells how large the noise is.

    Examples
    --------
    >>> round(cut_price(Points(y=np.zeros(50), weights=np.ones(50), position=np.arange(50), noise=1.0)), 1)
    14.2
    """
    unknown = 0.0 if points.noise > 0 else _UNKNOWN
    return CUT + unknown + _searched(len(points.y)) + 2.0 * math.log(points.searched)


def _searched(windows: int) -> float:
    """More places for a change, and too few windows to know their memory, ask for more; simulated."""
    return math.log(windows) + 40.0 / windows


def _design(label: Ints, position: Ints, phases: int) -> Floats:
    """A column for each level, then one for each phase but the last, which takes what makes them add up to 0."""
    levels: Floats = (label[:, None] == np.arange(label.max() + 1)).astype(np.float64)
    if phases == 1:
        return levels
    phase = (position[:, None] % phases == np.arange(phases)).astype(np.float64)
    return np.hstack((levels, phase[:, :-1] - phase[:, -1:]))


def _first_season(points: Points, phases: int) -> Floats:
    """Median of each phase's distance from the median of the cycle around it."""
    if phases == 1:
        return np.zeros(1)
    half = phases // 2
    padded = np.pad(points.y, half, mode="reflect" if len(points.y) > half else "edge")
    around = np.median(
        np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[: len(points.y)], axis=1
    )
    off = points.y - around
    phase = points.position % phases
    season = np.array([np.median(off[phase == i]) for i in range(phases)], dtype=np.float64)
    season -= season.mean()
    return season


def _described(points: Points, state: State, fit: Fit, phases: int, *, gain: float) -> Levels:
    levels = state.levels
    means = fit.coefficients[state.mean]
    season = np.zeros(1)
    if phases > 1:
        of_phases = fit.coefficients[state.means :]
        season = np.append(of_phases, -of_phases.sum())
    label = state.label
    kept = label >= 0
    residual = np.full(len(label), np.nan)
    phase = points.position % phases
    residual[kept] = ((points.y - season[phase])[kept] - means[label[kept]]) * np.sqrt(points.weights[kept])
    return Levels(
        cuts=tuple(int(np.flatnonzero(label == k)[0]) for k in range(1, levels)),
        bad=state.bad,
        means=tuple(means.tolist()),
        season=season,
        rho=fit.rho,
        residual=residual,
        label=label,
        gain=gain,
    )
