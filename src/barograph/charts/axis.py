"""From values to pixels, and where to put the ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barograph.charts.numbers import MINUS, number, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A linear or logarithmic map from [low, high] to pixels [start, end].

    Values beyond the ends are drawn at the ends: a picture never leaves its frame.

    Examples
    --------
    >>> Scale(low=0, high=10, start=100, end=200)(2.5)
    125.0
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, x: float) -> float:
        """Return the pixel of `x`."""
        low, high = self.low, self.high
        if self.log:
            low, high, x = math.log10(low), math.log10(high), math.log10(max(x, self.low))
        # Halves first: high − low can exceed the largest float. Half the smallest float is 0.
        wide = high / 2 - low / 2
        part = (x / 2 - low / 2) / wide if wide > 0.0 else 0.5
        return self.start + (self.end - self.start) * min(max(part, 0.0), 1.0)

    def along(self, values: Sequence[float]) -> list[float]:
        """The pixels of many values, as of each alone, in a twentieth of the time.

        Examples
        --------
        >>> Scale(low=0, high=10, start=100, end=200).along([2.5, 11.0])
        [125.0, 200.0]
        """
        if self.log:
            return [self(value) for value in values]
        wide = self.high / 2 - self.low / 2
        halves = np.array(values, np.float64) / 2
        part = (halves - self.low / 2) / wide if wide > 0.0 else np.full(len(halves), 0.5)
        places: list[float] = (self.start + (self.end - self.start) * part.clip(0.0, 1.0)).tolist()
        return places


def linear_ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Round values in [low, high], about `count` of them, 1, 2 or 5 times a power of ten apart.

    Examples
    --------
    >>> linear_ticks(0, 0.93, 4)
    (0.0, 0.2, 0.4, 0.6, 0.8)
    """
    rough = (high / count) - (low / count)
    if not (rough > 0 and math.isfinite(rough)):
        return (low,)
    power = 10.0 ** math.floor(math.log10(rough))
    if power == 0:
        return (low, high)
    step = power * next((m for m in (1, 2, 5) if m * power >= rough * 0.75), 10)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    # A range far from zero and far narrower than its distance has no round values to offer.
    if abs(first) > 1e12:
        return (low, high)
    return tuple(_round(k * step, step) for k in range(first, last + 1))


def log_ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Powers of ten in [low, high], thinned to `count`; 1, 2, 5 steps where the range is short.

    Examples
    --------
    >>> log_ticks(8, 2000)
    (10.0, 100.0, 1000.0)
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    powers = [10.0**k for k in range(first, last + 1) if -300 < k < 300]
    if len(powers) >= 2:
        return tuple(powers[:: max(1, math.ceil(len(powers) / count))])
    finer = [m * 10.0**k for k in range(first - 1, last + 2) for m in (1, 2, 5)]
    return tuple(x for x in finer if low <= x <= high)


def tick_text(x: float, step: float) -> str:
    """Write a tick with the decimals its step needs, so that a row of ticks lines up.

    Examples
    --------
    >>> tick_text(0.5, 0.25), tick_text(2000, 1000), tick_text(3e7, 1e7)
    ('0.50', '2,000', '30M')
    """
    if x == 0:
        return "0"
    if abs(x) >= 1e6 or not 1e-4 <= step < 1e6:
        return number(x)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += not math.isclose(step * 10**decimals, round(step * 10**decimals), rel_tol=1e-6)
    return f"{x:,.{decimals}f}".replace("-", MINUS)


def tick_texts(ticks: tuple[float, ...]) -> tuple[str, ...]:
    """Write all ticks of one axis alike.

    Examples
    --------
    >>> tick_texts((0.0, 0.5, 1.0))
    ('0', '0.5', '1.0')
    """
    step = min((b - a for a, b in pairwise(ticks)), default=abs(ticks[0]) if ticks else 1.0)
    return tuple(tick_text(x, step) for x in ticks)


def share_ticks(high: float) -> tuple[tuple[float, str], ...]:
    r"""Two or three ticks of a share axis that starts at 0 %, with their text.

    Examples
    --------
    >>> [(x, text.replace("\u202f", " ")) for x, text in share_ticks(0.23)]
    [(0.0, '0'), (0.1, '10 %'), (0.2, '20 %')]
    """
    return tuple((x, share(x) if x else "0") for x in linear_ticks(0.0, high, 2))


def _round(x: float, step: float) -> float:
    """Remove the last-bit noise of a product, which would show as 0.6000000000000001."""
    return round(x, max(0, 1 - math.floor(math.log10(step)))) if step < 1e15 else x
