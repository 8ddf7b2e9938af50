"""Limits that rows like the reference's keep."""

from __future__ import annotations

import math
from typing import Final

from barograph.checks.check import SHOWN_LEVEL
from barograph.checks.widened import widened
from barograph.metrics.registry import metric
from barograph.metrics.values import Value

#: A share grows by this much before it is worth a word.
_MARGIN: Final = 0.005


def share_limit(highest: float) -> float:
    """A limit for a share that may be as high as `highest`: 0.5 percentage points more, rounded up.

    Examples
    --------
    >>> share_limit(0.0), share_limit(0.0123), share_limit(0.213)
    (0.005, 0.018, 0.22)
    """
    return min(rounded_up(highest + _MARGIN), 1.0)


def rounded_up(x: float) -> float:
    """The next number up of two digits; of one below 0.01.

    Examples
    --------
    >>> [rounded_up(x) for x in (0.0051, 0.0123, 0.23, 1.31, 14.2)]
    [0.006, 0.013, 0.23, 1.4, 15.0]
    """
    if x <= 0.0:
        return 0.0
    ten = 10.0 ** math.floor(math.log10(x))
    step = ten if x < 0.01 else ten / 10.0
    return float(f"{math.ceil(round(x / step, 9)) * step:.6g}")


def highest_share(share: Value, name: str, level: float) -> float:
    """Upper end of a share's interval at a level; of a share of 0, of which most are no chance, at 95 %."""
    return widened(share, metric(name), level if share.value else SHOWN_LEVEL)[1]


def highest_missing_mass(once: int, twice: int, rows: int, level: float) -> float:
    """How much of the rows may hold values that none of the reference's did.

    Parameters
    ----------
    once, twice : values that the reference has once, and twice.

    Notes
    -----
    Good and Turing's f₁/n, z times its standard deviation √(f₁ + 2f₂)/n, and ln(40)/n, below which a share shows
    no row in n with probability 2.5 %. Source: Good, Biometrika 40 (1953); Esty, Annals of Statistics 11 (1983).

    Examples
    --------
    >>> round(highest_missing_mass(0, 0, 1000, 0.95), 4), round(highest_missing_mass(30, 10, 1000, 0.95), 4)
    (0.0037, 0.0475)
    """
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    return (once + z * math.sqrt(once + 2.0 * twice) + math.log(40.0)) / rows


def highest_beyond_range(rows: int, level: float) -> float:
    """How much of the rows may lie beyond the smallest and largest of `rows` others.

    Notes
    -----
    Each tail beyond the record of n rows holds a mass that is exponential with mean 1/n; their sum is a gamma
    variable. Less where values repeat. Source: David & Nagaraja, Order Statistics (2003), §2.

    Examples
    --------
    >>> round(highest_beyond_range(1000, 0.95), 4)
    0.0056
    """
    from scipy.special import gammainccinv

    return float(gammainccinv(2.0, (1.0 - level) / 2.0)) / rows
