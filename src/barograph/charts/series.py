"""A figure per window, its interval, the band in which the reference moves, and the rows beneath."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from itertools import pairwise

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, measured, number
from barograph.charts.readout import figure_lines, target
from barograph.charts.series_words import band_said, no_windows, series_said
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, label, letters, path, picture, polyline
from barograph.locale.said import say

WIDTH, HEIGHT = 400, 176
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 394, 16, 118
_ROWS_TOP, _ROWS_BOTTOM = 126, 150
#: Width of a figure in the pages' font.
_LETTER = 6.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One figure over windows. All tuples but `band` and `corridor` have one entry a window.

    Attributes
    ----------
    name : of the figure, for the picture's label.
    labels : start of each window as text, such as ``"2011-02-07"``.
    positions : place of each window, ascending, in windows since the first (or any other origin); a
        missing window is a missing number and stays visible as a gap.
    values : the figure; None where it is undefined.
    intervals : its 95 % interval; None where there is none.
    rows : rows of the window, drawn beneath.
    current : whether the window belongs to current (else to the reference).
    band : limits within which the reference's windows lie; `band_name` says which, such as
        ``"95 % of reference windows"``.
    corridor : a narrower band, such as mean ± 1 sd, named by `corridor_name`.
    centre : the reference's mean, dashed.
    unit : of the figure.
    beside : a second figure in the same unit, dashed, such as the prediction beside the label; `beside_name` and
        `name` say which is which.
    """

    name: str
    labels: tuple[str, ...]
    positions: tuple[int, ...]
    values: tuple[float | None, ...]
    rows: tuple[int, ...]
    current: tuple[bool, ...]
    intervals: tuple[tuple[float, float] | None, ...] = ()
    band: tuple[float, float] | None = None
    band_name: str = say("95 % of reference windows")
    corridor: tuple[float, float] | None = None
    corridor_name: str = say("reference mean ± 1 sd")
    centre: float | None = None
    unit: str = ""
    beside: tuple[float | None, ...] = ()
    beside_name: str = ""


def series_svg(data: Series, *, speak: Speak = str, pointed: bool = False) -> str:
    """Draw the figure over its windows; windows outside the band are ringed and say their value.

    Parameters
    ----------
    pointed : whether every window says its figure where somebody points at it.

    Examples
    --------
    >>> steady = Series(name="mean of x", labels=("Mon", "Tue"), positions=(0, 1), values=(1.0, None),
    ...                 rows=(24, 0), current=(False, True))
    >>> series_svg(steady).startswith("<svg")
    True
    """
    data = worded(data, speak)
    if not data.labels:
        nothing = label(speak(say("no windows")), WIDTH / 2, HEIGHT / 2, anchor="middle")
        return picture(nothing, width=WIDTH, height=HEIGHT, label=speak(no_windows(data.name)))
    low, high = value_range(data)
    x = Scale(
        low=data.positions[0] - 0.5,
        high=max(data.positions[-1], data.positions[0] + 1) + 0.5,
        start=_LEFT,
        end=_RIGHT,
    )
    y = Scale(low=low, high=high, start=_BOTTOM, end=_TOP)
    body = _gaps(data, x, speak) + _bands(data, y, speak) + _axes(data, x, y) + _whiskers(data, x, y)
    body += _lines(data, x, y) + _outside(data, x, y, speak) + _row_bars(data, x) + _border(data, x, speak)
    if pointed:
        body += _targets(data, x, speak)
    return picture(body, width=WIDTH, height=HEIGHT, label=speak(series_said(data)))


def value_range(data: Series) -> tuple[float, float]:
    """Values, band and corridor with a little air; intervals may be cut by the frame."""
    seen = [v for v in (*data.values, *data.beside) if v is not None]
    seen += [*(data.band or ()), *(data.corridor or ()), *(() if data.centre is None else (data.centre,))]
    if not seen:
        return 0.0, 1.0
    low, high = min(seen), max(seen)
    body = high - low
    for interval in data.intervals:
        if interval is not None:
            low, high = (
                min(low, max(interval[0], low - body / 2)),
                max(high, min(interval[1], high + body / 2)),
            )
    air = (high / 16 - low / 16) or abs(high) / 10 or 1.0
    most = sys.float_info.max
    return (0.0 if 0 <= low < air else max(low - air, -most)), min(high + air, most)


