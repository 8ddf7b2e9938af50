"""Halves of characters: JSON and YAML can escape one alone, and no file, answer or database can hold it."""

from __future__ import annotations

import re
from typing import Final

_HALF: Final = re.compile("[\ud800-\udfff]")


def has_half(text: str) -> bool:
    r"""Whether a text holds half a character, U+D800 to U+DFFF.

    Examples
    --------
    >>> has_half("\ud83d"), has_half("\U0001f600")
    (True, False)
    """
    return _HALF.search(text) is not None
