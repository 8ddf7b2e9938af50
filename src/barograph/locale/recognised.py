"""Sentences that were kept as their English text, found again in the catalogues, so that they can be said.

Monitors are files: whoever keeps a suggested one keeps the text of its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from barograph.locale.language import LANGUAGES, language
from barograph.locale.said import Said, together

_PLACE: Final = re.compile(r"\{(\w+)\}")
#: Between sentences that were put together.
_BETWEEN: Final = "; "
#: Letters that a template has of its own at least: shorter ones would be found in what people write themselves.
_FEWEST_LETTERS: Final = 16
_HELD: Final = 4_096
#: A reason is a few sentences; a text of more is somebody's own.
_MOST_SENTENCES: Final = 12


@lru_cache(maxsize=_HELD)
def recognised(text: str) -> str:
    """A text as the sentence it was made as; what no catalogue has stays as it is.

    Examples
    --------
    >>> found = recognised("at the rate it grows memory is gone within a day")
    >>> language("zh-CN").said(found)
    '按当前增速，内存将在一天内耗尽'
    """
    whole = _sentence(text)
    if whole is not None:
        return whole
    # Sentences hold the mark themselves, so the longest beginning that is one is taken.
    parts = text.split(_BETWEEN)
    if len(parts) > _MOST_SENTENCES:
        return text
    for i in range(len(parts) - 1, 0, -1):
        first = _sentence(_BETWEEN.join(parts[:i]))
        rest = recognised(_BETWEEN.join(parts[i:]))
        if first is not None and isinstance(rest, Said):
            return together([first, rest], _BETWEEN)
    return text


def _sentence(text: str) -> Said | None:
    """The text as filled into the template with most letters of its own; None where there is none."""
    for template, pieces, names in _templates():
        if text.startswith(pieces[0]) and text.endswith(pieces[-1]):
            values = _values(text, pieces, names)
            if values is not None:
                return Said(template, {name: _value(value) for name, value in values.items()})
    return None


def _value(text: str) -> str:
    """A value that is a sentence itself, such as a number of days, as one."""
    days = re.fullmatch(r"([0-9,]+) days", text)
    if days:
        return Said("{n} days", {"n": days[1]})
    return Said(text) if text == "a day" else text


def _values(text: str, pieces: Sequence[str], names: Sequence[str]) -> dict[str, str] | None:
    """What stands between the pieces of a template, each looked for once from the left; None where one is missing."""
    values: dict[str, str] = {}
    at = len(pieces[0])
    for i, (name, piece) in enumerate(zip(names, pieces[1:], strict=True), 1):
        end = len(text) - len(piece) if i == len(names) else text.find(piece, at + 1)
        if end <= at or values.setdefault(name, text[at:end]) != text[at:end]:
            return None
        at = end + len(piece)
    return values if names or text == pieces[0] else None


@cache
def _templates() -> tuple[tuple[str, list[str], list[str]], ...]:
    """Templates of every catalogue with the text around their values and these values' names, the longest first."""
    every = {
        message.id
        for code in LANGUAGES
        for message in language(code).words or ()
        if isinstance(message.id, str) and " " in message.id
    }
    split = [(each, _PLACE.split(each)) for each in every]
    found = [(each, parts[::2], parts[1::2]) for each, parts in split]
    by_letters = sorted(found, key=lambda one: (-sum(map(len, one[1])), one[0]))
    return tuple(one for one in by_letters if sum(c.isalpha() for p in one[1] for c in p) >= _FEWEST_LETTERS)
