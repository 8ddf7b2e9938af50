"""The outcome part of a profile: labelled rows are judged, and added up per cell as `OutcomeSums`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, stacked
from barograph.profile.answers import measures_of
from barograph.profile.columns import ColumnSums
from barograph.profile.division import WEIGHT_STEPS, Division, Runs, weight_sums
from barograph.profile.fixed import fixed_sums, one_limb
from barograph.profile.grid import CROSS_CELLS, OutcomeGrid
from barograph.profile.measures import COARSE_MEASURES, CROSS_MEASURES, Floats, OutcomeRows
from barograph.profile.multilabel import NONE, PAIRS, pair_codes
from barograph.profile.outcome_sums import SCORE_STEPS, LabelSums, OutcomeSums
from barograph.profile.tails import FURTHEST, tail_bin

#: Rows whose measures are computed at a time, so that they stay in the processor's cache.
_CHUNK = 1 << 14

#: Tables of at most so many codes are counted whole.
_MOST_DENSE = 1 << 16

#: Per counted feature the cross-table cell of each code, and the codes of a block's rows.
Features = list[tuple[NDArray[np.int64], NDArray[np.int16]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A block's judged rows with their measures, computed once for every division into cells.

    Attributes
    ----------
    measures : in the order of the grid's steps, shape (measures, rows).
    cross : the cross measures as integers in their steps.
    label_mask : rows of the block that have a label.
    """

    rows: OutcomeRows
    measures: Floats
    cross: list[Floats]
    label_mask: NDArray[np.bool_]

    def sliced(self, rows: slice) -> Judged:
        """What is judged of some of the block's rows."""
        start, count = (int(np.count_nonzero(self.rows.judged[part])) for part in (slice(rows.start), rows))
        held = slice(start, start + count)
        return Judged(
            rows=replace(self.rows.sliced(held), judged=self.rows.judged[rows]),
            measures=self.measures[:, held],
            cross=[q[held] for q in self.cross],
            label_mask=self.label_mask[rows],
        )


def cross_measures(grid: OutcomeGrid, task: str) -> tuple[str, ...]:
    """Names of the measures kept in cross tables, of those the grid has."""
    return tuple(m for m in CROSS_MEASURES[task] if m in grid.steps)


def judge(rows: OutcomeRows, grid: OutcomeGrid, label_mask: NDArray[np.bool_]) -> Judged:
    """Compute the row measures of a block and their cross-table integers."""
    names = list(grid.steps)
    measures = np.empty((len(names), len(rows.label)))
    for start in range(0, len(rows.label), _CHUNK):
        part = slice(start, start + _CHUNK)
        found = measures_of(rows.sliced(part))
        for i, name in enumerate(names):
            # Rows that lack the score column add nothing to its measures.
            measures[i, part] = found.get(name, 0.0)
    cross = [one_limb(measures[names.index(m)], grid.steps[m]) for m in cross_measures(grid, rows.task)]
    return Judged(rows=rows, measures=measures, cross=cross, label_mask=label_mask)


def sum_outcome(
    judged: Judged,
    grid: OutcomeGrid,
    division: Division,
    *,
    label: ColumnSums | None,
    features: Features | None,
) -> OutcomeSums:
    """Add up the judged rows per cell.

    Parameters
    ----------
    judged : the block's rows.
    division : cells and weights of all the block's rows.
    label : the label column's sums under the same division.
    features : per counted feature the cross-table cell of each code and the codes of all rows;
        None where no cross tables are kept.
    """
    if division.starts:
        parts = [
            _sum_cells(judged.sliced(part), grid, within, features=_features_of(features, part))
            for part, within in division.windows()
        ]
        sums = stacked(parts)
    else:
        sums = _sum_cells(judged, grid, division, features=features)
    return sums if label is None else replace(sums, label=LabelSums.of(label))


def _features_of(features: Features | None, rows: slice) -> Features | None:
    return None if features is None else [(cross, codes[rows]) for cross, codes in features]


def _sum_cells(
    judged: Judged, grid: OutcomeGrid, division: Division, *, features: Features | None
) -> OutcomeSums:
    rows, cells = judged.rows, division.cells
    mask = rows.judged
    cell = None if division.cell is None else division.cell[mask]
    weight = None if division.weight is None else division.weight[mask]
    place = np.zeros(int(mask.sum()), np.int64) if cell is None else cell
    measures = judged.measures
    if weight is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            measures = measures * weight
    runs = None if cell is None else Runs.of(cell, cells)
    order = None if runs is None else runs.order
    residual, residual_tails = _residuals(judged, grid, place, cells)
    labelled_cells = None if division.cell is None else division.cell[judged.label_mask]
    return OutcomeSums(
        labelled=rows_per_cell(labelled_cells, int(judged.label_mask.sum()), cells),
        judged=rows_per_cell(cell, len(place), cells),
        measures=fixed_sums(
            lambda part: tuple(measures[:, part] if order is None else measures.take(order[part], axis=1)),
            np.array(list(grid.steps.values())),
            (len(place), runs, cells),
            fine=np.array([name not in COARSE_MEASURES for name in grid.steps]),
        ),
        weights=weights_per_cell(weight, place, cells),
        residual=residual,
        residual_tails=residual_tails,
        confusion=_confusion(rows, place, weight, cells),
        scores=_score_sums(rows, grid, place, weight, cells),
        cross=None if features is None else _cross(judged, features, place, (cells, weight)),
        label=None,
    )


def rows_per_cell(cell: Ints | None, rows: int, cells: int) -> Ints:
    """Rows of each cell; `rows` where there is one cell."""
    return np.array([rows], np.int64) if cell is None else np.bincount(cell, minlength=cells)


