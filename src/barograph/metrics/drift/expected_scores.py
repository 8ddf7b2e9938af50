"""What a window's χ² is expected to be where nothing changed: noise of its rows, and what windows wander."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from barograph.metrics.drift.counts import Floats

#: Values that the wander may have; 13 give Student's tails to 10⁻⁵ within a twentieth.
_NODES: Final = 13
#: Rounds after which the wander agrees with the error of its own estimate.
_ROUNDS: Final = 12
_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wander:
    """What windows wander adds to their χ², as well as few windows tell it.

    Attributes
    ----------
    mean : estimate, 0 or more; of many windows that of each, shape (windows,).
    nodes : values it may have, shape (13,), of many windows (windows, 13); each has the weight of its place in a normal
        distribution.
    """

    mean: Floats | float
    nodes: Floats


def together(wanders: Sequence[Wander], windows: Sequence[int]) -> Wander:
    """What wanders in each window, of several columns with so many windows each.

    Examples
    --------
    >>> together([Wander(mean=1.0, nodes=np.ones(13)), Wander(mean=2.0, nodes=np.ones(13))], [2, 1]).mean.tolist()
    [1.0, 1.0, 2.0]
    """
    return Wander(
        mean=np.repeat(np.array([wander.mean for wander in wanders]), windows),
        nodes=np.repeat(np.array([wander.nodes for wander in wanders]), windows, axis=0),
    )


def wander_of(score: float, *, free: float, k_eff: float) -> Wander:
    """What wanders beyond noise, from the mean score of a reference's windows.

    The mean of K_eff scores is taken for ``(free + W) χ²_ω/ω`` with ``ω = (K_eff − 1)(free + W)²/c₂(W)``, c₂ of
    `expected_scores`; a node is the W of which the mean that was found is the quantile of that node.

    Examples
    --------
    >>> wander_of(19.0, free=19.0, k_eff=28.0).mean
    0.0
    >>> wander_of(30.0, free=19.0, k_eff=28.0).nodes.round(1)[[2, 6, 10]].tolist()
    [50.3, 11.1, 4.1]
    """
    from scipy.special import chdtri

    if free < 1:
        return Wander(mean=0.0, nodes=np.zeros(_NODES))
    beyond = _places()[1]
    nodes = np.full(_NODES, max(score - free, 0.0))
    for _ in range(_ROUNDS):
        omega = max(k_eff - 1.0, 1.0) * (free + nodes) ** 2 / _cumulant(free, nodes, 2)
        nodes = np.maximum(score * omega / chdtri(omega, beyond) - free, 0.0)
    return Wander(mean=max(score - free, 0.0), nodes=nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedScores:
    """The distribution of the score of each of some windows, where nothing changed.

    Attributes
    ----------
    mean : shape (windows,).
    start, scale, nu : the score is start + scale · χ²_ν, shape (windows, 13), one for each value the wander may have.
    """

    mean: Floats
    start: Floats
    scale: Floats
    nu: Floats

    def of(self, windows: slice) -> ExpectedScores:
        """The same of some of the windows."""
        return ExpectedScores(
            mean=self.mean[windows], start=self.start[windows], scale=self.scale[windows], nu=self.nu[windows]
        )

    def p_values(self, scores: Floats) -> Floats:
        """Probability of a score as large.

        Examples
        --------
        >>> expected_scores(np.array([3.0]), Wander(mean=0.0, nodes=np.zeros(13))).p_values(np.array([7.8147])).round(4)
        array([0.05])
        """
        from scipy.special import chdtrc

        beyond = np.maximum((scores[:, None] - self.start) / self.scale, 0.0)
        # No matrix product: its last bit hangs on how many windows there are.
        p: Floats = np.minimum((chdtrc(self.nu, beyond) * _places()[0]).sum(axis=1), 1.0)
        return p

    def limits(self, level: float) -> Floats:
        """The score whose p-value is `level`.

        Examples
        --------
        >>> expected_scores(np.array([3.0]), Wander(mean=0.0, nodes=np.zeros(13))).limits(0.05).round(2)
        array([7.81])
        """
        from scipy.special import chdtri

        low = np.zeros(len(self.mean))
        high = (self.start + self.scale * chdtri(self.nu, level)).max(axis=1)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            above = self.p_values(middle) > level
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        limits: Floats = high
        return limits


def expected_scores(free: Floats, wander: Wander, *, growth: Floats | float = 1.0) -> ExpectedScores:
    """Distribution of the χ² of windows whose shares wander.

    Noise gives χ² of `free` degrees of freedom, wander adds its variance to the directions it moves. These are
    taken for one, ``(1 + W) χ²₁ + χ²_{free − 1}``: more than one have a lighter tail. With the cumulants
    ``c_r = free − 1 + (1 + W)^r`` the score is ``c₁ + s (χ²_ν/ν − 1)``, ``s = c₂²/c₃``, ``ν = c₂³/c₃²``, which has the
    mean, variance and skewness of that sum; and p-values are the mean over what W may be.

    Parameters
    ----------
    free : degrees of freedom of each window's χ², shape (windows,); at least 1 where the window is judged.
    growth : how many times the wander of a reference window that of each window is.

    Notes
    -----
    Of two cells this is Student's t with K_eff − 1 degrees of freedom, squared. Cost: 13 incomplete Γ a window.
    Source: Pearson (1959), Biometrika 46, 364, for three moments.

    Examples
    --------
    >>> found = expected_scores(np.array([19.0]), Wander(mean=10.0, nodes=np.full(13, 10.0)))
    >>> found.mean.tolist(), found.p_values(np.array([150.0])).round(5).tolist()
    ([29.0], [0.00044])
    """
    moved = wander.nodes * np.reshape(growth, (-1, 1))
    second, third = (_cumulant(free[:, None], moved, r) for r in (2, 3))
    nu = second**3 / third**2
    return ExpectedScores(
        mean=free + wander.mean * growth,
        start=free[:, None] + moved - second**2 / third,
        scale=third / second,
        nu=nu,
    )


def _cumulant(free: Floats | float, wander: Floats, order: int) -> Floats:
    return np.asarray(np.maximum(np.subtract(free, 1.0), 0.0) + (1.0 + wander) ** order)


@cache
def _places() -> tuple[Floats, Floats]:
    """Weights of Gauss and Hermite, and the probability of a normal value beyond each of their places."""
    from scipy.special import ndtr

    places, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return weights / weights.sum(), np.asarray(ndtr(-places))
