"""SliceLine's score of a slice, and the highest that any part of a slice can have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What is fixed before slices are scored.

    Attributes
    ----------
    rows : all rows, n.
    sigma : rows a slice has at least.
    alpha : weight of the loss against the size, above 0 and at most 1.
    scale : the loss is told in this unit; SliceLine takes the mean loss.
    """

    rows: float
    sigma: float
    alpha: float
    scale: float

    def score(self, size: Floats, excess: Floats) -> Floats:
        """``α (ē_S − ē)/scale − (1 − α)(n/|S| − 1)``, −∞ below sigma rows.

        Parameters
        ----------
        size : rows of each slice.
        excess : Σ (loss − mean loss) of each slice, same shape.

        Examples
        --------
        >>> scoring = Scoring(rows=100.0, sigma=5.0, alpha=0.9, scale=1.0)
        >>> scoring.score(np.array([50.0, 4.0]), np.array([100.0, 100.0])).round(3).tolist()
        [1.7, -inf]
        """
        penalty = 1.0 - self.alpha
        out: Floats = excess * (self.alpha / self.scale)
        out -= penalty * self.rows
        out /= np.maximum(size, 1e-300)
        out += penalty
        out[size < self.sigma] = -np.inf
        return out

    def linear(self, threshold: float) -> tuple[float, float, float]:
        """Factors of rows and excess, and what their sum is above where a slice scores more than a threshold.

        Slices below sigma rows may be above it too.
        """
        penalty = 1.0 - self.alpha
        return penalty - threshold, self.alpha / self.scale, penalty * self.rows

    def bound(self, size: Floats, above: Floats, largest: Floats) -> Floats:
        """Upper bound of the score of every slice within a slice, itself among them.

        Parameters
        ----------
        size : rows of each slice.
        above : Σ max(loss − mean loss, 0) of each.
        largest : largest loss − mean loss of a row of each.

        Notes
        -----
        A part with s rows has an excess of at most ``min(above, s·largest)``. The score of that is highest at
        ``s = above/largest``, or at the size.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = np.where(largest > 0.0, above / largest, self.sigma)
        best = np.maximum(
            *(self._reached(s, above, largest) for s in (np.clip(turn, self.sigma, np.maximum(size, self.sigma)), size))
        )  # fmt: skip
        out: Floats = np.where(size < self.sigma, -np.inf, best)
        return out

    def _reached(self, size: Floats, above: Floats, largest: Floats) -> Floats:
        held = np.maximum(size, 1e-300)
        most = np.minimum(above / held, np.maximum(largest, 0.0))
        out: Floats = self.alpha * most / self.scale - (1.0 - self.alpha) * (self.rows / held - 1.0)
        return out
