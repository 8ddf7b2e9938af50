"""From two views of a column to a figure: the shapes that drift metrics share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.drift.cells import (
    ComparedCells,
    Ordered,
    cell_plan,
    compared_cells,
    mostly_unnamed,
    ordered_cells,
)
from barograph.metrics.drift.counts import scale_to
from barograph.metrics.drift.distance_interval import Distances, distance_interval
from barograph.metrics.drift.effect import ColumnCounts, Effects, effects_of_columns
from barograph.metrics.drift.energy import energy
from barograph.metrics.drift.l_infinity import l_infinity_each, largest_possible
from barograph.metrics.drift.moments import Moments as Sample
from barograph.metrics.drift.significance import drift_p_value
from barograph.metrics.drift.wasserstein import wasserstein
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnCells, ColumnView

Floats = NDArray[np.float64]
#: A column of the reference, and of the cells that are compared with it.
Sides = tuple[ColumnView, ColumnCells]

#: The seed that makes an interval a function of the counts.
_SEED: Final = 20_110_101


def _too_few() -> Undefined:
    return Undefined(reason="too_few_rows", detail=say("one side has no rows"))


def _counts(reference: ColumnView, current: ColumnView) -> ComparedCells | Undefined:
    """The test cells, their weights scaled to effective rows."""
    unnamed = mostly_unnamed(reference)
    if unnamed is not None:
        return unnamed
    cells = compared_cells(reference, current)
    if cells.reference.sum() <= 0 or cells.current.sum() <= 0:
        return _too_few()
    if cells.effective_n is None:
        return cells
    n, m = cells.effective_n
    return replace(cells, reference=scale_to(cells.reference, n), current=scale_to(cells.current, m))


def distance_of_counts(function: Distances) -> Callable[[ColumnView, ColumnView], Result]:
    """A distance of two count vectors with its interval."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        counts = _counts(reference, current)
        if isinstance(counts, Undefined):
            return counts
        held = (counts.reference > 0) | (counts.current > 0)
        p, q = counts.reference[held], counts.current[held]
        interval = distance_interval(function, p, q, rng=np.random.default_rng(_SEED))
        return Value(value=float(function(p, q)), n=current.rows, interval=interval)

    return compute


def total_variation_figure(reference: ColumnView, current: ColumnView) -> Result:
    """Total variation with the interval of the effect: both have one truth."""
    return total_variation_figures(reference, current.cells)[0]


def total_variation_figures(reference: ColumnView, current: ColumnCells) -> list[Result]:
    """`total_variation_figure` of every cell."""
    return total_variation_of_columns([(reference, current)])[0]


def total_variation_of_columns(columns: Sequence[Sides]) -> list[list[Result]]:
    """`total_variation_figures` of several columns."""
    return _of_effects(columns, lambda e: (e.total_variation, e.low, np.maximum(e.high, e.total_variation)))


def effect_figure(reference: ColumnView, current: ColumnView) -> Result:
    """The calibrated effect."""
    return effect_figures(reference, current.cells)[0]


def effect_figures(reference: ColumnView, current: ColumnCells) -> list[Result]:
    """`effect_figure` of every cell."""
    return effect_of_columns([(reference, current)])[0]


def effect_of_columns(columns: Sequence[Sides]) -> list[list[Result]]:
    """`effect_figures` of several columns."""
    return _of_effects(columns, lambda e: (e.effect, e.low, e.high))


def _of_effects(
    columns: Sequence[Sides], figure: Callable[[Effects], tuple[Floats, Floats, Floats]]
) -> list[list[Result]]:
    """A value and the ends of its interval of every cell of every column."""
    counted = [_cells_with_rows(*sides) for sides in columns]
    found = iter(effects_of_columns([each[0] for each in counted if not isinstance(each, Undefined)]))
    out: list[list[Result]] = []
    for (_, current), each in zip(columns, counted, strict=True):
        if isinstance(each, Undefined):
            out.append([each] * len(current.rows))
            continue
        results: list[Result] = [_too_few()] * len(current.rows)
        held = each[1]
        values = (held, current.rows[held], *figure(next(found)))
        for cell, n, value, low, high in zip(*(v.tolist() for v in values), strict=True):
            results[cell] = Value(value=value, n=n, interval=(low, high))
        out.append(results)
    return out


