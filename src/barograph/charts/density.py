"""How often two figures occur together: a grid of counts as a ramp of one hue, a panel a side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from barograph.charts.axis import Scale
from barograph.charts.numbers import share
from barograph.charts.panels import HEIGHT, LEVELS, WIDTH, cells_drawn, diagonal_line, panels_drawn, ramp
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import picture
from barograph.locale.said import say


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


def density_svg(data: Density, *, speak: Speak = str) -> str:
    """Draw one panel a side, both on one ramp of five steps.

    The steps are a constant factor apart, from the rarest cell to the fullest; the key names the factor.

    Examples
    --------
    >>> grid = Density(x_name="predicted", y_name="actual", x_range=(0, 2), y_range=(0, 2),
    ...                reference=((4, 0), (1, 3)), current=None, diagonal=True)
    >>> density_svg(grid).count("brg-level")
    3
    """
    data = worded(data, speak)
    sides = [
        (which, np.asarray(counts, dtype=np.float64))
        for which, counts in (("reference", data.reference), ("current", data.current))
        if counts is not None
    ]
    shares = [counts / max(float(counts.sum()), 1.0) for _, counts in sides]
    held = np.concatenate([s[s > 0] for s in shares]) if shares else np.zeros(0)
    most = float(held.max()) if held.size else 1.0
    factor = max(2.0, (most / float(held.min())) ** (1 / LEVELS)) if held.size else 2.0

    def drawn(part: NDArray[np.float64], x: Scale, y: Scale) -> str:
        cells = cells_drawn(_levels(part, most, factor), x, y)
        return cells + (diagonal_line(x, y) if data.diagonal else "")

    names, ranges = (data.x_name, data.y_name), (data.x_range, data.y_range)
    body = panels_drawn(
        names,
        ranges,
        [
            (which, counts.sum(), partial(drawn, part))
            for (which, counts), part in zip(sides, shares, strict=True)
        ],
        speak=speak,
    )
    body += ramp(speak(say("few to many rows, × {factor} a step", factor=f"{factor:.1f}")))
    said = say(
        "{y} against {x}, sampled rows; fullest cell {share} of a side's rows",
        y=data.y_name, x=data.x_name, share=share(most),
    )  # fmt: skip
    return picture(body, width=WIDTH, height=HEIGHT, label=speak(said))


def _levels(part: NDArray[np.float64], most: float, factor: float) -> NDArray[np.int64]:
    """The step of the ramp for each cell; 0 where there is no row."""
    steps = np.floor(np.log(np.where(part > 0, part, most) / most) / np.log(factor) + 1e-9)
    return np.where(part > 0, np.clip(LEVELS + steps, 1, LEVELS), 0).astype(np.int64)
