"""Figures, shares and times in sentences: no more digits than their interval supports."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from barograph.locale.said import Said, say, within, word
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value

_MINUS = "\u2212"
#: Figures beyond these are written with a power of ten.
_SMALL, _LARGE = 1e-9, 1e15
#: Words that sentences are made of, and a column may be called.
_WORDS: Final = frozenset((
    "absent", "all", "as", "at", "before", "by", "change", "column", "columns", "early", "empty", "every", "from",
    "full", "gone", "hour", "hours", "in", "it", "its", "late", "mean", "missing", "mix", "name", "names", "new", "no",
    "none", "not", "now", "null", "nulls", "of", "on", "one", "other", "others", "rest", "row", "rows", "same", "set",
    "since", "some", "stuck", "the", "they", "this", "time", "times", "to", "unknown", "value", "values",
    "with", "without",
))  # fmt: skip


def number(x: float, *, digits: int = 3) -> str:
    """A figure to so many digits, grouped by thousands.

    Examples
    --------
    >>> number(12480.4), number(0.01234), number(7.0)
    ('12,480', '0.0123', '7')
    >>> number(1.5e-20)
    '1.50e−20'
    """
    if x == 0.0 or not math.isfinite(x):
        return "0" if x == 0.0 else str(x)
    if not _SMALL <= abs(x) < _LARGE:
        return f"{x:.{digits - 1}e}".replace("-", _MINUS)
    places = max(0, digits - 1 - math.floor(math.log10(abs(x))))
    text = f"{abs(x):,.{min(places, 12)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (_MINUS if x < 0 else "") + text


def exactly(x: float) -> str:
    """A value of the data itself, as people write it.

    Examples
    --------
    >>> exactly(-999.0), exactly(0.3125)
    ('−999', '0.3125')
    """
    return number(x, digits=6)


def interval(value: Value) -> str:
    """A value and its interval, to two digits of the interval's width.

    Examples
    --------
    >>> interval(Value(value=7.6213, n=165, interval=(4.812, 10.401)))
    '7.6 (95 %: 4.8 to 10.4)'
    """
    if value.interval is None or value.interval[0] == value.interval[1]:
        return number(value.value)
    low, high = value.interval
    if not _SMALL <= max(abs(low), abs(high)) < _LARGE:
        return _with_ends(number(value.value), number(low), number(high))
    places = min(max(0, 1 - math.floor(math.log10(high - low))), 12)
    return _with_ends(*(_plain(x, places) for x in (value.value, low, high)))


def percent(share: float) -> Said:
    """A share in percent.

    Examples
    --------
    >>> percent(0.194), percent(0.0123)
    ('19 %', '1.2 %')
    """
    return say("{n} %", n=f"{100.0 * share:.0f}" if share >= 0.1 or share == 0.0 else f"{100.0 * share:.2g}")


def day(time: datetime) -> str:
    """A time as a sentence writes it: the date, and the hour where it is not midnight.

    Examples
    --------
    >>> day(datetime(2011, 2, 6)), day(datetime(2011, 2, 6, 9))
    ('2011-02-06', '2011-02-06 09:00')
    """
    return f"{time:%Y-%m-%d %H:%M}" if (time.hour, time.minute) != (0, 0) else f"{time:%Y-%m-%d}"


def rows(n: float) -> Said:
    """So many rows.

    Examples
    --------
    >>> rows(1), rows(12345)
    ('1 row', '12,345 rows')
    """
    return say("1 row") if round(n) == 1 else say("{n} rows", n=f"{n:,.0f}")


def quoted(name: str) -> str:
    """A column's name, in quotes where it reads as words of the sentence it stands in.

    Examples
    --------
    >>> quoted("income"), quoted("missing"), quoted("net income")
    ('income', "'missing'", "'net income'")
    """
    plain = name.isidentifier() and name.lower() not in _WORDS
    return name if plain else repr(name)


def title(metric: str) -> Said:
    """The metric as a sentence calls it.

    Examples
    --------
    >>> title("performance.log_loss"), title("performance.mae")
    ('log-loss', 'mean absolute error')
    """
    name = metric.partition("(")[0]
    spec = metrics().get(name)
    words = name.rpartition(".")[2].replace("_", " ") if spec is None else spec.title
    first = words.split()[0]
    named = first[1:] != first[1:].lower() or any(not c.isalpha() for c in first.replace("-", ""))
    return word(words) if named else within(word(words))


def _with_ends(value: str, low: str, high: str) -> Said:
    return say("{value} (95 %: {low} to {high})", value=value, low=low, high=high)


def _plain(x: float, places: int) -> str:
    rounded = round(x, places) + 0.0
    return f"{_MINUS if rounded < 0 else ''}{abs(rounded):,.{places}f}"
