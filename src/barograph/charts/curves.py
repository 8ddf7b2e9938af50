"""Lines through points that are no windows of time: ROC, precision against recall, quantiles against normal ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from barograph.charts.axes import axes_drawn, name_below, name_upright
from barograph.charts.axis import Scale
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import coordinate, dot, label, path, picture, polyline, shorten, thinned

WIDTH, HEIGHT = 296, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 290, 12, 190

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line or row of dots.

    Attributes
    ----------
    side : whose colour it has.
    points : in the order to join them.
    mark : drawn large, such as the threshold in use; None for none.
    dotted : points are drawn as dots and not joined.
    """

    side: Literal["reference", "current"]
    points: tuple[Point, ...]
    mark: Point | None = None
    dotted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Curves of both sides on the same axes.

    Attributes
    ----------
    name : of the picture, in words.
    guides : pairs of points joined by a dashed line: chance, or what a normal error would be, with the side whose
        colour it has, or none.
    upright : x of a line from bottom to top, such as the threshold in use, and its text.
    """

    name: str
    x_name: str
    y_name: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    curves: tuple[Curve, ...]
    guides: tuple[tuple[Point, Point, Literal["reference", "current", ""]], ...] = ()
    upright: tuple[float, str] | None = None


def curves_svg(data: Curves, *, speak: Speak = str) -> str:
    """Draw the curves, thinned to what a screen can show.

    Examples
    --------
    >>> line = Curve(side="current", points=((0, 0), (0.2, 0.7), (1, 1)), mark=(0.2, 0.7))
    >>> drawn = curves_svg(Curves(name="ROC", x_name="false positive rate", y_name="recall", x_range=(0, 1),
    ...                           y_range=(0, 1), curves=(line,), guides=(((0, 0), (1, 1), ""),)))
    >>> drawn.count("brg-cur-line"), drawn.count("brg-cur-ring"), drawn.count("brg-centre")
    (1, 1, 1)
    """
    data = worded(data, speak)
    x = Scale(low=data.x_range[0], high=data.x_range[1], start=_LEFT, end=_RIGHT)
    y = Scale(low=data.y_range[0], high=data.y_range[1], start=_BOTTOM, end=_TOP)
    body = [axes_drawn(x, y, steps=4, stroke=f"H{_RIGHT}", gap=5)]
    for first, last, side in data.guides:
        css = f"brg-centre brg-{side[:3]}-guide" if side else "brg-centre"
        cut = _within(first, last, data.y_range)
        body.append(path(polyline((x(a), y(b)) for a, b in cut) if cut else "", css))
    if data.upright is not None:
        at, text = data.upright
        body.append(path(f"M{coordinate(x(at))} {_TOP}V{_BOTTOM}", "brg-mark"))
        left = x(at) > (_LEFT + _RIGHT) / 2
        body.append(
            label(
                text, x(at) + (-4 if left else 4), _BOTTOM - 5, anchor="end" if left else "", css="brg-note"
            )
        )
    body += [_drawn(curve, x, y) for curve in data.curves]
    body.append(name_below(shorten(speak(data.x_name), 40), (_LEFT + _RIGHT) / 2, HEIGHT - 8))
    body.append(name_upright(shorten(speak(data.y_name), 30), (_TOP + _BOTTOM) // 2))
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=speak(data.name))


def _drawn(curve: Curve, x: Scale, y: Scale) -> str:
    word = curve.side[:3]
    across, up = ([point[side] for point in curve.points] for side in (0, 1))
    places = list(zip(x.along(across), y.along(up), strict=True))
    if curve.dotted:
        line = path("".join(dot(*p) for p in places), f"brg-{word}-dot")
    else:
        line = path(polyline(thinned(places)) if len(places) > 1 else "", f"brg-{word}-line")
    if curve.mark is None:
        return line
    return line + path(dot(x(curve.mark[0]), y(curve.mark[1])), f"brg-{word}-dot brg-{word}-ring brg-big")


def _within(first: Point, last: Point, limits: Point) -> Sequence[Point]:
    """The part of a straight line whose y lies within the limits."""
    (x0, y0), (x1, y1) = first, last
    if y0 == y1:
        return (first, last) if limits[0] <= y0 <= limits[1] else ()
    inside = sorted((min(max((limit - y0) / (y1 - y0), 0.0), 1.0)) for limit in limits)
    if inside[0] == inside[1]:
        return ()
    return [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in inside]
