"""Values as JSON can hold them."""

from __future__ import annotations

import datetime as dt
import enum
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

#: Types that are as JSON has them.
PLAIN: Final = frozenset((int, float, str, bool, type(None)))
#: How values of numpy's scalar types, as they are met, are read.
_SCALARS: Final[dict[type, Callable[[Any], object]]] = {}
#: Values nested deeper are not read.
_DEPTH: Final = 16
_INT64: Final = 2**63


def plain(value: Any, depth: int = _DEPTH) -> object:
    """A copy made of numbers, text, lists and dictionaries.

    What JSON cannot hold becomes `bytes`, the name of its type; see `is_unreadable`. A list or dictionary that has any
    such value becomes one itself.

    Parameters
    ----------
    value : numbers, text, dates, enumerations, UUIDs, paths, numpy scalars and arrays, sequences, mappings.
    depth : how deep values may be nested.

    Examples
    --------
    >>> plain((1, Decimal("2.5"), dt.date(2026, 1, 31)))
    [1, 2.5, '2026-01-31']
    >>> plain(object()), plain([1, object()])
    (b'object', b'object')
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    simple = _simple(value)
    if simple is not None:
        return simple
    if depth == 0:
        return b"nesting"
    if isinstance(value, Mapping):
        entries = {str(k): plain(v, depth - 1) for k, v in value.items()}
        return _first_unreadable(entries.values()) or entries
    if isinstance(value, (list, tuple, set, frozenset)):
        held = [plain(v, depth - 1) for v in value]
        return _first_unreadable(held) or held
    if _is_missing(kind):
        return None
    return _of_array(value, kind, depth) or kind.__name__.encode("ascii", "replace")


def is_unreadable(value: object) -> bool:
    """Whether `plain` could not read a value."""
    return type(value) is bytes


def _simple(value: Any) -> object:
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
        return math.nan if value.is_nan() else float(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return None if _is_missing(type(value)) else value.isoformat()
    if isinstance(value, (uuid.UUID, PurePath)):
        return str(value)
    return value.total_seconds() if isinstance(value, dt.timedelta) else None


def _of_array(value: Any, kind: type, depth: int) -> object:
    """Numpy's scalars and arrays, and whatever else has `tolist`; None: nothing of these."""
    if getattr(getattr(value, "dtype", None), "kind", "") in ("M", "m"):
        # Nanoseconds would come as integers.
        value = value.astype(f"{value.dtype.kind}8[us]")
    elif hasattr(kind, "item") and hasattr(kind, "__array_priority__") and not hasattr(kind, "__setitem__"):
        # An array without dimensions has `item` too, and others of its type hold more than one value.
        _SCALARS[kind] = kind.item
        return plain(value.item(), depth - 1)
    listed = getattr(value, "tolist", None)
    return plain(listed(), depth - 1) if callable(listed) else None


def _is_missing(kind: type) -> bool:
    """Whether these are pandas' markers of nothing."""
    return kind.__name__ in ("NaTType", "NAType")


def _first_unreadable(values: Iterable[object]) -> object:
    return next((v for v in values if is_unreadable(v)), None)


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
    return None if is_unreadable(value) else value


def whole(text: str) -> str:
    """Text without NUL and lone surrogates, which no UTF-8 can hold; U+FFFD stands for them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