def _weight_steps(weight: Floats | None) -> list[Floats]:
    """Σ weight as one more sum, where rows have weights."""
    return [] if weight is None else [np.rint(weight * WEIGHT_STEPS)]


def weights_per_cell(weight: Floats | None, place: Ints, cells: int) -> Ints | None:
    """Σw and Σw² of each cell in their steps, shape (cells, 2); None where unweighted."""
    if weight is None:
        return None
    return np.stack(weight_sums(weight, place, cells), axis=1)


def _residuals(judged: Judged, grid: OutcomeGrid, place: Ints, cells: int) -> tuple[Ints | None, Sparse]:
    error, residual = judged.rows.residual, grid.residual
    if error is None or residual is None or not residual.bins:
        return None, Sparse.empty(3, 2)
    finite = np.isfinite(error)
    codes = np.where(finite, residual.binner.codes(error) - 1, residual.code("nan"))
    codes[codes < 0] = residual.code("below")
    counts = np.bincount(place * residual.codes + codes, minlength=cells * residual.codes)
    beyond = finite & ((codes == residual.code("above")) | (codes == residual.code("below")))
    e, above = error[beyond], codes[beyond] == residual.code("above")
    edge = np.where(above, residual.edges[-1], residual.edges[0])
    with np.errstate(over="ignore"):
        distance = np.abs(e / residual.unit - edge / residual.unit)
    bins, q = tail_bin(np.minimum(distance, FURTHEST))
    keys = np.stack((place[beyond], np.where(above, 1, -1), bins), axis=1).astype(np.int64)
    return counts.reshape(cells, residual.codes), Sparse.of(keys, np.stack((np.ones_like(q), q), axis=1))


def _confusion(rows: OutcomeRows, place: Ints, weight: Floats | None, cells: int) -> Sparse:
    if rows.task == "regression":
        return Sparse.empty(3, 1)
    if rows.task == "multilabel":
        return _pairs(rows, place, weight, cells)
    width = len(rows.classes) + 2
    code = (place * width + rows.label.astype(np.int64)) * width + rows.prediction.astype(np.int64)
    found, values = sums_by_code(code, _weight_steps(weight), cells * width * width)
    return Sparse(np.stack((found // (width * width), found // width % width, found % width), axis=1), values)


def _pairs(rows: OutcomeRows, place: Ints, weight: Floats | None, cells: int) -> Sparse:
    row, code = pair_codes(rows)
    size = PAIRS * len(rows.classes)
    steps = [step[row] for step in _weight_steps(weight)]
    found, values = sums_by_code(place[row] * size + code, steps, cells * size)
    return Sparse(np.stack((found // size, found % size // 3, found % 3), axis=1), values)


def _score_sums(
    rows: OutcomeRows, grid: OutcomeGrid, place: Ints, weight: Floats | None, cells: int
) -> Sparse:
    steps = _weight_steps(weight)
    out = Sparse.empty(4, 2 + len(steps))
    for i, (name, look_up) in enumerate(grid.score_binners.items()):
        if name not in rows.scores:
            continue
        score = rows.scores[name]
        label, wanted = rows.label, rows.score_class[name]
        scored = np.isfinite(score) & (score >= 0.0) & (score <= 1.0)
        if rows.task == "multilabel":
            label, wanted = label[:, wanted], 1
            scored &= label != NONE
        held = np.flatnonzero(scored)
        s, positive = score[held], (label[held] == wanted).astype(np.int64)
        width = len(look_up.edges)
        bins = look_up.codes(s)
        code = (place[held] * 2 + positive) * width + bins
        offset = np.ceil((s - look_up.edges[bins - 1]) / look_up.widths[bins - 1] * SCORE_STEPS)
        found, values = sums_by_code(code, [offset, *(w[held] for w in steps)], cells * 2 * width)
        keys = np.stack(
            (found // (2 * width), np.full(len(found), i), found // width % 2, found % width), axis=1
        )
        out = out.plus(Sparse.of(keys, values))
    return out


def sums_by_code(code: Ints, integers: list[Floats], size: int) -> tuple[Ints, Ints]:
    """The codes below `size` that occur, and for each its rows and the sum of the `integers`."""
    found = None
    if size > max(len(code), _MOST_DENSE):
        found, code = np.unique(code, return_inverse=True)
        size = len(found)
    rows = np.bincount(code, minlength=size)
    sums = [np.bincount(code, weights=q, minlength=size).astype(np.int64) for q in integers]
    if found is None:
        found = np.flatnonzero(rows)
        rows, sums = rows[found], [q[found] for q in sums]
    return found, np.stack((rows, *sums), axis=1)


def _cross(
    judged: Judged,
    features: Features,
    place: Ints,
    division: tuple[int, Floats | None],
) -> Ints:
    cells, weight = division
    mask = judged.rows.judged
    whole = bool(mask.all())
    sums = [q if weight is None else one_limb(q * weight, 1.0) for q in judged.cross]
    size = cells * CROSS_CELLS
    table = np.zeros((len(features), 1 + len(sums), size), np.int64)
    for i, (cross, codes) in enumerate(features):
        where = cross.take(codes if whole else codes[mask], mode="clip")
        if cells > 1:
            where += place * CROSS_CELLS
        table[i, 0] = np.bincount(where, minlength=size)
        for j, q in enumerate(sums):
            table[i, 1 + j] = np.bincount(where, weights=q, minlength=size)
    wide = table.reshape(len(features), 1 + len(sums), cells, CROSS_CELLS)
    return np.ascontiguousarray(wide.transpose(2, 0, 3, 1))