def _bands(data: Series, y: Scale, speak: Speak) -> str:
    parts = []
    for limits, css, name in (
        (data.band, "brg-band", data.band_name),
        (data.corridor, "brg-corridor", data.corridor_name),
    ):
        if limits:
            top, bottom = y(limits[1]), y(limits[0])
            said = speak(band_said(name, limits))
            parts.append(path(box(_LEFT, top, _RIGHT - _LEFT, max(bottom - top, 0.5)), css, said))
    if data.centre is not None:
        parts.append(path(f"M{_LEFT} {coordinate(y(data.centre))}H{_RIGHT}", "brg-centre"))
    return "".join(parts)


def _axes(data: Series, x: Scale, y: Scale) -> str:
    grid, texts = [], []
    ticks = linear_ticks(y.low, y.high, 3)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{_RIGHT}")
        texts.append(label(text, _LEFT - 5, y(value) + 4, anchor="end"))
    if data.unit:
        texts.append(label(data.unit, 2, _TOP - 5))
    widest = max(letters(text) for text in data.labels) * _LETTER + 14
    every = max(1, math.ceil((data.positions[-1] - data.positions[0] + 1) * widest / (_RIGHT - _LEFT)))
    last, free = -math.inf, -math.inf
    for position, text in zip(data.positions, data.labels, strict=True):
        at = x(position)
        half = widest / 2 - 7
        anchor = "" if at - half < 30 else "end" if at + half > WIDTH else "middle"
        place = max(at - 4, 2) if anchor == "" else min(at + 4, WIDTH) if anchor == "end" else at
        start = place - {"": 0.0, "middle": half, "end": 2 * half}[anchor]
        if position - last >= every and start >= free:
            last, free = position, start + 2 * half + 6
            grid.append(f"M{coordinate(at)} {_ROWS_BOTTOM}v4")
            texts.append(label(text, place, _ROWS_BOTTOM + 16, anchor=anchor))
    return path("".join(grid), "brg-grid") + "".join(texts)


def _gaps(data: Series, x: Scale, speak: Speak) -> str:
    """Shade windows that are missing or undefined."""
    half = (x(data.positions[0] + 1) - x(data.positions[0])) / 2
    shaded = []
    for before, after in pairwise(data.positions):
        if after - before > 1:
            start = x(before) + half
            shaded.append(box(start, _TOP, x(after) - half - start, _ROWS_BOTTOM - _TOP))
    for position, value in zip(data.positions, data.values, strict=True):
        if value is None:
            shaded.append(box(x(position) - half, _TOP, 2 * half, _ROWS_BOTTOM - _TOP))
    return path("".join(shaded), "brg-gap", speak(say("no figure in these windows")))


def _lines(data: Series, x: Scale, y: Scale) -> str:
    """One line a side, broken at gaps; a window on its own, and every window of a short series, is a dot."""
    parts = []
    few = len(data.positions) <= 40
    for side, css in ((False, "brg-ref-line"), (True, "brg-cur-line")):
        if data.beside:
            dashed = "".join(
                polyline(r) for r in runs_drawn(data, data.beside, (x, y), side=side) if len(r) > 1
            )
            parts.append(path(dashed, f"{css} brg-beside"))
        runs = runs_drawn(data, data.values, (x, y), side=side)
        parts.append(path("".join(polyline(r) for r in runs if len(r) > 1), css))
        dots = "".join(dot(*p) for r in runs for p in r if few or len(r) == 1)
        parts.append(path(dots, "brg-cur-dot" if side else "brg-ref-dot"))
    return "".join(parts)


def runs_drawn(
    data: Series, values: tuple[float | None, ...], scales: tuple[Scale, Scale], *, side: bool
) -> list[list[tuple[float, float]]]:
    """Points of one side, parted where windows are missing."""
    runs: list[list[tuple[float, float]]] = [[]]
    last = None
    for position, value, current in zip(data.positions, values, data.current, strict=True):
        if current is not side or value is None:
            continue
        if last is not None and position - last > 1:
            runs.append([])
        runs[-1].append((scales[0](position), scales[1](value)))
        last = position
    return runs


