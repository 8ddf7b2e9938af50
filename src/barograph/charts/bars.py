"""Shares of categories, reference and current as a pair of bars a category."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.axis import Scale, share_ticks
from barograph.charts.numbers import count, share
from barograph.charts.overlay import Apart
from barograph.charts.readout import target
from barograph.charts.spoken import Speak, worded
from barograph.charts.svg import box, coordinate, label, path, picture, shorten
from barograph.locale.said import say, together

WIDTH = 360
_LEFT, _RIGHT, _TOP = 118, 280, 6
_ROW, _GAP = 19, 6
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Counts of one categorical column.

    Attributes
    ----------
    name : of the column, for the picture's label.
    categories : in the order to draw them; any number.
    reference, current : rows of each category; None for a side that is absent.
    apart : rows that are no known category (null, new values); drawn below a line. Shares are of all
        rows, these included.
    """

    name: str
    categories: tuple[str, ...]
    reference: tuple[float, ...] | None
    current: tuple[float, ...] | None
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    reference: float | None
    current: float | None
    apart: bool = False
    summed: bool = False

    @property
    def change(self) -> float:
        return abs((self.current or 0.0) - (self.reference or 0.0))

    @property
    def largest(self) -> float:
        return max(self.reference or 0.0, self.current or 0.0)


def bars_svg(data: Bars, *, speak: Speak = str) -> str:
    """Draw the twelve categories whose share changed most, all others as one row, and what stands apart.

    The row of the others has no bar, which would dwarf the named ones. Up to twelve categories keep the
    order they came in; above that the largest change comes first.

    Examples
    --------
    >>> bars_svg(Bars(name="c", categories=("a", "b"), reference=(5, 5), current=(9, 1))).count("<text")
    6
    """
    data = worded(data, speak)
    rows = _rows(data, _SHOWN)
    apart_from = sum(not r.apart for r in rows)
    tall = _TOP + _ROW * len(rows) + (_GAP if apart_from < len(rows) else 0) + 18
    if not rows:
        return picture(
            label(speak(say("no values")), WIDTH / 2, 20, anchor="middle"),
            width=WIDTH,
            height=36,
            label=speak(_said(data, rows)),
        )
    x = Scale(low=0, high=max([1e-9, *(r.largest for r in rows if not r.summed)]), start=_LEFT, end=_RIGHT)
    grid, texts, reference, current, targets = [], [], [], [], []
    for i, row in enumerate(rows):
        y = _TOP + _ROW * i + (_GAP if row.apart else 0)
        css = "brg-note" if row.apart else ""
        name = speak(row.name)
        texts.append(label(shorten(name, 18), _LEFT - 6, y + 12, anchor="end", css=css))
        if row.reference and not row.summed:
            reference.append(box(_LEFT, y + 2, max(x(row.reference) - _LEFT, 0.5), 7))
        if row.current and not row.summed:
            current.append(box(_LEFT, y + 9, max(x(row.current) - _LEFT, 0.5), 6))
        present = " → ".join(share(p) for p in (row.reference, row.current) if p is not None)
        beside = (_LEFT if row.summed else x(row.largest)) + 5
        texts.append(label(present, beside, y + 12.5, css="brg-strong"))
        targets.append(target(box(0, y, WIDTH, _ROW), (name, present)))
    bottom = tall - 16
    for part, text in share_ticks(x.high):
        grid.append(f"M{coordinate(x(part))} {_TOP - 2}V{coordinate(bottom)}")
        texts.append(label(text, x(part), tall - 3, anchor="middle"))
    if 0 < apart_from < len(rows):
        grid.append(f"M8 {coordinate(_TOP + _ROW * apart_from + 2.5)}H{WIDTH - 8}")
    body = (
        path("".join(grid), "brg-grid")
        + path("".join(reference), "brg-ref-bar")
        + path("".join(current), "brg-cur-bar")
    )
    body += "".join([*texts, *targets])
    return picture(body, width=WIDTH, height=tall, label=speak(_said(data, rows)))


def mini_bars_svg(data: Bars, *, width: int = 108, height: int = 26, speak: Speak = str) -> str:
    """Draw the pairs upright and without text, for a row of a table.

    Examples
    --------
    >>> "<text" in mini_bars_svg(Bars(name="c", categories=("a",), reference=(5,), current=(9,)))
    False
    """
    data = worded(data, speak)
    rows = _rows(data, _SHOWN)
    rows = [r for r in rows if not r.summed]
    high = max((r.largest for r in rows), default=0) or 1.0
    step = width / max(len(rows), 4)
    wide = min(step * 0.4, 7)
    sides: tuple[list[str], list[str]] = ([], [])
    for i, row in enumerate(rows):
        for side, part in enumerate((row.reference, row.current)):
            if part:
                tall = max((height - 3) * part / high, 0.7)
                sides[side].append(box(step * i + wide * side, height - 1 - tall, wide - 0.3, tall))
    body = path("".join(sides[0]), "brg-ref-bar") + path("".join(sides[1]), "brg-cur-bar")
    said = say("{column}: shares of categories", column=data.name)
    return picture(body, width=width, height=height, label=speak(said))


def _rows(data: Bars, limit: int) -> list[_Row]:
    """Shares, cut to `limit` categories and one row for the others, then what stands apart."""
    totals = []
    for counts, which in ((data.reference, "reference"), (data.current, "current")):
        extra = sum(getattr(a, which) or 0 for a in data.apart)
        totals.append(None if counts is None else float(sum(counts) + extra))
    rows = [
        _Row(name, _part(data.reference, i, totals[0]), _part(data.current, i, totals[1]))
        for i, name in enumerate(data.categories)
    ]
    if len(rows) > limit:
        ranked = sorted(rows, key=lambda r: (-r.change, -r.largest))
        rest = ranked[limit - 1 :]
        others = say("{n} others", n=count(len(rest)))
        rows = [*ranked[: limit - 1], _Row(others, *_summed(rest, totals), summed=True)]
    for a in data.apart:
        if (a.reference or 0) + (a.current or 0) > 0:
            parts = [
                (value or 0) / total if total else (None if total is None else 0.0)
                for value, total in zip((a.reference, a.current), totals, strict=True)
            ]
            rows.append(_Row(a.name, parts[0], parts[1], apart=True))
    return rows


def _part(counts: tuple[float, ...] | None, i: int, total: float | None) -> float | None:
    if counts is None or total is None:
        return None
    return counts[i] / total if total else 0.0


def _summed(rows: list[_Row], totals: list[float | None]) -> tuple[float | None, float | None]:
    reference, current = sum(r.reference or 0 for r in rows), sum(r.current or 0 for r in rows)
    return (None if totals[0] is None else reference, None if totals[1] is None else current)


def _said(data: Bars, rows: list[_Row]) -> str:
    """The picture in words: the three rows that changed most."""
    told = []
    for row in sorted(rows, key=lambda r: (-r.change, -r.largest))[:3]:
        present = [share(p) for p in (row.reference, row.current) if p is not None]
        name = row.name if row.summed else shorten(row.name, 40)
        told.append(say("{name} {shares}", name=name, shares=" → ".join(present)))
    return say(
        "Shares of {column}, {n} categories: {told}",
        column=data.name, n=count(len(data.categories)), told=together(told, "; ") if told else say("no values"),
    )  # fmt: skip
