"""Conditions on labels: ``model="credit"``, ``column=~"inc*|age"``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from barograph.errors import MonitorError, did_you_mean
from barograph.schema.halves import has_half

How = Literal["=", "!=", "=~", "!~"]

_HOWS: Final[tuple[str, ...]] = get_args(How)
#: Characters of a value at the most.
LONGEST: Final = 200
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ONE: Final = re.compile(
    r'\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*'
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_FORM: Final = 'expected conditions such as model="credit", column=~"inc*|age" or severity!="info"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on one label.

    Attributes
    ----------
    name : of the label; one an alert does not have is an empty text.
    how : `=` and `!=` compare; `=~` and `!~` take a pattern.
    value : in a pattern ``*`` stands for any text and ``|`` for or; of at most 200 characters.

    Raises
    ------
    MonitorError
        Where the name is none, the value is too long, or `how` is not known.

    Examples
    --------
    >>> Matcher(name="column", how="=~", value="inc*|age").holds({"column": "income"})
    True
    """

    name: str
    how: How = "="
    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise MonitorError(f"{self.name!r} is not the name of a label; {_FORM}.")
        if self.how not in _HOWS:
            raise MonitorError(
                f"label {self.name}: comparison {self.how!r} is not known; expected one of {', '.join(_HOWS)}."
            )
        if not isinstance(self.value, str) or len(self.value) > LONGEST or has_half(self.value):
            raise MonitorError(
                f"label {self.name}: the value is not a text of at most {LONGEST} whole characters. Shorten it, with * "
                "for what may differ."
            )

    def __str__(self) -> str:
        quoted = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{self.how}"{quoted}"'

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil it."""
        found = labels.get(self.name, "")
        match self.how:
            case "=":
                return found == self.value
            case "!=":
                return found != self.value
            case "=~":
                return _is_like(found, self.value)
            case "!~":
                return not _is_like(found, self.value)


def matches(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether labels fulfil all of some conditions.

    Examples
    --------
    >>> matches(parse_matchers('model="credit", severity!="info"'), {"model": "credit", "severity": "warning"})
    True
    """
    return all(matcher.holds(labels) for matcher in matchers)


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Read conditions with commas between them; `str` of each writes it back.

    Raises
    ------
    MonitorError
        Says at which character it could not be read.

    Examples
    --------
    >>> [str(m) for m in parse_matchers('model=credit, column=~"inc*"')]
    ['model="credit"', 'column=~"inc*"']
    """
    found: list[Matcher] = []
    at = 0
    while True:
        one = _ONE.match(text, at)
        if one is None:
            raise MonitorError(f"{text!r} cannot be read at character {at + 1}; {_FORM}.")
        name, how, quoted, bare = one.groups()
        value = bare if quoted is None else _ESCAPED.sub(r"\1", quoted)
        found.append(Matcher(name=name, how=how, value=value))  # type: ignore[arg-type]
        at = one.end()
        if at == len(text):
            return tuple(found)
        if text[at] != ",":
            raise MonitorError(f"{text!r}: expected a comma at character {at + 1}; {_FORM}.")
        at += 1


def read_matchers(written: object) -> tuple[Matcher, ...]:
    """Read conditions from a document.

    Parameters
    ----------
    written : one text; a list of texts or of mappings with `name`, `how` and `value`; or a mapping of labels to the
        values they must have.

    Raises
    ------
    MonitorError
        For anything else.

    Examples
    --------
    >>> [str(m) for m in read_matchers({"model": "credit"})]
    ['model="credit"']
    """
    if isinstance(written, str):
        return parse_matchers(written)
    if isinstance(written, Mapping):
        return tuple(Matcher(name=name, value=value) for name, value in written.items())
    if not isinstance(written, Sequence):
        raise MonitorError(f"{written!r} holds no conditions on labels; {_FORM}.")
    return tuple(matcher for one in written for matcher in _read_one(one))


def matcher_document(matcher: Matcher) -> dict[str, str]:
    """What `read_matchers` reads, one of its list.

    Examples
    --------
    >>> matcher_document(Matcher(name="model", value="credit"))
    {'name': 'model', 'how': '=', 'value': 'credit'}
    """
    return {"name": matcher.name, "how": matcher.how, "value": matcher.value}


def _read_one(written: object) -> tuple[Matcher, ...]:
    if isinstance(written, str):
        return parse_matchers(written)
    if not isinstance(written, Mapping) or not {"name", "value"} <= written.keys():
        raise MonitorError(f"{written!r} is no condition on a label; expected name, how and value.")
    for key in written:
        if key not in ("name", "how", "value"):
            hint = did_you_mean(str(key), ("name", "how", "value")) or "."
            raise MonitorError(f"a condition on a label has no {key!r}{hint} Expected name, how and value.")
    rest: dict[str, Any] = {"how": written["how"]} if "how" in written else {}
    return (Matcher(name=written["name"], value=written["value"], **rest),)


def _is_like(text: str, pattern: str) -> bool:
    return any(_is_like_one(text, one.split("*")) for one in pattern.split("|"))


def _is_like_one(text: str, pieces: Sequence[str]) -> bool:
    """Whether a text is these pieces with anything between them, each taken as early as it can be: one pass."""
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
