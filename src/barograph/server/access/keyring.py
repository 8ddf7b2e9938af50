"""Keys as the server uses them: made, verified, revoked."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from hmac import compare_digest
from typing import Final

from barograph.server.access.pace import Pace
from barograph.server.access.principal import Principal
from barograph.server.access.roles import Role
from barograph.server.access.tokens import Token
from barograph.server.clock import Clock
from barograph.server.errors import KeyNotMade, RequestRefused
from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable
from barograph.store.keys import StoredKey, find_key, mark_used

#: For so long a key that was read is believed; revoked by another process, it works no longer than this.
FRESH_SECONDS: Final = 1.0
_USED_EVERY_US: Final = 300 * 1_000_000
_KEYS_KEPT: Final = 10_000
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="barograph"'}


class Keyring:
    """Verifies tokens, with the keys used lately in memory.

    Parameters
    ----------
    database : where keys are stored.
    clock : for expiry.
    key_requests, failed_keys : requests a key may make, and wrong ones an address may show, in a minute.
    seconds : a clock that never goes back.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        key_requests: int,
        failed_keys: int,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database = database
        self.clock = clock
        self._seconds = seconds
        self._requests = Pace(key_requests, seconds=seconds)
        self._failures = Pace(failed_keys, seconds=seconds)
        self._kept: dict[str, tuple[float, StoredKey]] = {}

    def remembers(self, token: Token) -> bool:
        """Whether verifying a token needs no look into the database."""
        kept = self._kept.get(token.key_id)
        return kept is not None and self._seconds() - kept[0] < FRESH_SECONDS

    def verify(self, token: Token | None, address: str) -> Principal:
        """Whose token it is.

        Parameters
        ----------
        token : None where none was sent, or nothing of its form.
        address : the client's.

        Raises
        ------
        RequestRefused
            401 for a token that is missing, wrong, revoked or expired, in the same words; 429 for too many.
        """
        if wait := self._failures.exhausted_seconds(address):
            raise _too_many(wait, f"too many wrong keys from {address}")
        key = None if token is None else self._find(token.key_id)
        known = key is not None and token is not None and compare_digest(key.digest, token.digest)
        if key is None or not known or not holds(key, self.clock.now()):
            if token is not None:
                self._failures.wait_seconds(address)
            raise RequestRefused(401, _WHY_NOT, headers=_CHALLENGE)
        if wait := self._requests.wait_seconds(key.key_id):
            raise _too_many(
                wait, f"key {key.key_id} made more than {self._requests.per_minute} requests a minute"
            )
        projects = None if key.projects is None else frozenset(key.projects)
        return Principal(key_id=key.key_id, name=key.name, role=key.role, projects=projects, address=address)

    def count(self, name: str, what: str) -> None:
        """Count a request that comes with something else than a key, at the pace of a key's.

        Parameters
        ----------
        name : by which it is counted; what: it in words.

        Raises
        ------
        RequestRefused
            429 for too many.
        """
        if wait := self._requests.wait_seconds(name):
            raise _too_many(
                wait, f"{what} was asked for more than {self._requests.per_minute} times a minute"
            )

    def forget(self, key_id: str) -> None:
        """Read a key anew when it is next shown, as after it was revoked."""
        self._kept.pop(key_id, None)

    def _find(self, key_id: str) -> StoredKey | None:
        kept = self._kept.get(key_id)
        if kept is not None and self._seconds() - kept[0] < FRESH_SECONDS:
            return kept[1]
        at = self._seconds()
        with self.database.reading() as conn:
            found = find_key(conn, key_id)
        if found is None:
            return None
        if len(self._kept) >= _KEYS_KEPT:
            self._kept.clear()
        self._kept[key_id] = (at, found)
        self._note_use(found)
        return found

    def _note_use(self, key: StoredKey) -> None:
        now = self.clock.now()
        if key.last_used_at is not None and now - key.last_used_at < _USED_EVERY_US:
            return
        # With a full disk keys still open the reading side.
        with suppress(StoreUnavailable), self.database.writing() as conn:
            mark_used(conn, key.key_id, at=now)


def holds(key: StoredKey, now: int) -> bool:
    """Whether a key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def new_key(
    *,
    name: str,
    role: Role,
    projects: tuple[str, ...] | None,
    created_by: str,
    now: int,
    expires_at: int | None = None,
) -> tuple[Token, StoredKey]:
    """Draw a token and what is stored of it.

    Raises
    ------
    KeyNotMade
        Where the name is blank.
    """
    if not name.strip():
        raise KeyNotMade("a key has no name; say what it is for.")
    token = Token.new()
    return token, StoredKey(
        key_id=token.key_id, name=name, role=role, projects=projects, digest=token.digest,
        created_by=created_by, created_at=now, expires_at=expires_at,
    )  # fmt: skip


_WHY_NOT: Final = (
    "no valid key; send `Authorization: Bearer bg_…` with a key that is neither revoked nor expired."
)


def _too_many(wait_seconds: int, what: str) -> RequestRefused:
    return RequestRefused(429, f"{what}; wait {wait_seconds} s.", headers={"Retry-After": str(wait_seconds)})
