"""Figures of windows as arrays: values, starts, and how sure each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.intervals import Z
from barograph.metrics.values import Value
from barograph.monitors.verdict import Figure

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """Windows with a value, ascending.

    Attributes
    ----------
    low, high : ends of the 95 % intervals; the value itself where there is none.
    rows : each figure's.
    starts : microseconds UTC.
    """

    values: Floats
    low: Floats
    high: Floats
    rows: Floats
    starts: tuple[int, ...]

    @property
    def noise(self) -> float:
        """Mean square of the windows' own sampling errors."""
        error = (self.high - self.low) / (2.0 * Z)
        return float(error @ error) / max(len(error), 1)

    def share_rows(self) -> Floats:
        """Rows that a rate would need to be as sure as each share; see `share_rows`."""
        far = np.where(self.values < 0.5, self.high, self.low)
        distance = far - self.values
        with np.errstate(divide="ignore", invalid="ignore"):
            rows = Z * Z * far * (1.0 - far) / (distance * distance)
        sure: Floats = np.where(distance != 0.0, np.minimum(rows, self.rows), self.rows)
        return sure


def window_figures(figures: Iterable[Figure]) -> WindowFigures:
    """The figures that are values.

    Examples
    --------
    >>> two = [Figure(start=i, end=i + 1, result=Value(value=0.5, n=100, interval=(0.404, 0.596))) for i in (0, 1)]
    >>> window_figures(two).share_rows().round().tolist()
    [100.0, 100.0]
    """
    held = [(f.start, f.result) for f in figures if isinstance(f.result, Value)]
    rows = [(v.value, *(v.interval or (v.value, v.value)), v.n) for _, v in held]
    values, low, high, n = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return WindowFigures(values=values, low=low, high=high, rows=n, starts=tuple(start for start, _ in held))


class _Same:
    """Figures that are themselves alone: comparing them would take longer than reading them again."""

    __slots__ = ("figures",)

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.figures = figures

    def __hash__(self) -> int:
        return id(self.figures)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.figures is other.figures


@lru_cache(maxsize=4_096)
def _of_reference(same: _Same) -> WindowFigures:
    return window_figures(same.figures)


def reference_figures(figures: Sequence[Figure]) -> WindowFigures:
    """`window_figures` of a reference, read once: each window of a series is judged by the same ones."""
    return _of_reference(_Same(figures))


def share_rows(figure: Value) -> float:
    """Rows n of ``|p − e| = z √(e (1 − e)/n)``, e the end of the interval nearer to ½; at most the figure's own.

    Examples
    --------
    >>> round(share_rows(Value(value=0.0, n=24, interval=(0.0, 0.138))))
    24
    """
    if figure.interval is None:
        return float(figure.n)
    end = figure.interval[1] if figure.value < 0.5 else figure.interval[0]
    distance = end - figure.value
    if distance == 0.0:
        return float(figure.n)
    return min(Z * Z * end * (1.0 - end) / (distance * distance), float(figure.n))
