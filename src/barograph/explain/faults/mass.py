"""One value of a numeric column that suddenly holds many rows: found first, then told what kind of fault it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.points import codes_of
from barograph.explain.faults.scan import Hit, find_hit
from barograph.profile.grid import NumericGrid
from barograph.profile.tails import tail_distances

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Excess in standard deviations below which a cell is not looked at further.
_SUSPECT: Final = 4.5
#: Cells looked at further, those with the largest excess.
_MOST_CELLS: Final = 2
#: Sampled rows that show one value, and their part of what it must hold.
_FEWEST_SAMPLED: Final = 3
_PURE: Final = 0.6
#: Another value that gains this part of the largest gain makes it one of many.
_ALONE: Final = 0.6
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMass:
    """A value that holds more rows than in the reference.

    Attributes
    ----------
    codes : of the grid, that hold it.
    exact : the counts are of this value alone, on both sides.
    inside : within the reference's range.
    before : its share in the reference's sample or counts.
    held : mask of the windows hit.
    """

    value: float
    codes: NDArray[np.intp]
    hit: Hit
    exact: bool
    inside: bool
    held: Bools

    @property
    def gain(self) -> float:
        """Of the rows in the windows hit, those it holds beyond what the reference gives."""
        return self.hit.share - self.hit.before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    codes: NDArray[np.intp]
    reference: Floats
    current: Floats
    value: float | None
    inside: bool


def point_mass(scene: Scene, look: Look) -> PointMass | None:
    """The value of a numeric column or text length with the largest certain gain, if it is one and alone.

    None where the reference has but one value: another one is then what the column came to be, such as a year.
    """
    grid = look.grid
    if not isinstance(grid, NumericGrid) or grid.kind == "datetime" or grid.bins < 2:
        return None
    found = []
    for candidate in _candidates(look, grid):
        counted = look.counted(candidate.reference, candidate.current)
        hit = find_hit(*counted, tests=scene.tests, spread=look.spread)
        if hit is None or not hit.matters:
            continue
        held = hit.held(len(look.current.counts))
        value = candidate.value
        if value is None:
            value = _one_value(scene, look, candidate, (hit, held))
        if value is not None:
            found.append(
                PointMass(
                    value=value, codes=candidate.codes, hit=hit, exact=candidate.value is not None,
                    inside=candidate.inside, held=held,
                )
            )  # fmt: skip
    if not found:
        return None
    best = max(found, key=lambda mass: mass.hit.excess)
    return best if _alone(look, grid, best) else None


def _candidates(look: Look, grid: NumericGrid) -> Iterator[_Candidate]:
    bins = grid.bins
    before = look.reference.counts[:, :bins].sum(axis=0) / max(look.rows[0].sum(), 1.0)
    counts = np.vstack((look.current.counts[:, :bins], look.current.counts[:, :bins].sum(axis=0)))
    rows = np.append(look.rows[1], look.rows[1].sum())
    excess = counts - rows[:, None] * before
    score = (excess / np.sqrt(rows[:, None] * before + 1.0)).max(axis=0, initial=0.0)
    suspects = np.flatnonzero(score > _SUSPECT)
    for code in suspects[np.argsort(-excess[:, suspects].max(axis=0))][:_MOST_CELLS].tolist():
        yield _Candidate(
            codes=np.array([code]), reference=look.reference.of([code]), current=look.current.of([code]),
            value=float(grid.edges[code]) if grid.exact[code] else None, inside=True,
        )  # fmt: skip
    zero = int(codes_of(np.zeros(1), grid)[0])
    inexact = zero >= bins or not grid.exact[zero]
    if grid.kind == "numeric" and inexact and look.current.zeros.any():
        yield _Candidate(
            codes=np.array([zero]), reference=look.reference.zeros.astype(np.float64),
            current=look.current.zeros.astype(np.float64), value=0.0, inside=zero < bins,
        )  # fmt: skip
    yield from _beyond(look, grid)


def _beyond(look: Look, grid: NumericGrid) -> Iterator[_Candidate]:
    """The fullest bins beyond the range, one on either side."""
    keys, values = look.current.tails.keys, look.current.tails.values
    for side in (-1, 1):
        held = keys[:, 1] == side
        if not held.any():
            continue
        bins = np.bincount(keys[held, 2], weights=values[held, 0])
        fullest = held & (keys[:, 2] == int(np.argmax(bins)))
        if bins.max() < _FEWEST_SAMPLED:
            continue
        others = look.reference.tails
        same = (others.keys[:, 1] == side) & (others.keys[:, 2] == int(np.argmax(bins)))
        sides = []
        for k, v, windows in (
            (others.keys[same], others.values[same], len(look.reference.counts)),
            (keys[fullest], values[fullest], len(look.current.counts)),
        ):
            sides.append(np.bincount(k[:, 0], weights=v[:, 0], minlength=windows).astype(np.float64))
        yield _Candidate(
            codes=np.array([grid.code("above" if side > 0 else "below")]), reference=sides[0],
            current=sides[1], value=None, inside=False,
        )  # fmt: skip


def _one_value(scene: Scene, look: Look, candidate: _Candidate, found: tuple[Hit, Bools]) -> float | None:
    """The value that holds what a cell has gained; None where there is none, or nothing shows it."""
    hit, held = found
    grid = look.grid
    assert isinstance(grid, NumericGrid)  # candidates are of numbers
    windows = held & (candidate.current > 0)
    low, high = look.current.low[windows], look.current.high[windows]
    if not candidate.inside:
        ends = high if candidate.codes[0] == grid.code("above") else low
        if np.ptp(ends) <= _SAME * abs(float(ends[0])) and _is_mean(look, candidate, held, float(ends[0])):
            return float(ends[0])
    elif (low == high).all() and len(np.unique(low)) == 1:
        return float(low[0])
    x, count = scene.sampled(look.name, hit)
    if len(x) < _FEWEST_SAMPLED:
        return None
    inside = np.isin(codes_of(x, grid), candidate.codes)
    x, count = x[inside], count[inside]
    if len(x) < _FEWEST_SAMPLED:
        return None
    values, which = np.unique(x, return_inverse=True)
    weight = np.bincount(which, weights=count)
    top = int(np.argmax(weight))
    enough = weight[top] >= max(_FEWEST_SAMPLED, _PURE * count.sum() * hit.excess / hit.hits)
    return float(values[top]) if enough and _is_new(scene, look, float(values[top]), hit) else None


def _is_mean(look: Look, candidate: _Candidate, held: Bools, value: float) -> bool:
    """Whether all rows of the tail bin in the windows hit hold this value."""
    grid = look.grid
    assert isinstance(grid, NumericGrid)  # candidates are of numbers
    above = candidate.codes[0] == grid.code("above")
    keys, values = look.current.tails.keys, look.current.tails.values
    side = (keys[:, 1] == (1 if above else -1)) & held[keys[:, 0]]
    bins = np.bincount(keys[side, 2], weights=values[side, 0])
    fullest = side & (keys[:, 2] == int(np.argmax(bins)))
    rows, q = values[fullest].sum(axis=0)
    steps = float(tail_distances(keys[fullest, 2][:1], np.array([q / rows]))[0]) * grid.unit
    mean = float(grid.edges[-1]) + steps if above else float(grid.edges[0]) - steps
    return abs(mean - value) <= _SAME * max(abs(value), steps)


def _is_new(scene: Scene, look: Look, value: float, hit: Hit) -> bool:
    """Whether the reference's sample has this value much less often."""
    x, count = scene.sampled_before(look.name)
    return bool(count[x == value].sum() <= 0.25 * hit.share * max(count.sum(), 1.0))


