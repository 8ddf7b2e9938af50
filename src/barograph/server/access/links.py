"""Links that sign a browser in, once: for who started the server and reads what it prints."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

import sqlalchemy as sa

from barograph.store import sessions
from barograph.store.audit import append_audit

#: A link holds so long, unless it was used.
LASTS_US: Final = 3_600 * 1_000_000
_BYTES: Final = 32


def new_link(conn: sa.Connection, *, key_id: str, now: int) -> str:
    """Make the secret of a link that signs in once, as a key does; a digest is kept among sessions, without an address.

    Parameters
    ----------
    now : µs UTC.
    """
    secret = secrets.token_urlsafe(_BYTES)
    sessions.begin(
        conn, digest=_digest(secret), user_id=None, key_id=key_id, address="", now=now, lasts_us=LASTS_US
    )
    append_audit(conn, at=now, actor=key_id, action="link.create", subject="sign in")
    return secret


def use_link(conn: sa.Connection, secret: str, *, now: int) -> str | None:
    """The key that a link signs in, which no link does again; None of one that was used, is too old or unknown."""
    found = sessions.session(conn, _digest(secret), now=now)
    return found.key_id if found is not None and sessions.end(conn, found.digest) else None


def _digest(secret: str) -> bytes:
    # Not what a cookie of the same secret would be looked for by: the secret of a link is no session.
    return hashlib.sha256(f"link:{secret}".encode()).digest()
