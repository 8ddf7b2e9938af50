"""Ways to cut a series into levels, from many levels down to one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.change_points import change_points

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: F that a change must pass, and a single bad window, beside what the length of the series asks of both.
CUT: Final = 9.5
BAD: Final = 3.0
#: Values a level needs; one alone is a bad window.
SHORTEST: Final = 2
#: Cuttings of more are not judged.
_MOST_CUTS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A series to be cut.

    Attributes
    ----------
    y : one value for each window, finite.
    weights : their precisions, of mean 1.
    position : in time, counted in windows, rising; where it falls another series begins.
    phases : number of phases of a season; `position` modulo it is the phase. 1 for none.
    first : no change before this window.
    noise : variance of a value of weight 1 that its own rows give, so that it cannot be less; 0 where unknown.
    searched : series among which a change is looked for; each must show the more, the more they are.
    """

    y: Floats
    weights: Floats
    position: Ints
    phases: int = 1
    first: int = 1
    noise: float = 0.0
    searched: int = 1


@dataclass(frozen=True, slots=True)
class State:
    """A cutting that may be judged: level of each window, -1 for bad ones, and which mean each level has."""

    label: Ints
    mean: Ints

    @property
    def levels(self) -> int:
        """How many levels follow each other."""
        return len(self.mean)

    @property
    def means(self) -> int:
        """How many of them differ."""
        return int(self.mean.max()) + 1

    @property
    def bad(self) -> tuple[int, ...]:
        """Windows that belong to none."""
        return tuple(np.flatnonzero(self.label < 0).tolist())


def candidates(y: Floats, points: Points) -> Iterator[State]:
    """Cuttings from many levels down to one."""
    w, n = points.weights, len(y)
    steps = np.diff(y) / np.sqrt(1.0 / w[1:] + 1.0 / w[:-1])
    noise = float(np.median(np.abs(steps)) / 0.6745) ** 2 or float(np.mean(steps * steps)) or 1e-12
    # A change must pass more than this, the longer the series the more; see `levels.cut_price`.
    penalty = max(5.0, math.log(n)) * noise
    cuts = change_points(y, penalty=penalty, weights=w, first=points.first)
    while len(cuts) > min(n // 3, _MOST_CUTS):
        penalty *= 2.0
        cuts = change_points(y, penalty=penalty, weights=w, first=points.first)
    label = _labelled(cuts, n, points.first)
    label = _refined(label, y, points)
    yield from _with_returns(label, y, w, noise)
    while label.max() > 0 or label.min() < 0:
        label = _refined(_joined(label, y, w), y, points)
        yield from _with_returns(label, y, w, noise)


def _with_returns(label: Ints, y: Floats, w: Floats, noise: float) -> Iterator[State]:
    """Each level with a mean of its own; then those that look like the first one with that one's."""
    alone = np.arange(int(label.max()) + 1)
    yield State(label, alone)
    if len(alone) < 3:
        return
    kept = label >= 0
    weight, mean = _means(label[kept], y[kept], w[kept])
    cost = weight * weight[0] / (weight + weight[0]) * np.square(mean - mean[0])
    like = cost < CUT * noise
    like[:2] = True, False
    # Two levels in a row that are the first one's would be no change.
    like[1:] &= ~like[:-1] | (alone[1:] == 0)
    if like[1:].any():
        yield State(label, np.where(like, 0, np.cumsum(~like)))


def _means(label: Ints, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Σ weight of each level, and its mean."""
    weight: Floats = np.bincount(label, weights=w).astype(np.float64)
    return weight, np.bincount(label, weights=w * y) / weight


def _labelled(cuts: tuple[int, ...], n: int, first: int) -> Ints:
    """Label of each window; levels of one value become bad windows, neighbours of them a level together."""
    label = np.full(n, -1)
    level = 0
    alone: list[int] = []
    for start, end in zip((0, *cuts), (*cuts, n), strict=True):
        if end - start < SHORTEST and start >= first:
            alone.append(start)
            if len(alone) >= SHORTEST and alone[-1] == alone[-2] + 1:
                joined = label[alone[-2]] if label[alone[-2]] >= 0 else level
                label[alone[-2] : end] = joined
                level = max(level, int(joined) + 1)
            continue
        label[start:end] = level
        level += 1
    return label


def _joined(label: Ints, y: Floats, w: Floats) -> Ints:
    """With the cheapest thing undone: a change between two levels, or a bad window."""
    kept = label >= 0
    weight, mean = _means(label[kept], y[kept], w[kept])
    label = label.copy()
    options: list[tuple[float, int, int]] = []
    for k in range(len(mean) - 1):
        both = weight[k] * weight[k + 1] / (weight[k] + weight[k + 1])
        options.append((float(both * (mean[k + 1] - mean[k]) ** 2) / CUT, k, -1))
    for i in np.flatnonzero(~kept):
        near = _neighbours(label, int(i))
        distance = [float(w[i] * weight[k] / (w[i] + weight[k]) * (y[i] - mean[k]) ** 2) for k in near]
        options.append((min(distance) / BAD, near[int(np.argmin(distance))], int(i)))
    _, level, window = min(options)
    if window < 0:
        label[label > level] -= 1
    else:
        label[window] = level
    return label


def _neighbours(label: Ints, window: int) -> list[int]:
    """The levels on either side of a bad window."""
    before, after = label[:window], label[window + 1 :]
    return sorted(
        {int(side[at]) for side, at in ((before[before >= 0], -1), (after[after >= 0], 0)) if len(side)}
    )


def _refined(label: Ints, y: Floats, points: Points) -> Ints:
    """Every change moved to where it separates its two levels best."""
    label = label.copy()
    for k in range(int(label.max())):
        inside = np.flatnonzero((label == k) | (label == k + 1))
        first = int(np.searchsorted(inside, points.first))
        cut = best_cut(y[inside], points.weights[inside], shortest=SHORTEST, first=first)
        if cut is not None:
            label[inside[:cut]], label[inside[cut:]] = k, k + 1
    return label


def best_cut(y: Floats, w: Floats, *, shortest: int = 1, first: int = 1) -> int | None:
    """The cut into two levels that leaves the least squares; None where both cannot have `shortest` values.

    Examples
    --------
    >>> best_cut(np.array([0.0, 0.1, 3.0, 3.1]), np.ones(4))
    2
    """
    first, last = max(first, shortest if first <= 1 else 1), len(y) - shortest
    if last < first:
        return None
    weight, value = np.cumsum(w), np.cumsum(w * (y - np.average(y, weights=w)))
    at = np.arange(first - 1, last)
    gain = value[at] ** 2 * (1.0 / weight[at] + 1.0 / (weight[-1] - weight[at]))
    return int(at[gain.argmax()]) + 1
