"""When a figure changed: its windows, the onset with its interval, and what else happened, in lanes beneath."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, measured, number
from barograph.charts.series import Series, runs_drawn, value_range
from barograph.charts.series_words import no_windows, over_windows
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, label, letters, path, picture, polyline, shorten
from barograph.locale.said import say, shortened, together

WIDTH = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 414, 16, 118
_ROWS_TOP, _ROWS_BOTTOM = 124, 142
_LANES, _LANE = 172, 17
#: Whiskers and dots of more windows than this would hide the line.
_FEW = 60
_LETTER = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something at a time: an event, or a column's change with its interval.

    Attributes
    ----------
    kind : ``event``, or ``column`` where it has an interval.
    strong : an event at the figure's own onset.
    when : the time in words, for the tooltip.
    """

    name: str
    kind: str
    place: float
    interval: tuple[float, float] | None = None
    strong: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A figure over windows, and what is dated on it.

    Places are those of the series: a window's middle is its position, its start half a window before.

    Attributes
    ----------
    series : the figure; its band and corridor are not drawn.
    onset : start of the first window of the new level, and of the earliest and the latest it could be.
    levels : the figure before and from the onset.
    bad : indices of single windows far off the rest.
    marks : events first, then columns by the time they changed.
    """

    series: Series
    onset: tuple[float, float, float] | None = None
    onset_name: str = ""
    levels: tuple[float, float] | None = None
    bad: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()


def timeline_svg(data: Timeline, *, speak: Speak = str) -> str:
    """Draw the windows, shade the interval of the onset, ring single bad windows, and put marks in lanes beneath.

    Examples
    --------
    >>> windows = Series(name="MAE", labels=("Mon", "Tue"), positions=(0, 1), values=(1.0, 3.0), rows=(24, 24),
    ...                  current=(False, True))
    >>> drawn = timeline_svg(Timeline(series=windows, marks=(Mark(name="v7", kind="event", place=1.0),)))
    >>> ">v7<" in drawn
    True
    """
    data = worded(data, speak)
    series = data.series
    if not series.labels:
        nothing = label(speak(say("no windows")), WIDTH / 2, 40, anchor="middle")
        return picture(nothing, width=WIDTH, height=60, label=speak(no_windows(series.name)))
    low, high = value_range(series)
    last = max(series.positions[-1], series.positions[0] + 1)
    x = Scale(low=series.positions[0] - 0.5, high=last + 0.5, start=_LEFT, end=_RIGHT)
    y = Scale(low=low, high=high, start=_BOTTOM, end=_TOP)
    height = (_LANES + _LANE * len(data.marks) + 2) if data.marks else _LANES - 8
    body = (
        _gaps(series, x, speak)
        + _onset(data, x, height, speak)
        + _axes(series, x, y)
        + _rows(series, x)
        + _levels(data, x, y)
    )
    body += _figure(series, x, y) + _bad(data, x, y, speak) + _lanes(data, x, speak)
    return picture(body, width=WIDTH, height=height, label=speak(_said(data)))


def _gaps(series: Series, x: Scale, speak: Speak) -> str:
    """Shade where there are no windows."""
    held = [(a, b) for a, b in pairwise(series.positions) if b - a > 1]
    shaded = [box(x(a + 0.5), _TOP, x(b - 0.5) - x(a + 0.5), _ROWS_BOTTOM - _TOP) for a, b in held]
    return path("".join(shaded), "brg-gap", speak(say("no figure in these windows")))


def _onset(data: Timeline, x: Scale, height: float, speak: Speak) -> str:
    if data.onset is None:
        return ""
    at, low, high = (x(place) for place in data.onset)
    said = speak(say("{onset}, with its 95 % interval", onset=data.onset_name))
    band = path(box(low, _TOP - 12, max(high - low, 2.0), height - _TOP + 8), "brg-corridor", said)
    # The lanes, too, are read against it.
    return band + path(f"M{coordinate(at)} {_TOP - 12}V{coordinate(height - 4)}", "brg-onset", said)


def _axes(series: Series, x: Scale, y: Scale) -> str:
    grid, texts = [], []
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{_RIGHT}")
        texts.append(label(text, _LEFT - 5, y(value) + 4, anchor="end"))
    widest = max(letters(text) for text in series.labels) * _LETTER + 12
    free = -math.inf
    for position, text in zip(series.positions, series.labels, strict=True):
        at = x(position)
        place = min(max(at, widest / 2 - 6), WIDTH - widest / 2 + 6)
        if place - widest / 2 >= free:
            free = place + widest / 2
            grid.append(f"M{coordinate(at)} {_ROWS_BOTTOM}v4")
            texts.append(label(text, place, _ROWS_BOTTOM + 16, anchor="middle"))
    return path("".join(grid), "brg-grid") + "".join(texts)


def _rows(series: Series, x: Scale) -> str:
    """Rows of each window beneath."""
    most = max(series.rows, default=0) or 1
    step = x(series.positions[0] + 1) - x(series.positions[0])
    wide = min(max(step * 0.7, 0.6), 16)
    sides: tuple[list[str], list[str]] = ([], [])
    for position, n, current in zip(series.positions, series.rows, series.current, strict=True):
        tall = (_ROWS_BOTTOM - _ROWS_TOP) * n / most
        if tall > 0:
            sides[current].append(box(x(position) - wide / 2, _ROWS_BOTTOM - tall, wide, tall))
    body = path("".join(sides[0]), "brg-ref-bar brg-rows") + path("".join(sides[1]), "brg-cur-bar brg-rows")
    return body + label(f"n {number(most)}", _LEFT - 5, _ROWS_TOP + 9, anchor="end")


def _levels(data: Timeline, x: Scale, y: Scale) -> str:
    if data.levels is None or data.onset is None:
        return ""
    at = x(data.onset[0])
    before, after = (coordinate(y(level)) for level in data.levels)
    return path(f"M{_LEFT} {before}H{coordinate(at)}M{coordinate(at)} {after}H{_RIGHT}", "brg-centre")


def _figure(series: Series, x: Scale, y: Scale) -> str:
    parts = []
    few = len(series.positions) <= _FEW
    for side, word in ((False, "ref"), (True, "cur")):
        if few:
            held = zip(series.positions, series.intervals, series.current, strict=False)
            ends = [(x(p), y(i[0]), y(i[1])) for p, i, current in held if current is side and i is not None]
            whiskers = "".join(f"M{coordinate(a)} {coordinate(b)}V{coordinate(c)}" for a, b, c in ends)
            parts.append(path(whiskers, f"brg-{word}-whisker"))
        runs = runs_drawn(series, series.values, (x, y), side=side)
        parts.append(path("".join(polyline(r) for r in runs if len(r) > 1), f"brg-{word}-line"))
        dots = "".join(dot(*point) for run in runs for point in run if few or len(run) == 1)
        parts.append(path(dots, f"brg-{word}-dot"))
    return "".join(parts)


def _bad(data: Timeline, x: Scale, y: Scale, speak: Speak) -> str:
    series, parts = data.series, []
    for i in data.bad:
        value = series.values[i]
        if value is not None:
            interval = series.intervals[i] if series.intervals else None
            said = say(
                "{window}: {value}, n = {n}; the level came back",
                window=series.labels[i], value=measured(value, interval), n=count(series.rows[i]),
            )  # fmt: skip
            parts.append(path(dot(x(series.positions[i]), y(value)), "brg-bad", speak(said)))
            parts.append(path(dot(x(series.positions[i]), y(value)), "brg-hole"))
    return "".join(parts)


def _lanes(data: Timeline, x: Scale, speak: Speak) -> str:
    parts = []
    for i, mark in enumerate(data.marks):
        at, middle = x(mark.place), _LANES + _LANE * i + 8
        if mark.kind == "event":
            tone = "brg-event brg-strong-event" if mark.strong else "brg-event"
            stem = path(f"M{coordinate(at)} {_TOP - 6}V{coordinate(middle - 5)}", "brg-stem")
            shape = f"M{coordinate(at)} {coordinate(middle - 5)}l5 9h-10z"
            parts.append(
                stem + path(shape, tone, speak(say("{event}, {when}", event=mark.name, when=mark.when)))
            )
            left, right = at - 6, at + 6
        else:
            ends = [x(end) for end in mark.interval or (mark.place, mark.place)]
            line = f"M{coordinate(ends[0])} {coordinate(middle)}H{coordinate(ends[1])}"
            parts.append(
                path(line, "brg-cur-range") + path(dot(at, middle), "brg-cur-dot brg-big", speak(mark.when))
            )
            left, right = min(ends[0], at) - 6, max(ends[1], at) + 6
        parts.append(_name(speak(mark.name), left, right, middle + 4))
    return "".join(parts)


def _name(text: str, left: float, right: float, y: float) -> str:
    """A lane's name, on the side that has more room."""
    before = left - 2 > WIDTH - right
    room = max(int((left - 2 if before else WIDTH - right) / _LETTER), 4)
    short = shorten(text, room)
    title = "" if short == text else text
    if before:
        return label(short, left, y, anchor="end", css="brg-strong", title=title)
    return label(short, right, y, css="brg-strong", title=title)


def _said(data: Timeline) -> str:
    series = data.series
    said = over_windows(series)
    if data.onset is not None and data.levels is not None:
        before, after = map(number, data.levels)
        said = say(
            "{windows}: {onset}, {before} before, {after} after",
            windows=said, onset=data.onset_name, before=before, after=after,
        )  # fmt: skip
    names = [say("{event} {when}", event=shortened(mark.name, 60), when=mark.when) for mark in data.marks]
    return together([said, together(names, "; ")], ". ") if names else said
