"""Diagonal strokes over a rectangle: a figure that is missing, or not to be trusted yet."""

from __future__ import annotations

from barograph.charts.svg import coordinate


def hatch(left: float, top: float, width: float, height: float, *, apart: float = 6.0) -> str:
    """Path data of strokes from lower left to upper right, cut at the rectangle's edges.

    Parameters
    ----------
    apart : distance of the strokes along the lower edge.

    Examples
    --------
    >>> hatch(0, 0, 6, 6)
    'M0 3L3 0M3 6L6 3'
    """
    strokes, start = [], apart / 2
    while start < width + height:
        # Stroke: x + y = start, measured from the upper left corner.
        x0, x1 = max(0.0, start - height), min(width, start)
        if x1 > x0:
            strokes.append(
                f"M{coordinate(left + x0)} {coordinate(top + start - x0)}"
                f"L{coordinate(left + x1)} {coordinate(top + start - x1)}"
            )
        start += apart
    return "".join(strokes)
