"""A series in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from barograph.charts.numbers import count, number
from barograph.locale.said import Said, say, together

if TYPE_CHECKING:
    from barograph.charts.series import Series


def no_windows(name: str) -> Said:
    """What is said of a picture without windows."""
    return say("{figure}: no windows", figure=name)


def series_key(data: Series) -> Said:
    """What the bands and shades of the picture stand for, in a line.

    Examples
    --------
    >>> from barograph.charts.series import Series
    >>> series_key(Series(name="x", labels=("Mon",), positions=(0,), values=(1.0,), rows=(24,),
    ...                   current=(True,), band=(0.5, 1.5)))
    'Band: 95 % of reference windows. Bars: rows.'
    """
    parts = []
    if data.beside:
        parts.append(say("Solid: {figure}, dashed: {beside}.", figure=data.name, beside=data.beside_name))
    if data.band:
        parts.append(say("Band: {band}.", band=data.band_name))
    if data.corridor and data.band:
        parts.append(say("Inner band: {band}.", band=data.corridor_name))
    elif data.corridor:
        parts.append(say("Band: {band}.", band=data.corridor_name))
    missing = bool(data.labels) and data.positions[-1] - data.positions[0] >= len(data.positions)
    if None in data.values or missing:
        parts.append(say("Shaded: no figure."))
    return together([*parts, say("Bars: rows.")], " ")


def band_said(name: str, limits: tuple[float, float]) -> Said:
    """A band in words."""
    return say("{band}: {low} to {high}", band=name, low=number(limits[0]), high=number(limits[1]))


def series_said(data: Series) -> str:
    """The picture in words."""
    known = [(v, t) for v, t in zip(data.values, data.labels, strict=True) if v is not None]
    if not known:
        return say("{figure} over {n} windows: no figure", figure=data.name, n=count(len(data.labels)))
    (low, low_at), (high, high_at) = min(known), max(known)
    said = say(
        "{windows}: lowest {low} ({low_at}), highest {high} ({high_at}), last {last}",
        windows=over_windows(data), low=number(low), low_at=low_at, high=number(high), high_at=high_at,
        last=number(known[-1][0]),
    )  # fmt: skip
    missing = len(data.labels) - len(known)
    return say("{said}; {n} without a figure", said=said, n=count(missing)) if missing else said


def over_windows(data: Series) -> Said:
    """A series in words: its figure, and its windows."""
    return say(
        "{figure} over {n} windows, {first} to {last}",
        figure=data.name, n=count(len(data.labels)), first=data.labels[0], last=data.labels[-1],
    )  # fmt: skip
