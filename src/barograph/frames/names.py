"""Column names: text, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl
from polars import selectors

from barograph.errors import DataError


def column_name(name: object) -> str:
    """Write a column label as text; the parts of a pandas MultiIndex label are joined by dots.

    Examples
    --------
    >>> column_name(("price", "max"))
    'price.max'
    """
    return ".".join(str(part) for part in name if part != "") if isinstance(name, tuple) else str(name)


def named(columns: Sequence[str]) -> pl.Expr:
    """Select columns by name as they are; Polars reads `*` and `^…$` as patterns.

    Examples
    --------
    >>> pl.DataFrame({"*": [1], "a": [2]}).select(named(["*"])).columns
    ['*']
    """
    return selectors.by_name(*columns) if columns else selectors.empty()


def values_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column without its name: series look themselves up by name, and Polars reads `^…$` as a pattern.

    Examples
    --------
    >>> values_of(pl.DataFrame({"a": [1, None]}).rename({"a": "^a$"}), "^a$").is_null().to_list()
    [False, True]
    """
    return frame.get_column(name).alias("")


def check_names(names: Sequence[str]) -> None:
    """Refuse names that occur twice; raises DataError listing them.

    Examples
    --------
    >>> check_names(["a", "b"])
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        shown = ", ".join(repr(n) for n in twice[:5])
        raise DataError(
            f"columns named twice: {shown}; expected every name once. Rename or drop one of each."
        )
