"""A figure a monitor watches: windows, the limit, the band in which the reference moves, and the windows breached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.hatch import hatch
from barograph.charts.numbers import count, number
from barograph.charts.readout import figure_lines, target
from barograph.charts.series import Series, runs_drawn, value_range
from barograph.charts.series_words import band_said, no_windows, over_windows
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import (
    box,
    coordinate,
    dot,
    label,
    letters,
    linked,
    path,
    picture,
    polyline,
    shorten,
)
from barograph.charts.timeline import Mark
from barograph.locale.said import listed, say

WIDTH, HEIGHT = 560, 190
#: Above and below the figure; what marks and rows add.
_LEFT, _TOP, _BOTTOM, _MARKS, _ROWS = 50, 14, 150, 16, 36
_LETTER = 6.2
#: Dots of more windows than this would hide the line.
_FEW = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is drawn.

    Attributes
    ----------
    series : the figure; its windows are all current, and its rows are drawn where there are any.
    limits : lower and upper limit of the last window, in the figure's unit; None where there is none.
    breached : indices of the windows that were breached.
    marks : events, at places of the series: a window's middle is its position, its start half a window before.
    awaited : indices of the windows whose labels are still to come: hatched, for the figure may change.
    uncertain : draw the figures' intervals.
    links : where each window leads; none where it is empty.
    """

    series: Series
    limits: tuple[float | None, float | None] = (None, None)
    breached: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    awaited: tuple[int, ...] = ()
    uncertain: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where the figure stands: ends of its axes, and the foot of the rows beneath it."""

    right: float
    top: float
    bottom: float
    foot: float


def watched_svg(data: Watched, *, width: int = WIDTH, speak: Speak = str) -> str:
    """Draw the figure; breached windows are shaded and ringed, limits are dashed and named, events marked above.

    Examples
    --------
    >>> nulls = Series(name="nulls", labels=("Mon", "Tue"), positions=(0, 1), values=(0.1, 0.4), rows=(9, 9),
    ...                current=(True, True))
    >>> drawn = watched_svg(Watched(series=nulls, limits=(None, 0.2), breached=(1,)))
    >>> drawn.count("brg-breach"), "limit 0.2" in drawn
    (1, True)
    """
    data = worded(data, speak)
    series = data.series
    top = _TOP + (_MARKS if data.marks else 0)
    bottom = top + _BOTTOM - _TOP
    foot = bottom + (_ROWS if any(series.rows) else 0)
    height = foot + HEIGHT - _BOTTOM
    if not series.labels:
        nothing = label(speak(say("no windows")), width / 2, height / 2, anchor="middle")
        return picture(nothing, width=width, height=height, label=speak(no_windows(series.name)))
    frame = _Frame(right=width - 10, top=top, bottom=bottom, foot=foot)
    low, high = _range(data)
    last = max(series.positions[-1], series.positions[0] + 1)
    x = Scale(low=series.positions[0] - 0.5, high=last + 0.5, start=_LEFT, end=frame.right)
    y = Scale(low=low, high=high, start=bottom, end=top)
    body = _breached(data, x, frame) + _band(series, y, frame, speak) + _awaited(data, x, frame, speak)
    body += _axes(series, (x, y), frame) + (_intervals(series, x, y) if data.uncertain else "")
    body += _rows(series, x, frame) + _limits(data, y, frame, speak)
    body += _figure(data, x, y) + _marks(data, x, frame, speak)
    said = speak(_said(data))
    wrap = linked if any(data.links) else picture
    body += _targets(data, x, frame, speak)
    return wrap(body, width=width, height=height, label=said, foot=_foot(data, speak))


def _range(data: Watched) -> tuple[float, float]:
    """The limits belong in the picture, too."""
    held = [limit for limit in data.limits if limit is not None]
    values = data.series.values
    widened = replace(
        data.series,
        values=(*values, *held),
        intervals=(),
        beside=(),
        labels=(),
        positions=(),
        rows=(),
        current=(),
    )
    return value_range(widened)


def _breached(data: Watched, x: Scale, frame: _Frame) -> str:
    places = (data.series.positions[i] for i in data.breached)
    boxes = [
        box(x(p - 0.5), frame.top, max(x(p + 0.5) - x(p - 0.5), 1.5), frame.bottom - frame.top)
        for p in places
    ]
    return path("".join(boxes), "brg-breach")


def _awaited(data: Watched, x: Scale, frame: _Frame, speak: Speak) -> str:
    places = (data.series.positions[i] for i in data.awaited)
    strokes = [hatch(x(p - 0.5), frame.top, x(p + 0.5) - x(p - 0.5), frame.foot - frame.top) for p in places]
    return path("".join(strokes), "brg-hatch", speak(say("labels of these windows are still to come")))


def _intervals(series: Series, x: Scale, y: Scale) -> str:
    strokes = [
        f"M{coordinate(x(p))} {coordinate(y(interval[0]))}V{coordinate(y(interval[1]))}"
        for p, interval in zip(series.positions, series.intervals, strict=False)
        if interval is not None
    ]
    return path("".join(strokes), "brg-cur-whisker")


def _targets(data: Watched, x: Scale, frame: _Frame, speak: Speak) -> str:
    """A column of the picture for each window, which says its figure and what happened, and may lead on."""
    series, parts = data.series, []
    breached, awaited = frozenset(data.breached), frozenset(data.awaited)
    notes = speak(say("breached")), speak(say("labels are still to come"))
    for i, place in enumerate(series.positions):
        lines = list(figure_lines(series, i, speak))
        lines += [said for said, held in zip(notes, (breached, awaited), strict=True) if i in held]
        lines += [speak(mark.name) for mark in data.marks if place - 0.5 <= mark.place < place + 0.5]
        area = box(x(place - 0.5), frame.top, x(place + 0.5) - x(place - 0.5), frame.foot - frame.top)
        parts.append(target(area, lines, address=data.links[i] if data.links else ""))
    return "".join(parts)


def _foot(data: Watched, speak: Speak) -> str:
    """What is the same for all windows: the limits, and where the reference lies."""
    said = [say("limit {value}", value=number(limit)) for limit in data.limits if limit is not None]
    band = data.series.band
    if band is not None and band[0] < band[1]:
        said.append(band_said(data.series.band_name, band))
    return "\n".join(map(speak, said))


def _band(series: Series, y: Scale, frame: _Frame, speak: Speak) -> str:
    if series.band is None:
        return ""
    top, bottom = y(series.band[1]), y(series.band[0])
    said = speak(band_said(series.band_name, series.band))
    return path(box(_LEFT, top, frame.right - _LEFT, max(bottom - top, 0.5)), "brg-band", said)


def _axes(series: Series, scales: tuple[Scale, Scale], frame: _Frame) -> str:
    x, y = scales
    grid, texts = [], []
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{coordinate(frame.right)}")
        texts.append(label(text, _LEFT - 6, y(value) + 4, anchor="end"))
    widest = max(letters(text) for text in series.labels) * _LETTER + 14
    free = frame.right + widest
    # The last window is the one that matters: labels are placed from it backwards.
    for position, text in reversed(list(zip(series.positions, series.labels, strict=True))):
        place = min(x(position), frame.right - widest / 2 + 16)
        if place + widest / 2 <= free and place - widest / 2 >= 0:
            free = place - widest / 2
            grid.append(f"M{coordinate(x(position))} {coordinate(frame.foot)}v4")
            texts.append(label(text, place, frame.foot + 18, anchor="middle"))
    line = path(f"M{_LEFT} {coordinate(frame.bottom)}H{coordinate(frame.right)}", "brg-mark")
    return path("".join(grid), "brg-grid") + line + "".join(texts)


def _rows(series: Series, x: Scale, frame: _Frame) -> str:
    """Rows of each window beneath, the most of them written beside."""
    most = max(series.rows)
    if not most:
        return ""
    high = frame.foot - frame.bottom - 10
    wide = min(max((x(1) - x(0)) * 0.7, 0.8), 16)
    bars = [
        box(x(p) - wide / 2, frame.foot - max(high * n / most, 1), wide, max(high * n / most, 1))
        for p, n in zip(series.positions, series.rows, strict=True)
        if n > 0
    ]
    drawn = path("".join(bars), "brg-ref-bar") + path(
        f"M{_LEFT} {coordinate(frame.foot)}H{coordinate(frame.right)}", "brg-grid"
    )
    return drawn + label(f"n {count(most)}", _LEFT - 6, frame.foot - high + 9, anchor="end")


def _marks(data: Watched, x: Scale, frame: _Frame, speak: Speak) -> str:
    """Events above the figure, each with its name where there is room for it."""
    triangles, free = [], 0.0
    texts = []
    for mark in sorted(data.marks, key=lambda m: m.place):
        at = min(max(x(mark.place), _LEFT), frame.right)
        arrow = f"M{coordinate(at - 4)} {_TOP - 8}h8l-4 7z"
        said = say("{event}, {when}", event=mark.name, when=mark.when) if mark.when else mark.name
        triangles.append(path(arrow, "brg-event", speak(said)))
        triangles.append(path(f"M{coordinate(at)} {_TOP}V{coordinate(frame.bottom)}", "brg-grid"))
        name = shorten(mark.name, 28)
        wide = letters(name) * _LETTER
        if at + 8 >= free and at + 8 + wide <= frame.right + 10:
            texts.append(label(name, at + 8, _TOP))
            free = at + 16 + wide
    return "".join(triangles) + "".join(texts)


def _limits(data: Watched, y: Scale, frame: _Frame, speak: Speak) -> str:
    parts = []
    for limit, below in zip(data.limits, (True, False), strict=True):
        if limit is not None:
            at = y(limit)
            parts.append(path(f"M{_LEFT} {coordinate(at)}H{coordinate(frame.right)}", "brg-limit"))
            # Beside the good side of the line there is the figure; its name stands on the other.
            beside = min(max(at + 12 if below else at - 4, frame.top + 8), frame.bottom - 3)
            name = speak(say("limit {value}", value=number(limit)))
            parts.append(label(name, _LEFT + 4, beside, css="brg-limit-name"))
    return "".join(parts)


def _figure(data: Watched, x: Scale, y: Scale) -> str:
    series = data.series
    runs = runs_drawn(series, series.values, (x, y), side=True)
    few = len(series.positions) <= _FEW
    body = path("".join(polyline(r) for r in runs if len(r) > 1), "brg-cur-line")
    body += path("".join(dot(*p) for r in runs for p in r if few or len(r) == 1), "brg-cur-dot")
    rings = [
        dot(x(series.positions[i]), y(value))
        for i in data.breached
        if (value := series.values[i]) is not None
    ]
    return body + path("".join(rings), "brg-ring")


def _said(data: Watched) -> str:
    series = data.series
    known = [(v, t) for v, t in zip(series.values, series.labels, strict=True) if v is not None]
    said = over_windows(series)
    if known:
        value, window = known[-1]
        said = say("{windows}: last {value} ({window})", windows=said, value=number(value), window=window)
    limits = [number(limit) for limit in data.limits if limit is not None]
    if limits:
        said = say("{said}; limit {limits}", said=said, limits=listed(limits))
    return say("{said}; {n} breached", said=said, n=count(len(data.breached)))
