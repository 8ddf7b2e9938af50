"""The courses of a column over windows: where its values lie, how far apart, and how many are missing or new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.since.candidates import Points
from barograph.explain.since.levels import FEWEST, cut_price
from barograph.explain.since.series import places, precisions, time_of
from barograph.explain.since.stretches import most_apart
from barograph.profile.grid import CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.value import ALL, Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Categories followed each by itself.
_CATEGORIES: Final = 6
#: Courses of a column that are looked at closely.
_CLOSELY: Final = 2
#: Windows apart at which noise has forgotten, where no season says otherwise; and the most memory allowed for.
_APART: Final = 5
_MOST_MEMORY: Final = 0.6
#: Of the price of a change, what a course must promise to be looked at closely.
_PROMISING: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One figure of a column in every window that has rows for it.

    Attributes
    ----------
    figure : ``level`` and ``spread`` of numbers, among those of the reference; or a share: ``null``, ``invalid``,
        ``unseen`` (values the reference had none of), or ``share of "x"``.
    windows : which of the profiles' windows these are.
    values : as they are read; `points` holds them scaled to equal noise.
    rows : each rests on.
    """

    column: str
    figure: str
    windows: Ints
    values: Floats
    rows: Floats
    points: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Cells of the windows of both profiles: the reference's, then the current ones.

    Attributes
    ----------
    starts : microseconds UTC.
    cells : index into the cells of the profile each is of.
    first : how many are the reference's.
    """

    starts: Ints
    cells: tuple[Ints, Ints]
    first: int


def windows_of(reference: Profile, current: Profile) -> Windows:
    """Windows of both, in order; the current ones alone where the reference is cut otherwise."""
    sides = []
    for profile in (reference, current):
        held = [i for i, c in enumerate(profile.cells) if c.segment == ALL and c.window is not None]
        sides.append(held if profile is current or reference.grid.every == current.grid.every else [])
    starts = [p.cells[i].window for p, held in zip((reference, current), sides, strict=True) for i in held]
    return Windows(
        starts=np.array(starts, np.int64),
        cells=(np.array(sides[0], np.int64), np.array(sides[1], np.int64)),
        first=len(sides[0]),
    )


def promising_courses(reference: Profile, current: Profile, columns: Sequence[str]) -> list[Course]:
    """Courses of columns that may hold a change; those that cannot are left out by a look at all stretches at once.

    Parameters
    ----------
    columns : counted ones; others are passed over.

    Notes
    -----
    Cost: about 5 courses a column, each about 0.4 ms for 90 windows and 4 ms for 10,000.
    """
    windows = windows_of(reference, current)
    if len(windows.starts) < FEWEST:
        return []
    position, phases = places([time_of(at) for at in windows.starts.tolist()], current.grid.every or "")
    base = Points(
        y=np.zeros(1), weights=np.ones(1), position=position, phases=phases, first=max(windows.first, 1)
    )
    closely: list[tuple[float, Course]] = []
    searched = 0
    for name in columns:
        if name in reference.columns and name in current.columns:
            courses = [(_promise(c.points), c) for c in _courses(name, (reference, current), windows, base)]
            searched += len(courses)
            closely += sorted(courses, key=lambda pair: -pair[0])[:_CLOSELY]
    asked = [(p, replace(c, points=replace(c.points, searched=searched))) for p, c in closely]
    return [course for promise, course in asked if promise > _PROMISING * cut_price(course.points)]


def _courses(
    name: str, profiles: tuple[Profile, Profile], windows: Windows, base: Points
) -> Iterator[Course]:
    counts = np.concatenate(
        [p.columns[name].counts[cells] for p, cells in zip(profiles, windows.cells, strict=True)]
    ).astype(np.float64)
    grid = profiles[0].grid.columns[name]
    reference = profiles[0].columns[name].counts.sum(axis=0)
    figures = list(_figures(grid, reference))
    # One pass over thousands of windows, whatever the number of figures.
    sums = counts @ np.column_stack([codes for _, score, among in figures for codes in (score, among)])
    for i, (figure, score, among) in enumerate(figures):
        rows = sums[:, 2 * i + 1]
        held = rows > 0
        if np.count_nonzero(held) < FEWEST:
            continue
        values = sums[held, 2 * i] / rows[held]
        is_share = figure not in ("level", "spread")
        y = np.arcsin(np.sqrt(values)) if is_share else values
        if np.ptp(y) <= 0:
            continue
        variance = 0.25 if is_share else _variance(score, among, reference)
        weights, noise = precisions(y, variance / rows[held], rows[held])
        points = replace(
            base, y=y, weights=weights, noise=noise, position=base.position[held],
            first=max(int(np.count_nonzero(held[: windows.first])), 1),
        )  # fmt: skip
        yield Course(
            column=name, figure=figure, windows=np.flatnonzero(held), values=values, rows=rows[held], points=points
        )  # fmt: skip


def _figures(grid: ColumnGrid, reference: Ints) -> Iterator[tuple[str, Floats, Floats]]:
    """Name, score of each code, and which codes count among the rows."""
    every = np.ones(grid.codes)

    def codes(*extra: str) -> Floats:
        flags = np.zeros(grid.codes)
        flags[[grid.code(e) for e in extra]] = 1.0
        return flags

    yield "null", codes("null", *(("nan",) if isinstance(grid, NumericGrid) else ())), every
    if isinstance(grid, CategoricalGrid):
        yield "invalid", codes("mismatched"), every
        valued = grid.valued.astype(np.float64)
        named = len(grid.categories)
        if grid.complete:
            yield "unseen", np.where(np.arange(grid.codes) >= named, valued, 0.0), valued
        for i in range(min(named, _CATEGORIES)):
            yield f'share of "{grid.categories[i]}"', (np.arange(grid.codes) == i).astype(np.float64), valued
        return
    yield "invalid", codes("neg_inf", "pos_inf", "mismatched"), every
    valued = grid.valued.astype(np.float64)
    yield "unseen", codes("above", "below"), valued
    if grid.bins:
        rank = _ranks(grid, reference)
        yield "level", rank, valued
        yield "spread", np.abs(2.0 * rank - 1.0) * valued, valued


def _ranks(grid: NumericGrid, reference: Ints) -> Floats:
    """Middle rank of each bin among the reference's values, from 0 to 1."""
    inner = reference[: grid.bins] / max(int(reference[: grid.bins].sum()), 1)
    rank = np.zeros(grid.codes)
    rank[: grid.bins] = np.cumsum(inner) - inner / 2.0
    rank[grid.code("above")] = 1.0
    return rank


