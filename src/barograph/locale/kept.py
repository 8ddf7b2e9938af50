"""Sentences in JSON that is read again: kept with their template, so that they can still be said in any language.

What leaves the product, an answer of the API or a document, holds the English text alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from barograph.locale.said import Said

_KEY: Final = "said"
#: Most of a document, which is asked for first: documents are written and read for every window that is judged.
_PLAIN: Final = frozenset((str, int, float, bool, type(None)))


def kept(value: Any) -> Any:
    """Plain values with each sentence as an object of its template and values.

    Examples
    --------
    >>> from barograph.locale.said import say
    >>> kept({"detail": say("{column} moved", column="temp")})
    {'detail': {'said': '{column} moved', 'values': {'column': 'temp'}}}
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Said):
        held: dict[str, Any] = {_KEY: value.template, "values": _kept_all(value.values)}
        if value.capital is not None:
            held["capital"] = value.capital
        if value.most is not None:
            held["most"] = value.most
        return held
    if isinstance(value, dict | Mapping):
        return _kept_all(value)
    return [kept(each) for each in value] if isinstance(value, list | tuple) else value


def _kept_all(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each if type(each) in _PLAIN else kept(each) for name, each in values.items()}


def recalled(value: Any) -> Any:
    """What `kept` made, with its sentences again.

    Examples
    --------
    >>> recalled({"detail": {"said": "{column} moved", "values": {"column": "temp"}}})
    {'detail': 'temp moved'}
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list):
        return [recalled(each) for each in value]
    if not isinstance(value, dict):
        return value
    held = {name: recalled(each) for name, each in value.items()}
    if not isinstance(held.get(_KEY), str) or not isinstance(held.get("values"), dict):
        return held
    return Said(held[_KEY], held["values"], capital=held.get("capital"), most=held.get("most"))
