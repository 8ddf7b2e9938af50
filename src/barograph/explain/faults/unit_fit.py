"""A change of unit fitted to the windows hit: how many rows have it, and whether their shape is the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.points import codes_of, ks_distance, reference_points, tail_points
from barograph.explain.faults.scan import Hit, find_hit
from barograph.explain.words import number
from barograph.locale.said import Said, say
from barograph.profile.grid import NumericGrid
from barograph.profile.value import ALL

Floats = NDArray[np.float64]

#: Of what the current rows differ from the reference, what a change of unit may leave unexplained; and where only a
#: part of the rows has it, as then a wider spread may look much the same.
_UNEXPLAINED: Final = 0.4
_UNEXPLAINED_OF_PART: Final = 0.2
#: From this part of the rows on, all may merely have moved.
_MOST: Final = 0.8
#: Distance of the repaired values from the reference's, by whether the factor is decimal, as others come about more
#: easily; where the changed ones stand apart they may be a segment's.
_ALIKE: Final = {True: 0.06, False: 0.02}
_ALIKE_APART: Final = 0.15
#: And what chance adds, in 1/√n: so much is exceeded in 27 of 100 cases, and in 5 where a segment has changed alone.
_KS_POINT: Final = {False: 1.0, True: 1.36}
_FARTHEST: Final = 0.35
#: Repaired values' mean may be off by so many standard deviations of the reference's.
_MEAN_OFF: Final = 0.5
#: Fewer rows beyond the range than this part of those hit are not looked at by themselves.
_FEW: Final = 0.2
#: Nor are single places beyond it with fewer than this part of those rows.
_STRAY: Final = 0.02
#: Of the rows hit, those beyond the range, for their mean to do.
_NEARLY_ALL: Final = 0.8
_FEWEST_VALUES: Final = 12
#: For other factors than decimal ones; and where all rows have moved, which a growth of such a size would look like.
_FEWEST_OTHERWISE: Final = 30
_FEWEST_MOVED: Final = 300
#: Where so many changed values fall in telling cells, the shape of these alone decides.
_CLEAR: Final = 0.9
#: Below this share of reference rows cells are as good as unseen.
_UNSEEN: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """x · scale + offset, and how it is called."""

    scale: float
    offset: float
    words: Said

    @property
    def decimal(self) -> bool:
        """Whether it is a shifted decimal point or another sign."""
        return self.offset == 0.0 and abs(np.log10(abs(self.scale))) % 1.0 in (0.0, 1.0)

    def changed(self, x: Floats) -> Floats:
        """The values as they arrive."""
        return x * self.scale + self.offset

    def undone(self, x: Floats) -> Floats:
        """The values as they were."""
        return (x - self.offset) / self.scale


CHANGES: Final = (
    *(
        Change(scale=float(f), offset=0.0, words=say("multiplied by {n}", n=number(f)))
        for f in (10, 100, 1000)
    ),
    *(Change(scale=1.0 / f, offset=0.0, words=say("divided by {n}", n=number(f))) for f in (10, 100, 1000)),
    Change(scale=2.54, offset=0.0, words=say("multiplied by 2.54, as inches in centimetres")),
    Change(scale=1 / 2.54, offset=0.0, words=say("divided by 2.54, as centimetres in inches")),
    Change(scale=1.8, offset=32.0, words=say("in °F rather than °C")),
    Change(scale=1 / 1.8, offset=-32.0 / 1.8, words=say("in °C rather than °F")),
    Change(scale=-1.0, offset=0.0, words=say("with the other sign")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A column whose unit may have changed.

    Attributes
    ----------
    x, share : points of the reference, and their shares.
    cells : the reference's shares by cell: bins, above, below.
    """

    look: Look
    grid: NumericGrid
    x: Floats
    share: Floats
    cells: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFit:
    """A change that fits.

    Attributes
    ----------
    part : of the rows in the windows hit, those changed.
    distance, values : of so many values, repaired, from the reference's distribution (Kolmogorov).
    told : cells that tell changed values from others.
    arrived : share of all changed reference values by cell.
    """

    change: Change
    hit: Hit
    part: float
    distance: float
    values: int
    told: NDArray[np.bool_]
    arrived: Floats


