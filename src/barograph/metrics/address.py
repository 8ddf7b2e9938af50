"""The one written form of a metric: ``family.metric(column="…", class="…", k=…, segment="…")``."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from barograph.errors import AddressError, did_you_mean
from barograph.schema.halves import has_half


class Wildcard(Enum):
    """The argument ``*``: every column, class or segment there is."""

    ANY = "*"


ANY: Final = Wildcard.ANY
Argument = str | int | float | Wildcard

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SPACE = re.compile(r"\s*")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])")
_LARGEST_INTEGER: Final = 1 << 53
_FORM = 'expected family.metric or family.metric(column="income", q=0.5)'


@dataclass(frozen=True, slots=True)
class Address:
    """A metric and the arguments it is asked for.

    Attributes
    ----------
    metric : ``family.metric``.
    arguments : name and value, kept in one order: `column`, then others by name, `segment` last.

    Raises
    ------
    AddressError
        Where a name is malformed, given twice, or a value is neither text, a finite number nor `ANY`.

    Examples
    --------
    >>> str(Address("quality.quantile", (("q", 0.5), ("column", "income"))))
    'quality.quantile(column="income", q=0.5)'
    """

    metric: str
    arguments: tuple[tuple[str, Argument], ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.metric):
            raise AddressError(f"{self.metric!r} is not the name of a metric; {_FORM}.")
        names = [name for name, _ in self.arguments]
        for name, value in self.arguments:
            if not _KEY.fullmatch(name):
                raise AddressError(f"{self.metric}: {name!r} is not the name of an argument; {_FORM}.")
            if names.count(name) > 1:
                raise AddressError(f"{self.metric}: argument {name!r} is given twice; give it once.")
            _require_value(self.metric, name, value)
        object.__setattr__(self, "arguments", tuple(sorted(self.arguments, key=_place)))

    def __str__(self) -> str:
        if not self.arguments:
            return self.metric
        return f"{self.metric}({', '.join(f'{name}={_written(value)}' for name, value in self.arguments)})"

    @property
    def family(self) -> str:
        """First part of the metric's name."""
        return self.metric.partition(".")[0]

    def get(self, name: str) -> Argument | None:
        """The value of an argument, None where it is not given."""
        for each, value in self.arguments:
            if each == name:
                return value
        return None

    def with_argument(self, name: str, value: Argument) -> Address:
        """The address with one argument set or replaced.

        Examples
        --------
        >>> str(parse_address("quality.mean(column=*)").with_argument("column", "age"))
        'quality.mean(column="age")'
        """
        others = tuple((n, v) for n, v in self.arguments if n != name)
        return Address(self.metric, (*others, (name, value)))


def parse_address(text: str) -> Address:
    r"""Read an address; `str` of the result writes it back.

    Texts stand in double quotes with JSON's escapes (``\"``, ``\\``, ``\n``, ``é``), numbers and
    ``*`` stand bare. Nothing is evaluated.

    Raises
    ------
    AddressError
        Says what is wrong and at which character.

    Examples
    --------
    >>> parse_address('drift.psi(column="income", segment="country=DE")').get("segment")
    'country=DE'
    """
    address, end = read_address(text, 0)
    if end != len(text):
        raise _error(text, end, "nothing may follow the address")
    return address


def read_address(text: str, start: int) -> tuple[Address, int]:
    """Read the address that begins at `start` of a longer text, such as the left side of a check.

    Returns
    -------
    The address and the position after it and the blanks that follow.

    Examples
    --------
    >>> read_address("drift.share <= 0.2", 0)
    (Address(metric='drift.share', arguments=()), 12)
    """
    position = _skip(text, start)
    name = _NAME.match(text, position)
    if name is None:
        raise _error(text, position, "a metric is named family.metric, in small letters")
    arguments: list[tuple[str, Argument]] = []
    position = _skip(text, name.end())
    if text[position : position + 1] == "(":
        position = _skip(text, position + 1)
        while text[position : position + 1] != ")":
            one, position = _argument(text, position)
            arguments.append(one)
            if text[position : position + 1] == ",":
                position = _skip(text, position + 1)
            elif text[position : position + 1] != ")":
                raise _error(text, position, 'after an argument comes "," or ")"')
        position = _skip(text, position + 1)
    return Address(name.group(), tuple(arguments)), position


def check_arguments(address: Address, allowed: tuple[str, ...], required: tuple[str, ...]) -> None:
    """Raise AddressError for an argument the metric does not take, or needs and is not given.

    Examples
    --------
    >>> check_arguments(parse_address('quality.mean(column="x")'), ("column", "segment"), ("column",))
    """
    given = [name for name, _ in address.arguments]
    takes = f"It takes: {', '.join(allowed)}." if allowed else "It takes none."
    for name in given:
        if name not in allowed:
            hint = did_you_mean(name, allowed) or "."
            raise AddressError(f"{address.metric} has no argument {name!r}{hint} {takes}")
    for name in required:
        if name not in given:
            raise AddressError(f"{address.metric} needs {name}=; write {_example(address, name)}.")


def _argument(text: str, start: int) -> tuple[tuple[str, Argument], int]:
    key = _KEY.match(text, start)
    if key is None:
        raise _error(text, start, 'an argument is written name=value, such as column="income"')
    position = _skip(text, key.end())
    if text[position : position + 1] != "=":
        raise _error(text, position, f'"=" and a value come after {key.group()!r}')
    value, position = _value(text, _skip(text, position + 1))
    return (key.group(), value), _skip(text, position)


def _value(text: str, start: int) -> tuple[Argument, int]:
    if text[start : start + 1] == "*":
        return ANY, start + 1
    if quoted := _TEXT.match(text, start):
        try:
            found = str(json.loads(quoted.group(), strict=False))
        except json.JSONDecodeError as error:
            raise _error(text, start + error.pos, "a backslash starts one of JSON's escapes") from error
        if has_half(found):
            raise AddressError(
                f"an address holds half a character (\\ud800 to \\udfff); write it whole. {_FORM}."
            )
        return found, quoted.end()
    if number := _NUMBER.match(text, start):
        written = number.group()
        whole = written.lstrip("+-").isdigit()
        return (int(written) if whole else float(written)), number.end()
    raise _error(text, start, "a value is a text in double quotes, a number, or *")


def _require_value(metric: str, name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Wildcard):
        raise AddressError(f"{metric}: {name}={value!r} is neither a text, a number nor ANY.")
    if isinstance(value, float) and not math.isfinite(value):
        raise AddressError(f"{metric}: {name}={value!r} is not finite; give a finite number.")
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise AddressError(f"{metric}: {name} is a whole number beyond ±2⁵³; give a smaller one.")


def _written(value: Argument) -> str:
    if isinstance(value, Wildcard):
        return "*"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _place(argument: tuple[str, Argument]) -> tuple[int, str]:
    name = argument[0]
    return ({"column": 0, "segment": 2}.get(name, 1), name)


def _example(address: Address, name: str) -> str:
    value: Argument = {"column": "…", "class": "…", "segment": "…"}.get(name, 0.5)
    return str(address.with_argument(name, value))


def _skip(text: str, position: int) -> int:
    blanks = _SPACE.match(text, position)
    return position if blanks is None else blanks.end()


def _error(text: str, position: int, expected: str) -> AddressError:
    found = repr(text[position : position + 12]) if position < len(text) else "the end"
    return AddressError(
        f"address {text!r}: at character {position + 1} found {found}, but {expected}; {_FORM}."
    )
