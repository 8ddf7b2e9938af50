"""Maps from what a model says to what comes true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.explain.words import number
from barograph.locale.said import say

Floats = NDArray[np.float64]

#: Scores are held this far from 0 and 1, where their logit has no end.
_NEAREST = 1e-6
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """A map of answers, and what it is in words."""

    name: str
    of: Callable[[Floats], Floats]


def line(said: Floats, came: Floats, count: Floats, *, absolute: bool = False) -> Calibrator:
    """The straight line through what came true against predictions.

    Parameters
    ----------
    absolute : of least absolute instead of least squared errors, by iteratively reweighted least squares.

    Examples
    --------
    >>> line(np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0]), np.ones(3)).name
    'prediction × 2 + 1'
    """
    intercept, slope = _line(said, came, count)
    if absolute:
        least = 1e-6 * float(np.abs(came - came.mean()).max() or 1.0)
        for _ in range(_STEPS):
            error = np.abs(came - intercept - slope * said)
            intercept, slope = _line(said, came, count / np.maximum(error, least))
    sign = "+" if intercept >= 0.0 else "−"
    return Calibrator(
        name=say(
            "prediction × {slope} {sign} {rest}", slope=number(slope), sign=sign, rest=number(abs(intercept))
        ),
        of=lambda x: intercept + slope * x,
    )


def platt(score: Floats, came: Floats, count: Floats) -> Calibrator:
    """Platt's map, a logistic curve over the score's logit: ``expit(a + b·logit score)``.

    Notes
    -----
    Newton's method with a ridge of one row on either side of even odds, so that separable rows have a curve too.
    Source: Platt (1999).

    Examples
    --------
    >>> found = platt(np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 1.0, 1.0, 1.0]), np.ones(4))
    >>> bool(found.of(np.array([0.2]))[0] > 0.3)
    True
    """
    x = np.stack((np.ones_like(score), _logit(score)))
    beta, prior = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    # The map that changes nothing is worth two rows.
    ridge = np.diag([0.5, 0.5])
    for _ in range(_STEPS):
        p = _expit(beta @ x)
        gradient = x @ (count * (came - p)) - ridge @ (beta - prior)
        hessian = (x * (count * p * (1.0 - p))) @ x.T + ridge
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step * min(1.0, 4.0 / float(np.abs(step).max() or 1.0))
        if float(np.abs(step).max()) < 1e-9:
            break
    intercept, slope = beta.tolist()
    sign = "+" if intercept >= 0.0 else "−"
    return Calibrator(
        name=f"logit × {number(slope)} {sign} {number(abs(intercept))}",
        of=lambda s: _expit(intercept + slope * _logit(s)),
    )


def isotonic(score: Floats, came: Floats, count: Floats) -> Calibrator:
    """The rising curve nearest to what came true, joined by straight lines between its steps.

    Notes
    -----
    A step of k in n rows stands at (k + ½)/(n + 1), so that none is certain. Source: Zadrozny & Elkan, KDD 2002.

    Examples
    --------
    >>> found = isotonic(np.array([0.1, 0.4, 0.6, 0.9]), np.array([0.0, 1.0, 0.0, 1.0]), np.ones(4))
    >>> found.of(np.array([0.1, 0.5, 0.9])).tolist()
    [0.25, 0.5, 0.75]
    """
    from scipy.optimize import isotonic_regression

    x, place = np.unique(score, return_inverse=True)
    rows = np.bincount(place, weights=count)
    hits = np.bincount(place, weights=count * came)
    step = np.asarray(isotonic_regression(hits / rows, weights=rows).blocks)
    size = np.add.reduceat(rows, step[:-1])
    level = (np.add.reduceat(hits, step[:-1]) + 0.5) / (size + 1.0)
    level = np.maximum.accumulate(level)
    first, last = x[step[:-1]], x[step[1:] - 1]
    knots = np.stack((first, last), axis=1).ravel()
    heights = np.repeat(level, 2)
    return Calibrator(name=say("a rising curve"), of=lambda s: np.interp(s, knots, heights))


def _line(x: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    total = float(weight.sum())
    mx, my = float(weight @ x) / total, float(weight @ y) / total
    spread = float(weight @ (x - mx) ** 2)
    # A line through predictions that are all alike can only be moved.
    slope = (
        float(weight @ ((x - mx) * (y - my))) / spread if spread > 1e-12 * (total * mx * mx + 1e-300) else 1.0
    )
    return my - slope * mx, slope


def _logit(score: Floats) -> Floats:
    held = np.clip(score, _NEAREST, 1.0 - _NEAREST)
    found: Floats = np.log(held / (1.0 - held))
    return found


def _expit(x: Floats) -> Floats:
    from scipy.special import expit

    found: Floats = expit(x)
    return found
