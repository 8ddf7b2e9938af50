"""How often two figures occur together: a grid of counts as a ramp of one hue, a panel a side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, share
from barograph.charts.svg import box, coordinate, label, path, picture, shorten

WIDTH, HEIGHT = 400, 248
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 184, 46, 394
LEVELS = 5
_GAP = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Counts of rows of the sample per cell, for the two sides on the same edges.

    Attributes
    ----------
    x_name, y_name : what the axes show.
    x_range, y_range : ends of the axes, divided into cells of equal size.
    reference, current : counts, one tuple a column of cells (x), in it one count a row (y); the same
        shape for both, None for a side that is absent. 24 × 24 cells show the shape of 2,000 rows.
    diagonal : whether to draw y = x, where the axes share a unit.
    """

    x_name: str
    y_name: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    reference: tuple[tuple[float, ...], ...] | None
    current: tuple[tuple[float, ...], ...] | None
    diagonal: bool = False


def density_svg(data: Density) -> str:
    """Draw one panel a side, both on one ramp of five steps.

    The steps are a constant factor apart, from the rarest cell to the fullest; the key names the factor.

    Examples
    --------
    >>> grid = Density(x_name="predicted", y_name="actual", x_range=(0, 2), y_range=(0, 2),
    ...                reference=((4, 0), (1, 3)), current=None, diagonal=True)
    >>> density_svg(grid).count("brg-level")
    3
    """
    sides = [
        (which, np.asarray(counts, dtype=np.float64))
        for which, counts in (("reference", data.reference), ("current", data.current))
        if counts is not None
    ]
    shares = [counts / max(float(counts.sum()), 1.0) for _, counts in sides]
    held = np.concatenate([s[s > 0] for s in shares]) if shares else np.zeros(0)
    most = float(held.max()) if held.size else 1.0
    factor = max(2.0, (most / float(held.min())) ** (1 / LEVELS)) if held.size else 2.0
    wide = (_RIGHT - _LEFT - _GAP) / 2
    body = []
    for i, ((which, counts), part) in enumerate(zip(sides, shares, strict=True)):
        start = _LEFT + i * (wide + _GAP)
        x = Scale(low=data.x_range[0], high=data.x_range[1], start=start, end=start + wide)
        y = Scale(low=data.y_range[0], high=data.y_range[1], start=_BOTTOM, end=_TOP)
        body += [_panel(data, _levels(part, most, factor), x, y), _axes(x, y, first=i == 0)]
        body.append(
            label(f"{which}, n = {count(counts.sum())}", start, _TOP - 7, css=f"brg-{which[:3]}-text")
        )
    body += [_names(data), _key(factor)]
    said = f"{data.y_name} against {data.x_name}, sampled rows; fullest cell {share(most)} of a side's rows"
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=said)


def _names(data: Density) -> str:
    """What the axes show: x below, y upright."""
    middle = (_TOP + _BOTTOM) // 2
    upright = label(shorten(data.y_name, 26), 9, middle + 2, anchor="middle", css="brg-note")
    x_name = label(
        shorten(data.x_name, 50), (_LEFT + _RIGHT) / 2, _BOTTOM + 32, anchor="middle", css="brg-note"
    )
    return f'{x_name}<g transform="rotate(-90 9 {middle})">{upright}</g>'


def _key(factor: float) -> str:
    """The ramp, and by how much a step differs from the next."""
    text = label(f"few to many rows, × {factor:.1f} a step", _RIGHT - 70, HEIGHT - 5, anchor="end")
    steps = [
        path(box(_RIGHT - 13 * (LEVELS - k + 1), HEIGHT - 14, 12, 10), f"brg-key{k}")
        for k in range(1, LEVELS + 1)
    ]
    return text + "".join(steps)


def _levels(part: NDArray[np.float64], most: float, factor: float) -> NDArray[np.int64]:
    """The step of the ramp for each cell; 0 where there is no row."""
    steps = np.floor(np.log(np.where(part > 0, part, most) / most) / np.log(factor) + 1e-9)
    return np.where(part > 0, np.clip(LEVELS + steps, 1, LEVELS), 0).astype(np.int64)


def _panel(data: Density, level: NDArray[np.int64], x: Scale, y: Scale) -> str:
    """Cells by level, equal neighbours in a row as one stroke.

    Drawn in units of cells, which takes a third of the text that pixels would.
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
    cells = (
        f'<g class="brg-cells" transform="translate({coordinate(x.start)} {y.start - tall / 2:.2f}) '
        f'scale({wide:.3f} {-tall:.3f})">{cells}</g>'
    )
    frame = path(box(x.start, y.end, x.end - x.start, y.start - y.end), "brg-frame")
    if not data.diagonal:
        return frame + cells
    low, high = max(x.low, y.low), min(x.high, y.high)
    if not low < high:
        return frame + cells
    line = f"M{coordinate(x(low))} {coordinate(y(low))}L{coordinate(x(high))} {coordinate(y(high))}"
    return frame + cells + path(line, "brg-centre")


def _axes(x: Scale, y: Scale, *, first: bool) -> str:
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
