"""Which change of level is the one asked for, and how sure its date is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.candidates import SHORTEST, Points
from barograph.explain.since.levels import Levels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A level is off the first one when it is so many standard errors away.
_DEPARTED: Final = 3.0
#: A level that keeps less of a departure than this has come back from it, though not to where it was.
_BACK: Final = 0.5
_RESAMPLES: Final = 499
#: Windows on either side of a step that are drawn again, unless its date is less sure than half of that.
_NEAR: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A stretch away from the first level.

    Attributes
    ----------
    start : its first window.
    end : the first window that is back; None where it lasts.
    before, after : the levels on either side of the step that `start` stands for.
    window : first window of that step, the largest or the first that is half of it.
    """

    start: int
    end: int | None
    before: int
    after: int
    window: int


def departures(levels: Levels, points: Points) -> tuple[Departure, ...]:
    """Every stretch away from the first level, in order.

    Those up and those down are told apart, and so is what is left of one after most of it has come back.
    """
    sides = _sides(levels, points)
    off = np.abs(np.array(levels.means) - levels.means[0])
    found = []
    k = 1
    while k < len(sides):
        last = k
        while (
            last + 1 < len(sides)
            and sides[last + 1] == sides[k]
            and off[last + 1] > _BACK * off[k : last + 1].max()
        ):
            last += 1
        if sides[k]:
            found.append(_departure(levels, points, k, last))
        k = last + 1
    return tuple(found)


def chosen(found: tuple[Departure, ...], levels: Levels, direction: float) -> Departure | None:
    """The departure that dates a change: one that lasts, else the largest; in the direction asked for, if any is."""
    if not found:
        return None

    def size(d: Departure) -> float:
        inside = levels.label[d.start : d.end]
        inside = inside[inside >= 0]
        return float(np.sum(np.array(levels.means)[inside] - levels.means[0]))

    along = [d for d in found if size(d) * direction > 0] or list(found)
    lasting = [d for d in along if d.end is None]
    return lasting[0] if lasting else max(along, key=lambda d: abs(size(d)))


def onset_interval(
    departure: Departure, levels: Levels, points: Points, *, rng: np.random.Generator
) -> tuple[int, int]:
    """Earliest and latest window a step could have come in, with 95 %.

    Both levels are drawn again and again with the series' own residuals, their memory kept, and the step found anew.

    Notes
    -----
    Residual bootstrap; cost: 499 times the windows near the step. Source: Hušková & Kirch, J. Stat. Plann.
    Inference 138 (2008) 1847.
    """
    inside = np.flatnonzero((levels.label == departure.before) | (levels.label == departure.after))
    cut = int(np.count_nonzero(levels.label[inside] == departure.before))
    step = levels.means[departure.after] - levels.means[departure.before]
    reach = _NEAR
    while True:
        near = slice(max(cut - reach, 0), min(cut + reach, len(inside)))
        low, high = _moved(levels, points, (inside[near], cut - near.start), step, rng=rng)
        ended = (near.start > 0 and high > reach // 2) or (near.stop < len(inside) and -low > reach // 2)
        if not ended:
            break
        reach *= 4
    lowest = max(int(np.searchsorted(inside, points.first)), 1)
    earliest = min(max(cut - high, lowest), cut)
    latest = max(min(cut - low, len(inside) - 1), cut)
    first = max(int(inside[earliest - 1]) + 1, points.first)
    return min(first, departure.window), int(inside[latest])


def _moved(
    levels: Levels, points: Points, stretch: tuple[Ints, int], step: float, *, rng: np.random.Generator
) -> tuple[int, int]:
    """By how many windows of a stretch the cut in it is missed, early and late, with 95 %."""
    inside, cut = stretch
    weights = points.weights[inside]
    noise = _noise(levels, len(inside), rng)
    drawn = noise / np.sqrt(weights) + step * (np.arange(len(inside)) >= cut)
    lowest = max(int(np.searchsorted(inside, points.first)), 1)
    moved = _best_cuts(drawn, weights, lowest) - cut
    low, high = np.quantile(moved, (0.025, 0.975), method="inverted_cdf").astype(int)
    return int(low), int(high)


def _noise(levels: Levels, size: int, rng: np.random.Generator) -> Floats:
    """Series of residuals drawn again, of the memory found; shape (resamples, size)."""
    held = levels.residual[np.isfinite(levels.residual)]
    free = max(len(held) - len(levels.means) - len(levels.season) + 1, 1)
    held = held * math.sqrt(len(held) / free)
    rho = levels.rho
    fresh = np.append(held[0] * math.sqrt(1.0 - rho * rho), held[1:] - rho * held[:-1])
    fresh -= fresh.mean()
    noise: Floats = rng.choice(fresh, size=(_RESAMPLES, size))
    noise[:, 0] /= math.sqrt(1.0 - rho * rho)
    for i in range(1, size) if rho else ():
        noise[:, i] += rho * noise[:, i - 1]
    # Few windows do not tell how large the noise is either.
    noise *= np.sqrt(free / rng.chisquare(free, size=(_RESAMPLES, 1)))
    return noise


def _best_cuts(y: Floats, w: Floats, lowest: int) -> Ints:
    """For each row of `y` the cut of least squares."""
    n = y.shape[1]
    centred = y - (y @ w / w.sum())[:, None]
    value, weight = np.cumsum(centred * w, axis=1), np.cumsum(w)
    at = np.arange(max(lowest, 1 if lowest > 1 else SHORTEST) - 1, max(n - SHORTEST, lowest))
    gain = value[:, at] ** 2 * (1.0 / weight[at] + 1.0 / (weight[-1] - weight[at]))
    cuts: Ints = at[gain.argmax(axis=1)] + 1
    return cuts


def _sides(levels: Levels, points: Points) -> Ints:
    """Of every level whether it is above (1) or below (-1) the first, or not known to be either (0)."""
    held = np.isfinite(levels.residual)
    free = max(int(held.sum()) - len(levels.means) - len(levels.season) + 1, 1)
    variance = float(np.sum(levels.residual[held] ** 2)) / free * (1.0 + levels.rho) / (1.0 - levels.rho)
    weight = np.bincount(levels.label[held], weights=points.weights[held])
    off = np.array(levels.means) - levels.means[0]
    error = np.sqrt(variance * (1.0 / weight + 1.0 / weight[0]))
    return np.where(np.abs(off) > _DEPARTED * error, np.sign(off), 0).astype(np.int64)


def _departure(levels: Levels, points: Points, first: int, last: int) -> Departure:
    """From the level `first` to the level `last`; a step is the first at least half as large as the largest."""
    means = np.array(levels.means)
    steps = np.abs(np.diff(means[first - 1 : last + 1])) * (
        np.sign(np.diff(means[first - 1 : last + 1])) == np.sign(means[first] - means[0])
    )
    after = first + int(np.argmax(steps >= 0.5 * steps.max()))
    return Departure(
        start=_start(levels, points, first),
        end=levels.cuts[last] if last + 1 < len(means) else None,
        before=after - 1,
        after=after,
        window=_start(levels, points, after),
    )


def _start(levels: Levels, points: Points, level: int) -> int:
    """First window of a level; of bad windows just before it, those off the level before to the same side too."""
    window = levels.cuts[level - 1]
    side = levels.means[level] - levels.means[level - 1]
    phases = len(levels.season)
    while window - 1 in levels.bad and window - 1 >= points.first:
        season = levels.season[points.position[window - 1] % phases]
        if (points.y[window - 1] - season - levels.means[level - 1]) * side <= 0:
            break
        window -= 1
    return window
