"""What metric functions are given: one column or the outcome of one cell of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say, word
from barograph.metrics.values import Undefined
from barograph.profile.columns import ColumnSums
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS
from barograph.profile.fixed import totals
from barograph.profile.grid import ColumnGrid, NumericGrid, OutcomeGrid
from barograph.profile.outcome_sums import SCORE_STEPS, OutcomeSums
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Σ weight, mean and variance of a column's finite values; no variance where squares overflow."""

    weight: float
    mean: float
    variance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """One column of one cell.

    Attributes
    ----------
    rows : rows of the cell.
    effective_rows : Kish's (Σw)²/Σw², what an interval rests on; the rows where unweighted.
    sums : the column's sums; every array has one cell.
    """

    column: Column
    grid: ColumnGrid
    sums: ColumnSums
    rows: int
    effective_rows: float

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows per code of the grid."""
        row: NDArray[np.int64] = self.sums.counts[0]
        return row

    @property
    def weights(self) -> Floats:
        """Σ weight per code; the counts where unweighted."""
        if self.sums.weighted is None:
            return self.counts.astype(np.float64)
        weights: Floats = self.sums.weighted[0] / WEIGHT_STEPS
        return weights

    @property
    def mass(self) -> Floats:
        """Weight per code, scaled so that it adds up to the rows; the counts where unweighted."""
        weights = self.weights
        total = weights.sum()
        return weights if self.sums.weighted is None or not total else weights * (self.rows / total)

    @property
    def cells(self) -> ColumnCells:
        """The same as one of many."""
        return ColumnCells(
            column=self.column, grid=self.grid, sums=self.sums, rows=np.array([self.rows]),
            effective_rows=np.array([self.effective_rows]),
        )  # fmt: skip

    def moments(self) -> Moments | Undefined:
        """Weight, mean and variance of the finite values, from exact sums."""
        if self.sums.moments is None or not isinstance(self.grid, NumericGrid):
            return Undefined(
                reason="not_applicable",
                detail=say("{column} is {kind}", column=repr(self.column.name), kind=word(self.column.kind)),
            )
        first, second = totals(self.sums.moments, np.array(self.grid.steps))[0]
        # The codes of the bins, then `above` and `below`: the rows that hold a finite value.
        held = float(self.weights[: self.grid.bins + 2].sum())
        if held <= 0:
            return Undefined(reason="too_few_rows", detail=say("no row holds a finite value"))
        mean = first / held
        with np.errstate(over="ignore", invalid="ignore"):
            variance = second / held - mean * mean
        if not np.isfinite(mean + self.grid.centre):
            return Undefined(reason="overflow", detail=say("values too large to be summed"))
        return Moments(
            weight=held, mean=float(mean + self.grid.centre),
            variance=max(float(variance), 0.0) if np.isfinite(variance) else None,
        )  # fmt: skip

    def rows_coded(self, extra: str) -> int:
        """Rows with one of the grid's extra codes, such as `null`."""
        return int(self.counts[self.grid.code(extra)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCells:
    """One column of many cells at once.

    Attributes
    ----------
    rows, effective_rows : of each cell, as of `ColumnView`.
    sums : the column's sums by cell.
    """

    column: Column
    grid: ColumnGrid
    sums: ColumnSums
    rows: NDArray[np.int64]
    effective_rows: Floats

    @property
    def weights(self) -> Floats:
        """Σ weight by cell and code; the counts where unweighted."""
        if self.sums.weighted is None:
            return self.sums.counts.astype(np.float64)
        weights: Floats = self.sums.weighted / WEIGHT_STEPS
        return weights


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCounts:
    """Bins of a score column; bin i starts at ``grid.score_edges[name][i - 1]``.

    Attributes
    ----------
    rows, weights : by (is its class, bin), shape (2, bins + 1).
    mean : mean score of each bin's rows, to 1/128 of its width.
    at_edge : bins all of whose rows have the lower edge as their score.
    """

    rows: Floats
    weights: Floats
    mean: Floats
    at_edge: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """The judged rows of one cell.

    Attributes
    ----------
    rows : rows of the cell, labelled or not.
    sums : every array has one cell.
    task : the schema's; `regression` for a forecast, whose rows are judged alike.
    """

    schema: Schema
    task: str
    grid: OutcomeGrid
    sums: OutcomeSums
    rows: int

    @property
    def judged(self) -> int:
        """Rows with a label and an answer."""
        return int(self.sums.judged[0])

    @property
    def labelled(self) -> int:
        """Rows with a label."""
        return int(self.sums.labelled[0])

    @property
    def effective_rows(self) -> float:
        """Kish's (Σw)²/Σw² of the judged rows: what an interval rests on; the rows where unweighted."""
        if self.sums.weights is None:
            return float(self.judged)
        weight, square = self.sums.weights[0] / (WEIGHT_STEPS, SQUARE_STEPS)
        return float(weight * weight / square) if square else 0.0

    def measures(self) -> dict[str, float]:
        """Σ w·measure by name, and `weight` = Σ w (the rows where unweighted). NaN: a row overflowed."""
        steps = np.array(list(self.grid.steps.values()))
        sums = totals(self.sums.measures, steps)[0]
        out: dict[str, float] = dict(zip(self.grid.steps, sums.tolist(), strict=True))
        out["weight"] = float(self.judged)
        if self.sums.weights is not None:
            out["weight"] = float(self.sums.weights[0, 0] / WEIGHT_STEPS)
        return out

    def confusion(self) -> Floats:
        """Weighted rows by (label class, predicted class), shape (classes + 2, classes + 2).

        The last two rows and columns stand for values that are no known class, and for none.
        """
        width = len(self.grid.classes) + 2
        table = np.zeros((width, width))
        keys, values = self.sums.confusion.keys, self.sums.confusion.values
        weighted = self.sums.weights is not None
        table[keys[:, 1], keys[:, 2]] = values[:, 1] / WEIGHT_STEPS if weighted else values[:, 0]
        return table

    def scores(self, name: str) -> ScoreCounts:
        """The bins of one score column."""
        index = list(self.grid.score_edges).index(name)
        keys, values = self.sums.scores.keys, self.sums.scores.values
        held = keys[:, 1] == index
        bins = self.grid.score_binners[name]
        counts = np.zeros((3, 2, len(bins.edges) + 1))
        weight = values[held, 0] if self.sums.weights is None else values[held, 2] / WEIGHT_STEPS
        counts[:, keys[held, 2], keys[held, 3]] = values[held, 0], weight, values[held, 1]
        rows, weights, steps = counts
        # Half a step off each row that is not at its bin's edge: distances were rounded up.
        inside = np.maximum(steps - 0.5 * rows, 0.0).sum(axis=0)[1:-1] / SCORE_STEPS * bins.widths
        mean = np.concatenate(([0.0], bins.edges))
        held_rows = np.maximum(rows.sum(axis=0), 1.0)
        mean[1:-1] += inside / held_rows[1:-1]
        return ScoreCounts(rows=rows, weights=weights, mean=mean, at_edge=steps.sum(axis=0) == 0)


def column_view(profile: Profile, name: str) -> ColumnView | Undefined:
    """One column of a profile that has one cell."""
    if name not in profile.grid.columns:
        return Undefined(
            reason="column_missing", detail=say("column {name} is not in the grid", name=repr(name))
        )
    if name not in profile.columns or not len(profile.table.rows):
        return Undefined(reason="column_missing", detail=say("no row has a column {name}", name=repr(name)))
    return ColumnView(
        column=profile.schema.column(name),
        grid=profile.grid.columns[name],
        sums=profile.columns[name],
        rows=int(profile.table.rows[0]),
        effective_rows=effective_rows(profile),
    )


def column_cells(profile: Profile, name: str) -> ColumnCells:
    """One column, which the profile holds, of all its cells."""
    return ColumnCells(
        column=profile.schema.column(name),
        grid=profile.grid.columns[name],
        sums=profile.columns[name],
        rows=profile.table.rows,
        effective_rows=effective_rows_each(profile),
    )


def effective_rows(profile: Profile) -> float:
    """Kish's (Σw)²/Σw² of a profile that has one cell."""
    return float(effective_rows_each(profile)[0])


def effective_rows_each(profile: Profile) -> Floats:
    """Kish's (Σw)²/Σw² of each cell."""
    return profile.effective_rows


def outcome_view(profile: Profile) -> OutcomeView | Undefined:
    """The judged rows of a profile that has one cell."""
    if profile.schema.task is None or profile.schema.one("label") is None:
        return Undefined(reason="no_labels", detail=say("the schema names no task and label column"))
    if profile.grid.outcome is None or profile.outcome is None:
        return Undefined(reason="no_labels", detail=say("no row has both a label and a prediction or score"))
    if not len(profile.outcome.judged) or int(profile.outcome.judged[0]) == 0:
        return Undefined(reason="no_labels", detail=say("no row has both a label and a prediction or score"))
    rows: Any = profile.table.rows[0]
    task = profile.schema.task
    return OutcomeView(
        schema=profile.schema, task="regression" if task == "forecast" else task, grid=profile.grid.outcome,
        sums=profile.outcome, rows=int(rows),
    )  # fmt: skip
