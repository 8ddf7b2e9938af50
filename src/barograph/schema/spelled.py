"""Values of one meaning in several spellings: noticed, and left apart."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Of more different values, codes may differ in capitals and mean it.
_MOST: Final = 200


def spelled_alike(values: pl.Series) -> str:
    """How many different texts there are but for capitals and spaces, as a clause; empty where all differ otherwise.

    Parameters
    ----------
    values : different texts.

    Examples
    --------
    >>> spelled_alike(pl.Series(["basic", "plus", "BASIC"]))
    "; 2 but for capitals and spaces, such as 'basic' and 'BASIC'"
    """
    if len(values) > _MOST:
        return ""
    by_word: dict[str, list[str]] = {}
    for value in values.to_list():
        by_word.setdefault(" ".join(value.casefold().split()), []).append(value)
    alike = next((held for held in by_word.values() if len(held) > 1), None)
    if alike is None:
        return ""
    first, second = sorted(alike, reverse=True)[:2]
    return f"; {len(by_word):,} but for capitals and spaces, such as {first!r} and {second!r}"
