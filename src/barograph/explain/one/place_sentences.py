"""What is said of one value on the reference's distribution."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from barograph.explain.one.explained import Place
from barograph.explain.words import number, percent
from barograph.locale.said import Said, say, word
from barograph.metrics.quality.finite import FiniteCells, finite_cells
from barograph.metrics.views import ColumnView

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def place_sentence(place: Place, view: ColumnView, *, hour: float) -> str:
    """One sentence, such as *temp 0.66 is higher than in all 618 rows of the reference*.

    Parameters
    ----------
    hour : of the week, of a datetime.
    """
    said = say("{value} {standing}", value=_named(place, hour), standing=_standing(place, view))
    if place.current is not None:
        said = say("{said}; {now}", said=said, now=_now(place))
    low, high = view.column.range or (None, None)
    x = place.value
    if isinstance(x, float) and ((low is not None and x < low) or (high is not None and x > high)):
        said = say("{said}; it is outside the range the schema declares", said=said)
    return say("{text}.", text=said)


def _named(place: Place, hour: float) -> str:
    value = place.value
    if value is None:
        return say("{column} is missing", column=place.column)
    if isinstance(value, datetime):
        return say(
            "{column} on a {day} from {hour}:00",
            column=place.column, day=word(_DAYS[int(hour) // 24]), hour=f"{int(hour) % 24:02d}",
        )  # fmt: skip
    if place.kind == "text":
        return say("{column}, a text of {n} characters,", column=place.column, n=exact(float(value)))
    shown = repr(value) if isinstance(value, str) else exact(value)
    return say("{column} {value}", column=place.column, value=shown)


def exact(x: float) -> str:
    """A value as it was given: to six digits, whole numbers whole.

    Examples
    --------
    >>> exact(0.6212), exact(15.0), exact(1234567.0)
    ('0.6212', '15', '1,234,567')
    """
    return f"{x:,.0f}" if x.is_integer() and abs(x) < 1e15 else number(x, digits=6)


def _standing(place: Place, view: ColumnView) -> str:
    n = f"{view.rows:,}"
    if place.status == "missing":
        if not place.rows:
            return say("as in none of the {n} rows of the reference", n=n)
        return say("as in {part} of the {n} rows of the reference", part=_part(place), n=n)
    if place.status == "not_finite":
        return say(
            "is no finite number, as in {k} of the {n} rows of the reference", k=f"{place.rows:,}", n=n
        )
    if place.status == "rare":
        return say(
            "is one of the values too rare to be counted by name; at most {k} of the {n} rows of the reference have it",
            k=f"{place.rows:,}", n=n,
        )  # fmt: skip
    if place.kind in ("categorical", "datetime"):
        if place.rows == view.rows:
            return say("is in all {n} rows of the reference", n=n)
        if not place.rows:
            return say("is in none of the {n} rows of the reference", n=n)
        return say("is in {part} of the {n} rows of the reference", part=_part(place), n=n)
    cells = finite_cells(view)
    assert isinstance(cells, FiniteCells)  # what is left are numbers
    if place.status in ("above", "below"):
        return _beyond(place, cells, n)
    if place.status == "never_seen":
        return _between(cells, place, n)
    return _within(place, view)


def _part(place: Place) -> Said:
    return say("{what} ({detail})", what=f"{place.rows:,}", detail=percent(place.share))


def _beyond(place: Place, cells: FiniteCells, n: str) -> Said:
    end = exact(cells.maximum if place.status == "above" else cells.minimum)
    if place.kind == "text":
        if place.status == "above":
            return say(
                "is longer than in all {n} rows of the reference, whose longest is {end}", n=n, end=end
            )
        return say("is shorter than in all {n} rows of the reference, whose shortest is {end}", n=n, end=end)
    if place.status == "above":
        return say("is higher than in all {n} rows of the reference, whose highest is {end}", n=n, end=end)
    return say("is lower than in all {n} rows of the reference, whose lowest is {end}", n=n, end=end)


def _between(cells: FiniteCells, place: Place, n: str) -> Said:
    x = place.value if isinstance(place.value, float) else 0.0
    low, high = cells.last[cells.last < x], cells.first[cells.first > x]
    if not len(low) or not len(high):
        return say("is in none of the {n} rows of the reference", n=n)
    return say(
        "is in none of the {n} rows of the reference, which has {low} and then {high}",
        n=n, low=exact(float(low[-1])), high=exact(float(high[0])),
    )  # fmt: skip


def _within(place: Place, view: ColumnView) -> str:
    q = place.quantile if place.quantile is not None else 0.5
    half = place.rows / (2.0 * max(view.rows, 1))
    below, above = max(q - half, 0.0), max(1.0 - q - half, 0.0)
    said = _than(place, high=above <= below, share=most(max(below, above)))
    if not place.rows:
        return said
    return say("{said}, and {k} of {n} rows have it", said=said, k=f"{place.rows:,}", n=f"{view.rows:,}")


def _than(place: Place, *, high: bool, share: str) -> Said:
    if place.kind == "text":
        if high:
            return say("is longer than in {share} of the reference's rows", share=share)
        return say("is shorter than in {share} of the reference's rows", share=share)
    if high:
        return say("is higher than in {share} of the reference's rows", share=share)
    return say("is lower than in {share} of the reference's rows", share=share)


def most(share: float) -> Said:
    """A share in percent, never rounded up to all.

    Examples
    --------
    >>> most(0.42), most(0.9984), most(1.0)
    ('42 %', '99.8 %', '100 %')
    """
    if share < 0.99 or share == 1.0:
        return percent(share)
    return say("{n} %", n=f"{math.floor(1000.0 * share) / 10.0:g}")


def _now(place: Place) -> str:
    share = percent(place.current or 0.0)
    if place.kind in ("categorical", "datetime") or place.status in ("missing", "not_finite"):
        return say("in {share} of the current rows it is the same", share=share)
    if place.quantile is not None and place.quantile >= 0.5:
        if place.kind == "text":
            return say("in {share} of the current rows it is as long, or longer", share=share)
        return say("in {share} of the current rows it is as high, or higher", share=share)
    if place.kind == "text":
        return say("in {share} of the current rows it is as short, or shorter", share=share)
    return say("in {share} of the current rows it is as low, or lower", share=share)
