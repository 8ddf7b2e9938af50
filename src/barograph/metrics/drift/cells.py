"""The cells two columns are compared on: a few for tests, all of them in order for distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say, word
from barograph.metrics.drift.cdf import OrderedCells
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView
from barograph.profile.algebra import Sparse
from barograph.profile.grid import BUCKETS, NUMERIC_EXTRA, CategoricalGrid, NumericGrid
from barograph.profile.tails import tail_distances

Floats = NDArray[np.float64]

MOST_TEST_BINS: Final = 20
ROWS_PER_TEST_BIN: Final = 50
#: Above this share of rows with unnamed categories, those that are named were chosen by their luck in these rows.
MOST_UNNAMED: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCells:
    """Aligned weights of both sides on the cells that tests use.

    Attributes
    ----------
    group : test cell of each code of the grid.
    unseen : cells of values the grid did not keep; None where every value has a cell.
    ordered : the first so many cells are ranges in order of size; 0 for categories.
    effective_n : Kish's effective rows of both sides; None where rows have no weights.
    """

    reference: Floats
    current: Floats
    group: NDArray[np.int64]
    unseen: NDArray[np.bool_] | None
    ordered: int
    effective_n: tuple[float, float] | None


def mostly_unnamed(reference: ColumnView) -> Undefined | None:
    """Why categories cannot be compared: too many of the reference's rows hold values too rare to be named."""
    grid = reference.grid
    if not isinstance(grid, CategoricalGrid) or grid.complete:
        return None
    unnamed = float(reference.weights[len(grid.categories) : len(grid.categories) + BUCKETS].sum())
    share = unnamed / max(float(reference.weights.sum()), 1.0)
    if share <= MOST_UNNAMED:
        return None
    return Undefined(
        reason="too_many_categories",
        detail=say(
            "{n} % of the reference's rows of {column} hold values too rare to be named, whose distribution cannot be "
            "compared; give it the role id or entity, the kind text, or group it",
            n=f"{100.0 * share:.0f}",
            column=repr(reference.column.name),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlan:
    """The cells that tests use, from the reference alone.

    Attributes
    ----------
    group : test cell of each code of the grid, ascending.
    size : number of test cells.
    unseen, ordered : as of `ComparedCells`.
    """

    group: NDArray[np.int64]
    size: int
    unseen: NDArray[np.bool_] | None
    ordered: int

    @property
    def ranges(self) -> int:
        """Cells of ranges of numbers, those above and below the grid's among them; 0 for categories."""
        return self.ordered + 2 if self.ordered else 0

    def of(self, codes: Floats) -> Floats:
        """Rows per test cell from rows per code, along the last axis."""
        if self.size == codes.shape[-1]:
            return codes
        return np.add.reduceat(codes, np.searchsorted(self.group, np.arange(self.size)), axis=-1)


def cell_plan(reference: ColumnView, *, most_bins: int = MOST_TEST_BINS) -> CellPlan:
    """Test cells of one column: at most `most_bins` nested bins, or every category, then what is not a value.

    The number of bins depends on the reference's rows alone (at least 50 a bin), so a verdict cannot jump with
    the size of a window. Nulls, NaN, infinities, mismatches, values below or above the range and hash buckets
    of unnamed categories are cells of their own.
    """
    grid = reference.grid
    if isinstance(grid, NumericGrid):
        held = int(reference.counts[: grid.bins].sum())
        groups = grid.groups(min(most_bins, max(held // ROWS_PER_TEST_BIN, 1)))
        inner = int(groups.max()) + 1 if len(groups) else 0
        group = np.concatenate((groups, inner + np.arange(len(NUMERIC_EXTRA)))).astype(np.int64)
        return CellPlan(group=group, size=inner + len(NUMERIC_EXTRA), unseen=None, ordered=inner)
    unseen = np.zeros(grid.codes, bool)
    unseen[len(grid.categories) : len(grid.categories) + BUCKETS] = True
    return CellPlan(group=np.arange(grid.codes), size=grid.codes, unseen=unseen, ordered=0)


def compared_cells(
    reference: ColumnView, current: ColumnView, *, plan: CellPlan | None = None
) -> ComparedCells:
    """Weights of both sides on the reference's test cells, which may be given."""
    plan = plan or cell_plan(reference)
    weighted = reference.sums.weighted is not None
    return ComparedCells(
        reference=plan.of(reference.weights),
        current=plan.of(current.weights),
        group=plan.group,
        unseen=plan.unseen,
        ordered=plan.ordered,
        effective_n=(reference.effective_rows, current.effective_rows) if weighted else None,
    )


def cell_name(grid: NumericGrid | CategoricalGrid, cells: ComparedCells, cell: int) -> str:
    """Name of a test cell for people: a category, a range of values, or `null`."""
    codes = np.flatnonzero(cells.group == cell)
    first, last = int(codes[0]), int(codes[-1])
    if isinstance(grid, CategoricalGrid):
        if first < len(grid.categories):
            return repr(grid.categories[first])
        if first < len(grid.categories) + BUCKETS:
            return say("new values")
        return (say("null"), say("mismatched"))[first - grid.codes + 2]
    if first >= grid.bins:
        beyond = (say("values above the range"), say("values below the range"))
        return (*beyond, *map(word, NUMERIC_EXTRA[2:]))[first - grid.bins]
    low, high = float(grid.edges[first]), float(grid.edges[last + 1])
    if np.nextafter(low, np.inf) >= high:
        return f"{low:,.6g}"
    return say("{first} to {last}", first=f"{low:,.6g}", last=f"{high:,.6g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Aligned weights of both sides over all ordered cells of a numeric column, tails included."""

    reference: Floats
    current: Floats
    cells: OrderedCells
    atoms: NDArray[np.bool_]


def ordered_cells(reference: ColumnView, current: ColumnView) -> Ordered | None:
    """All finite values in order of size; None where a side has none or the column is not numeric."""
    grid = reference.grid
    if not isinstance(grid, NumericGrid):
        return None
    below, above = (_tail(reference, current, side) for side in (-1, 1))
    counts = [
        np.concatenate((low, view.weights[: grid.bins], high))
        for low, view, high in zip(below[:2], (reference, current), above[:2], strict=True)
    ]
    if min(c.sum() for c in counts) <= 0:
        return None
    means = [
        np.concatenate((low, np.full(grid.bins, np.nan), high))
        for low, high in zip(below[4:], above[4:], strict=True)
    ]
    lower = np.concatenate((below[2], grid.edges[:-1] if grid.bins else grid.edges, above[2]))
    upper = np.concatenate((below[3], grid.edges[1:] if grid.bins else grid.edges, above[3]))
    with np.errstate(over="ignore"):
        atoms = upper <= np.nextafter(lower, np.inf)
    return Ordered(
        reference=counts[0],
        current=counts[1],
        cells=OrderedCells(
            lower=lower, upper=np.where(atoms, lower, upper), reference_means=means[0], current_means=means[1]
        ),
        atoms=atoms,
    )


def _tail(reference: ColumnView, current: ColumnView, side: int) -> tuple[Floats, ...]:
    """Weights of both sides, lower and upper edges, and both sides' means of the cells beyond one end."""
    grid = reference.grid
    assert isinstance(grid, NumericGrid)
    tables = [_of_side(view.sums.tails, side) for view in (reference, current)]
    bins = np.unique(np.concatenate([t[0] for t in tables]))[::side]
    starts = np.where(bins == 0, 0.0, tail_distances(bins, _mantissa(bins)))
    ends = tail_distances(bins + 1, _mantissa(bins + 1))
    edge = (grid.edges[-1] if side > 0 else grid.edges[0]) if grid.bins else 0.0
    with np.errstate(over="ignore"):
        near, far = (np.clip(edge + side * d * grid.unit, *_FINITE) for d in (starts, ends))
    out: list[Floats] = []
    means: list[Floats] = []
    for view, (held, rows, mean_distance) in zip((reference, current), tables, strict=True):
        place = (
            np.searchsorted(np.sort(bins), held)
            if side > 0
            else len(bins) - 1 - np.searchsorted(np.sort(bins), held)
        )
        weights, mean = np.zeros(len(bins)), np.full(len(bins), np.nan)
        code = view.grid.code("above" if side > 0 else "below")
        counted = max(int(view.counts[code]), 1)
        weights[place] = rows * (view.weights[code] / counted)
        with np.errstate(over="ignore"):
            mean[place] = np.clip(edge + side * mean_distance * grid.unit, *_FINITE)
        out.append(weights)
        means.append(np.clip(mean, np.minimum(near, far), np.maximum(near, far)))
    return (*out, np.minimum(near, far), np.maximum(near, far), *means)


_FINITE: Final = (-np.finfo(np.float64).max, np.finfo(np.float64).max)


def _of_side(tails: Sparse, side: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    held = tails.keys[:, 1] == side
    bins = tails.keys[held, 2]
    rows = tails.values[held, 0].astype(np.float64)
    return bins, rows, tail_distances(bins, tails.values[held, 1] / rows)


def _mantissa(bins: NDArray[np.int64]) -> NDArray[np.int64]:
    """The smallest mantissa of each tail bin, as `tail_distances` reads it."""
    return np.where(bins == 0, 0, (((bins - 1) % 8) + 8) << 26)
