"""How values lie in each window: the middle, the middle half and the middle nine tenths, on the reference's."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, number
from barograph.charts.readout import target
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, label, letters, path, picture, polyline
from barograph.locale.said import say

WIDTH, HEIGHT = 560, 200
_LEFT, _TOP, _BOTTOM = 50, 12, 168
_LETTER = 6.2
#: 5 %, 25 %, 50 %, 75 % and 95 % quantile.
Quantiles = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """What is drawn.

    Attributes
    ----------
    name : of the column.
    labels : start of each window.
    windows : its quantiles; None where there are none.
    reference : the same of the reference's rows; None without one.
    rows : of each window.
    """

    name: str
    labels: tuple[str, ...]
    windows: tuple[Quantiles | None, ...]
    rows: tuple[int, ...]
    reference: Quantiles | None = None
    unit: str = ""


def fan_svg(data: Fan, *, width: int = WIDTH, speak: Speak = str) -> str:
    """Draw the fan; the reference lies behind as bands with a dashed median.

    Examples
    --------
    >>> two = Fan(name="x", labels=("Mon", "Tue"), windows=((0, 1, 2, 3, 4), (1, 2, 3, 4, 5)), rows=(9, 9))
    >>> fan_svg(two).count('class="brg-fan')
    2
    """
    data = worded(data, speak)
    known = [each for each in (*data.windows, data.reference) if each is not None]
    if not known:
        nothing = label(speak(say("no values")), width / 2, HEIGHT / 2, anchor="middle")
        said = say("{column}: no values", column=data.name)
        return picture(nothing, width=width, height=HEIGHT, label=speak(said))
    low, high = min(each[0] for each in known), max(each[4] for each in known)
    air = (high - low) / 16 or abs(high) / 10 or 1.0
    x = Scale(low=-0.5, high=max(len(data.labels), 2) - 0.5, start=_LEFT, end=width - 10)
    y = Scale(low=low - air, high=high + air, start=_BOTTOM, end=_TOP)
    body = _behind(data, y, width) + _axes(data, x, y, width)
    for run in _runs(data):
        body += _area(data, run, (x, y), ends=(0, 4), css="brg-fan brg-fan-outer")
        body += _area(data, run, (x, y), ends=(1, 3), css="brg-fan")
        middle = [(x(i), y(_at(data, i)[2])) for i in run]
        body += (
            path(polyline(middle), "brg-cur-line") if len(run) > 1 else path(dot(*middle[0]), "brg-cur-dot")
        )
    body += _targets(data, x, speak)
    return picture(body, width=width, height=HEIGHT, label=speak(_said(data)), foot=_foot(data, speak))


def _at(data: Fan, i: int) -> Quantiles:
    found = data.windows[i]
    assert found is not None
    return found


def _runs(data: Fan) -> list[list[int]]:
    """Windows in a row that have values."""
    runs: list[list[int]] = []
    for i, each in enumerate(data.windows):
        if each is not None:
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    return runs


def _area(data: Fan, run: list[int], scales: tuple[Scale, Scale], *, ends: tuple[int, int], css: str) -> str:
    x, y = scales
    half = 0.3 if len(run) == 1 else 0.0
    over = [(x(i + s), y(_at(data, i)[ends[1]])) for i in run for s in ((-half, half) if half else (0.0,))]
    under = [(x(i + s), y(_at(data, i)[ends[0]])) for i in run for s in ((-half, half) if half else (0.0,))]
    return path(polyline([*over, *reversed(under)]) + "Z", css)


def _behind(data: Fan, y: Scale, width: int) -> str:
    if data.reference is None:
        return ""
    outer, inner = (data.reference[0], data.reference[4]), (data.reference[1], data.reference[3])
    drawn = ""
    for (low, high), css in ((outer, "brg-band"), (inner, "brg-corridor")):
        drawn += path(box(_LEFT, y(high), width - 10 - _LEFT, max(y(low) - y(high), 0.5)), css)
    return drawn + path(f"M{_LEFT} {coordinate(y(data.reference[2]))}H{width - 10}", "brg-centre")


def _foot(data: Fan, speak: Speak) -> str:
    """Where the reference lies."""
    if data.reference is None:
        return ""
    low, lower, _, upper, high = map(number, data.reference)
    outer = say("90 % of the reference: {low} to {high}", low=low, high=high)
    return "\n".join(
        map(speak, (outer, say("half of the reference: {low} to {high}", low=lower, high=upper)))
    )


def _axes(data: Fan, x: Scale, y: Scale, width: int) -> str:
    grid, texts = [], []
    ticks = linear_ticks(y.low, y.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{width - 10}")
        texts.append(label(text, _LEFT - 6, y(value) + 4, anchor="end"))
    if data.unit:
        texts.append(label(data.unit, 2, 10))
    free = width + 20.0
    for i, text in reversed(list(enumerate(data.labels))):
        half = letters(text) * _LETTER / 2
        place = min(x(i), width - half)
        if place + half <= free and place - half >= 0:
            texts.append(label(text, place, _BOTTOM + 18, anchor="middle"))
            free = place - half - 14
    return path("".join(grid), "brg-grid") + "".join(texts)


def _targets(data: Fan, x: Scale, speak: Speak) -> str:
    """The figures of each window, where somebody points at it."""
    parts = []
    for i, each in enumerate(data.windows):
        if each is not None:
            low, lower, middle, upper, high = map(number, each)
            said = say(
                "median {median}, half within {lower} to {upper}, 90 % within {low} to {high}",
                median=middle, lower=lower, upper=upper, low=low, high=high,
            )  # fmt: skip
            area = box(x(i - 0.5), _TOP, x(i + 0.5) - x(i - 0.5), _BOTTOM - _TOP)
            parts.append(target(area, (data.labels[i], speak(said), f"n = {count(data.rows[i])}")))
    return "".join(parts)


def _said(data: Fan) -> str:
    known = [
        (each[2], text) for each, text in zip(data.windows, data.labels, strict=True) if each is not None
    ]
    said = say("Values of {column} over {n} windows", column=data.name, n=len(data.labels))
    if not known:
        return said
    return say(
        "{said}: last median {value} ({window})", said=said, value=number(known[-1][0]), window=known[-1][1]
    )
