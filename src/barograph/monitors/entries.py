"""Single values of a document: as text from a file, or as JSON from a request; and as they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from barograph.errors import did_you_mean
from barograph.schema.document import Document, Path
from barograph.windows import LONGEST_SECONDS

_SECONDS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LENGTH = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(s|m|h|d|w)\s*")
_PERCENT = re.compile(r"\s*([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*%\s*")
_LONGEST_TEXT: Final = 10_000
_LONGEST_NUMBER: Final = 400


def text(document: Document, path: Path, value: object) -> str:
    """One text; nothing is an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise document.wrong(path, value, f"one text of at most {_LONGEST_TEXT:,} characters")
    return value


def choice(document: Document, path: Path, value: object, allowed: Collection[str]) -> Any:
    """One of the words that are allowed."""
    if isinstance(value, str) and value in allowed:
        return value
    hint = did_you_mean(str(value), allowed).lstrip("; ")
    raise document.wrong(path, value, f"one of {', '.join(allowed)}" + (f" ({hint})" if hint else ""))


def flag(document: Document, path: Path, value: object) -> bool:
    """True or false."""
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise document.wrong(path, value, "true or false")


def number(document: Document, path: Path, value: object) -> float:
    """A finite number; ``5%`` is 0.05.

    Examples
    --------
    >>> number(Document(origin="x", values={}, lines={}), (), "-5%")
    -0.05
    """
    found = math.nan
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = float(value)
        elif isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
            percent = _PERCENT.fullmatch(value)
            found = _of_percent(percent[1]) if percent else float(value)
    except (ValueError, ArithmeticError):
        found = math.nan
    if not math.isfinite(found):
        raise document.wrong(path, value, "a number")
    return found


def positive(document: Document, path: Path, value: object) -> float:
    """A number above 0."""
    found = number(document, path, value)
    if found <= 0.0:
        raise document.wrong(path, value, "a number above 0")
    return found


def share(document: Document, path: Path, value: object) -> float:
    """A number from 0 to 1, such as ``80%``."""
    found = number(document, path, value)
    if not 0.0 <= found <= 1.0:
        raise document.wrong(path, value, "a share from 0 to 1, such as 80%")
    return found


def whole(document: Document, path: Path, value: object, *, least: int = 0) -> int:
    """A whole number."""
    found = number(document, path, value)
    if not found.is_integer() or not least <= found <= 2**53:
        raise document.wrong(path, value, f"a whole number from {least} on")
    return int(found)


def seconds(document: Document, path: Path, value: object) -> float:
    """A length of time in seconds: a number of them, or a number and s, m, h, d or w.

    Examples
    --------
    >>> seconds(Document(origin="x", values={}, lines={}), (), "10m")
    600.0
    """
    if isinstance(value, str) and (found := _LENGTH.fullmatch(value)):
        given = float(found[1]) * _SECONDS[found[2]]
    else:
        try:
            given = number(document, path, value)
        except document.error:
            given = -1.0
    if not 0.0 <= given <= LONGEST_SECONDS:
        raise document.wrong(
            path, value, "a length of time such as 30s, 10m, 6h, 3d or 1w, of a century at most"
        )
    return given


def names(document: Document, path: Path, value: object) -> tuple[str, ...]:
    """Texts: a list of them, or one alone."""
    listed = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(v, str) and v for v in listed):
        raise document.wrong(path, value, "a name, or a list of names")
    return tuple(listed)


def mapping(
    document: Document, path: Path, value: object, allowed: Collection[str] = ()
) -> Mapping[str, Any]:
    """A mapping; nothing is an empty one. Keys are among those allowed, where any are named."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        keys = f", with keys among {', '.join(allowed)}" if allowed else ""
        raise document.wrong(path, value, f"a mapping{keys}")
    if allowed:
        document.check_keys(path, value, allowed)
    return value


def written_seconds(length: float) -> str:
    """A length of time in the largest unit that holds it a whole number of times.

    Examples
    --------
    >>> written_seconds(5_400), written_seconds(86_400)
    ('90m', '1d')
    """
    for unit in ("w", "d", "h", "m"):
        if length and length % _SECONDS[unit] == 0:
            return f"{int(length // _SECONDS[unit])}{unit}"
    return f"{int(length) if float(length).is_integer() else length}s"


def written_number(value: float) -> float | int:
    """A number as JSON: whole where it is.

    Examples
    --------
    >>> written_number(3.0), written_number(0.1)
    (3, 0.1)
    """
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def percent(value: float) -> str | None:
    """A number in percent; None where that would not be read back as the same.

    Examples
    --------
    >>> percent(-0.05), percent(1 / 3)
    ('-5%', None)
    """
    told = f"{100.0 * value:.12g}"
    return f"{told}%" if "e" not in told and _of_percent(told) == value else None


def _of_percent(told: str) -> float:
    """The nearest number: dividing by 100 would be off in the last digit."""
    return float(Decimal(told).scaleb(-2))
