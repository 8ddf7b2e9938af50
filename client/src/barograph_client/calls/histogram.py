"""Durations by powers of two, eight bins an octave: a quantile is off by at most 9 %."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

_BINS_AN_OCTAVE: Final = 8
#: Shorter ones are counted here.
_SHORTEST_SECONDS: Final = 1e-7


@dataclass(slots=True)
class Histogram:
    """Durations in seconds.

    Examples
    --------
    >>> histogram = Histogram()
    >>> histogram.add(1.0); histogram.add(1.05)
    >>> histogram.to_dict()["counts"], histogram.to_dict()["edges"][0]
    ([2], 1.0)
    """

    bins: Counter[int] = field(default_factory=Counter)
    sum: float = 0.0
    min: float = math.inf
    max: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        seconds = max(seconds, _SHORTEST_SECONDS)
        self.bins[math.floor(_BINS_AN_OCTAVE * math.log2(seconds))] += 1
        self.sum += seconds
        self.min = min(self.min, seconds)
        self.max = max(self.max, seconds)

    def to_dict(self) -> dict[str, object]:
        """Edges in seconds and counts between them, lowest first, with sum, least and greatest."""
        first, last = min(self.bins), max(self.bins)
        return {
            "edges": [2.0 ** (k / _BINS_AN_OCTAVE) for k in range(first, last + 2)],
            "counts": [self.bins[k] for k in range(first, last + 1)],
            "sum": self.sum,
            "min": self.min,
            "max": self.max,
        }
