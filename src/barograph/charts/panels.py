"""Two panels side by side, reference and current, on the same axes: the frame of every grid of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from barograph.charts.axes import axes_drawn, name_below, name_upright
from barograph.charts.axis import Scale
from barograph.charts.numbers import count
from barograph.charts.spoken import Speak
from barograph.charts.svg import box, coordinate, label, letters, path, shorten
from barograph.locale.said import say, word

WIDTH, HEIGHT = 400, 248
TOP, BOTTOM, LEFT, RIGHT = 20, 184, 46, 394
#: Steps of the ramp of one hue.
LEVELS = 5
_GAP = 24


def panel_scales(
    place: int, x_range: tuple[float, float], y_range: tuple[float, float]
) -> tuple[Scale, Scale]:
    """Scales of the panel at the left (0) or at the right (1).

    Examples
    --------
    >>> x, y = panel_scales(1, (0, 1), (0, 1))
    >>> x(0), y(0)
    (232.0, 184.0)
    """
    wide = (RIGHT - LEFT - _GAP) / 2
    start = LEFT + place * (wide + _GAP)
    x = Scale(low=x_range[0], high=x_range[1], start=start, end=start + wide)
    return x, Scale(low=y_range[0], high=y_range[1], start=BOTTOM, end=TOP)


def cells_drawn(level: NDArray[np.int64], x: Scale, y: Scale) -> str:
    """Cells by level, equal neighbours in a row as one stroke; level 0 is not drawn.

    Drawn in units of cells, which takes a third of the text that pixels would.

    Examples
    --------
    >>> scale = Scale(low=0, high=2, start=0, end=20)
    >>> cells_drawn(np.array([[1], [1]]), scale, Scale(low=0, high=1, start=10, end=0)).count("M")
    1
    """
    columns, rows = level.shape if level.size else (1, 1)
    strokes: dict[int, list[str]] = {k: [] for k in range(1, LEVELS + 1)}
    for j, row in enumerate(level.T.tolist()):
        ends = [i for i in range(1, len(row) + 1) if i == len(row) or row[i] != row[i - 1]]
        for first, after in zip([0, *ends], ends, strict=False):
            if row[first]:
                strokes[row[first]].append(f"M{first} {j}h{after - first}")
    cells = "".join(path("".join(s), f"brg-level{k}") for k, s in strokes.items())
    wide, tall = (x.end - x.start) / columns, (y.start - y.end) / rows
    return (
        f'<g class="brg-cells" transform="translate({coordinate(x.start)} {y.start - tall / 2:.2f}) '
        f'scale({wide:.3f} {-tall:.3f})">{cells}</g>'
    )


def frame(x: Scale, y: Scale) -> str:
    """The border of a panel."""
    return path(box(x.start, y.end, x.end - x.start, y.start - y.end), "brg-frame")


def diagonal_line(x: Scale, y: Scale) -> str:
    """The line y = x, as far as both axes reach."""
    low, high = max(x.low, y.low), min(x.high, y.high)
    if not low < high:
        return ""
    line = f"M{coordinate(x(low))} {coordinate(y(low))}L{coordinate(x(high))} {coordinate(y(high))}"
    return path(line, "brg-centre")


def panels_drawn(
    names: tuple[str, str],
    ranges: tuple[tuple[float, float], tuple[float, float]],
    sides: Sequence[tuple[str, float, Callable[[Scale, Scale], str]]],
    *,
    speak: Speak,
) -> str:
    """A panel for each side, in its frame and with its axes.

    Parameters
    ----------
    names, ranges : of x and y: what the axes show, and their ends.
    sides : of each, `reference` or `current`, its rows, and what draws it on given scales.
    """
    body = []
    for i, (which, rows, drawn) in enumerate(sides):
        x, y = panel_scales(i, *ranges)
        # The first panel has the figures of the shared axis at its left.
        axes = axes_drawn(x, y, steps=3, stroke="h-4", gap=0 if i else 6)
        name = say("{side}, n = {n}", side=word(which), n=count(rows))
        body += [frame(x, y), drawn(x, y), axes, side_name(speak(name), which, x)]
    return "".join(body) + axis_names(*names)


def side_name(text: str, which: str, x: Scale) -> str:
    """The name of a side above its panel, in its colour."""
    return label(text, x.start, TOP - 7, css=f"brg-{which[:3]}-text")


def axis_names(x_name: str, y_name: str) -> str:
    """What the axes show: x below, y upright."""
    below = name_below(shorten(x_name, 50), (LEFT + RIGHT) / 2, BOTTOM + 32)
    return below + name_upright(shorten(y_name, 26), (TOP + BOTTOM) // 2)


def ramp(low: str, high: str = "") -> str:
    """The steps of the ramp as a key in the lower right corner, between what its ends mean."""
    end = RIGHT - (5 + 7 * letters(high) if high else 5)
    steps = [
        path(box(end - 13 * (LEVELS - k + 1) + 5, HEIGHT - 14, 12, 10), f"brg-key{k}")
        for k in range(1, LEVELS + 1)
    ]
    text = label(low, end - 65, HEIGHT - 5, anchor="end") + "".join(steps)
    return text + (label(high, RIGHT, HEIGHT - 5, anchor="end") if high else "")
