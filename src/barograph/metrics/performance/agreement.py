"""Agreement of label and prediction beyond chance: Matthews' correlation and Cohen's kappa."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.intervals import fisher_interval, multinomial_variance, wilson
from barograph.metrics.performance.confusion import Confusion, confusion
from barograph.metrics.performance.figures import figure
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]


def mcc(view: OutcomeView) -> Result:
    """Matthews' correlation ``(c − Σ pₖtₖ)/√((1 − Σ pₖ²)(1 − Σ tₖ²))`` of shares; 1 is best, 0 is chance.

    c: share predicted right; tₖ, pₖ: share labelled and predicted k.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> mcc(outcome_of("binary", [0, 0, 1, 1], [0, 0, 1, 0], positive="1")).value.__round__(6)
    0.57735
    """
    found = confusion(view)
    if isinstance(found, Undefined):
        return found
    t, p, by_chance = _shares(found)
    spread_t, spread_p = 1.0 - float((t * t).sum()), 1.0 - float((p * p).sum())
    if spread_t < 1e-12 or spread_p < 1e-12:
        what = "labels" if spread_t < 1e-12 else "predictions"
        return Undefined(reason="constant", detail=f"all {what} are one class")
    agreed = float(found.right.sum()) / found.total
    scale = math.sqrt(spread_t * spread_p)
    value = min(max((agreed - by_chance) / scale, -1.0), 1.0)
    chance = _chance_gradient(found, t, p)
    gradient = (found.agrees - chance) / scale + value * (p[None, :] / spread_p + t[:, None] / spread_t)
    return _with_interval(found, value, gradient)


def cohen_kappa(view: OutcomeView) -> Result:
    """Cohen's kappa ``(c − e)/(1 − e)``; 1 is best, 0 is chance.

    c: share predicted right; e = Σ pₖtₖ, the share right by chance.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> cohen_kappa(outcome_of("binary", [0, 0, 1, 1], [0, 0, 1, 0], positive="1")).value
    0.5
    """
    found = confusion(view)
    if isinstance(found, Undefined):
        return found
    t, p, by_chance = _shares(found)
    if 1.0 - by_chance < 1e-12:
        return Undefined(reason="constant", detail="all labels and predictions are one class")
    agreed = float(found.right.sum()) / found.total
    value = min((agreed - by_chance) / (1.0 - by_chance), 1.0)
    gradient = (found.agrees - (1.0 - value) * _chance_gradient(found, t, p)) / (1.0 - by_chance)
    return _with_interval(found, value, gradient)


def _shares(found: Confusion) -> tuple[Floats, Floats, float]:
    """Shares of labels and predictions, and agreement by chance; unknown values never agree."""
    t, p = found.labels / found.total, found.predictions / found.total
    return t, p, float((t[:-1] * p[:-1]).sum())


def _chance_gradient(found: Confusion, t: Floats, p: Floats) -> Floats:
    """Derivative of Σ pₖtₖ by the share of each cell."""
    known = np.append(np.ones(len(found.classes)), 0.0)
    gradient: Floats = (known * p)[:, None] + (known * t)[None, :]
    return gradient


def _with_interval(found: Confusion, value: float, gradient: Floats) -> Result:
    variance = multinomial_variance(found.table, gradient)
    if abs(value) < 1.0 - 1e-12 and variance > 1e-24:
        return figure(value, found.n, fisher_interval(value, variance))
    # A table without a mistake shows no variance: carry accuracy's limits over, chance held fixed.
    _, _, by_chance = _shares(found)
    low, high = wilson(float(found.right.sum()), found.total)
    ends = [(end - by_chance) / (1.0 - by_chance) if by_chance < 1.0 else value for end in (low, high)]
    return figure(value, found.n, (max(min(ends[0], value), -1.0), min(max(ends[1], value), 1.0)))


_CLASSES = ("binary", "multiclass")
_TAIL = (
    "A value that is no known class agrees with nothing; rows without a prediction are left out. Interval: delta "
    "method on the table and Fisher's z; without a mistake, accuracy's limits with chance held fixed."
)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.mcc", title="Matthews' correlation", scope="outcome", applies_to=_CLASSES, compute=mcc,
        direction="higher_is_better", range=(-1.0, 1.0), minimum_rows=2,
        definition=f"(c − Σ pₖtₖ)/√((1 − Σ pₖ²)(1 − Σ tₖ²)): c right, tₖ labelled, pₖ predicted, as shares. {_TAIL}",
        misleads="Moves with the shares of the classes; models are compared on the same rows only.",
        source="sklearn.metrics.matthews_corrcoef; Gorodkin, Comput. Biol. Chem. 28 (2004) 367",
    ),
    MetricSpec(
        name="performance.cohen_kappa", title="Cohen's kappa", scope="outcome", applies_to=_CLASSES,
        compute=cohen_kappa, direction="higher_is_better", range=(-1.0, 1.0), minimum_rows=2,
        definition=f"(c − e)/(1 − e): c the share right, e = Σ pₖtₖ the share right by chance. {_TAIL}",
        misleads="Low for a rare class even where accuracy is high; moves with the shares of the classes.",
        source="sklearn.metrics.cohen_kappa_score; Fleiss, Cohen & Everitt, Psychol. Bull. 72 (1969) 323",
    ),
)  # fmt: skip
