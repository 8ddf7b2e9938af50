"""Three groups of rows told apart by colour: majority, under- and over-estimated, a panel a side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, share
from barograph.charts.panels import (
    BOTTOM,
    HEIGHT,
    LEFT,
    WIDTH,
    axis_names,
    diagonal_line,
    frame,
    panel_scales,
    panels_drawn,
    side_name,
)
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, label, path, picture, shorten, staircase
from barograph.locale.said import say, together, word

#: Names of the groups, in the order of every tuple here.
NAMES = (say("majority"), say("under-estimated"), say("over-estimated"))
_KEYS = ((LEFT, "brg-key-most"), (LEFT + 92, "brg-key-under"), (LEFT + 222, "brg-key-over"))

Cells = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCells:
    """Cells of a grid that hold rows of each group.

    Attributes
    ----------
    x_name, y_name : what the axes show.
    x_range, y_range : ends of the axes, divided into `cells` cells of equal size each.
    reference, current : (column, row) of the cells that hold rows of each group; None for a side that is absent.
    rows : rows of each side's groups together.
    diagonal : whether to draw y = x.
    """

    x_name: str
    y_name: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    cells: int
    reference: tuple[Cells, Cells, Cells] | None
    current: tuple[Cells, Cells, Cells] | None
    rows: tuple[int, int]
    diagonal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBins:
    """Shares of each group's rows along one feature.

    Attributes
    ----------
    name : of the feature.
    edges : of even bins; one more than there are shares. Empty where the bins are categories.
    categories : their names, in place of edges.
    reference, current : shares of the majority, the under- and the over-estimated rows; None where absent.
    rows : rows of each of the side's groups, (reference, current).
    names : of the groups; the first is drawn as an area, the others as outlines.
    """

    name: str
    edges: tuple[float, ...]
    categories: tuple[str, ...]
    reference: tuple[tuple[float, ...], ...] | None
    current: tuple[tuple[float, ...], ...] | None
    rows: tuple[tuple[int, ...], tuple[int, ...]]
    names: tuple[str, ...] = NAMES


def group_cells_svg(data: GroupCells, *, speak: Speak = str) -> str:
    """Draw the majority's cells as a ground, and the rows of both ends as dots over it.

    Examples
    --------
    >>> side = (((0, 0), (1, 1)), ((1, 0),), ((0, 1),))
    >>> drawn = group_cells_svg(GroupCells(x_name="actual", y_name="predicted", x_range=(0, 2), y_range=(0, 2),
    ...                                    cells=2, reference=None, current=side, rows=(0, 4)))
    >>> drawn.count("brg-under"), drawn.count("brg-over")
    (1, 1)
    """
    data = worded(data, speak)

    def drawn(groups: tuple[Cells, Cells, Cells], x: Scale, y: Scale) -> str:
        diagonal = diagonal_line(x, y) if data.diagonal else ""
        ends = zip(groups[1:], ("brg-under", "brg-over"), strict=True)
        dots = "".join(_dots(cells, x, y, data.cells, css) for cells, css in ends)
        return _ground(groups[0], x, y, data.cells) + diagonal + dots

    sides = [("reference", data.reference, data.rows[0]), ("current", data.current, data.rows[1])]
    present = [(which, groups, n) for which, groups, n in sides if groups is not None]
    names, ranges = (data.x_name, data.y_name), (data.x_range, data.y_range)
    panels = [(which, n, partial(drawn, groups)) for which, groups, n in present]
    body = panels_drawn(names, ranges, panels, speak=speak)
    rows = [say("{side} n = {n}", side=word(which), n=count(n)) for which, _, n in present]
    said = say(
        "{y} against {x} by group of error, sampled rows: {rows}",
        y=data.y_name, x=data.x_name, rows=together(rows, "; "),
    )  # fmt: skip
    return picture(body + _key(tuple(map(speak, NAMES))), width=WIDTH, height=HEIGHT, label=speak(said))


def group_bins_svg(data: GroupBins, *, speak: Speak = str) -> str:
    """Draw the majority as an area, both ends as outlines; all of them as shares of their own rows.

    Examples
    --------
    >>> side = ((0.5, 0.5), (1.0, 0.0), (0.0, 1.0))
    >>> drawn = group_bins_svg(GroupBins(name="temp", edges=(0, 1, 2), categories=(), reference=side, current=side,
    ...                                  rows=((90, 5, 5), (90, 5, 5))))
    >>> drawn.count('class="brg-under-line"')
    2
    """
    data = worded(data, speak)
    present = [
        (which, groups, rows)
        for which, groups, rows in zip(
            ("reference", "current"), (data.reference, data.current), data.rows, strict=True
        )
        if groups is not None
    ]
    bins = len(data.categories) or max(len(data.edges) - 1, 1)
    edges = data.edges or tuple(float(i) for i in range(bins + 1))
    high = max((h for _, groups, _ in present for shares in groups for h in shares), default=0.0) or 1.0
    body = []
    for i, (which, groups, rows) in enumerate(present):
        x, y = panel_scales(i, (edges[0], edges[-1]), (0.0, high))
        body += [frame(x, y), _outlines(groups, edges, x, y), _bin_axes(data, x, y, first=i == 0)]
        n = "n = " + "/".join(count(r) for r in rows)
        # The colour tells the side where the figures leave no room for its name.
        text = speak(say("{side}, {n}", side=word(which), n=n)) if len(n) < 15 else n
        body.append(side_name(text, which, x))
    names = tuple(map(speak, data.names))
    body += [axis_names(speak(data.name), speak(say("share of each group"))), _key(names)]
    told = [
        say("{side} n = {n}", side=word(which), n=" / ".join(count(r) for r in rows))
        for which, _, rows in present
    ]
    said = say("{feature} by group of error: {rows}", feature=data.name, rows=together(told, "; "))
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=speak(said))


def _ground(cells: Cells, x: Scale, y: Scale, size: int) -> str:
    """Cells of one colour, neighbours in a row as one box."""
    wide, tall = (x.end - x.start) / size, (y.start - y.end) / size
    runs: list[list[int]] = []
    for column, row in sorted(cells, key=lambda c: (c[1], c[0])):
        if runs and runs[-1][1] == row and runs[-1][0] + runs[-1][2] == column:
            runs[-1][2] += 1
        else:
            runs.append([column, row, 1])
    boxes = [box(x.start + c * wide, y.start - (r + 1) * tall, n * wide, tall) for c, r, n in runs]
    return path("".join(boxes), "brg-most")


def _dots(cells: Cells, x: Scale, y: Scale, size: int, css: str) -> str:
    wide, tall = (x.end - x.start) / size, (y.start - y.end) / size
    return path("".join(dot(x.start + (c + 0.5) * wide, y.start - (r + 0.5) * tall) for c, r in cells), css)


def _outlines(groups: tuple[tuple[float, ...], ...], edges: tuple[float, ...], x: Scale, y: Scale) -> str:
    xs = [x(e) for e in edges]
    steps = [staircase(xs, [y(h) for h in shares], y.start) if sum(shares) else "" for shares in groups]
    closed = steps[0] + "z" if steps[0] else ""
    lines = zip(steps[1:], ("brg-under-line", "brg-over-line"), strict=False)
    return path(closed, "brg-most") + "".join(path(line, css) for line, css in lines)


def _bin_axes(data: GroupBins, x: Scale, y: Scale, *, first: bool) -> str:
    grid, texts = [], []
    for height in linear_ticks(0.0, y.high, 2):
        grid.append(f"M{coordinate(x.start)} {coordinate(y(height))}h-4")
        if first:
            texts.append(label(share(height) if height else "0", x.start - 6, y(height) + 4, anchor="end"))
    if data.categories:
        wide = (x.end - x.start) / len(data.categories)
        for i, name in enumerate(data.categories):
            at = x.start + (i + 0.5) * wide
            short = shorten(name, max(2, int(wide / 6.5)))
            texts.append(label(short, at, BOTTOM + 16, anchor="middle", title="" if short == name else name))
    else:
        ticks = linear_ticks(x.low, x.high, 3)
        for value, text in zip(ticks, tick_texts(ticks), strict=True):
            grid.append(f"M{coordinate(x(value))} {BOTTOM}v4")
            texts.append(label(text, x(value), BOTTOM + 16, anchor="middle"))
    return path("".join(grid), "brg-grid") + "".join(texts)


def _key(names: tuple[str, ...]) -> str:
    """The groups' colours and names."""
    parts = []
    for (at, css), name in zip(_KEYS, names, strict=False):
        parts.append(path(box(at, HEIGHT - 13, 10, 9), css) + label(shorten(name, 18), at + 15, HEIGHT - 5))
    return "".join(parts)