def basis_of(look: Look, grid: NumericGrid) -> Basis:
    """The reference of a numeric column as points and cells."""
    x, share = reference_points(look.reference, grid)
    cells = look.reference.counts[:, : grid.bins + 2].sum(axis=0).astype(np.float64)
    # Half a row that the reference could have had in any cell.
    cells = (cells + 0.5 / len(cells)) / (cells.sum() + 0.5)
    return Basis(look=look, grid=grid, x=x, share=share, cells=cells)


def arrived_of(basis: Basis) -> Floats:
    """Share of changed reference values by change and cell."""
    size = len(basis.cells)
    # The largest numbers overflow to infinity, which lies beyond every cell as they would.
    with np.errstate(over="ignore"):
        moved = np.stack([change.changed(basis.x) for change in CHANGES])
    codes = codes_of(moved.ravel(), basis.grid).reshape(moved.shape)
    codes = codes + size * np.arange(len(CHANGES))[:, None]
    weight = np.broadcast_to(basis.share, moved.shape).ravel()
    table = np.bincount(codes.ravel(), weights=weight, minlength=size * len(CHANGES)).astype(np.float64)
    return table.reshape(len(CHANGES), size)


def fit_of(scene: Scene, basis: Basis, by: tuple[Change, Floats, NDArray[np.bool_]]) -> UnitFit | None:
    """The windows, part of the rows and shape of one change; None where it is uncertain or does not fit.

    Parameters
    ----------
    by : the change, the share of changed reference values by cell, and the cells that tell them from others.
    """
    (change, arrived, told), look = by, basis.look
    codes = np.flatnonzero(told)
    counted = look.counted(look.reference.of(codes), look.current.of(codes))
    hit = find_hit(*counted, tests=scene.tests, spread=look.spread)
    if hit is None or not hit.is_burst():
        return None
    reached = float(arrived[told].sum())
    part = min(hit.excess / hit.rows / max(reached - hit.before, 1e-9), 1.0)
    clear = reached >= _CLEAR and hit.before < _UNSEEN
    if not clear and not _explained(basis, hit, (part, arrived)):
        return None
    distance, values = _distance(scene, basis, hit, (change, told, part))
    alike = _ALIKE[change.decimal] if part >= _MOST or not clear else _ALIKE_APART
    own = scene.segment != ALL
    if not change.decimal and values < (_FEWEST_OTHERWISE if own or part < _MOST else _FEWEST_MOVED):
        return None
    noise = np.sqrt(1.0 / max(values, 1) + 1.0 / max(reached * look.rows[0].sum(), 1.0))
    if distance > min(alike + _KS_POINT[own] * noise, _FARTHEST):
        return None
    if not _mean_fits(basis, hit, (change, arrived, told)):
        return None
    return UnitFit(
        change=change, hit=hit, part=part, distance=distance, values=values, told=told, arrived=arrived
    )


def _explained(basis: Basis, hit: Hit, by: tuple[float, Floats]) -> bool:
    """Whether the mixture leaves little of what differs."""
    part, arrived = by
    mixed = part * arrived + (1.0 - part) * basis.cells
    most = _UNEXPLAINED if part >= _MOST else _UNEXPLAINED_OF_PART
    held = hit.held(len(basis.look.current.counts))
    now = basis.look.current.counts[held, : len(basis.cells)].sum(axis=0).astype(np.float64)
    group = basis.look.grid.cross[: len(basis.cells)]
    now, before, fitted = (np.bincount(group, weights=v) for v in (now / now.sum(), basis.cells, mixed))
    differs, left = 0.5 * np.abs(now - before).sum(), 0.5 * np.abs(now - fitted).sum()
    noise = 0.4 * np.sqrt(len(before) * (1.0 / hit.rows + 1.0 / basis.look.rows[0].sum()))
    return bool(left <= max(most * differs, min(noise, 0.5 * differs)))


