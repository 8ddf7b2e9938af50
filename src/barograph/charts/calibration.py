"""Does a score of 0.3 come true three times in ten: observed share against mean score."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.axes import name_below, name_upright
from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, number
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, dot, label, path, picture, polyline
from barograph.locale.said import say, together

WIDTH, HEIGHT = 360, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 352, 12, 176
_ROWS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPoint:
    """One bin of scores: mean score, share of positives with its interval, rows."""

    score: float
    observed: float
    n: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Calibration of one score.

    Attributes
    ----------
    name : of the score or its class, for the picture's label.
    reference, current : points in order of score; empty for a side that is absent.
    """

    name: str
    reference: tuple[CalibrationPoint, ...]
    current: tuple[CalibrationPoint, ...]


def calibration_svg(data: Calibration, *, speak: Speak = str) -> str:
    """Draw both lines against the diagonal of a perfect score, with the rows of current beneath.

    Examples
    --------
    >>> point = CalibrationPoint(score=0.3, observed=0.35, n=200, interval=(0.29, 0.42))
    >>> calibration_svg(Calibration(name="p", reference=(), current=(point,))).count("brg-cur-whisker")
    1
    """
    data = worded(data, speak)
    x = Scale(low=0, high=1, start=_LEFT, end=_RIGHT)
    y = Scale(low=0, high=1, start=_BOTTOM, end=_TOP)
    ticks = linear_ticks(0, 1, 4)
    grid, texts = [], []
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        grid.append(f"M{_LEFT} {coordinate(y(value))}H{_RIGHT}")
        texts.append(label(text, _LEFT - 5, y(value) + 4, anchor="end"))
        texts.append(label(text, x(value), _BOTTOM + _ROWS + 22, anchor="middle"))
    body = [path("".join(grid), "brg-grid"), "".join(texts)]
    body.append(path(f"M{_LEFT} {_BOTTOM}L{_RIGHT} {_TOP}", "brg-centre"))
    for points, word in ((data.reference, "ref"), (data.current, "cur")):
        bars = "".join(
            f"M{coordinate(x(p.score))} {coordinate(y(p.interval[0]))}V{coordinate(y(p.interval[1]))}"
            for p in points
            if p.interval is not None
        )
        places = [(x(p.score), y(p.observed)) for p in points]
        body.append(path(bars, f"brg-{word}-whisker"))
        body.append(path(polyline(places) if len(places) > 1 else "", f"brg-{word}-line"))
        body.append(path("".join(dot(*p) for p in places), f"brg-{word}-dot"))
    body.append(_rows(data.current or data.reference, x, "cur" if data.current else "ref"))
    body.append(name_below(speak(say("mean score")), (_LEFT + _RIGHT) / 2, HEIGHT - 8))
    body.append(name_upright(speak(say("share of positives")), (_TOP + _BOTTOM) // 2))
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=speak(_said(data)))


def _rows(points: tuple[CalibrationPoint, ...], x: Scale, word: str) -> str:
    most = max((p.n for p in points), default=0)
    base = _BOTTOM + _ROWS + 6
    bars = [box(x(p.score) - 2, base - _ROWS * p.n / most, 4, _ROWS * p.n / most) for p in points if p.n > 0]
    return path("".join(bars), f"brg-{word}-bar brg-rows") + label("n", _LEFT - 5, base, anchor="end")


def _said(data: Calibration) -> str:
    told = []
    for which, points in ((say("reference"), data.reference), (say("current"), data.current)):
        if points:
            worst = max(points, key=lambda p: abs(p.score - p.observed))
            told.append(
                say(
                    "{side} farthest off at score {score}: {share} came true, n = {n}",
                    side=which,
                    score=number(worst.score),
                    share=number(worst.observed),
                    n=count(worst.n),
                )
            )
    said = together(told, "; ") if told else say("no labelled rows")
    return say("Calibration of {name}: {said}", name=data.name, said=said)
