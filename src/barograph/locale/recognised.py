"""Sentences that were kept as their English text, found again in the catalogues, so that they can be said.

Monitors are files: whoever keeps a suggested one keeps the text of its reason.
"""

from __future__ import annotations

import re
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
    for i in range(len(parts) - 1, 0, -1):
        first = _sentence(_BETWEEN.join(parts[:i]))
        rest = recognised(_BETWEEN.join(parts[i:]))
        if first is not None and isinstance(rest, Said):
            return together([first, rest], _BETWEEN)
    return text


def _sentence(text: str) -> Said | None:
    """The text as filled into the template with most letters of its own; None where there is none."""
    for template, pieces in _templates():
        if text.startswith(pieces[0]) and text.endswith(pieces[-1]):
            values = _values(text, template)
            if values is not None:
                return Said(template, {name: _value(value) for name, value in values.items()})
    return None


def _value(text: str) -> str:
    """A value that is a sentence itself, such as a number of days, as one."""
    days = re.fullmatch(r"([0-9,]+) days", text)
    if days:
        return Said("{n} days", {"n": days[1]})
    return Said(text) if text == "a day" else text


def _values(text: str, template: str) -> dict[str, str] | None:
    found = _pattern(template).fullmatch(text)
    return None if found is None else found.groupdict()


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)
    seen: set[str] = set()
    written = []
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            written.append(re.escape(piece))
        else:
            written.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>.+?)")
            seen.add(piece)
    return re.compile("".join(written))


@cache
def _templates() -> tuple[tuple[str, list[str]], ...]:
    """Templates of sentences of every catalogue, with the text around their values, the longest first."""
    every = {
        message.id
        for code in LANGUAGES
        for message in language(code).words or ()
        if isinstance(message.id, str) and " " in message.id
    }
    found = [(each, _PLACE.split(each)[::2]) for each in every]
    by_letters = sorted(found, key=lambda one: (-sum(map(len, one[1])), one[0]))
    return tuple(
        (each, pieces)
        for each, pieces in by_letters
        if sum(c.isalpha() for p in pieces for c in p) >= _FEWEST_LETTERS
    )
