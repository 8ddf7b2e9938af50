"""Rows as columns of JSON, a few values at a time.

Encoding holds Python's lock. A caller's thread that wants it waits until the encoder lets go, so the work is cut into
pieces of some 30 µs and the lock is offered between them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from barograph_client.wire.values import is_unreadable, plain, sayable, whole

_PIECE: Final = 32
_encode: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"), check_circular=False).encode
#: An escape of a NUL or of half a character; the second also begins whole pairs, which the slow way keeps.
_BROKEN: Final = ("\\u0000", "\\ud8", "\\ud9", "\\uda", "\\udb", "\\udc", "\\udd", "\\ude", "\\udf")
_SMALLEST_INTEGER_TOO_LONG: Final = 19


def columns_of(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Columns of rows, in the order in which names were first seen; an absent value is null.

    Examples
    --------
    >>> columns_of([{"a": 1}, {"a": 2, "b": 3}])
    {'a': [1, 2], 'b': [None, 3]}
    """
    names: dict[str, None] = {}
    last: object = None
    for row in rows:
        keys = row.keys()
        if keys != last:
            names.update(dict.fromkeys(keys))
            last = keys
    return {name: [row.get(name) for row in rows] for name in names}


def encode_columns(
    columns: Mapping[str, Sequence[object]], pause: Callable[[], object], left_out: Counter[str]
) -> bytes:
    """`{"columns": {name: [values]}}`.

    Parameters
    ----------
    columns : values by name, all of one length.
    pause : called between pieces of some 30 µs.
    left_out : counts, by column, values that JSON cannot hold; they travel as null.

    Examples
    --------
    >>> encode_columns({"x": [1.5, float("nan"), None]}, lambda: None, Counter())
    b'{"columns":{"x":[1.5,"NaN",null]}}'
    """
    parts: list[str] = []
    for name, values in columns.items():
        pieces = []
        for start in range(0, len(values), _PIECE):
            piece = values[start : start + _PIECE]
            pieces.append(_encoded(name, piece if isinstance(piece, list) else list(piece), left_out))
            pause()
        parts.append(f"{_encode(whole(str(name)))}:[{','.join(pieces)}]")
    return ('{"columns":{' + ",".join(parts) + "}}").encode()


def _encoded(name: str, values: list[object], left_out: Counter[str]) -> str:
    try:
        text = _encode(values)[1:-1]
    except (TypeError, ValueError, RecursionError):
        return _encoded_slowly(name, values, left_out)
    if "\\u" in text and any(mark in text for mark in _BROKEN):
        return _encoded_slowly(name, values, left_out)
    if len(text) > _SMALLEST_INTEGER_TOO_LONG and _has_long_integer(values):
        return _encoded_slowly(name, values, left_out)
    return text


def _has_long_integer(values: Iterable[object]) -> bool:
    return any(type(v) is int and not -(2**63) <= v < 2**63 for v in values)


def _encoded_slowly(name: str, values: list[object], left_out: Counter[str]) -> str:
    readable = [plain(v) for v in values]
    missing = sum(map(is_unreadable, readable))
    if missing:
        left_out[name] += missing
    return _encode([sayable(v) for v in readable])[1:-1]
