"""Shares of rows that have no place on an axis, beside it: nulls, infinities, values never seen in the reference."""

from __future__ import annotations

from collections.abc import Sequence

from barograph.charts.numbers import NARROW, share
from barograph.charts.readout import target
from barograph.charts.svg import box, label, path

#: Width of one pair of bars.
APART = 44
#: A name, and the share of the reference's rows and of the current ones; None for a side that is absent.
Shares = tuple[str, float | None, float | None]


def meters(apart: Sequence[Shares], left: float, *, top: float, bottom: float) -> str:
    """Shares beside the axis: one pair of bars each, on a scale of 0 to 100 % of their own."""
    parts = []
    height = bottom - top
    for i, (name, reference, current) in enumerate(apart):
        centre = left + APART * i + APART / 2 + 4
        parts.append(path(box(centre - 11, top, 22, height), "brg-track"))
        for part, offset, css in ((reference, -9, "brg-ref-bar"), (current, 1, "brg-cur-bar")):
            if part:
                tall = max(height * part, 1)
                parts.append(path(box(centre + offset, bottom - tall, 8, tall), css))
        parts.append(label(name, centre, bottom + 14, anchor="middle"))
        shares = [share(p) for p in (reference, current) if p is not None]
        text = "→".join(shares).replace(NARROW, "")
        parts.append(label(text, centre, bottom + 25, anchor="middle", css="brg-small"))
        parts.append(target(box(centre - 13, top, 26, height), (name, " → ".join(shares))))
    return "".join(parts)


def small_meters(apart: Sequence[Shares], left: float, height: int) -> str:
    """The same beside a small picture: three pixels a side."""
    parts = []
    for i, (_, reference, current) in enumerate(apart):
        for part, offset, css in ((reference, 0, "brg-ref-bar"), (current, 3, "brg-cur-bar")):
            if part:
                tall = max((height - 3) * part, 1)
                parts.append(path(box(left + 7 * i + offset, height - 1 - tall, 3, tall), css))
    return "".join(parts)
