"""English sentences that remember how they were made, so that they can be said in another language later.

A sentence is text wherever text is wanted: in JSON, in a table, in a comparison. Whoever shows it to a person says it
in that person's language (`barograph.locale.language`), long after it was made and wherever it was kept
(`barograph.locale.kept`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Said(str):
    """English text made of a template.

    Attributes
    ----------
    template : with names in braces, as `str.format` reads it; what catalogues are asked for.
    values : by name, what stands there: sentences and words, said in the other language too, and plain text, which
        stays as it is: names, figures.
    capital : whether its first letter is made a large or a small one; None where it stays.
    most : characters it may have at most; of a longer one the end is left out.
    """

    __slots__ = ("capital", "most", "template", "values")

    template: str
    values: Mapping[str, str]
    capital: bool | None
    most: int | None

    def __new__(
        cls,
        template: str,
        values: Mapping[str, str] = _NOTHING,
        *,
        capital: bool | None = None,
        most: int | None = None,
    ) -> Self:
        """Fill the template in; `say` and its neighbours do it for callers."""
        made = super().__new__(cls, dressed(template.format_map(values), capital=capital, most=most))
        made.template, made.values, made.capital, made.most = template, values, capital, most
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.template, dict(self.values), self.capital, self.most)


def say(template: str, /, **values: str | int) -> Said:
    """Make a sentence, or a part of one.

    Parameters
    ----------
    template : a literal, so that a test finds it and looks for its translation; words of a list are said by `word`.
    values : figures are written by the caller; what is said again is translated again.

    Examples
    --------
    >>> said = say("{column} moved", column="temp")
    >>> said, said.template
    ('temp moved', '{column} moved')
    """
    return Said(
        template, {name: value if isinstance(value, str) else str(value) for name, value in values.items()}
    )


def word(text: str) -> Said:
    """A word or title of a closed list, such as the title of a metric; braces in it are text.

    Examples
    --------
    >>> word("Missing values")
    'Missing values'
    """
    # The title of a metric that somebody declared may be a sentence already.
    return text if isinstance(text, Said) else Said(text.replace("{", "{{").replace("}", "}}"))


def together(parts: Iterable[str], by: str) -> Said:
    """Sentences or parts one after another.

    Parameters
    ----------
    by : punctuation and spaces.

    Examples
    --------
    >>> together(["a moved", "b did not"], "; ")
    'a moved; b did not'
    """
    values = {f"p{i}": part for i, part in enumerate(parts)}
    return Said(by.join(f"{{{name}}}" for name in values), values)


def capitalised(text: str) -> Said:
    """The text with its first letter a large one.

    Examples
    --------
    >>> capitalised(say("no change shown"))
    'No change shown'
    """
    said = _as_said(text)
    return Said(said.template, said.values, capital=True, most=said.most)


def within(text: str) -> Said:
    """The text as it stands within a sentence: its first letter a small one.

    Examples
    --------
    >>> within(word("Missing values"))
    'missing values'
    """
    said = _as_said(text)
    return Said(said.template, said.values, capital=False, most=said.most)


def shortened(text: str, most: int) -> Said:
    """The text, of a long one the beginning.

    Examples
    --------
    >>> shortened("a long title", 7)
    'a long…'
    """
    said = _as_said(text)
    return Said(said.template, said.values, capital=said.capital, most=most)


def ended(text: str) -> str:
    """The text with a full stop, where it has no end of its own.

    Examples
    --------
    >>> ended(say("it moved")), ended("Did it?")
    ('it moved.', 'Did it?')
    """
    return text if text.endswith((".", "!", "?", "…")) else say("{text}.", text=text)


def listed(names: Iterable[str]) -> str:
    """Names, the last after *and*.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *first, last = names
    return say("{first} and {last}", first=together(first, ", "), last=last) if first else last


def lines(text: str) -> tuple[str, ...]:
    r"""The lines of a text, each a sentence still.

    Examples
    --------
    >>> lines(together(["a moved", "b did not"], "\n"))
    ('a moved', 'b did not')
    """
    if not isinstance(text, Said):
        return tuple(text.split("\n"))
    return tuple(Said(line, text.values) for line in text.template.split("\n"))


def dressed(text: str, *, capital: bool | None, most: int | None) -> str:
    """A text as its flags say: with a large or small first letter, and no longer than it may be."""
    if capital is not None:
        text = (text[:1].upper() if capital else text[:1].lower()) + text[1:]
    return text if most is None or len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _as_said(text: str) -> Said:
    return text if isinstance(text, Said) else say("{text}", text=text)


def _made(template: str, values: dict[str, str], capital: bool | None, most: int | None) -> Said:
    return Said(template, values, capital=capital, most=most)
