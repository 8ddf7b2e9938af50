"""Axes drawn: ticks below and at the left, and what they show."""

from __future__ import annotations

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.svg import coordinate, label, path


def axes_drawn(x: Scale, y: Scale, *, steps: int, stroke: str, gap: int) -> str:
    """Ticks of both axes and their figures.

    Parameters
    ----------
    steps : about how many ticks x has; y has four.
    stroke : drawn from the left end at each tick of y, such as ``"H290"`` for a line across.
    gap : pixels between the figures of y and the picture; 0 leaves the figures out.

    Examples
    --------
    >>> x, y = Scale(low=0, high=1, start=10, end=90), Scale(low=0, high=1, start=90, end=10)
    >>> axes_drawn(x, y, steps=2, stroke="h-4", gap=0).count("<text")
    3
    """
    grid, texts = [], []
    ticks = linear_ticks(x.low, x.high, steps)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{coordinate(x(value))} {coordinate(y.start)}v4")
        texts.append(label(text, x(value), y.start + 16, anchor="middle"))
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{coordinate(x.start)} {coordinate(y(value))}{stroke}")
        if gap:
            texts.append(label(text, x.start - gap, y(value) + 4, anchor="end"))
    return path("".join(grid), "brg-grid") + "".join(texts)


def name_below(text: str, middle: float, bottom: float) -> str:
    """What the axis below shows."""
    return label(text, middle, bottom, anchor="middle", css="brg-note")


def name_upright(text: str, middle: int) -> str:
    """What the axis at the left shows, read from below."""
    upright = label(text, 9, middle + 2, anchor="middle", css="brg-note")
    return f'<g transform="rotate(-90 9 {middle})">{upright}</g>'
