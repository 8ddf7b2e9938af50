"""The text of a condition cut into tokens, each with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from barograph.checks.expression import Number
from barograph.errors import AddressError, CheckError, did_you_mean
from barograph.metrics.address import Address, read_address
from barograph.metrics.registry import metrics

Kind = Literal["metric", "number", "reference", "comparison", "sign", "(", ")", "end"]

_BLANKS = re.compile(r"\s*")
_METRIC = re.compile(r"[A-Za-z_]\w*\s*\.\s*[A-Za-z_]")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"(?:[0-9]{1,400}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?(?![\w.])")
_SIGNS = re.compile(r"[<>=!≤≥≠]+|[-+*/()×÷−]")
_COMPARISONS: Final = ("<=", "<", ">=", ">", "==")
#: What is written for a sign, and the sign that is meant.
_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {"=": "==", "=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "===": "==", "×": "*", "÷": "/", "−": "-"}
)
_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A part of a condition.

    Attributes
    ----------
    value : the address of a metric, a number, or the text of a sign.
    start, end : where it stands in the text.
    """

    kind: Kind
    value: Address | Number | str
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a condition into tokens; the last is of kind `end`.

    Raises
    ------
    CheckError
        With the place, where something is none of them.

    Examples
    --------
    >>> [t.kind for t in tokens("drift.share <= 2 * 5%")]
    ['metric', 'comparison', 'number', 'sign', 'number', 'end']
    """
    if len(text) > _LONGEST:
        raise CheckError(
            f"check {text[:40]!r}…: {len(text):,} characters; expected at most {_LONGEST:,}. Write several."
        )
    found: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        found.append(_token(text, position))
        position = _skip(text, found[-1].end)
    return (*found, Token(kind="end", value="", start=len(text), end=len(text)))


def wrong(text: str, position: int, expected: str, hint: str = "") -> CheckError:
    """Build the error for a place in a condition; `hint` as `did_you_mean` gives it.

    Examples
    --------
    >>> print(wrong("drift.share", 11, "a comparison"))
    check 'drift.share': at character 12 found the end; expected a comparison.
    """
    found = repr(text[position : position + 12]) if position < len(text) else "the end"
    return CheckError(
        f"check {text!r}: at character {position + 1} found {found}; expected {expected}{hint or '.'}"
    )


def _token(text: str, start: int) -> Token:
    if _METRIC.match(text, start):
        return _metric(text, start)
    if word := _WORD.match(text, start):
        return _word(text, word)
    if number := _NUMBER.match(text, start):
        return _number(text, number)
    sign = _SIGNS.match(text, start)
    if sign is None:
        raise wrong(text, start, "a metric, a number, reference, or a sign such as <= or *")
    written, end = sign.group(), sign.end()
    if written in _COMPARISONS:
        return Token(kind="comparison", value=written, start=start, end=end)
    if written in ("(", ")"):
        return Token(kind="(" if written == "(" else ")", value=written, start=start, end=end)
    if written in ("+", "-", "*", "/"):
        return Token(kind="sign", value=written, start=start, end=end)
    meant = _MEANT.get(written)
    hint = f"; did you mean '{meant}'?" if meant else ""
    raise wrong(text, start, f"a sign: {', '.join(_COMPARISONS)}, +, -, * or /", hint)


def _metric(text: str, start: int) -> Token:
    try:
        address, end = read_address(text, start)
    except AddressError as error:
        told = str(error)
        if told.startswith("address "):
            raise CheckError(f"check {told.removeprefix('address ')}") from None
        raise CheckError(f"check {text!r}: {told}") from None
    return Token(kind="metric", value=address, start=start, end=len(text[:end].rstrip()))


def _word(text: str, word: re.Match[str]) -> Token:
    if word.group() == "reference":
        return Token(kind="reference", value="reference", start=word.start(), end=word.end())
    if word.group() in ("and", "or"):
        raise wrong(text, word.start(), "one condition; write another check for another one")
    known = {name.partition(".")[2]: name for name in reversed(list(metrics()))}
    hint = did_you_mean(word.group().lower(), ("reference", *known))
    for short, name in known.items():
        hint = hint.replace(f"'{short}'", f"'{name}'")
    raise wrong(text, word.start(), "family.metric, a number or reference", hint)


def _number(text: str, number: re.Match[str]) -> Token:
    value, end = float(number.group()), number.end()
    if not math.isfinite(value):
        raise wrong(text, number.start(), "a finite number")
    percent = text[end : end + 1] == "%"
    figure = Number(value / 100.0, percent=True) if percent else Number(value)
    return Token(kind="number", value=figure, start=number.start(), end=end + percent)


def _skip(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return position if blanks is None else blanks.end()
