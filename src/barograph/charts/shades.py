"""What a third figure is on average where two others lie: a grid of means as a ramp of one hue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from barograph.charts.axis import Scale
from barograph.charts.numbers import number
from barograph.charts.panels import HEIGHT, LEVELS, WIDTH, cells_drawn, diagonal_line, panels_drawn, ramp
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import picture
from barograph.locale.said import say

Table = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shades:
    """Means of a figure on the cells of a grid.

    Attributes
    ----------
    name : of the figure.
    x_name, y_name, x_range, y_range, diagonal : as in `Density`.
    limits : values at the ends of the ramp; beyond them a cell has the end's colour.
    reference, current : the mean in each cell, None where there is no row; None for a side that is absent.
    rows : rows of each side.
    """

    name: str
    x_name: str
    y_name: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    limits: tuple[float, float]
    reference: Table | None
    current: Table | None
    rows: tuple[int, int]
    diagonal: bool = False


def shades_svg(data: Shades, *, speak: Speak = str) -> str:
    """Draw one panel a side on one ramp of five even steps.

    Examples
    --------
    >>> grid = Shades(name="temp", x_name="actual", y_name="predicted", x_range=(0, 2), y_range=(0, 2),
    ...               limits=(0, 1), reference=None, current=((0.1, None), (None, 0.9)), rows=(0, 7))
    >>> shades_svg(grid).count("brg-level1"), shades_svg(grid).count("brg-level5")
    (1, 1)
    """
    data = worded(data, speak)
    low, high = data.limits

    def drawn(table: Table, x: Scale, y: Scale) -> str:
        return cells_drawn(_levels(table, data.limits), x, y) + (diagonal_line(x, y) if data.diagonal else "")

    sides = (("reference", data.reference, data.rows[0]), ("current", data.current, data.rows[1]))
    names, ranges = (data.x_name, data.y_name), (data.x_range, data.y_range)
    panels = [(which, n, partial(drawn, t)) for which, t, n in sides if t is not None]
    body = panels_drawn(names, ranges, panels, speak=speak)
    body += ramp(speak(say("mean {column} {low}", column=data.name[:24], low=number(low))), number(high))
    said = say("Mean {column} by {y} and {x}, sampled rows", column=data.name, y=data.y_name, x=data.x_name)
    return picture(body, width=WIDTH, height=HEIGHT, label=speak(said))


def _levels(table: Table, limits: tuple[float, float]) -> NDArray[np.int64]:
    """The step of the ramp for each cell; 0 where there is no row."""
    low, high = limits
    means = np.array([[np.nan if v is None else v for v in column] for column in table], np.float64)
    part = (means - low) / (high - low) if high > low else means * 0.0 + 0.5
    steps = np.clip(np.floor(np.nan_to_num(part) * LEVELS) + 1, 1, LEVELS)
    return np.where(np.isnan(means), 0, steps).astype(np.int64)
