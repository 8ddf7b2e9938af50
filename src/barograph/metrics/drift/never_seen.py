"""Rows with values that a reference never had."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.metrics.drift.counts import Floats

#: The smallest and the largest value, beyond which rows may come.
RECORDS: Final = 2.0


def never_seen(fresh: Floats, *, rows: Floats, reference: Floats | float, singles: Floats | int) -> Floats:
    """Chance of so many or more rows with values that the reference never had.

    ``P = I_q(k, 2 + f₁)``, ``q = n/(n + m)``: rows of values that m rows did not show come like rows beyond their
    records, of which there are two, and like values that they showed once (f₁ of them).

    Parameters
    ----------
    fresh, rows : ndarray of float64 of shape (windows,)
        Rows with such values, k, and all rows, n, of each window.
    reference : float, or ndarray of shape (windows,)
        Rows of the reference, m.
    singles : int, or ndarray of shape (windows,)
        f₁.

    Notes
    -----
    A χ² says nothing of cells that the reference leaves empty: one row there adds m/n to it.
    Source: Gumbel & von Schelling (1950), Annals of Mathematical Statistics 21, 247–262; Good (1953), Biometrika 40.

    Examples
    --------
    >>> never_seen(np.array([0.0, 1.0, 3.0]), rows=np.full(3, 100.0), reference=2_700.0, singles=0).round(5).tolist()
    [1.0, 0.07015, 0.00018]
    """
    from scipy.special import betainc

    known = np.maximum(fresh, 1.0)
    found: Floats = betainc(known, RECORDS + singles, rows / np.maximum(rows + reference, 1.0))
    return np.where(fresh > 0, found, 1.0)