def _distance(
    scene: Scene, basis: Basis, hit: Hit, by: tuple[Change, NDArray[np.bool_], float]
) -> tuple[float, int]:
    """Distance of the values in telling cells, repaired, from what the mixture gives there; and their number."""
    change, told, part = by
    values, weight = _values(scene, basis, hit, told)
    rows = len(values)
    if rows < _FEWEST_VALUES:
        values, weight = _cells_told(basis, hit, told)
        rows = int(weight.sum())
        if weight.max(initial=0.0) > 0.5 * rows:
            # Nearly all beyond the range, in one place as seen from there: their mean must do.
            beyond = basis.look.current.counts[
                hit.held(len(basis.look.current.counts)), len(basis.cells) - 2 : len(basis.cells)
            ]
            return (0.0, 0) if beyond.sum() >= _NEARLY_ALL * rows else (1.0, 0)
    source = told[codes_of(change.changed(basis.x), basis.grid)]
    stayed = told[codes_of(basis.x, basis.grid)]
    x = np.concatenate((basis.x[source], change.undone(basis.x[stayed])))
    share = np.concatenate((part * basis.share[source], (1.0 - part) * basis.share[stayed]))
    return ks_distance(change.undone(values), weight, x, share), rows


def _cells_told(basis: Basis, hit: Hit, told: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Telling cells of the windows hit, each at its middle or mean, and their rows."""
    held = hit.held(len(basis.look.current.counts))
    bins = np.flatnonzero(told[: basis.grid.bins])
    edges = basis.grid.edges
    middle = np.where(basis.grid.exact[bins], edges[bins], 0.5 * (edges[bins] + edges[bins + 1]))
    parts = [(middle, basis.look.current.counts[held][:, bins].sum(axis=0).astype(np.float64))]
    parts += [
        tail_points(basis.look.current, basis.grid, held, above)
        for above in (True, False)
        if told[basis.grid.code("above" if above else "below")]
    ]
    x, rows = (np.concatenate(side) for side in zip(*parts, strict=True))
    return x[rows > 0], rows[rows > 0]


def _values(scene: Scene, basis: Basis, hit: Hit, told: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Sampled values in the telling cells of the windows hit."""
    x, count = scene.sampled(basis.look.name, hit)
    if not len(x):
        return x, count
    held = told[codes_of(x, basis.grid)]
    return x[held], count[held]


def _mean_fits(basis: Basis, hit: Hit, by: tuple[Change, Floats, NDArray[np.bool_]]) -> bool:
    """Whether values beyond the range, repaired, have the mean and some of the spread of the reference's."""
    change, _, told = by
    held = hit.held(len(basis.look.current.counts))
    for above in (True, False):
        code = basis.grid.code("above" if above else "below")
        x, rows = tail_points(basis.look.current, basis.grid, held, above)
        source = codes_of(change.changed(basis.x), basis.grid) == code
        if not told[code] or rows.sum() < _FEW * hit.excess or not basis.share[source].sum():
            continue
        mean = float(np.average(basis.x[source], weights=basis.share[source]))
        sd = float(np.sqrt(np.average((basis.x[source] - mean) ** 2, weights=basis.share[source])))
        # Single values of the reference's own that lie just beyond its range are none of these.
        most = rows >= _STRAY * rows.sum()
        now = float(np.average(change.undone(x[most]), weights=rows[most]))
        if abs(now - mean) > sd * (_MEAN_OFF + 3.0 / np.sqrt(rows.sum())):
            return False
        end = basis.look.current.high[held].max() if above else basis.look.current.low[held].min()
        if sd > 0 and abs(float(change.undone(np.array([end]))[0]) - now) < 0.3 * sd:
            return False
    return True
