"""A figure over windows without axes, for a row of a table."""

from __future__ import annotations

from functools import lru_cache

from barograph.charts.axis import Scale
from barograph.charts.series import Series, runs_drawn, value_range
from barograph.charts.series_words import no_windows
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, path, picture, polyline, thinned
from barograph.locale.said import say


def sparkline_svg(
    data: Series, *, width: int = 108, height: int = 26, limit: float | None = None, speak: Speak = str
) -> str:
    """Draw band, limit and line only, for a row of a table.

    Examples
    --------
    >>> steady = Series(name="mean of x", labels=("Mon", "Tue"), positions=(0, 1), values=(1.0, 2.0),
    ...                 rows=(24, 24), current=(False, True))
    >>> "<text" in sparkline_svg(steady)
    False
    """
    data = worded(data, speak)
    said = no_windows(data.name) if not data.labels else say("{figure} over time", figure=data.name)
    return _drawn(data, width, height, limit, speak(said))


# Pages of a fleet show the same ones to everybody until a window is added.
@lru_cache(maxsize=1_024)
def _drawn(data: Series, width: int, height: int, limit: float | None, label: str) -> str:
    """Drawn once: all that is written is in the label."""
    if not data.labels:
        return picture("", width=width, height=height, label=label)
    low, high = value_range(data)
    if limit is not None:
        low, high = min(low, limit), max(high, limit * 1.05)
    x = Scale(
        low=data.positions[0], high=max(data.positions[-1], data.positions[0] + 1), start=3, end=width - 3
    )
    y = Scale(low=low, high=high, start=height - 3, end=3)
    band = data.band or data.corridor
    parts = [path(box(0, y(band[1]), width, max(y(band[0]) - y(band[1]), 0.5)), "brg-band")] if band else []
    for side, word in ((False, "ref"), (True, "cur")):
        runs = runs_drawn(data, data.values, (x, y), side=side)
        lines = "".join(polyline(thinned(r, 0.7)) for r in runs if len(r) > 1)
        parts.append(path(lines, f"brg-{word}-line brg-spark"))
        parts.append(path("".join(dot(*r[0]) for r in runs if len(r) == 1), f"brg-{word}-dot"))
    if limit is not None:
        parts.append(path(f"M0 {coordinate(y(limit))}H{width}", "brg-limit"))
    return picture("".join(parts), width=width, height=height, label=label)
