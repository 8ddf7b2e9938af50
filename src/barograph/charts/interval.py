"""A figure and its interval as a dot on a line: reference against current, or an effect against zero."""

from __future__ import annotations

from barograph.charts.axis import Scale
from barograph.charts.numbers import measured, measured_share
from barograph.charts.spoken import Speak
from barograph.charts.svg import box, coordinate, dot, path, picture
from barograph.locale.said import say, together

Interval = tuple[float, float] | None


def dots_svg(
    name: str,
    reference: tuple[float, Interval] | None,
    current: tuple[float, Interval] | None,
    *,
    width: int = 150,
    speak: Speak = str,
) -> str:
    """Draw reference above current on one axis, which spans both intervals.

    Parameters
    ----------
    name : of the figure, for the picture's label.
    reference, current : value and 95 % interval; None for a side that is absent.

    Examples
    --------
    >>> dots_svg("mae", (4.1, (3.7, 4.5)), (11.4, None)).count("<path")
    4
    """
    sides = [s for s in (reference, current) if s is not None]
    seen = [x for value, interval in sides for x in (value, *(interval or ()))]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    x = Scale(low=low, high=high, start=6, end=width - 6)
    body, said = [], []
    for side, y, css, which in (
        (reference, 9, "ref", say("reference")),
        (current, 21, "cur", say("current")),
    ):
        if side is None:
            continue
        value, interval = side
        if css == "ref" and current is not None:
            body.append(path(f"M{coordinate(x(value))} 2V28", "brg-grid"))
        if interval is not None:
            body.append(
                path(f"M{coordinate(x(interval[0]))} {y}H{coordinate(x(interval[1]))}", f"brg-{css}-range")
            )
        body.append(path(dot(x(value), y), f"brg-{css}-dot brg-big"))
        said.append(say("{side} {value}", side=which, value=measured(value, interval)))
    told = say("{name}: {said}", name=name, said=together(said, ", ") if said else say("no figure"))
    return picture("".join(body), width=width, height=30, label=speak(told))


def strip_svg(
    name: str,
    value: float,
    interval: Interval,
    *,
    high: float,
    steps: tuple[float, ...] = (),
    width: int = 108,
    speak: Speak = str,
) -> str:
    """Draw a share of rows on an axis from 0 to `high`, the same for every row of a table.

    Parameters
    ----------
    name : of the column, for the picture's label.
    value, interval : the share and its 95 % interval, 0 or more.
    high : end of the axis.
    steps : limits between size words, drawn as ticks.

    Examples
    --------
    >>> strip_svg("income", 0.19, (0.17, 0.21), high=0.5, steps=(0.05, 0.15)).count("<path")
    5
    """
    x = Scale(low=0, high=high if high > 0 else 1.0, start=3, end=width - 4)
    ticks = "".join(f"M{coordinate(x(s))} 10v3" for s in steps if s <= high)
    body = path(f"M3 6H{width - 4}", "brg-grid") + path(ticks, "brg-grid")
    body += path(box(3, 4.5, x(value) - 3, 3), "brg-strip")
    if interval is not None:
        body += path(f"M{coordinate(x(interval[0]))} 6H{coordinate(x(interval[1]))}", "brg-cur-range")
    body += path(dot(x(value), 6), "brg-cur-dot brg-big")
    said = say("{column}: {share} of rows moved", column=name, share=measured_share(value, interval))
    return picture(body, width=width, height=14, label=speak(said))