def _variance(score: Floats, among: Floats, reference: Ints) -> float:
    """Of one row's score."""
    rows = reference * among
    total = max(float(rows.sum()), 1.0)
    mean = float(rows @ score) / total
    return max(float(rows @ (score * score)) / total - mean * mean, 1e-6)


def _promise(points: Points) -> float:
    """The F of the stretch, or of the half, that stands out most, roughly; noise never below what rows give."""
    points = replace(points, y=points.y - _season(points))
    y, w = points.y, points.weights
    noise = max(_noise(points), points.noise, 1e-12)
    weight = np.concatenate(([0.0], np.cumsum(w)))
    value = np.concatenate(([0.0], np.cumsum(w * (y - np.average(y, weights=w)))))
    return most_apart(weight, value, points.first) * float(weight[-1]) / noise


def _season(points: Points) -> Floats:
    """Mean of each window's phase."""
    phase = points.position % points.phases
    counted = np.maximum(np.bincount(phase, minlength=points.phases), 1)
    means: Floats = np.bincount(phase, weights=points.y, minlength=points.phases) / counted
    return means[phase]


def _noise(points: Points) -> float:
    """Variance of what long stretches differ by: that of windows a cycle apart, and the more the nearer ones agree."""
    lag = min(points.phases if points.phases > 1 else _APART, len(points.y) - 1)
    near, apart = (_of_steps(points, k) for k in (1, lag))
    rho = min(max(1.0 - near / apart, 0.0), _MOST_MEMORY) if apart > 0 else 0.0
    return max(near, apart) * (1.0 + rho) / (1.0 - rho)


def _of_steps(points: Points, lag: int) -> float:
    """Variance of a value, from the median step between windows so far apart: changes of level are few."""
    steps = points.y[lag:] - points.y[:-lag]
    steps /= np.sqrt(1.0 / points.weights[lag:] + 1.0 / points.weights[:-lag])
    return (float(np.median(np.abs(steps))) / 0.6745) ** 2
