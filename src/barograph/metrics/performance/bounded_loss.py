"""The error as a loss between 0 and 1, for tests that need one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.performance.bounded import bounded_interval
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.residuals import beyond_pieces
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.grid import NumericGrid
from barograph.schema.model import REGRESSION_TASKS

Floats = NDArray[np.float64]

#: Errors beyond this quantile of the reference's count as no larger.
_LEVEL: Final = 0.999


def bounded_loss(view: OutcomeView) -> Result:
    """``Σ min(|ŷ − y|, M)/(n M)``, M the 99.9 % quantile of the reference's absolute errors; 0 is best.

    Every error counts as that of the end of its bin which is further from 0.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> round(bounded_loss(outcome_of("regression", [0.0] * 4, [1.0, 2.0, 3.0, 4.0])).value, 6)
    0.625
    """
    grid, counts = view.grid.residual, view.sums.residual
    if grid is None:
        return Undefined(
            reason="not_applicable", detail=say("classes have no residual; error rates are bounded")
        )
    if counts is None or not grid.bins:
        return Undefined(
            reason="no_reference", detail=say("the reference had no finite residual to learn bins from")
        )
    if view.sums.weights is not None:
        return Undefined(
            reason="not_applicable",
            detail=say("residuals are counted by row, so rows with weights have no bounded loss"),
        )
    largest = _largest(grid)
    if largest < np.finfo(np.float64).tiny:  # a bin of exact zeros ends at the next float
        return Undefined(reason="constant", detail=say("the reference had no error to compare with"))
    sides = [beyond_pieces(view, grid, side) for side in (-1, 1)]
    rows = np.concatenate((counts[0, : grid.bins].astype(np.float64), *(side[2] for side in sides)))
    far = np.concatenate(
        (_far(grid.edges[:-1], grid.edges[1:]), *(_far(low, high) for low, high, _ in sides))
    )
    n = float(rows.sum())
    if n <= 0.0:
        return Undefined(reason="overflow", detail=say("no residual is finite"))
    loss = np.minimum(far / largest, 1.0)
    mean, square = float(rows @ loss) / n, float(rows @ (loss * loss)) / n
    return figure(mean, int(n), bounded_interval(mean, square, n))


def _largest(grid: NumericGrid) -> float:
    """The end, further from 0, of the bin that holds the quantile of the reference's absolute errors."""
    far = _far(grid.edges[:-1], grid.edges[1:])
    order = np.argsort(far, kind="stable")
    held = np.cumsum(grid.mass[order])
    at = int(np.searchsorted(held, _LEVEL * held[-1], side="left"))
    return float(far[order][at])


def _far(low: Floats, high: Floats) -> Floats:
    far: Floats = np.maximum(np.abs(low), np.abs(high))
    return far


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.bounded_loss", title="Bounded loss", scope="outcome", applies_to=REGRESSION_TASKS,
        compute=bounded_loss, direction="lower_is_better", range=(0.0, 1.0),
        definition="Mean of min(|ŷ − y|, M)/M, M the 99.9 % quantile of the absolute errors of the rows that the grid "
        "was learned from, both taken at the end of their bin that is further from 0; no weights. Interval: Wilson's, "
        "of as many rows as a rate would need to be as sure.",
        misleads="It moves less than the error itself, and not at all where errors beyond M grow; it is for tests that "
        "are watched for ever, which need a loss between 0 and 1.",
        source="Podkopaev & Ramdas, ICLR 2022 (arXiv 2110.06177), §2; Wilson (1927)",
    ),
)  # fmt: skip
