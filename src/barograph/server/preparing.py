"""A server's folder, its tables and its first key, made before anything else of it is loaded."""

from __future__ import annotations

from typing import Final

from barograph.config.settings import Settings
from barograph.server.access.keyring import holds, new_key
from barograph.server.access.links import new_link
from barograph.server.access.tokens import Token
from barograph.server.clock import Clock
from barograph.store.audit import append_audit
from barograph.store.database import Database, open_database
from barograph.store.errors import StoreUnavailable
from barograph.store.keys import add_key, all_keys, has_keys
from barograph.store.log import open_log
from barograph.store.migrate import migrate

BOOTSTRAP: Final = "bootstrap"


def make_folder(settings: Settings) -> None:
    """Make the data folder where it is missing; raises StoreUnavailable where that cannot be."""
    try:
        # What it holds is raw rows: no one else's business.
        settings.data_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreUnavailable(
            f"no data folder can be made at {settings.data!r} ({error.strerror}); choose another with --data."
        ) from error


def prepare(settings: Settings, clock: Clock) -> Token | None:
    """Make the data folder and the tables where they are missing, and the first key.

    Returns
    -------
    Token
        Of the first key, an admin's; None where keys were made before. It is kept nowhere: show it.

    Raises
    ------
    StoreUnavailable, LaterVersion
        Where the database cannot be reached or written, or a later version wrote it.
    """
    make_folder(settings)
    database = open_database(settings.database_url)
    try:
        migrate(database)
        open_log(settings.log_url).close()
        return _first_key(database, clock)
    finally:
        database.close()


def sign_in_link(settings: Settings, clock: Clock) -> str | None:
    """The secret of a link that signs a browser in once, by the first key; None where that holds no more."""
    database = open_database(settings.database_url)
    try:
        with database.writing() as conn:
            now = clock.now()
            first = next((key for key in all_keys(conn) if key.created_by == BOOTSTRAP), None)
            if first is None or not holds(first, now):
                return None
            return new_link(conn, key_id=first.key_id, now=now)
    finally:
        database.close()


def _first_key(database: Database, clock: Clock) -> Token | None:
    with database.writing() as conn:
        if has_keys(conn):
            return None
        token, key = new_key(name="admin", role="admin", projects=None, created_by=BOOTSTRAP, now=clock.now())
        add_key(conn, key)
        append_audit(conn, at=clock.now(), actor=BOOTSTRAP, action="key.create", subject=key.key_id)
    return token
