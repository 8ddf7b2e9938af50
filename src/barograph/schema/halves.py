"""Halves of characters, as JSON escapes those beyond U+FFFF: one alone can be held by no file, answer or database."""

from __future__ import annotations

import re
from typing import Final

_HALF: Final = re.compile("[\ud800-\udfff]")


def joined(text: str) -> str:
    r"""A text whose halves of characters are whole where the other half follows.

    Examples
    --------
    >>> joined("\ud83d\ude00") == "\U0001f600"
    True
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def has_half(text: str) -> bool:
    r"""Whether a text holds half a character, U+D800 to U+DFFF.

    Examples
    --------
    >>> has_half("\ud83d"), has_half("\U0001f600")
    (True, False)
    """
    return _HALF.search(text) is not None
