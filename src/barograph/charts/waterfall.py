"""A change as the parts that make it: before, one step a part, after, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barograph.charts.axis import Scale, linear_ticks, tick_texts
from barograph.charts.numbers import MINUS, measured
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, label, letters, path, picture, shorten
from barograph.locale.said import say, shortened, together

WIDTH = 420
_LEFT, _RIGHT, _TOP = 4, 408, 4
_ROW, _BAR, _TEXT = 40, 14, 12
#: Pixels a letter takes, at most: a name is cut where it would run into its figure.
_LETTER = 6.1
#: Figures from here on are written short.
_LARGE = 1e6
#: An axis starts at 0 unless both ends are so far from it that the steps would be crumbs.
_FAR = 4.0

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of a change.

    Attributes
    ----------
    name : in a few words; `note` is written beside it, muted, such as the share of rows.
    amount : what it adds; negative where it takes.
    interval : of the amount.
    shown : whether it is more than chance; else it is drawn hollow.
    """

    name: str
    note: str
    amount: float
    interval: Interval
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """A figure before and after, and the steps from one to the other.

    Attributes
    ----------
    name : of the figure.
    before, after : value and interval.
    steps : in the order to draw them; they add up to the change.
    worse : 1 where more of the figure is worse, −1 where less is.
    before_name, after_name : what the two ends are called.
    """

    name: str
    before: tuple[float, Interval]
    after: tuple[float, Interval]
    steps: tuple[Step, ...]
    worse: float
    before_name: str = say("reference")
    after_name: str = say("current")


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar of class `css` from `start` to `end`, or where it has no start, from the axis."""

    name: str
    note: str
    figure: str
    start: float | None
    end: float
    interval: Interval
    css: str


def waterfall_svg(data: Waterfall, *, speak: Speak = str) -> str:
    """Draw the ends as bars from the axis, and each part as a step; a line on each bar is its interval.

    Where the axis does not start at 0, the bars of both ends are broken.

    Examples
    --------
    >>> step = Step(name="mix", note="", amount=2.0, interval=(1.0, 3.0), shown=True)
    >>> drawn = waterfall_svg(Waterfall(name="MAE", before=(4.0, None), after=(6.0, None), steps=(step,), worse=1.0))
    >>> "+2.0 (1.0–3.0)" in drawn
    True
    """
    data = worded(data, speak)
    bars = _bars(data)
    low, high = _range(bars)
    x = Scale(low=low, high=high, start=_LEFT, end=_RIGHT)
    height = _TOP + _ROW * len(bars) + 16
    foot = _TOP + _TEXT + 5 + _BAR
    links = [f"M{coordinate(x(bar.end))} {foot + _ROW * i}v{_ROW - _BAR}" for i, bar in enumerate(bars[:-1])]
    parts = [_axis(x, height - 14), path("".join(links), "brg-mark")]
    for i, bar in enumerate(bars):
        parts.append(_drawn(bar, x, _TOP + _ROW * i, broken=low > 0.0 or high < 0.0, speak=speak))
    return picture("".join(parts), width=WIDTH, height=height, label=speak(_said(data)))


def _bars(data: Waterfall) -> list[_Bar]:
    digits = _decimals(data)
    first = _text(*data.before, digits)
    bars = [_Bar(data.before_name, "", first, None, *data.before, "brg-ref-bar")]
    at = data.before[0]
    for step in data.steps:
        end = at + step.amount
        tone = "worse" if step.amount * data.worse > 0.0 else "better"
        css = f"brg-step-{tone}" if step.shown else "brg-step-open"
        held = None if step.interval is None else (at + step.interval[0], at + step.interval[1])
        bars.append(_Bar(step.name, step.note, _signed(step, digits), at, end, held, css))
        at = end
    last = _text(*data.after, digits)
    return [*bars, _Bar(data.after_name, "", last, None, *data.after, "brg-cur-bar")]


def _decimals(data: Waterfall) -> int:
    """As many for all figures as the widest interval supports, so that what is written adds up, too."""
    intervals = (data.before[1], data.after[1], *(step.interval for step in data.steps))
    wide = max((i[1] - i[0] for i in intervals if i is not None), default=0.0)
    size = wide or abs(data.after[0] - data.before[0]) / 10.0 or abs(data.after[0]) or 1.0
    return min(max(0, 1 - math.floor(math.log10(size))), 12)


def _text(value: float, interval: Interval, decimals: int) -> str:
    held = (value,) if interval is None else (value, *interval)
    if max(map(abs, held)) >= _LARGE:
        return measured(value, interval)
    texts = [f"{abs(x):,.{decimals}f}" for x in held]
    texts = [(MINUS if x < 0.0 and t.strip("0.,") else "") + t for x, t in zip(held, texts, strict=True)]
    if interval is None:
        return texts[0]
    return f"{texts[0]} ({texts[1]}{'…' if interval[0] < 0.0 else '–'}{texts[2]})"


def _signed(step: Step, decimals: int) -> str:
    text = _text(step.amount, step.interval, decimals)
    return f"+{text}" if step.amount > 0.0 else text


def _range(bars: list[_Bar]) -> tuple[float, float]:
    """From 0, unless both ends are far from it; with every bar, and intervals as far as they leave room for these."""
    ends = [x for bar in bars for x in (bar.start, bar.end) if x is not None]
    low, high = min(ends), max(ends)
    body = (high - low) or abs(high) or 1.0
    for bar in bars:
        if bar.interval is not None:
            low = min(low, max(bar.interval[0], low - body / 2))
            high = max(high, min(bar.interval[1], high + body / 2))
    if low > 0.0:
        low = low - body / 4 if low > _FAR * body else 0.0
    elif high < 0.0:
        high = 0.0
    return low, high


def _drawn(bar: _Bar, x: Scale, top: float, *, broken: bool, speak: Speak) -> str:
    base = x(0.0) if bar.start is None else x(bar.start)
    left, wide = min(base, x(bar.end)), max(abs(x(bar.end) - base), 1.0)
    y = top + _TEXT + 5
    room = int((_RIGHT - _LEFT) / _LETTER - len(bar.figure)) - 1
    name = shorten(bar.name, room)
    note = bar.note if letters(name) + letters(bar.note) + 3 <= room else ""
    parts = [
        label(
            name, _LEFT, top + _TEXT, css="brg-strong brg-halo", title="" if name == bar.name else bar.name
        ),
        label(note, _LEFT + letters(name) * _LETTER + 8, top + _TEXT, css="brg-halo") if note else "",
        label(bar.figure, _RIGHT, top + _TEXT, anchor="end", css="brg-strong brg-halo"),
        path(box(left, y, wide, _BAR), bar.css, speak(say("{name}: {said}", name=bar.name, said=bar.figure))),
    ]
    if broken and bar.start is None:
        parts.append(path(f"M{_LEFT + 12} {coordinate(y + _BAR + 2)}l5 -{_BAR + 4}", "brg-break"))
    if bar.interval is not None and bar.interval[0] < bar.interval[1]:
        ends = [coordinate(x(end)) for end in bar.interval]
        middle = coordinate(y + _BAR / 2)
        caps = "".join(f"M{end} {coordinate(y + 4)}v{_BAR - 8}" for end in ends)
        parts.append(path(f"M{ends[0]} {middle}H{ends[1]}{caps}", "brg-step-range"))
    return "".join(parts)


def _axis(x: Scale, bottom: float) -> str:
    grid, texts = [], []
    ticks = linear_ticks(x.low, x.high, 4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        at = x(value)
        grid.append(f"M{coordinate(at)} {_TOP + _TEXT + 2}V{coordinate(bottom)}")
        anchor = "" if at < _LEFT + 14 else "end" if at > _RIGHT - 14 else "middle"
        texts.append(label(text, at, bottom + 12, anchor=anchor))
    return path("".join(grid), "brg-grid") + "".join(texts)


def _said(data: Waterfall) -> str:
    digits = _decimals(data)
    ends = say(
        "{figure}: {before} to {after}",
        figure=shortened(data.name, 60), before=_text(*data.before, digits), after=_text(*data.after, digits),
    )  # fmt: skip
    steps = [
        say("{part} {amount}", part=shortened(step.name, 60), amount=_signed(step, digits))
        for step in data.steps
    ]
    return together([ends, together(steps, "; ")], ". ") if steps else ends
