"""What is said of one value on the reference's distribution."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from barograph.explain.one.explained import Place
from barograph.explain.words import number, percent
from barograph.metrics.quality.finite import FiniteCells, finite_cells
from barograph.metrics.views import ColumnView

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def place_sentence(place: Place, view: ColumnView, *, hour: float) -> str:
    """One sentence, such as *temp 0.66 is higher than in all 618 rows of the reference*.

    Parameters
    ----------
    hour : of the week, of a datetime.
    """
    said = f"{_named(place, hour)} {_standing(place, view)}"
    if place.current is not None:
        said += f"; {_now(place)}"
    low, high = view.column.range or (None, None)
    x = place.value
    if isinstance(x, float) and ((low is not None and x < low) or (high is not None and x > high)):
        said += "; it is outside the range the schema declares"
    return f"{said}."


def _named(place: Place, hour: float) -> str:
    value = place.value
    if value is None:
        return f"{place.column} is missing"
    if isinstance(value, datetime):
        return f"{place.column} on a {_DAYS[int(hour) // 24]} from {int(hour) % 24:02d}:00"
    if place.kind == "text":
        return f"{place.column}, a text of {exact(float(value))} characters,"
    return f"{place.column} {repr(value) if isinstance(value, str) else exact(value)}"


def exact(x: float) -> str:
    """A value as it was given: to six digits, whole numbers whole.

    Examples
    --------
    >>> exact(0.6212), exact(15.0), exact(1234567.0)
    ('0.6212', '15', '1,234,567')
    """
    return f"{x:,.0f}" if x.is_integer() and abs(x) < 1e15 else number(x, digits=6)


def _standing(place: Place, view: ColumnView) -> str:
    of = f"{view.rows:,} rows of the reference"
    if place.status == "missing":
        return f"as in {_part(place) if place.rows else 'none'} of the {of}"
    if place.status == "not_finite":
        return f"is no finite number, as in {place.rows:,} of the {of}"
    if place.status == "rare":
        return (
            f"is one of the values too rare to be counted by name; at most {place.rows:,} of the {of} have it"
        )
    if place.kind in ("categorical", "datetime"):
        if place.rows == view.rows:
            return f"is in all {of}"
        return f"is in {_part(place)} of the {of}" if place.rows else f"is in none of the {of}"
    cells = finite_cells(view)
    assert isinstance(cells, FiniteCells)  # what is left are numbers
    if place.status in ("above", "below"):
        end, most = (cells.maximum, "highest") if place.status == "above" else (cells.minimum, "lowest")
        if place.kind == "text":
            most = "longest" if place.status == "above" else "shortest"
        return f"is {_than(place)[place.status == 'above']} than in all {of}, whose {most} is {exact(end)}"
    if place.status == "never_seen":
        return f"is in none of the {of}" + _between(cells, place)
    return _within(place, view)


def _part(place: Place) -> str:
    return f"{place.rows:,} ({percent(place.share)})"


def _between(cells: FiniteCells, place: Place) -> str:
    x = place.value if isinstance(place.value, float) else 0.0
    low, high = cells.last[cells.last < x], cells.first[cells.first > x]
    if not len(low) or not len(high):
        return ""
    return f", which has {exact(float(low[-1]))} and then {exact(float(high[0]))}"


def _within(place: Place, view: ColumnView) -> str:
    q = place.quantile if place.quantile is not None else 0.5
    equal = f", and {place.rows:,} of {view.rows:,} rows have it" if place.rows else ""
    half = place.rows / (2.0 * max(view.rows, 1))
    below, above = max(q - half, 0.0), max(1.0 - q - half, 0.0)
    if above <= below:
        return f"is {_than(place)[True]} than in {most(below)} of the reference's rows{equal}"
    return f"is {_than(place)[False]} than in {most(above)} of the reference's rows{equal}"


def _than(place: Place) -> tuple[str, str]:
    return ("shorter", "longer") if place.kind == "text" else ("lower", "higher")


def most(share: float) -> str:
    """A share in percent, never rounded up to all.

    Examples
    --------
    >>> most(0.42), most(0.9984), most(1.0)
    ('42 %', '99.8 %', '100 %')
    """
    return percent(share) if share < 0.99 or share == 1.0 else f"{math.floor(1000.0 * share) / 10.0:g} %"


def _now(place: Place) -> str:
    share = percent(place.current or 0.0)
    if place.kind in ("categorical", "datetime") or place.status in ("missing", "not_finite"):
        return f"in {share} of the current rows it is the same"
    high = place.quantile is not None and place.quantile >= 0.5
    return f"in {share} of the current rows it is as {_than(place)[high].removesuffix('er')}, or {_than(place)[high]}"
