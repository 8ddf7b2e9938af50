"""One row, written down on the caller's time."""

from __future__ import annotations

import datetime as dt
import marshal
from collections.abc import Mapping

from barograph_client.wire.times import microseconds, time_text
from barograph_client.wire.values import PLAIN, plain


def written(features: Mapping[str, object], beside: dict[str, object]) -> bytes:
    """A row as bytes, so that nothing the caller does to his values later is seen in it.

    Parameters
    ----------
    features : the caller's values by name.
    beside : what the client adds; it wins where both have a name.

    Numbers, text, lists and dictionaries are written as they are. Anything else, numpy's numbers, dates, arrays, is
    made into these first; what JSON cannot hold becomes a note of its type.

    Examples
    --------
    >>> marshal.loads(written({"x": 1.5, "on": dt.date(2026, 1, 31)}, {"score": 0.5}))
    ({'x': 1.5, 'on': '2026-01-31'}, {'score': 0.5})
    """
    # `marshal` itself would take numpy's numbers for buffers and write their bytes.
    if type(features) is not dict or not PLAIN.issuperset(map(type, features.values())):
        features = {str(k): v if type(v) in PLAIN else plain(v) for k, v in features.items()}
    if not PLAIN.issuperset(map(type, beside.values())):
        beside = {k: plain(v) for k, v in beside.items()}
    return marshal.dumps((features, beside))


def put_score(values: dict[str, object], score: object) -> None:
    """A score goes by its name; several, by class, under `scores`."""
    values["scores" if isinstance(score, dict) else "score"] = score


def time_given(value: object) -> object:
    """A time as it travels: aware or naive `datetime` as ISO 8601, an integer as µs since 1970 UTC, text as it is.

    A naive one is taken by the server to be in the model's time zone.

    Examples
    --------
    >>> time_given(0), time_given(dt.datetime(2026, 1, 31))
    ('1970-01-01T00:00:00.000000Z', '2026-01-31T00:00:00')
    """
    if isinstance(value, int):
        return time_text(value)
    return plain(value)


def time_us(value: dt.datetime | int | None, now_us: int) -> int:
    """A time in µs since 1970 UTC; None is now."""
    if value is None:
        return now_us
    return value if isinstance(value, int) else microseconds(value)
