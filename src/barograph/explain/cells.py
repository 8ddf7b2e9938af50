"""Losses by cell of the cross tables, where these hold them: exact, and of all judged rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from barograph.explain.losses import RowLoss
from barograph.explain.sampled import INVALID, NULL
from barograph.metrics.views import OutcomeView
from barograph.profile.outcome import cross_measures

Floats = NDArray[np.float64]
ByCell = Mapping[str, Floats]

#: Sums by cell agree with those of all rows but for the rounding of steps.
_ROUNDED = 1e-4


def cell_rows(view: OutcomeView, features: Sequence[str]) -> dict[str, Floats]:
    """Judged rows in each cell of every feature's cross table, shape (36,)."""
    if view.sums.cross is None:
        return {}
    rows = _without_invalid(view.sums.cross[0, :, :, 0].astype(np.float64))
    return {name: rows[i] for i, name in enumerate(features)}


def _without_invalid(table: Floats) -> Floats:
    """Invalid values counted as null: the sample does not tell them apart; shape (features, 36)."""
    out = table.copy()
    out[:, NULL] += out[:, INVALID]
    out[:, INVALID] = 0.0
    return out


def cell_losses(
    view: OutcomeView, features: Sequence[str], loss: RowLoss
) -> tuple[ByCell, ByCell | None] | None:
    """Σ loss and Σ loss² by cell; None where cross tables do not hold them."""
    if loss.linear is None or view.sums.cross is None:
        return None
    names = cross_measures(view.grid, view.task)
    table = view.sums.cross[0].astype(np.float64)
    sums = {name: table[:, :, 1 + i] * view.grid.steps[name] for i, name in enumerate(names)}
    losses = sum(
        (sums[n] * slope for n, slope in loss.linear.items() if n), loss.linear.get("", 0.0) * table[:, :, 0]
    )
    squares = _squares({n: slope for n, slope in loss.linear.items() if slope}, sums, table[:, :, 0])
    return (
        dict(zip(features, _without_invalid(losses), strict=True)),
        None if squares is None else dict(zip(features, _without_invalid(squares), strict=True)),
    )


def holding(
    table: tuple[ByCell, ByCell | None] | None, view: OutcomeView, mean: float
) -> tuple[ByCell, ByCell | None] | None:
    """The table where it holds the loss of all judged rows, else None; its squares likewise.

    A row's measure is cut at 2,048 times the reference's size in cross tables, which rows with a fault may exceed.
    """
    if table is None or not all(_hold(losses, view.judged * mean) for losses in table[0].values()):
        return None
    losses, squares = table
    if squares is not None and view.task == "regression":
        whole = view.measures()["squared_error"]
        if not all(_hold(square, whole) for square in squares.values()):
            return losses, None
    return table


def _hold(sums: Floats, total: float) -> bool:
    size = max(float(np.abs(sums).sum()), abs(total))
    return abs(float(sums.sum()) - total) <= _ROUNDED * size


def _squares(slopes: Mapping[str, float], sums: Mapping[str, Floats], rows: Floats) -> Floats | None:
    """Σ loss², where a cross measure is the square of the loss, as for an error, or the loss has but two values."""
    named = set(slopes) - {""}
    if (named == {"absolute_error"} and "" not in slopes) or (
        named == {"prediction", "label"} and "squared_error" in sums
    ):
        return sums["squared_error"]
    if named == {"misclassified"}:
        wrong, base = sums["misclassified"], slopes.get("", 0.0)
        squares: Floats = wrong * (base + slopes["misclassified"]) ** 2 + (rows - wrong) * base**2
        return squares
    return None