def _alone(look: Look, grid: NumericGrid, mass: PointMass) -> bool:
    """Whether no other cell has gained nearly as much: else values have been rounded, or have moved."""
    cells = grid.bins + 2
    rows = look.rows[1][mass.held].sum()
    gained = look.current.counts[mass.held, :cells].sum(axis=0) - rows * (
        look.reference.counts[:, :cells].sum(axis=0) / look.rows[0].sum()
    )
    gained[mass.codes] = 0.0
    return bool(gained.max(initial=0.0) <= _ALONE * mass.hit.excess)


def is_lattice(look: Look) -> bool:
    """Whether the reference's values are few, as counts and codes are: any of them may become frequent."""
    grid = look.grid
    if not isinstance(grid, NumericGrid):
        return True
    counts = look.reference.counts[:, : grid.bins].sum(axis=0)
    return bool(counts[grid.exact[: grid.bins]].sum() > 0.5 * counts.sum())


def lost_beyond(look: Look, mass: PointMass, *, above: bool) -> tuple[float, float]:
    """Share of values beyond the point mass in the reference, and in the windows hit."""
    grid = look.grid
    assert isinstance(grid, NumericGrid)  # a point mass is of numbers
    last = int(mass.codes[-1])
    inner = np.arange(last + 1, grid.bins) if above else np.arange(min(last, grid.bins))
    codes = np.append(inner, grid.code("above" if above else "below"))
    rows = (look.rows[0].sum(), look.rows[1][mass.held].sum())
    return (
        float(look.reference.counts[:, codes].sum() / max(rows[0], 1.0)),
        float(look.current.counts[np.ix_(mass.held, codes)].sum() / max(rows[1], 1.0)),
    )
