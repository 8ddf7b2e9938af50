"""How many features get pictures of their own, so that a page stays small enough to mail."""

from __future__ import annotations

from typing import Final

#: Up to so many features are all pictured; of more, only the first few of each list.
_ALL: Final = 9
_FIRST: Final = 4


def pictured(features: int) -> int:
    """How many of so many features are pictured.

    Examples
    --------
    >>> pictured(9), pictured(20)
    (9, 4)
    """
    return features if features <= _ALL else _FIRST
