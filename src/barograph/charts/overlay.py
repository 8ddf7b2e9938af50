"""Two distributions of numbers, one over the other: reference filled, current as a line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barograph.charts.axis import Scale, linear_ticks, log_ticks, share_ticks, tick_texts
from barograph.charts.cells import Display, Floats, Spike, display
from barograph.charts.meters import APART, Shares, meters, small_meters
from barograph.charts.numbers import NARROW, count, number, share
from barograph.charts.readout import target
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, label, path, picture, staircase
from barograph.locale.said import listed, say, together

WIDTH, HEIGHT = 360, 176
_TOP, _BOTTOM, _LEFT, _RIGHT = 16, 150, 38, 352
_SPIKE = 4.0  # how far from a spike one still points at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Rows that have no place on the axis: nulls, NaN, infinities, values never seen in the reference.

    Attributes
    ----------
    name : short, such as ``"null"``.
    reference, current : rows of each side; None for a side that is absent.
    """

    name: str
    reference: float | None
    current: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Counts of one numeric column on one set of cells.

    Attributes
    ----------
    name : of the column, for the picture's label.
    lower, upper : ends of the cells, ascending and not overlapping; an atom is one float wide.
    reference, current : rows in each cell; None for a side that is absent.
    apart : rows beside the axis. Shares are of all rows, these included.
    unit : written after the last tick.
    marks : (value, text) of vertical lines, such as a limit or a residual of 0.
    """

    name: str
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    reference: tuple[float, ...] | None
    current: tuple[float, ...] | None
    apart: tuple[Apart, ...] = ()
    unit: str = ""
    marks: tuple[tuple[float, str], ...] = ()


def overlay_svg(data: Overlay, *, speak: Speak = str, pointed: bool = True) -> str:
    """Draw an overlay with axis, and the rows beside the axis as meters of 100 %.

    Parameters
    ----------
    pointed : whether each bin says its shares where somebody points at it, which makes the picture thrice as long.

    Examples
    --------
    >>> even = Overlay(name="x", lower=(0, 1), upper=(1, 2), reference=(5, 5), current=(9, 1))
    >>> overlay_svg(even).startswith('<svg class="brg-chart" role="img"')
    True
    """
    data = worded(data, speak)
    shown, apart = _prepared(data)
    right = _RIGHT - APART * len(apart)
    body = [meters(apart, right, top=_TOP, bottom=_BOTTOM)]
    if shown.edges.size:
        high = _ceiling(shown)
        x = Scale(low=shown.edges[0], high=shown.edges[-1], start=_LEFT, end=right, log=shown.log)
        y = Scale(low=0, high=high, start=_BOTTOM, end=_TOP)
        body += [
            _axes(shown, x, y, data.unit),
            _body(data, shown, x, y),
            _marks(data, x),
            _note(shown, right, speak),
            _targets(data, shown, x) if pointed else "",
        ]
    else:
        body.append(
            label(speak(say("no values")), (_LEFT + right) / 2, (_TOP + _BOTTOM) / 2, anchor="middle")
        )
    return picture("".join(body), width=WIDTH, height=HEIGHT, label=speak(_said(data, apart)))


def mini_svg(data: Overlay, *, width: int = 108, height: int = 26, speak: Speak = str) -> str:
    """Draw the same overlay without axis, for a row of a table.

    Examples
    --------
    >>> even = Overlay(name="x", lower=(0, 1), upper=(1, 2), reference=(5, 5), current=(9, 1))
    >>> len(mini_svg(even)) < 400
    True
    """
    data = worded(data, speak)
    shown, apart = _prepared(data, bins=24)
    end = width - 7 * len(apart) - (3 if apart else 0)
    body = []
    if shown.edges.size:
        x = Scale(low=shown.edges[0], high=shown.edges[-1], start=0.5, end=end - 0.5, log=shown.log)
        body.append(
            _body(data, shown, x, Scale(low=0, high=_ceiling(shown), start=height - 1, end=2), notes=False)
        )
    body.append(small_meters(apart, end + 3, height))
    said = say("{column}: distribution", column=data.name)
    return picture("".join(body), width=width, height=height, label=speak(said))


def _prepared(data: Overlay, *, bins: int = 40) -> tuple[Display, tuple[Shares, ...]]:
    """Shares on display bins, and the pairs beside the axis as shares."""
    totals, sides = [], []
    for cells, which in ((data.reference, "reference"), (data.current, "current")):
        rows = np.asarray(cells if cells is not None else np.zeros(len(data.lower)), dtype=np.float64)
        total = float(rows.sum()) + sum(getattr(a, which) or 0 for a in data.apart)
        totals.append(total if cells is not None else 0.0)
        sides.append(rows / total if total else rows)
    fewest = min((t for t in totals if t > 0), default=0)
    lower, upper = np.asarray(data.lower, dtype=np.float64), np.asarray(data.upper, dtype=np.float64)
    # Rice's rule: about 2·n^⅓ bins show the shape of n rows without drawing their noise.
    shown = display(lower, upper, sides[0], sides[1], bins=max(8, min(bins, round(2 * fewest ** (1 / 3)))))
    apart = [
        (a.name, _part(a.reference, totals[0]), _part(a.current, totals[1]))
        for a in data.apart
        if (a.reference or 0) + (a.current or 0) > 0
    ]
    if shown.zero is not None:
        apart.insert(0, ("= 0", *_present(data, shown.zero)))
    return shown, tuple(apart)


def _present(data: Overlay, spike: Spike) -> tuple[float | None, float | None]:
    """The shares of a spike; None for the side that is absent."""
    return (
        None if data.reference is None else spike.reference,
        None if data.current is None else spike.current,
    )


def _part(rows: float | None, total: float) -> float | None:
    return rows / total if rows is not None and total else None


def _ceiling(shown: Display) -> float:
    """Top of the axis: the highest bar, unless it alone would press the rest flat."""
    heights = np.concatenate(
        (np.maximum(shown.reference, shown.current), [max(s.reference, s.current) for s in shown.spikes])
    )
    top = np.sort(heights)[::-1]
    if top.size > 5 and top[1] > 0 and top[0] > 4 * top[1]:
        return float(1.5 * top[1])
    return float(top[0]) or 1.0


def _body(data: Overlay, shown: Display, x: Scale, y: Scale, *, notes: bool = True) -> str:
    """The outlines and spikes of both sides."""
    xs = [x(e) for e in shown.edges]
    floor = y.start
    parts = []
    if data.reference is not None:
        outline = staircase(xs, [y(h) for h in shown.reference], floor)
        parts += [path(outline + "z", "brg-ref-fill"), path(_stems(shown, x, y, side=0), "brg-ref-line")]
    if data.current is not None:
        outline = staircase(xs, [y(h) for h in shown.current], floor)
        parts += [path(outline, "brg-cur-line"), path(_stems(shown, x, y, side=1), "brg-cur-line")]
    return "".join(parts) + (_cut(data, shown, x, y) if notes else "")


def _stems(shown: Display, x: Scale, y: Scale, *, side: int) -> str:
    """Spikes as stems: the reference just left of its value, the current just right."""
    stems = []
    for spike in shown.spikes:
        height = spike.current if side else spike.reference
        if height > 0:
            at = x(spike.value) + (1.5 if side else -1.5)
            stems.append(f"M{coordinate(at)} {coordinate(y.start)}V{coordinate(y(height))}")
    return "".join(stems)


def _cut(data: Overlay, shown: Display, x: Scale, y: Scale) -> str:
    """The true shares beside bars that reach beyond the axis."""
    bars = [(s.value, s.reference, s.current) for s in shown.spikes]
    if shown.log:
        centres: Floats = np.sqrt(shown.edges[:-1]) * np.sqrt(shown.edges[1:])
    else:
        centres = shown.edges[:-1] / 2 + shown.edges[1:] / 2
    bars += list(zip(centres.tolist(), shown.reference.tolist(), shown.current.tolist(), strict=True))
    texts = []
    for value, reference, current in bars:
        if max(reference, current) > y.high * 1.001:
            sides = ((data.reference, reference), (data.current, current))
            text = " → ".join(share(h) for side, h in sides if side is not None)
            place, left = x(value), x(value) < (x.start + x.end) / 2
            texts.append(
                label(
                    f"↑ {text}",
                    place + (6 if left else -6),
                    y.end + 9,
                    anchor="" if left else "end",
                    css="brg-strong",
                )
            )
    return "".join(texts)


def _axes(shown: Display, x: Scale, y: Scale, unit: str) -> str:
    """Grid lines with shares at the left, ticks of the values below."""
    grid, texts = [], []
    for height, text in share_ticks(y.high):
        grid.append(f"M{coordinate(x.start)} {coordinate(y(height))}H{coordinate(x.end)}")
        texts.append(label(text, x.start - 5, y(height) + 4, anchor="end"))
    low, high = float(shown.edges[0]), float(shown.edges[-1])
    room = max(2, int((x.end - x.start) / 62))
    if 0 < len(shown.values) <= 2 * room:
        ticks = shown.values
    else:
        ticks = log_ticks(low, high, room) if shown.log else linear_ticks(low, high, room)
    for i, (value, text) in enumerate(zip(ticks, tick_texts(ticks), strict=True)):
        grid.append(f"M{coordinate(x(value))} {coordinate(y.start)}v4")
        tail = f" {unit}" if unit and i == len(ticks) - 1 else ""
        anchor = "end" if tail and x(value) + 6 * len(tail) > x.end else "middle"
        texts.append(label(text + tail, x(value), y.start + 16, anchor=anchor))
    return path("".join(grid), "brg-grid") + "".join(texts)


def _marks(data: Overlay, x: Scale) -> str:
    """Vertical lines at values that mean something."""
    inside = [(v, text) for v, text in data.marks if x.low <= v <= x.high]
    lines = path("".join(f"M{coordinate(x(v))} {_TOP}V{_BOTTOM}" for v, _ in inside), "brg-mark")
    return lines + "".join(label(text, x(v), _TOP - 5, anchor="middle") for v, text in inside if text)


def _note(shown: Display, right: float, speak: Speak) -> str:
    """What the axis does not show as it is."""
    said = []
    if shown.log:
        said.append(say("logarithmic axis"))
    if max(shown.beyond) > 0:
        before, now = map(share, shown.beyond)
        said.append(say("beyond the axis: {before} → {now}", before=before, now=now))
    return label(" · ".join(map(speak, said)), right, _TOP - 5, anchor="end", css="brg-note") if said else ""


def _targets(data: Overlay, shown: Display, x: Scale) -> str:
    """The shares of each bin and of each spike, the reference's first, where somebody points at it."""
    present = data.reference is not None, data.current is not None
    unit = f"{NARROW}{data.unit}" if data.unit else ""
    bins = list(pairwise(shown.edges.tolist()))
    own = len(shown.values) == len(bins)
    texts = map(number, shown.values) if own else (f"{number(a)} – {number(b)}" for a, b in bins)
    named = [(text, x(a), x(b)) for text, (a, b) in zip(texts, bins, strict=True)]
    named += [(number(s.value), x(s.value) - _SPIKE, x(s.value) + _SPIKE) for s in shown.spikes]
    sides = [*zip(shown.reference.tolist(), shown.current.tolist(), strict=True)]
    sides += [(s.reference, s.current) for s in shown.spikes]
    return "".join(
        target(
            box(left, _TOP, right - left, _BOTTOM - _TOP),
            (name + unit, " → ".join(share(p) for p, there in zip(shares, present, strict=True) if there)),
        )
        for (name, left, right), shares in zip(named, sides, strict=True)
        if any(shares)
    )


def _said(data: Overlay, apart: tuple[Shares, ...]) -> str:
    """The picture in words, for those who hear it and for programs."""
    sides: list[str] = []
    for cells, which in ((data.reference, say("reference")), (data.current, say("current"))):
        if cells is None:
            continue
        rows = np.asarray(cells, dtype=np.float64)
        if rows.sum() > 0:
            at = int(np.searchsorted(np.cumsum(rows), rows.sum() / 2))
            middle = data.lower[min(at, len(data.lower) - 1)]
            median = say("{side} median about {value}", side=which, value=number(middle))
            sides.append(median if math.isfinite(middle) else which)
        else:
            sides.append(say("{side} has no values", side=which))
    beside = [
        say("{what} {before} → {now}", what=name, before=share(a), now=share(b)) for name, a, b in apart
    ]
    totals = [say("n = {n}", n=count(sum(c))) for c in (data.reference, data.current) if c is not None]
    told = [*sides, *([listed(totals)] if totals else []), *beside]
    return say("Distribution of {column}: {told}", column=data.name, told=together(told, "; "))
