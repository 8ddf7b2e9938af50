"""Passwords: Argon2id, with the parameters of OWASP's cheat sheet (19 MiB, 2 passes, 1 lane)."""

from __future__ import annotations

from functools import cache
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from barograph.server.errors import RequestRefused

FEWEST_CHARACTERS: Final = 10
MOST_CHARACTERS: Final = 200
#: Refused, whatever their length: what everybody tries first.
_COMMON: Final = ("password", "barograph", "1234567890", "qwertyuiop", "administrator", "letmeinletmein")

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)


@cache
def _nobody() -> str:
    """Checked where there is no such user, so that both answers take as long."""
    return _HASHER.hash("nobody")


def hashed(password: str, *, name: str = "") -> str:
    """The hash of a new password.

    Raises
    ------
    RequestRefused
        422 where it is too short, too long, or what everybody tries first.

    Examples
    --------
    >>> is_right(hashed("a long enough one"), "a long enough one")
    True
    """
    if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise RequestRefused(
            422,
            f"a password has {FEWEST_CHARACTERS} to {MOST_CHARACTERS} characters; take a sentence you remember.",
        )
    lowered = password.lower()
    if any(lowered.strip("0123456789!.") == word for word in (*_COMMON, name.lower())):
        raise RequestRefused(422, "this password is one that is tried first; take a sentence you remember.")
    return _HASHER.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the one of a hash; with no hash it is not, after as long."""
    try:
        return _HASHER.verify(kept or _nobody(), password[: MOST_CHARACTERS + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
