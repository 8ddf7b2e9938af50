"""The growth curves: which profiles are timed, and along which dimension they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROWS_NEEDED = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One profile to time: its rows and columns, and how they are cut; 0 leaves a cut out."""

    rows: int = 1_000_000
    columns: int = 20
    windows: int = 0
    segments: int = 0
    labels: bool = False

    @property
    def cells(self) -> int:
        """Windows × segments; 1 for the plain profile."""
        return max(self.windows, 1) * max(self.segments, 1)

    @property
    def cut(self) -> str:
        """The cut as the table names it."""
        parts = [(self.windows, "windows"), (self.segments, "segments")]
        return " × ".join(f"{number:,} {what}" for number, what in parts if number) or "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points read along one dimension.

    Attributes
    ----------
    size : what a log-log slope is taken over; None where growth is not expected.
    target : how many times the first point's CPU seconds a point of 1,000 cells may take.
    """

    title: str
    points: tuple[Point, ...]
    name: Callable[[Point], str]
    size: Callable[[Point], float] | None = None
    target: float | None = None


def _cuts(title: str, cuts: Sequence[tuple[int, int]], *, labels: bool = False, target: float = 2) -> Curve:
    points = tuple(Point(windows=windows, segments=segments, labels=labels) for windows, segments in cuts)
    return Curve(title=title, points=points, name=lambda point: point.cut, target=target)


CURVES = {
    "rows": Curve(
        title="Rows, 20 columns",
        points=tuple(Point(rows=rows) for rows in (10_000, 40_000, 100_000, 400_000, 1_000_000, ROWS_NEEDED)),
        name=lambda point: f"{point.rows:,}",
        size=lambda point: point.rows,
    ),
    "columns": Curve(
        title="Columns, 100,000 rows",
        points=tuple(Point(rows=100_000, columns=columns) for columns in (5, 10, 20, 50, 100, 200)),
        name=lambda point: f"{point.columns}",
        size=lambda point: point.columns,
    ),
    "windows": _cuts("Windows, 1,000,000 rows", ((0, 0), (1, 0), (10, 0), (100, 0), (1000, 0))),
    "segments": _cuts("Segments, 1,000,000 rows", ((0, 0), (0, 1), (0, 10), (0, 100), (0, 1000))),
    "both": _cuts("Windows × segments, 1,000,000 rows", ((0, 0), (10, 10), (40, 25), (25, 40))),
    "both_labelled": _cuts(
        "Windows × segments, labelled, 1,000,000 rows", ((0, 0), (10, 10), (40, 25), (25, 40)), labels=True
    ),
}