def _whiskers(data: Series, x: Scale, y: Scale) -> str:
    sides: tuple[list[str], list[str]] = ([], [])
    for position, interval, current in zip(data.positions, data.intervals, data.current, strict=False):
        if interval is not None:
            ends = round(y(interval[0])), round(y(interval[1]))
            sides[current].append(f"M{position - data.positions[0]} {ends[0]}V{ends[1]}")
    return _upright(data, x, sides, ("brg-ref-whisker", "brg-cur-whisker"), base=0, wide=1.2)


def _upright(
    data: Series,
    x: Scale,
    sides: tuple[list[str], list[str]],
    css: tuple[str, str],
    *,
    base: float,
    wide: float,
) -> str:
    """Upright strokes at whole windows, `wide` pixels wide: counting in windows halves their text."""
    strokes = "".join(path("".join(s), c) for s, c in zip(sides, css, strict=True))
    step = x(data.positions[0] + 1) - x(data.positions[0])
    place = f"translate({coordinate(x(data.positions[0]))} {coordinate(base)}) scale({step:.3f} 1)"
    return f'<g transform="{place}" stroke-width="{wide / step:.3f}">{strokes}</g>' if strokes else ""


def _outside(data: Series, x: Scale, y: Scale, speak: Speak) -> str:
    """Rings around current windows that leave the band, each with its value as tooltip; 30 at most."""
    band = data.band or data.corridor
    if band is None:
        return ""
    rings = []
    for i, value in enumerate(data.values):
        if value is not None and data.current[i] and not band[0] <= value <= band[1]:
            interval = data.intervals[i] if data.intervals else None
            said = say(
                "{window}: {value}, n = {n}",
                window=data.labels[i], value=measured(value, interval, unit=data.unit), n=count(data.rows[i]),
            )  # fmt: skip
            rings.append(path(dot(x(data.positions[i]), y(value)), "brg-ring", speak(said)))
    return "".join(rings[:30])


def _targets(data: Series, x: Scale, speak: Speak) -> str:
    """A column of the picture for each window, which says its figure."""
    half = (x(data.positions[0] + 1) - x(data.positions[0])) / 2
    return "".join(
        target(box(x(place) - half, _TOP, 2 * half, _ROWS_BOTTOM - _TOP), figure_lines(data, i, speak))
        for i, place in enumerate(data.positions)
    )


def _row_bars(data: Series, x: Scale) -> str:
    """Rows of each window beneath, on an axis of their own whose top is written beside it."""
    most = max(data.rows, default=0)
    sides: tuple[list[str], list[str]] = ([], [])
    for position, n, current in zip(data.positions, data.rows, data.current, strict=True):
        if n > 0:
            tall = max(round((_ROWS_BOTTOM - _ROWS_TOP) * n / most), 1)
            sides[current].append(f"M{position - data.positions[0]} 0v-{tall}")
    step = x(data.positions[0] + 1) - x(data.positions[0])
    wide = min(max(step * 0.7, 0.8), 16)
    body = _upright(data, x, sides, ("brg-ref-rows", "brg-cur-rows"), base=_ROWS_BOTTOM, wide=wide)
    body += path(f"M{_LEFT} {_ROWS_BOTTOM}H{_RIGHT}", "brg-grid")
    text = f"n {number(most)}" if most < 10_000 else number(most)
    return body + label(text, _LEFT - 5, _ROWS_TOP + 9, anchor="end")


def _border(data: Series, x: Scale, speak: Speak) -> str:
    """A line where current begins."""
    if not (any(data.current) and not all(data.current)):
        return ""
    first = data.current.index(True)
    if first == 0:
        return ""
    at = x((data.positions[first - 1] + data.positions[first]) / 2)
    line = path(f"M{coordinate(at)} {_TOP - 6}V{_ROWS_BOTTOM}", "brg-mark")
    roomy = at > 120
    before, now = speak(say("reference")), speak(say("current"))
    text = label(before, at - 5, _TOP - 2, anchor="end", css="brg-note") if roomy else ""
    return line + text + (label(now, at + 5, _TOP - 2, css="brg-note") if at < _RIGHT - 50 else "")
