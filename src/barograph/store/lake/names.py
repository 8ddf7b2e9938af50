"""Names of columns in the lake: what Delta and Spark refuse in a name is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

#: Columns that Barograph adds begin with this; a user's column of such a name is escaped.
PREFIX = "barograph_"
#: Letters, digits and underscores of any script need no escape; Parquet readers of Delta refuse " ,;{}()\n\t=".
_ODD = re.compile(r"[^\w]+")
#: An empty name; `%` alone is otherwise never written.
_EMPTY = "%"


def stored_names(names: Iterable[str]) -> Mapping[str, str]:
    """Name each column as it is called in the lake.

    Parameters
    ----------
    names : of a schema's columns, in its order.

    Returns
    -------
    Mapping from column to stored name: percent-encoded where a character is neither letter, digit nor underscore.
    Delta does not tell upper from lower case, so letters are escaped in a name that would else be an earlier one.

    Examples
    --------
    >>> dict(stored_names(["income", "Income", "net pay", "größe"]))
    {'income': 'income', 'Income': '%49%6E%63%6F%6D%65', 'net pay': 'net%20pay', 'größe': 'größe'}
    """
    out: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stored = _ODD.sub(lambda found: _escaped(found[0]), name) or _EMPTY
        if stored.lower().startswith(PREFIX):
            stored = _escaped(stored[0]) + stored[1:]
        if stored.lower() in taken:
            stored = _caseless(name)
        taken.add(stored.lower())
        out[name] = stored
    return out


def column_of(stored: str) -> str:
    """Return the column that a stored name stands for.

    Examples
    --------
    >>> column_of("net%20pay"), column_of("%")
    ('net pay', '')
    """
    return "" if stored == _EMPTY else unquote(stored)


def _caseless(name: str) -> str:
    """The name with every letter that has two cases escaped."""
    return "".join(_escaped(c) if _ODD.match(c) or c.lower() != c.upper() else c for c in name)


def _escaped(text: str) -> str:
    """Percent-encode every byte, letters too."""
    return "".join(f"%{byte:02X}" for byte in text.encode())
