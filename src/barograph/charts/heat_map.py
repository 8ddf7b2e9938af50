"""Rows over windows: one cell a figure, in five steps of what is allowed, each a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from barograph.charts.hatch import hatch
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, escape, label, letters, linked, path, shorten
from barograph.locale.said import say

#: A figure over its limit: below the first a cell has the first colour, from the last on the fifth.
STEPS: Final = (0.5, 1.0, 2.0, 4.0)
WIDTH: Final = 1080
_LEFT, _TOP, _ROW, _GAP = 190.0, 22.0, 22.0, 2.0
_LETTER = 6.4
_LONGEST = 27
#: Of an outline: what is within stays to be seen, however narrow a window is.
_NARROWEST = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One cell.

    Attributes
    ----------
    ratio : the figure over its limit; None where there is none.
    said : figure, limit and rows in words.
    address : where it leads.
    few : its figure rests on too few rows, or there is none.
    alerted : an alert fires on it; one outline goes round windows that follow one another.
    """

    ratio: float | None
    said: str
    address: str = ""
    few: bool = False
    alerted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One row; a cell a window, None where there is nothing to say."""

    name: str
    cells: tuple[HeatCell | None, ...]
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """The map.

    Attributes
    ----------
    name : of what is shown, for the picture's label.
    labels : start of each window.
    """

    name: str
    labels: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def step_of(ratio: float) -> int:
    """The step of a figure over its limit, 1 to 5; from 3 on it is over the limit.

    Examples
    --------
    >>> step_of(0.2), step_of(1.0), step_of(9.0)
    (1, 3, 5)
    """
    return 1 + sum(ratio >= edge for edge in STEPS)


def heat_map_svg(data: HeatMap, *, width: int = WIDTH, speak: Speak = str) -> str:
    """Draw the map: names at the left, starts of windows above.

    It is a group and no image: its links are to be reached. Cells are left out of the order of the keyboard, in
    which the names stand.

    Examples
    --------
    >>> cell = HeatCell(ratio=1.2, said="nulls 6 %, limit 5 %", address="/nulls")
    >>> drawn = heat_map_svg(HeatMap(name="nulls", labels=("Mon",), rows=(HeatRow(name="x", cells=(cell,)),)))
    >>> drawn.count("brg-level3"), 'href="/nulls"' in drawn
    (1, True)
    """
    height = _TOP + _ROW * max(len(data.rows), 1) + 4
    wide = (width - _LEFT - 4) / max(len(data.labels), 1)
    body = _labels(data, wide, width)
    for i, row in enumerate(data.rows):
        body += _row(worded(row, speak), data.labels, _TOP + i * _ROW, wide)
    said = say(
        "{name}: {rows} rows over {windows} windows",
        name=data.name, rows=len(data.rows), windows=len(data.labels),
    )  # fmt: skip
    return linked(body, width=width, height=height, label=speak(said))


def _labels(data: HeatMap, wide: float, width: int) -> str:
    """Starts of windows, from the last one backwards, as many as there is room for."""
    texts, free = [], width + 8.0
    for i, text in reversed(list(enumerate(data.labels))):
        half = letters(text) * _LETTER / 2
        middle = min(_LEFT + (i + 0.5) * wide, width - half)
        if middle + half <= free and middle - half >= _LEFT - 30:
            texts.append(label(text, middle, _TOP - 7, anchor="middle"))
            free = middle - half - 10
    return "".join(texts)


def _row(row: HeatRow, labels: tuple[str, ...], top: float, wide: float) -> str:
    name = label(
        shorten(row.name, _LONGEST), _LEFT - 8, top + 15, anchor="end", css="brg-strong", title=row.name
    )
    drawn = f'<a href="{escape(row.address)}">{name}</a>' if row.address else name
    gap = min(_GAP, wide / 6)
    for i, cell in enumerate(row.cells):
        if cell is not None:
            place = (_LEFT + i * wide, top + 1, max(wide - gap, 0.8), _ROW - _GAP)
            drawn += _cell(cell, f"{row.name}, {labels[i]}\n{cell.said}", place)
    for first, count in _alerted(row):
        middle, half = _LEFT + (first + count / 2) * wide - gap / 2, (count * wide - gap) / 2 - 0.8
        half = max(half, _NARROWEST / 2)
        outline = box(middle - half, top + 1.8, 2 * half, _ROW - _GAP - 1.6)
        drawn += path(outline, "brg-alerted")
    return drawn


def _alerted(row: HeatRow) -> Iterator[tuple[int, int]]:
    """The first of windows that follow one another with an alert, and how many they are."""
    at = 0
    for alerted, run in groupby(cell is not None and cell.alerted for cell in row.cells):
        count = sum(1 for _ in run)
        if alerted:
            yield at, count
        at += count


def _cell(cell: HeatCell, said: str, place: tuple[float, float, float, float]) -> str:
    css = "brg-track" if cell.ratio is None else f"brg-level{step_of(cell.ratio)}"
    body = f"<title>{escape(said)}</title>" + path(box(*place), css)
    if cell.few:
        body += path(hatch(*place), "brg-hatch")
    if not cell.address:
        return f'<g class="brg-target">{body}</g>'
    return f'<a class="brg-target" href="{escape(cell.address)}" tabindex="-1">{body}</a>'
