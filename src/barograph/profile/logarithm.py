"""A natural logarithm made of + - x / only: the same bits on every machine, unlike the C library's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2 = 0.6931471805599453
_SQRT_HALF = 0.7071067811865476
#: 1/(2k+1) for the series of atanh; |s| ≤ 0.1716 makes the last term smaller than 2⁻⁵³.
_COEFFICIENTS = tuple(1.0 / (2 * k + 1) for k in range(10, -1, -1))


def log(values: Floats) -> Floats:
    """Natural logarithm of positive finite values, within 2 units in the last place.

    log x = e·ln 2 + 2·atanh((m - 1)/(m + 1)) for x = m·2ᵉ with m in [√½, √2).
    """
    mantissa, exponent = np.frexp(values)
    small = mantissa < _SQRT_HALF
    mantissa = np.where(small, mantissa * 2.0, mantissa)
    power = exponent - small
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    series = np.full_like(s, _COEFFICIENTS[0])
    for coefficient in _COEFFICIENTS[1:]:
        series = series * square + coefficient
    return power * _LN2 + 2.0 * s * series
