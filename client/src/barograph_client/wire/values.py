"""Values as JSON can hold them."""

from __future__ import annotations

import datetime as dt
import enum
import math
import uuid
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Final

#: Immutable and known to the encoder: a row of these is kept as it is. numpy's scalars join when first seen.
PLAIN: Final[set[type]] = {int, float, str, bool, type(None)}
#: Values nested deeper are not read.
_DEPTH: Final = 16
_INT64: Final = 2**63


class Unreadable:
    """A value that JSON cannot hold; it travels as null and is counted."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind


def plain(value: object, depth: int = _DEPTH) -> object:
    """A copy made of numbers, text, lists and dictionaries, or `Unreadable`.

    Parameters
    ----------
    value : numbers, text, dates, enumerations, UUIDs, paths, numpy scalars and arrays, sequences, mappings.
    depth : how deep values may be nested.

    Examples
    --------
    >>> plain((1, Decimal("2.5"), dt.date(2026, 1, 31)))
    [1, 2.5, '2026-01-31']
    >>> plain(object()).kind
    'object'
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    simple = _simple(value)
    if simple is not None:
        return simple
    if depth == 0:
        return Unreadable("nesting")
    if isinstance(value, Mapping):
        return _checked_mapping({str(k): plain(v, depth - 1) for k, v in value.items()})
    if isinstance(value, (list, tuple, set, frozenset)):
        return _checked([plain(v, depth - 1) for v in value])
    listed = getattr(value, "tolist", None)
    if callable(listed):
        return plain(listed(), depth - 1)
    return None if _is_missing(kind) else Unreadable(kind.__name__)


def _simple(value: object) -> object:
    """What has one obvious form; None: nothing of these."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() or value.is_infinite() else math.nan
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat() if not _is_missing(type(value)) else None
    if isinstance(value, (uuid.UUID, PurePath)):
        return str(value)
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    return None


def _is_missing(kind: type) -> bool:
    """Whether these are pandas' markers of nothing."""
    return kind.__name__ in ("NaTType", "NAType")


def _checked(values: list[object]) -> object:
    bad = next((v for v in values if type(v) is Unreadable), None)
    return values if bad is None else bad


def _checked_mapping(values: dict[str, object]) -> object:
    bad = next((v for v in values.values() if type(v) is Unreadable), None)
    return values if bad is None else bad


def sayable(value: object) -> object:
    r"""What `plain` gave, in the words of the wire: no NaN, no integer beyond 64 bits, no broken text.

    Examples
    --------
    >>> sayable([math.nan, 2**70, "a\ud800"])
    ['NaN', '1180591620717411303424', 'a�']
    """
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return str(value)
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, list):
        return [sayable(v) for v in value]
    if isinstance(value, dict):
        return {whole(k): sayable(v) for k, v in value.items()}
    return None if type(value) is Unreadable else value


def whole(text: str) -> str:
    """Text without NUL and lone surrogates, which no UTF-8 can hold; U+FFFD stands for them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
