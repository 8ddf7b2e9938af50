"""Exact sums of floating-point numbers: every float is a whole number times a power of two, and so is a sum of them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dyadic:
    """The number ``mantissa·2^exponent``, mantissa odd or 0: equal numbers have equal parts.

    Readings are few, at most some thousands a minute, so Python's integers of any length are affordable, and no step
    or scale has to be chosen before the first reading.

    Examples
    --------
    >>> float(Dyadic.of(0.1) + Dyadic.of(0.2))
    0.30000000000000004
    >>> Dyadic.of(1e300) + Dyadic.of(1.0) + Dyadic.of(-1e300) == Dyadic.of(1.0)
    True
    """

    mantissa: int
    exponent: int

    @staticmethod
    def of(x: float) -> Dyadic:
        """The number a finite float is."""
        over, under = x.as_integer_ratio()
        return _odd(over, 1 - under.bit_length())

    def __add__(self, other: Dyadic) -> Dyadic:
        """Exact sum."""
        low = min(self.exponent, other.exponent)
        return _odd(
            (self.mantissa << (self.exponent - low)) + (other.mantissa << (other.exponent - low)), low
        )

    def __mul__(self, other: Dyadic) -> Dyadic:
        """Exact product."""
        return _odd(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def __float__(self) -> float:
        """Nearest float; infinite beyond the largest."""
        try:
            if self.exponent >= 0:
                return float(self.mantissa << self.exponent)
            return self.mantissa / (1 << -self.exponent)
        except OverflowError:
            return math.inf if self.mantissa > 0 else -math.inf


def _odd(mantissa: int, exponent: int) -> Dyadic:
    if mantissa == 0:
        return Dyadic(0, 0)
    zeros = (mantissa & -mantissa).bit_length() - 1
    return Dyadic(mantissa >> zeros, exponent + zeros)


ZERO = Dyadic(0, 0)
