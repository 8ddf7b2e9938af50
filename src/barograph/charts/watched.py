"""A figure a monitor watches: windows, the limit, the band in which the reference moves, and the windows breached."""

from __future__ import annotations

from dataclasses import dataclass, replace

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, measured, number
from barograph.charts.series import Series, runs_drawn, value_range
from barograph.charts.svg import box, coordinate, dot, label, path, picture, polyline

WIDTH, HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 550, 14, 150
_LETTER = 6.2
#: Dots of more windows than this would hide the line.
_FEW = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is drawn.

    Attributes
    ----------
    series : the figure; its windows are all current, its rows are not drawn.
    limits : lower and upper limit of the last window, in the figure's unit; None where there is none.
    breached : indices of the windows that were breached.
    """

    series: Series
    limits: tuple[float | None, float | None] = (None, None)
    breached: tuple[int, ...] = ()


def watched_svg(data: Watched) -> str:
    """Draw the figure; breached windows are shaded and ringed, limits are dashed and named.

    Examples
    --------
    >>> nulls = Series(name="nulls", labels=("Mon", "Tue"), positions=(0, 1), values=(0.1, 0.4), rows=(9, 9),
    ...                current=(True, True))
    >>> drawn = watched_svg(Watched(series=nulls, limits=(None, 0.2), breached=(1,)))
    >>> drawn.count("brg-breach"), "limit 0.2" in drawn
    (1, True)
    """
    series = data.series
    if not series.labels:
        nothing = label("no windows", WIDTH / 2, HEIGHT / 2, anchor="middle")
        return picture(nothing, width=WIDTH, height=HEIGHT, label=f"{series.name}: no windows")
    low, high = _range(data)
    last = max(series.positions[-1], series.positions[0] + 1)
    x = Scale(low=series.positions[0] - 0.5, high=last + 0.5, start=_LEFT, end=_RIGHT)
    y = Scale(low=low, high=high, start=_BOTTOM, end=_TOP)
    body = (
        _breached(data, x) + _band(series, y) + _axes(series, x, y) + _limits(data, y) + _figure(data, x, y)
    )
    return picture(body, width=WIDTH, height=HEIGHT, label=_said(data))


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


def _breached(data: Watched, x: Scale) -> str:
    places = (data.series.positions[i] for i in data.breached)
    boxes = [box(x(p - 0.5), _TOP, max(x(p + 0.5) - x(p - 0.5), 1.5), _BOTTOM - _TOP) for p in places]
    return path("".join(boxes), "brg-breach")


def _band(series: Series, y: Scale) -> str:
    if series.band is None:
        return ""
    top, bottom = y(series.band[1]), y(series.band[0])
    said = f"{series.band_name}: {number(series.band[0])} to {number(series.band[1])}"
    return path(box(_LEFT, top, _RIGHT - _LEFT, max(bottom - top, 0.5)), "brg-band", said)


def _axes(series: Series, x: Scale, y: Scale) -> str:
    grid, texts = [], []
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{_RIGHT}")
        texts.append(label(text, _LEFT - 6, y(value) + 4, anchor="end"))
    widest = max(len(text) for text in series.labels) * _LETTER + 14
    free = _RIGHT + widest
    # The last window is the one that matters: labels are placed from it backwards.
    for position, text in reversed(list(zip(series.positions, series.labels, strict=True))):
        place = min(x(position), WIDTH - widest / 2 + 6)
        if place + widest / 2 <= free and place - widest / 2 >= 0:
            free = place - widest / 2
            grid.append(f"M{coordinate(x(position))} {_BOTTOM}v4")
            texts.append(label(text, place, _BOTTOM + 18, anchor="middle"))
    return path("".join(grid), "brg-grid") + path(f"M{_LEFT} {_BOTTOM}H{_RIGHT}", "brg-mark") + "".join(texts)


def _limits(data: Watched, y: Scale) -> str:
    parts = []
    for limit, below in zip(data.limits, (True, False), strict=True):
        if limit is not None:
            at = y(limit)
            parts.append(path(f"M{_LEFT} {coordinate(at)}H{_RIGHT}", "brg-limit"))
            # Beside the good side of the line there is the figure; its name stands on the other.
            beside = at + 12 if below else at - 4
            parts.append(
                label(
                    f"limit {number(limit)}",
                    _LEFT + 4,
                    min(max(beside, _TOP + 8), _BOTTOM - 3),
                    css="brg-limit-name",
                )
            )
    return "".join(parts)


def _figure(data: Watched, x: Scale, y: Scale) -> str:
    series = data.series
    runs = runs_drawn(series, series.values, (x, y), side=True)
    few = len(series.positions) <= _FEW
    body = path("".join(polyline(r) for r in runs if len(r) > 1), "brg-cur-line")
    body += path("".join(dot(*p) for r in runs for p in r if few or len(r) == 1), "brg-cur-dot")
    rings = []
    for i in data.breached:
        value = series.values[i]
        if value is not None:
            interval = series.intervals[i] if series.intervals else None
            said = f"{series.labels[i]}: {measured(value, interval, unit=series.unit)}"
            rings.append(path(dot(x(series.positions[i]), y(value)), "brg-ring", said))
    return body + "".join(rings[-60:])


def _said(data: Watched) -> str:
    series = data.series
    known = [(v, t) for v, t in zip(series.values, series.labels, strict=True) if v is not None]
    said = (
        f"{series.name} over {count(len(series.labels))} windows, {series.labels[0]} to {series.labels[-1]}"
    )
    if known:
        said += f": last {number(known[-1][0])} ({known[-1][1]})"
    limits = [number(limit) for limit in data.limits if limit is not None]
    if limits:
        said += f"; limit {' and '.join(limits)}"
    return f"{said}; {count(len(data.breached))} breached"
