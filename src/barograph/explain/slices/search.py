"""SliceLine: the conjunctions of at most three predicates with the highest score, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.slices.scoring import Scoring
from barograph.explain.slices.tables import Codes, Columns, sums_by, tables_of

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

MOST_PREDICATES = 3
#: Bounds are sums in another order than scores: below this a difference is rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Rows for which every one of a few predicates holds.

    Attributes
    ----------
    predicates : (feature, predicate of it) by position, features rising.
    rows : their number, counted with `count`.
    loss : their mean loss.
    """

    predicates: tuple[tuple[int, int], ...]
    rows: float
    loss: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows ready to be summed, and the predicates of each feature as 0/1 over its cells."""

    cells: list[Codes]
    held: list[Floats]
    count: Floats | None
    excess: Floats
    mean: float

    @property
    def sizes(self) -> list[int]:
        return [held.shape[1] for held in self.held]

    def weighted(self, values: Floats) -> Floats:
        return values if self.count is None else values * self.count


@dataclass(slots=True, kw_only=True)
class _Best:
    """The best k slices so far."""

    scoring: Scoring
    k: int
    slices: list[Slice] = field(default_factory=list)

    @property
    def threshold(self) -> float:
        """A slice must score more than this."""
        return self.slices[-1].score if len(self.slices) == self.k else 0.0

    def take(self, columns: Columns, chosen: Sequence[NDArray[np.intp]], sums: Floats, mean: float) -> None:
        """Look at the slices of some columns: sums of rows and excess by the chosen predicates of each."""
        size, excess = sums
        score = self.scoring.score(size, excess)
        if not score.size or score.max() <= self.threshold:
            return
        flat = score.ravel()
        better = np.flatnonzero(flat > self.threshold)
        if len(better) > self.k:
            kth = np.partition(flat[better], -self.k)[-self.k]
            better = better[flat[better] >= kth]
        better = better[np.argsort(-flat[better], kind="stable")][: self.k]
        for place in better.tolist():
            at = np.unravel_index(place, score.shape)
            rows = float(size[at])
            self.slices.append(
                Slice(
                    predicates=tuple(
                        (c, int(which[i])) for c, which, i in zip(columns, chosen, at, strict=True)
                    ),
                    rows=rows,
                    loss=mean + float(excess[at]) / rows,
                    score=float(score[at]),
                )
            )
        self.slices = sorted(self.slices, key=lambda s: -s.score)[: self.k]


def find_slices(
    cells: NDArray[np.integer],
    loss: Floats,
    *,
    predicates: Sequence[Masks] | None = None,
    count: Floats | None = None,
    sigma: float,
    alpha: float = 0.95,
    scale: float | None = None,
    k: int = 10,
    depth: int = MOST_PREDICATES,
) -> tuple[Slice, ...]:
    """Find the k slices with the highest positive score, exactly.

    Parameters
    ----------
    cells : the cell of each row along each feature, from 0, shape (rows, features).
    loss : of each row; finite, may be negative where `scale` is given.
    predicates : per feature which cells each of its predicates takes, shape (predicates, cells): ranges, sets of
        categories. One predicate a cell where left out, as in SliceLine.
    count : rows that each row stands for.
    sigma : rows of a slice, at least.
    alpha : weight of the loss against the size.
    scale : unit of the loss; the mean loss where left out, as in SliceLine.
    depth : predicates of a slice at most, up to 3.

    Returns
    -------
    Best first; of equal scores the one with fewer predicates. Empty where none has a positive score.

    Raises
    ------
    DataError
        For a loss that is not finite, or a mean loss that is not positive where there is no `scale`.

    Notes
    -----
    ``α(ē_S/ē − 1) − (1 − α)(n/|S| − 1)``. Slices of two features, then of three, are looked at only where the bounds of
    all parents (from their rows, their sum of losses above the mean and their largest loss) are above the k-th
    score so far. Cost: one count over the rows for several triples of features, so 1,000,000 rows × 20 features × 10
    cells with all their ranges take seconds. Source: Sagadeeva and Boehm, SliceLine (SIGMOD 2021); predicates over
    several cells and bounds from the loss above its mean are ours.

    Examples
    --------
    >>> cells = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 25)
    >>> loss = np.where((cells == 1).all(axis=1), 4.0, 1.0)
    >>> find_slices(cells, loss, sigma=10, k=1)
    (Slice(predicates=((0, 1), (1, 1)), rows=25.0, loss=4.0, score=1.0714285714285714),)
    """
    rows = _rows(cells, loss, predicates, count)
    if len(loss) == 0 or not rows.cells:
        return ()
    unit = rows.mean if scale is None else scale
    if not unit > 0.0:
        raise DataError(
            f"find_slices: the mean loss is {rows.mean:g}; a loss above 0 on average was expected. "
            "Give scale=, the unit that a higher loss is told in."
        )
    total = float(len(loss)) if count is None else float(count.sum())
    best = _Best(scoring=Scoring(rows=total, sigma=max(sigma, 1.0), alpha=alpha, scale=unit), k=k)
    singles = _singles(rows, best)
    if depth >= 2:
        pairs = _pairs(rows, best, singles, bounded=depth > 2)
        if depth > 2:
            _triples(rows, best, pairs)
    return tuple(best.slices)


def _rows(
    cells: NDArray[np.integer], loss: Floats, predicates: Sequence[Masks] | None, count: Floats | None
) -> _Rows:
    if not np.isfinite(loss).all():
        raise DataError("find_slices: some losses are not finite; leave these rows out or clip their loss.")
    if predicates is None:
        predicates = [np.eye(int(c.max(initial=0)) + 1, dtype=bool) for c in cells.T]
    mean = float(np.average(loss, weights=count)) if len(loss) else 0.0
    codes: list[Codes] = [
        np.ascontiguousarray(column, dtype=np.uint8 if held.shape[1] <= 256 else np.uint32)
        for column, held in zip(cells.T, predicates, strict=True)
    ]
    return _Rows(
        cells=codes,
        held=[p.astype(np.float64) for p in predicates],
        count=count,
        excess=loss - mean,
        mean=mean,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Single:
    """Predicates of one feature that can be part of a good slice, and the largest excess of a row of each."""

    chosen: NDArray[np.intp]
    largest: Floats


def _singles(rows: _Rows, best: _Best) -> list[_Single]:
    weights = [rows.count, rows.weighted(rows.excess), rows.weighted(np.maximum(rows.excess, 0.0))]
    sums, largest = [], []
    for i, (codes, held) in enumerate(zip(rows.cells, rows.held, strict=True)):
        size, excess, above = sums_by(codes, weights, held.shape[1]) @ held.T
        of_cell = np.full(held.shape[1], -np.inf)
        np.maximum.at(of_cell, codes, rows.excess)
        largest.append(np.where(held > 0.0, of_cell, -np.inf).max(axis=1, initial=-np.inf))
        best.take((i,), [np.arange(len(held))], np.stack((size, excess)), rows.mean)
        sums.append((size, above))
    out = []
    for (size, above), most in zip(sums, largest, strict=True):
        chosen = np.flatnonzero(best.scoring.bound(size, above, most) > best.threshold - _ROUNDING)
        out.append(_Single(chosen=chosen, largest=most[chosen]))
    return out


#: Bound of each pair of chosen predicates of two features.
_Pairs = dict[Columns, Floats]


def _pairs(
    rows: _Rows, best: _Best, singles: list[_Single], *, bounded: bool
) -> tuple[list[_Single], _Pairs]:
    weights = [rows.count, rows.weighted(rows.excess)]
    if bounded:
        weights.append(rows.weighted(np.maximum(rows.excess, 0.0)))
    bounds: _Pairs = {}
    features = [i for i, s in enumerate(singles) if len(s.chosen)]
    order = list(combinations(features, 2))
    wanted: set[Columns] = set(order)
    for first in order:
        if first not in wanted:
            continue
        for (a, b), table in tables_of(rows.cells, rows.sizes, weights, wanted, first):
            x, y = singles[a], singles[b]
            sums = rows.held[a][x.chosen] @ table @ rows.held[b][y.chosen].T
            best.take((a, b), [x.chosen, y.chosen], sums[:2], rows.mean)
            if bounded:
                most = np.minimum(x.largest[:, None], y.largest)
                bounds[a, b] = best.scoring.bound(sums[0], sums[2], most)
    return singles, bounds


def _triples(rows: _Rows, best: _Best, parents: tuple[list[_Single], _Pairs]) -> None:
    singles, bounds = parents
    highest = {pair: float(bound.max(initial=-np.inf)) for pair, bound in bounds.items()}
    features = [i for i, s in enumerate(singles) if len(s.chosen)]
    reach = {t: min(highest[pair] for pair in combinations(t, 2)) for t in combinations(features, 3)}
    order = sorted((t for t in reach if reach[t] > best.threshold), key=lambda t: (-reach[t], t))
    wanted: set[Columns] = set(order)
    seen, told, limit = np.nan, rows.excess, 0.0
    for first in order:
        if first not in wanted:
            continue
        if reach[first] <= best.threshold - _ROUNDING:
            break
        if not all(len(k) for k in _kept(first, bounds, best.threshold - _ROUNDING)):
            continue
        if best.threshold != seen:
            seen = best.threshold
            of_rows, of_excess, limit = best.scoring.linear(seen)
            # One sum over the rows tells whether there can be a better slice at all.
            told = rows.weighted(of_rows + of_excess * rows.excess)
        for columns, table in tables_of(rows.cells, rows.sizes, [told], wanted, first):
            _triple(rows, best, columns, (table[0], limit, parents))


def _triple(
    rows: _Rows, best: _Best, columns: Columns, given: tuple[Floats, float, tuple[list[_Single], _Pairs]]
) -> None:
    told, limit, (singles, bounds) = given
    kept = _kept(columns, bounds, best.threshold - _ROUNDING)
    if not all(len(k) for k in kept):
        return
    chosen = [singles[c].chosen[k] for c, k in zip(columns, kept, strict=True)]
    held = [rows.held[column][which] for column, which in zip(columns, chosen, strict=True)]
    if _by_predicates(told, *held).max() <= limit - _ROUNDING * best.scoring.rows:
        return
    weights = [rows.count, rows.weighted(rows.excess)]
    [(_, table)] = tables_of(rows.cells, rows.sizes, weights, {columns}, columns)
    best.take(columns, chosen, np.stack([_by_predicates(t, *held) for t in table]), rows.mean)


def _by_predicates(table: Floats, a: Floats, b: Floats, c: Floats) -> Floats:
    """Sums over the cells of three features' predicates."""
    wide, high, deep = table.shape
    sums = (a @ table.reshape(wide, high * deep)).reshape(len(a), high, deep)
    out: Floats = b @ (sums @ c.T)
    return out


def _kept(columns: Columns, bounds: _Pairs, threshold: float) -> list[NDArray[np.intp]]:
    """Of three features the predicates whose pairs can all be part of a better slice."""
    a, b, c = columns
    ab, ac, bc = bounds[a, b], bounds[a, c], bounds[b, c]
    return [
        np.flatnonzero((x.max(axis=i, initial=-np.inf) > threshold) & (y.max(axis=j, initial=-np.inf) > threshold))
        for x, i, y, j in ((ab, 1, ac, 1), (ab, 0, bc, 1), (ac, 0, bc, 0))
    ]  # fmt: skip
