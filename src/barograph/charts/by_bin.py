"""A figure along the bins of a feature: a row a bin, reference above current, with intervals and rows."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import count, measured, measured_share, share
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import coordinate, dot, label, path, picture, shorten
from barograph.locale.said import say

WIDTH = 360
_LEFT, _RIGHT, _TOP, _ROW = 124, 264, 20, 24
#: Bins of fewer rows do not set the axis, and may be cut by the frame.
_FEWEST_ROWS = 10

Held = tuple[float, tuple[float, float] | None, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByBin:
    """A figure per bin.

    Attributes
    ----------
    name : of the figure, such as ``"mean error"``.
    feature : whose bins they are.
    bins : their names.
    reference, current : (value, 95 % interval, rows) of each bin; None where a side has no rows there.
    zero : whether 0 means no error on either side, and is drawn as a line; else the axis starts there.
    shares : values are shares, written in percent.
    """

    name: str
    feature: str
    bins: tuple[str, ...]
    reference: tuple[Held, ...]
    current: tuple[Held, ...]
    zero: bool = False
    shares: bool = False


def by_bin_svg(data: ByBin, *, speak: Speak = str) -> str:
    """Draw dots with whiskers; whiskers are cut at the frame, each current dot tells value and rows.

    Examples
    --------
    >>> data = ByBin(name="mean error", feature="temp", bins=("0 to 0.5", "above the range"),
    ...              reference=((0.1, (-1.0, 1.2), 90), None), current=((-4.0, None, 9), (-56.0, (-72.0, -40.0), 24)))
    >>> by_bin_svg(data).count("brg-cur-whisker"), by_bin_svg(data).count("<title>")
    (1, 2)
    """
    data = worded(data, speak)
    tall = _TOP + _ROW * len(data.bins) + 22
    x = _scale(data)
    bottom = tall - 20
    grid, texts = [], [label("n", WIDTH - 2, 12, anchor="end")]
    ticks = linear_ticks(x.low, x.high, 3)
    written = [share(t) if t else "0" for t in ticks] if data.shares else tick_texts(ticks)
    for value, text in zip(ticks, written, strict=True):
        grid.append(f"M{coordinate(x(value))} {_TOP - 4}V{bottom}")
        texts.append(label(text, x(value), tall - 5, anchor="middle"))
    body = [path("".join(grid), "brg-grid")]
    if data.zero and x.low <= 0.0 <= x.high:
        body.append(path(f"M{coordinate(x(0.0))} {_TOP - 4}V{bottom}", "brg-mark"))
    for i, name in enumerate(data.bins):
        y = _TOP + _ROW * i
        short = shorten(name, 18)
        texts.append(label(short, _LEFT - 8, y + 14, anchor="end", title="" if short == name else name))
        sides = (data.reference[i], data.current[i])
        n = " → ".join("0" if held is None else count(held[2]) for held in sides)
        texts.append(label(n, WIDTH - 2, y + 14, anchor="end"))
        for held, word, at in zip(sides, ("ref", "cur"), (y + 6, y + 14), strict=True):
            body.append(_mark(data, held, x, (word, at)))
    return picture("".join([*body, *texts]), width=WIDTH, height=tall, label=speak(_said(data)))


def _mark(data: ByBin, held: Held, x: Scale, place: tuple[str, float]) -> str:
    if held is None:
        return ""
    (value, interval, n), (word, at) = held, place
    written = measured_share(value, interval) if data.shares else measured(value, interval)
    line = ""
    if interval is not None:
        line = path(
            f"M{coordinate(x(interval[0]))} {coordinate(at)}H{coordinate(x(interval[1]))}",
            f"brg-{word}-whisker",
        )
    said = f"{written}, n = {count(n)}" if word == "cur" else ""
    return line + path(dot(x(value), at), f"brg-{word}-dot brg-mid", said)


def _scale(data: ByBin) -> Scale:
    """Values with a little air; intervals of few rows may be cut by the frame."""
    held = [h for h in (*data.reference, *data.current) if h is not None]
    held = [h for h in held if h[2] >= _FEWEST_ROWS] or held
    values = [h[0] for h in held] + [0.0]
    low, high = min(values), max(values)
    body = (high - low) or 1.0
    for _, interval, _ in held:
        if interval is not None:
            low, high = (
                min(low, max(interval[0], low - body / 2)),
                max(high, min(interval[1], high + body / 2)),
            )
    return Scale(low=low, high=high if high > low else low + 1.0, start=_LEFT, end=_RIGHT)


def _said(data: ByBin) -> str:
    known = [(h[0], name, h[2]) for name, h in zip(data.bins, data.current, strict=True) if h is not None]
    if not known:
        return say("{figure} by {feature}: no current rows", figure=data.name, feature=data.feature)
    value, name, n = max(known, key=lambda k: abs(k[0]))
    written = share(value) if data.shares else measured(value)
    return say(
        "{figure} by {feature}: farthest from 0 at {place} with {value}, n = {n}",
        figure=data.name, feature=data.feature, place=shorten(name, 40), value=written, n=count(n),
    )  # fmt: skip
