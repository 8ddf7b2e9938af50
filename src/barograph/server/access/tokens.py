"""Tokens: ``bg_<key id>_<secret>``, of which only the secret's hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

_ID_BYTES: Final = 8
_SECRET_BYTES: Final = 32
_FORM: Final = re.compile(r"bg_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_IN_TEXT: Final = re.compile(r"(bg_[0-9a-f]{16}_)[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key's id and its secret, 256 random bits.

    Examples
    --------
    >>> token = Token.new()
    >>> Token.parse(token.text) == token
    True
    """

    key_id: str
    secret: str = field(repr=False)

    @classmethod
    def new(cls) -> Token:
        """Draw a token from the system's source of chance."""
        return cls(key_id=secrets.token_hex(_ID_BYTES), secret=secrets.token_urlsafe(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> Token | None:
        """Read a token; None where the text has not its form."""
        match = _FORM.fullmatch(text)
        return None if match is None else cls(key_id=match[1], secret=match[2])

    @property
    def text(self) -> str:
        """The token as it is sent."""
        return f"bg_{self.key_id}_{self.secret}"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the secret; enough for one that no one can guess (OWASP ASVS 5.0, 6.5.2)."""
        return hashlib.sha256(self.secret.encode()).digest()


def without_secrets(text: str) -> str:
    """A text with the secrets of tokens taken out.

    Examples
    --------
    >>> without_secrets("got bg_0123456789abcdef_c2VjcmV0")
    'got bg_0123456789abcdef_…'
    """
    return _IN_TEXT.sub(r"\1…", text)
