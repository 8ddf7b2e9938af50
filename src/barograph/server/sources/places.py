"""A value of a cursor column, written so that it is read again as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from barograph.server.sources.increment import SourceError

#: Values a cursor column may have.
Place = int | float | Decimal | str | datetime | date


def written(place: object) -> dict[str, str]:
    """A place as JSON.

    Raises
    ------
    SourceError
        For a value that has no order to go by.

    Examples
    --------
    >>> read_place(written(datetime(2024, 5, 1, 12)))
    datetime.datetime(2024, 5, 1, 12, 0)
    """
    if isinstance(place, datetime | date):
        return {"type": type(place).__name__, "value": place.isoformat()}
    if isinstance(place, int | float | Decimal | str) and not isinstance(place, bool):
        return {"type": type(place).__name__, "value": str(place)}
    raise SourceError(f"the cursor column holds {place!r}; expected numbers, times or texts that grow.")


def read_place(held: Mapping[str, str]) -> Place:
    """Read what `written` wrote."""
    read: Mapping[str, Any] = {
        "int": int, "float": float, "Decimal": Decimal, "str": str, "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
    }  # fmt: skip
    found: Place = read[held["type"]](held["value"])
    return found


def before(place: Place, *, number: float, seconds: float) -> Place:
    """The place so much before another.

    Parameters
    ----------
    number : where places are numbers; `seconds` where they are times, texts in ISO 8601 too.

    Examples
    --------
    >>> before("2024-05-01 00:00:05", number=0, seconds=10)
    '2024-04-30 23:59:55'
    """
    if isinstance(place, datetime):
        return place - timedelta(seconds=seconds)
    if isinstance(place, date):
        return place - timedelta(days=-(-seconds // 86_400))
    if isinstance(place, str):
        return place if not seconds else _earlier(place, seconds)
    if isinstance(place, Decimal):
        return place - Decimal(number)
    return place - type(place)(number)


def _earlier(text: str, seconds: float) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SourceError(
            f"overlap_seconds goes with times; the cursor column holds {text!r}. Leave it out."
        ) from None
    earlier = moment - timedelta(seconds=seconds)
    return earlier.isoformat(sep=text[10]) if len(text) > 10 else earlier.date().isoformat()
