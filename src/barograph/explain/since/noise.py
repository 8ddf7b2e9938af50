"""How well levels explain a series whose noise remembers the window before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Correlations of neighbouring windows that are tried.
MEMORIES: Final = np.array([0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Least squares of a series on a design, its noise autoregressive of the first order.

    Attributes
    ----------
    deviance : −2 log-likelihood, up to a constant of the series.
    rho : correlation of noise one window apart.
    coefficients : one for each column of the design.
    """

    deviance: float
    rho: float
    coefficients: Floats


def fitted(
    y: Floats, design: Floats, *, position: Ints, windows: int, known: float = 0.0, least: float = 0.0
) -> Fit:
    """Fit a design to values of equal precision, with the memory that makes them likeliest.

    Parameters
    ----------
    y : float64 of shape (kept,); what is fitted, scaled to equal precision like `design`.
    design : float64 of shape (kept, p), p < kept.
    position : of each value in time, in windows, not falling; a fall begins a series of its own.
    windows : how many the deviance counts, those left out included.
    known : squares added, of windows whose variance is known beforehand.
    least : squares a fit cannot go below; one that does fits noise.

    Notes
    -----
    Generalised least squares by whitening: value i less ρ^d of the one d windows before, over √(1 − ρ^2d).

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 1.0, 2.0])
    >>> fit = fitted(y, np.ones((4, 1)), position=np.arange(4), windows=4)
    >>> fit.rho, fit.coefficients.round(6).tolist()
    (0.0, [1.5])
    """
    link = np.zeros((len(MEMORIES), len(y)))
    lag = np.diff(position)
    link[:, 1:] = np.where(lag > 0, MEMORIES[:, None] ** np.maximum(lag, 1), 0.0)
    scale = np.sqrt(1.0 - link * link)
    coefficients = _least_squares(np.column_stack((design, y)), np.append(0, lag))
    left = y - coefficients @ design.T
    left[:, 1:] -= link[:, 1:] * left[:, :-1]
    squares = np.square(left / scale).sum(axis=1)
    least = max(least, 1e-12 * float(np.sum(y * y)), 1e-300)
    deviance = windows * np.log((np.maximum(squares, least) + known) / windows) + 2.0 * np.log(scale).sum(
        axis=1
    )
    i = int(deviance.argmin())
    return Fit(deviance=float(deviance[i]), rho=float(MEMORIES[i]), coefficients=coefficients[i])


def _least_squares(both: Floats, lag: Ints) -> Floats:
    """For each memory the coefficients of the last column on the others, shape (memories, columns − 1).

    A value d windows after another adds ``(b − rb')ᵀ(b − rb') / (1 − r²)`` to the products, r = ρ^d: three products for
    each d serve every memory.
    """
    products = np.zeros((len(MEMORIES), both.shape[1], both.shape[1]))
    for d in np.unique(np.maximum(lag, 0)).tolist():
        at = np.flatnonzero(np.maximum(lag, 0) == d)
        now = both[at]
        if d == 0:
            products += now.T @ now
            continue
        before = both[at - 1]
        r = (MEMORIES**d)[:, None, None]
        crossed = now.T @ before
        own = now.T @ now + r * r * (before.T @ before) - r * (crossed + crossed.T)
        products += own / (1.0 - r * r)
    gram = products[:, :-1, :-1]
    gram = gram + 1e-10 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(gram.shape[1])
    found: Floats = np.linalg.solve(gram, products[:, :-1, -1:])[:, :, 0]
    return found


def price(parameters: int, windows: int, asked: float) -> float:
    """What one more parameter costs in deviance, so that it must pass F = `asked` to pay.

    Parameters
    ----------
    parameters : of the fit with it.

    Examples
    --------
    >>> round(price(2, 10, 8.0), 2), round(price(2, 10_000, 8.0), 2)
    (6.93, 8.0)
    """
    return windows * math.log1p(asked / max(windows - parameters, 1))