def _cells_with_rows(
    reference: ColumnView, current: ColumnCells
) -> tuple[ColumnCounts, NDArray[np.intp]] | Undefined:
    """Counts of both sides, of the cells that hold a row, and which these are."""
    unnamed = mostly_unnamed(reference)
    if unnamed is not None:
        return unnamed
    plan = cell_plan(reference)
    before, after = plan.of(reference.weights), plan.of(current.weights)
    held = after.sum(axis=1) > 0
    if before.sum() <= 0 or not held.any():
        return _too_few()
    after = after[held]
    if current.sums.weighted is not None:
        before = scale_to(before, reference.effective_rows)
        after = after * (current.effective_rows[held] / after.sum(axis=1))[:, None]
    return ColumnCounts(reference=before, current=after, unseen=plan.unseen), np.flatnonzero(held)


def l_infinity_figure(reference: ColumnView, current: ColumnView) -> Result:
    """The largest change; its upper limit is that of any cell, since another one may have changed most."""
    found = distance_of_counts(l_infinity_each)(reference, current)
    counts = _counts(reference, current)
    if isinstance(found, Undefined) or found.interval is None or isinstance(counts, Undefined):
        return found
    high = max(largest_possible(counts.reference, counts.current), found.value)
    return Value(value=found.value, n=found.n, interval=(found.interval[0], min(high, 1.0)))


def tested_counts(function: Callable[..., Any], part: str) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic or p-value of a test on the test cells."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        counts = _counts(reference, current)
        if isinstance(counts, Undefined):
            return counts
        outcome = function(counts.reference, counts.current, unseen=counts.unseen, ordered=counts.ordered)
        return Value(value=float(getattr(outcome, part)), n=current.rows)

    return compute


def ordered(
    function: Callable[[Ordered, ColumnView], float],
) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic on all cells in order."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        cells = ordered_cells(reference, current)
        if cells is None:
            return Undefined(reason="too_few_rows", detail=say("one side has no finite value"))
        value = function(cells, reference)
        if not np.isfinite(value):
            return Undefined(
                reason="constant", detail=say("the reference has one value only, so there is no scale")
            )
        return Value(value=float(value), n=current.rows)

    return compute


def tested_means(function: Callable[[Sample, Sample], Any]) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic of two means and variances."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        samples: list[Sample] = []
        for view in (reference, current):
            m = view.moments()
            if isinstance(m, Undefined):
                return m
            if m.variance is None:
                return Undefined(
                    reason="overflow", detail=say("values too large for their squares to be summed")
                )
            n = m.weight * view.effective_rows / max(float(view.weights.sum()), 1e-300)
            if n < 2:
                return Undefined(reason="too_few_rows", detail=say("a variance needs two rows a side"))
            samples.append(Sample(n=n, mean=m.mean, variance=m.variance * n / (n - 1)))
        if samples[0].variance + samples[1].variance <= 0:
            return Undefined(reason="constant", detail=say("both sides are constant"))
        return Value(value=float(function(*samples).statistic), n=current.rows)

    return compute


def _sd(reference: ColumnView) -> float:
    moments = reference.moments()
    variance = None if isinstance(moments, Undefined) else moments.variance
    return float(np.sqrt(variance)) if variance else float("nan")


def wasserstein_of(o: Ordered, reference: ColumnView) -> float:
    """Wasserstein distance in the reference's standard deviation; NaN where it has none."""
    sd = _sd(reference)
    return wasserstein(o.reference, o.current, cells=o.cells, reference_sd=sd) if sd > 0 else sd


def energy_of(o: Ordered, reference: ColumnView) -> float:
    """Energy distance in the reference's standard deviation; NaN where it has none."""
    sd = _sd(reference)
    return energy(o.reference, o.current, cells=o.cells, reference_sd=sd) if sd > 0 else sd


def p_value_figure(reference: ColumnView, current: ColumnView) -> Result:
    """The p-value of no change."""
    counts = _counts(reference, current)
    if isinstance(counts, Undefined):
        return counts
    return Value(
        value=drift_p_value(counts.reference, counts.current, unseen=counts.unseen, ordered=counts.ordered),
        n=current.rows,
    )
