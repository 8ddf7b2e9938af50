"""A picture's words in the language of whoever looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, TypeVar

from barograph.locale.said import Said, word

#: Says a sentence in a language, as `Language.said`; `str` says it in English.
Speak = Callable[[str], str]

Chart = TypeVar("Chart")

#: What holds no words.
_FIGURES: Final = frozenset({float, int, bool, type(None)})


def worded(chart: Chart, speak: Speak) -> Chart:
    """The picture with all that it was given to write, said.

    Examples
    --------
    >>> from barograph.charts.signed import Signed
    >>> from barograph.locale.said import say
    >>> given = Signed(name=say("Correlation"), columns=("temp",), reference=(0.2,), current=(0.4,))
    >>> worded(given, str.upper).name, worded(given, str.upper).columns
    ('CORRELATION', ('temp',))
    """
    return chart if speak is str else _worded(chart, speak)


def _worded(value: Any, speak: Speak) -> Any:
    if isinstance(value, Said):
        # Still a sentence, for it is told from names where a picture says it within another.
        return word(speak(value))
    if isinstance(value, tuple):
        # Most of a picture is figures.
        return (
            value if _FIGURES.issuperset(map(type, value)) else tuple(_worded(each, speak) for each in value)
        )
    if is_dataclass(value) and not isinstance(value, type):
        held = {name: getattr(value, name) for name in _names(type(value))}
        said = {name: _worded(each, speak) for name, each in held.items()}
        changed = {name: each for name, each in said.items() if each is not held[name]}
        return replace(value, **changed) if changed else value
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
