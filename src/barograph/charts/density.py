"""How often two figures occur together: a grid of counts as a ramp of one hue, a panel a side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, share
from barograph.charts.svg import box, coordinate, label, path, picture, shorten

WIDTH, HEIGHT = 400, 236
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 184, 46, 394
LEVELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Counts of rows of the sample per cell, for the two sides on the same edges.

    Attributes
    ----------
    x_name, y_name : what the axes show.
    x_edges, y_edges : ascending ends of columns and rows of cells.
    reference, current : counts, one tuple a column of cells (x), in it one count a row (y); None for a
        side that is absent.
    diagonal : whether to draw y = x, where the axes share a unit.
    """

    x_name: str
    y_name: str
    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]
    reference: tuple[tuple[float, ...], ...] | None
    current: tuple[tuple[float, ...], ...] | None
    diagonal: bool = False


def density_svg(data: Density) -> str:
    """Draw one panel a side, both on one ramp of five steps.

    The steps are a constant factor apart, from the rarest cell to the fullest; the key names the factor.

    Examples
    --------
    >>> grid = Density(x_name="predicted", y_name="actual", x_edges=(0, 1, 2), y_edges=(0, 1, 2),
    ...                reference=((4, 0), (1, 3)), current=None, diagonal=True)
    >>> density_svg(grid).count("brg-level")
    3
    """
    sides = [
        (w, np.asarray(c, dtype=np.float64))
        for w, c in (("reference", data.reference), ("current", data.current))
        if c is not None
    ]
    shares = [(which, counts / max(float(counts.sum()), 1.0), float(counts.sum())) for which, counts in sides]
    most = max((float(s.max()) for _, s, _ in shares if s.size), default=0.0)
    gap = 24
    wide = (_RIGHT - _LEFT - gap) / 2
    body = []
    for i, (which, part, n) in enumerate(shares):
        start = _LEFT + i * (wide + gap)
        x = Scale(low=data.x_edges[0], high=data.x_edges[-1], start=start, end=start + wide)
        y = Scale(low=data.y_edges[0], high=data.y_edges[-1], start=_BOTTOM, end=_TOP)
        body += [_panel(data, part, most, x, y), _axes(data, x, y, first=i == 0)]
        body.append(label(f"{which}, n = {count(n)}", start, _TOP - 7, css=f"brg-{which[:3]}-text"))
    across = _LEFT + wide * len(shares) / 2 + gap * (len(shares) - 1) / 2
    body.append(label(shorten(data.x_name, 50), across, HEIGHT - 8, anchor="middle", css="brg-note"))
    name = shorten(data.y_name, 26)
    body.append(
        f'<g transform="rotate(-90 9 {(_TOP + _BOTTOM) // 2})">'
        + label(name, 9, (_TOP + _BOTTOM) // 2 + 2, anchor="middle", css="brg-note")
        + "</g>"
    )
    said = f"{data.y_name} against {data.x_name}, sampled rows; darkest cell {share(most)} of a side's rows"
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=said)


def _panel(data: Density, part: NDArray[np.float64], most: float, x: Scale, y: Scale) -> str:
    """Cells by level, equal neighbours in a column of cells as one box."""
    with np.errstate(divide="ignore"):
        level = (
            np.where(part > 0, np.clip(LEVELS + np.floor(np.log2(part / most) + 1e-9), 1, LEVELS), 0)
            if most
            else part
        )
    boxes: dict[int, list[str]] = {k: [] for k in range(1, LEVELS + 1)}
    for i, column in enumerate(level.astype(int).tolist()):
        left, right = x(data.x_edges[i]), x(data.x_edges[i + 1])
        j = 0
        while j < len(column):
            k = j
            while k + 1 < len(column) and column[k + 1] == column[j]:
                k += 1
            if column[j]:
                top = y(data.y_edges[k + 1])
                boxes[column[j]].append(box(left, top, right - left, y(data.y_edges[j]) - top))
            j = k + 1
    frame = path(box(x.start, y.end, x.end - x.start, y.start - y.end), "brg-frame")
    cells = "".join(path("".join(b), f"brg-level{k}") for k, b in boxes.items())
    if not data.diagonal:
        return frame + cells
    low, high = max(x.low, y.low), min(x.high, y.high)
    if not low < high:
        return frame + cells
    line = f"M{coordinate(x(low))} {coordinate(y(low))}L{coordinate(x(high))} {coordinate(y(high))}"
    return frame + cells + path(line, "brg-centre")


def _axes(data: Density, x: Scale, y: Scale, *, first: bool) -> str:
    grid, texts = [], []
    ticks = linear_ticks(x.low, x.high, 3)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{coordinate(x(value))} {_BOTTOM}v4")
        texts.append(label(text, x(value), _BOTTOM + 16, anchor="middle"))
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{coordinate(x.start)} {coordinate(y(value))}h-4")
        if first:
            texts.append(label(text, x.start - 6, y(value) + 4, anchor="end"))
    return path("".join(grid), "brg-grid") + "".join(texts)
