"""How the text of a setting is read, one function a kind of value."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Final

_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("0", "false", "no", "off")
_BYTES: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30,
}  # fmt: skip
_SECONDS: Final = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_NUMBER_WITH_UNIT: Final = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)\s*([A-Za-z]*)")


def text(written: str) -> str:
    """Take a text as it is, without blanks around it."""
    return written.strip()


def boolean(written: str) -> bool:
    """Read true or false.

    Examples
    --------
    >>> boolean("on")
    True
    """
    word = written.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError("true or false")


def whole(written: str) -> int:
    """Read a whole number of 1 or more.

    Examples
    --------
    >>> whole("50_000")
    50000
    """
    return _at_least(written, 1)


def whole_or_none(written: str) -> int | None:
    """Read a whole number of 1 or more, or `none`."""
    return None if written.strip().lower() in ("", "none") else _at_least(written, 1)


def count(written: str) -> int:
    """Read a whole number of 0 or more."""
    return _at_least(written, 0)


def port(written: str) -> int:
    """Read a port; 0 lets the system choose one."""
    found = _at_least(written, 0)
    if found > 65_535:
        raise ValueError("a port, 0 to 65535")
    return found


def size(written: str) -> int:
    """Read a number of bytes, with a unit or without.

    Examples
    --------
    >>> size("10 MiB")
    10485760
    """
    number, unit = _split(written, "bytes, such as 10 MiB")
    if unit.lower() not in _BYTES:
        raise ValueError("bytes, such as 10 MiB")
    found = round(number * _BYTES[unit.lower()])
    if found < 1:
        raise ValueError("1 byte or more")
    return found


def seconds(written: str) -> float:
    """Read a length of time in seconds, with a unit or without.

    Examples
    --------
    >>> seconds("15m")
    900.0
    """
    number, unit = _split(written, "a length of time, such as 30s or 15m")
    if unit not in _SECONDS or number <= 0:
        raise ValueError("a length of time above 0, such as 30s or 15m")
    return number * _SECONDS[unit]


def factor(written: str) -> float:
    """Read a number above 0."""
    try:
        found = float(written)
    except ValueError:
        found = 0.0
    if not 0.0 < found < float("inf"):
        raise ValueError("a number above 0")
    return found


def root_path(written: str) -> str:
    """Read the path a proxy serves under.

    Examples
    --------
    >>> root_path("/monitoring/")
    '/monitoring'
    """
    path = written.strip().rstrip("/")
    if path and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", path):
        raise ValueError("a path such as /monitoring, or nothing")
    return path


def public_url(written: str) -> str:
    """Read the address people reach the server at.

    Examples
    --------
    >>> public_url("https://barograph.example.org/monitoring/")
    'https://barograph.example.org/monitoring'
    """
    url = written.strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise ValueError("an address such as https://barograph.example.org, or nothing")
    return url


def networks(written: str) -> tuple[str, ...]:
    """Read addresses and networks, separated by commas.

    Examples
    --------
    >>> networks("10.0.0.0/8, ::1")
    ('10.0.0.0/8', '::1')
    """
    found = words(written)
    for word in found:
        try:
            ip_network(word)
        except ValueError:
            raise ValueError("addresses or networks, such as 10.0.0.0/8, separated by commas") from None
    return found


def words(written: str) -> tuple[str, ...]:
    """Read words separated by commas."""
    return tuple(word.strip() for word in written.split(",") if word.strip())


def moment(written: str) -> int | None:
    """Read a time as µs since 1970 in UTC; nothing is None; a time without zone is in UTC.

    Examples
    --------
    >>> moment("2011-01-01T00:00:00Z")
    1293840000000000
    """
    if not written.strip():
        return None
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        raise ValueError("a time such as 2011-01-01T00:00:00Z") from None
    zoned = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return round(zoned.timestamp() * 1_000_000)


def one_of(*allowed: str) -> _Choice:
    """A reading of one of some words."""
    return _Choice(allowed)


class _Choice:
    """Reads one of some words."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed

    def __call__(self, written: str) -> str:
        word = written.strip().lower()
        if word not in self.allowed:
            raise ValueError(f"one of {', '.join(self.allowed)}")
        return word


def _at_least(written: str, lowest: int) -> int:
    try:
        found = int(written.strip())
    except ValueError:
        found = lowest - 1
    if found < lowest:
        raise ValueError(f"a whole number of {lowest} or more")
    return found


def _split(written: str, expected: str) -> tuple[float, str]:
    match = _NUMBER_WITH_UNIT.fullmatch(written.strip())
    if match is None:
        raise ValueError(expected)
    return float(match[1].replace("_", "")), match[2]
