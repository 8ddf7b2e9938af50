"""Coefficients between −1 and 1, reference and current as a pair of bars from zero."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.axis import Scale
from barograph.charts.numbers import number
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, label, path, picture, shorten
from barograph.locale.said import say

WIDTH = 360
_LEFT, _RIGHT, _TOP, _ROW = 118, 264, 6, 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Coefficients by column.

    Attributes
    ----------
    name : what they are, for the picture's label.
    columns : in the order to draw them.
    reference, current : the coefficient of each; None where there is none.
    """

    name: str
    columns: tuple[str, ...]
    reference: tuple[float | None, ...]
    current: tuple[float | None, ...]


def signed_svg(data: Signed, *, speak: Speak = str) -> str:
    """Draw the bars with both figures at the right.

    Examples
    --------
    >>> drawn = signed_svg(Signed(name="r", columns=("temp",), reference=(0.2,), current=(0.44,)))
    >>> "0.20 → 0.44" in drawn
    True
    """
    data = worded(data, speak)
    x = Scale(low=-1.0, high=1.0, start=_LEFT, end=_RIGHT)
    tall = _TOP + _ROW * len(data.columns) + 18
    bottom = tall - 16
    grid, texts = [], []
    for value in (-1.0, 0.0, 1.0):
        grid.append(f"M{coordinate(x(value))} {_TOP - 2}V{bottom}")
        texts.append(label(number(value), x(value), tall - 3, anchor="middle"))
    bars: tuple[list[str], list[str]] = ([], [])
    for i, (name, *pair) in enumerate(zip(data.columns, data.reference, data.current, strict=True)):
        y = _TOP + _ROW * i
        short = shorten(name, 18)
        texts.append(label(short, _LEFT - 6, y + 12, anchor="end", title="" if short == name else name))
        for side, held in enumerate(pair):
            if held is not None:
                at = min(x(0.0), x(held))
                bars[side].append(box(at, y + (2, 9)[side], max(abs(x(held) - x(0.0)), 0.5), (7, 6)[side]))
        written = " → ".join(_two(v) for v in pair)
        texts.append(label(written, WIDTH - 2, y + 12.5, anchor="end", css="brg-strong"))
    body = path("".join(grid), "brg-grid") + path("".join(bars[0]), "brg-ref-bar")
    body += path("".join(bars[1]), "brg-cur-bar")
    return picture(body + "".join(texts), width=WIDTH, height=tall, label=speak(_said(data)))


def _two(value: float | None) -> str:
    """Two decimals, so that the figures of a column line up."""
    return "—" if value is None else f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _said(data: Signed) -> str:
    moved = [
        (abs(now - before), name, before, now)
        for name, before, now in zip(data.columns, data.reference, data.current, strict=True)
        if before is not None and now is not None
    ]
    if not moved:
        return say("{name}: nothing on both sides", name=data.name)
    _, name, before, now = max(moved)
    return say(
        "{name}: changed most with {column}, {before} → {now}",
        name=data.name, column=shorten(name, 40), before=_two(before), now=_two(now),
    )  # fmt: skip
