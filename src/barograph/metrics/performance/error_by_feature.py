"""Where a model errs: its error along each feature, from cross tables of all labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say, word
from barograph.metrics.intervals import mean_interval, wilson
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.count import features_of
from barograph.profile.grid import CROSS_GROUPS, CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.nested_groups import nested_groups
from barograph.profile.outcome import cross_measures
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
Measure = Literal["bias", "error"]

#: Bins of numbers, and categories told by name.
MOST_BINS: Final = 8
_AFTER: Final = (say("below the range"), say("above the range"), say("null"), say("invalid"))
#: Measures of a cross table: those whose difference is averaged, and the one that holds its squares.
_BIAS: Final = {
    "regression": ("prediction", "label", "squared_error"),
    "binary": ("score", "label", "squared_score_error"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBin:
    """The rows of one bin of a feature: their number, and their error; None where there are no rows."""

    name: str
    rows: int
    error: Value | None


def error_by_feature(
    profile: Profile, feature: str, *, measure: Measure = "error"
) -> tuple[ErrorBin, ...] | Undefined:
    """The error of the judged rows along one feature.

    Parameters
    ----------
    profile : all its windows are taken together; rows without weights.
    feature : a column with a cross table: a feature, raw input or segment.
    measure : `error` is the mean absolute error of a regression, and the share of wrong answers of a
        classification; `bias` is the mean of prediction − label, and of score − (1 if positive, else 0).

    Returns
    -------
    At most 8 bins or categories, then what lies below and above the grid's range, null and invalid. They depend
    on the grid alone, so that two profiles on it have the same bins.

    Notes
    -----
    Exact sums over all rows. Intervals (95 %) are Wilson's for shares, Student's for means, from the sum of squares of
    the same table. Cost: O(1).

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> error_by_feature(profile_of([1.0, 2.0, 3.0]), "x").reason
    'no_labels'
    """
    view = outcome_view(profile.total())
    if isinstance(view, Undefined):
        return view
    why = _why_not(view, measure)
    if why is not None:
        return why
    features = features_of(profile.schema, profile.grid)
    if view.sums.cross is None or feature not in features:
        return Undefined(
            reason="not_applicable", detail=say("no cross table of {feature} was kept", feature=repr(feature))
        )
    table = view.sums.cross[0, features.index(feature)].astype(np.float64)
    names, group = _bins(profile.grid.columns[feature])
    summed = np.zeros((len(names), table.shape[1]))
    np.add.at(summed, group, table)
    steps = [view.grid.steps[m] for m in cross_measures(view.grid, view.task)]
    measures = dict(zip(cross_measures(view.grid, view.task), (summed[:, 1:] * steps).T, strict=True))
    found = [_error(view.task, measure, measures, int(n), i) for i, n in enumerate(summed[:, 0])]
    return tuple(
        ErrorBin(name=name, rows=int(n), error=value)
        for name, n, value in zip(names, summed[:, 0], found, strict=True)
    )


def explained(bins: tuple[ErrorBin, ...]) -> float:
    """How far the bins differ in their error, in squared standard errors beyond what chance gives.

    Examples
    --------
    >>> even = Value(value=1.0, n=9, interval=(0.0, 2.0))
    >>> explained((ErrorBin(name="a", rows=9, error=even), ErrorBin(name="b", rows=9, error=even)))
    -1.0
    """
    held = [b.error for b in bins if b.error is not None and b.error.interval is not None and b.rows >= 10]
    widths = [(v.interval[1] - v.interval[0]) / 4.0 for v in held if v.interval is not None]
    kept = [(v.value, 1.0 / (w * w)) for v, w in zip(held, widths, strict=True) if w > 0.0]
    if len(kept) < 2:
        return -1.0
    values, weights = (np.array(side) for side in zip(*kept, strict=True))
    centre = float((values * weights).sum() / weights.sum())
    return float((weights * (values - centre) ** 2).sum()) - (len(kept) - 1)


def _why_not(view: OutcomeView, measure: Measure) -> Undefined | None:
    if view.sums.weights is not None:
        return Undefined(
            reason="not_applicable",
            detail=say("cross tables count rows, so weighted rows have no means in them"),
        )
    if measure == "bias":
        if view.task not in _BIAS:
            return Undefined(
                reason="not_applicable", detail=say("a {task} task has no bias", task=word(view.task))
            )
        if not set(_BIAS[view.task]) <= set(view.grid.steps):
            return Undefined(reason="no_scores", detail=say("there is no score column"))
        if view.task == "binary" and round(view.measures()["scored"]) < view.judged:
            return Undefined(reason="no_scores", detail=say("some judged rows have no score"))
    elif view.task != "regression" and round(view.measures()["answered"]) < view.judged:
        return Undefined(reason="no_predictions", detail=say("some judged rows have no predicted class"))
    return None


def _error(task: str, measure: Measure, sums: dict[str, Floats], n: int, at: int) -> Value | None:
    if not n:
        return None
    if measure == "bias":
        above, below, squares = (float(sums[m][at]) for m in _BIAS[task])
        total, of_squares = above - below, squares
    elif task == "regression":
        total, of_squares = float(sums["absolute_error"][at]), float(sums["squared_error"][at])
    else:
        wrong = float(sums["misclassified"][at])
        return Value(value=wrong / n, n=n, interval=wilson(wrong, n))
    return Value(value=total / n, n=n, interval=mean_interval(total, of_squares, n))


def _bins(grid: ColumnGrid) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names of a feature's bins, and the bin of each cell of its cross table."""
    names, inner = _categories(grid) if isinstance(grid, CategoricalGrid) else _ranges(grid)
    after = (say("new values"), *_AFTER[1:]) if isinstance(grid, CategoricalGrid) else _AFTER
    return (*names, *after), np.concatenate((inner, len(names) + np.arange(len(after))))


def _categories(grid: CategoricalGrid) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if grid.complete and len(grid.categories) <= MOST_BINS:
        return grid.categories, np.minimum(np.arange(CROSS_GROUPS), max(len(grid.categories) - 1, 0))
    named = grid.categories[: MOST_BINS - 1]
    return (*named, say("others")), np.minimum(np.arange(CROSS_GROUPS), len(named))


def _ranges(grid: NumericGrid) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if not grid.bins:
        return (say("values"),), np.zeros(CROSS_GROUPS, np.int64)
    cells = grid.cross[: grid.bins]
    mass = np.bincount(cells, weights=grid.mass, minlength=1).astype(np.int64)
    groups = nested_groups(mass, MOST_BINS)
    of_bin = groups[cells]
    names = []
    for g in range(int(groups.max()) + 1):
        held = np.flatnonzero((of_bin == g) & (grid.mass > 0))
        if not len(held):
            held = np.flatnonzero(of_bin == g)
        low, high = float(grid.edges[held[0]]), float(grid.edges[held[-1]])
        after = float(grid.edges[held[-1] + 1])
        names.append(_range(low, high if np.nextafter(high, np.inf) >= after else after))
    inner = np.zeros(CROSS_GROUPS, np.int64)
    inner[: len(groups)] = groups
    return tuple(names), inner


def _range(low: float, high: float) -> str:
    first, last = _figure(low), _figure(high)
    return first if first == last else say("{first} to {last}", first=first, last=last)


def _figure(x: float) -> str:
    whole = x == round(x) or abs(x) >= 1e3
    text = f"{x:,.0f}" if whole and abs(x) < 1e9 else f"{x:.3g}"
    return text.replace("-", "−")
