"""A test's outcome: its statistic and its p-value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test statistic with its p-value, and degrees of freedom where it has them.

    Attributes
    ----------
    statistic : the statistic, in the metric's own unit.
    p_value : probability of one at least as extreme if nothing changed, in [0, 1].
    degrees_of_freedom : None where the distribution has none.

    Examples
    --------
    >>> Tested(statistic=2.5, p_value=0.1).degrees_of_freedom is None
    True
    """

    statistic: float
    p_value: float
    degrees_of_freedom: float | None = None
