"""What a database's own errors mean to callers: not now, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from barograph.store.errors import StoreUnavailable

#: First two characters of PostgreSQL's error codes: connection, resources, operator, system, rollback.
_PASSING = ("08", "53", "57", "58", "40")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def speaking_plainly() -> Iterator[None]:
    """Turn errors of the disk, the connection and of waiting too long into StoreUnavailable."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable(
            "all connections to the database are in use. Try again; if it lasts, run fewer requests at a time."
        ) from error
    except sa.exc.DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        raise StoreUnavailable(told) from error


def is_io_error(error: BaseException | None) -> bool:
    """Whether SQLite could not write or sync what it was given, so that nothing is known of what is on the disk.

    A full disk is none: the transaction was taken back.
    """
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", 0) or 0
    return code in (
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_WRITE,
    )


def _told(error: sa.exc.DBAPIError) -> str | None:
    """The sentence for an error that passes or is the disk's; None for one that is neither."""
    original = error.orig
    state = getattr(original, "sqlstate", None)
    if state is not None or error.connection_invalidated:
        if error.connection_invalidated or str(state).startswith(_PASSING):
            return f"PostgreSQL cannot do this now ({_first_line(original)}). Try again; see its log if it lasts."
        return None
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    if isinstance(error, sa.exc.OperationalError):
        return f"the database cannot be reached ({_first_line(original)}). Check its URL and that it runs."
    return None


def _of_sqlite(error: sqlite3.Error) -> str | None:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return (
            "the disk of the data directory is full; nothing was stored. Free space and send the same again."
        )
    if code in _BUSY:
        return "the database is busy with another write. Send the same again."
    if code == sqlite3.SQLITE_READONLY:
        return "the data directory cannot be written. Make it writable and start the server again."
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return f"the data directory cannot be read or written ({error}). Check the disk, then start again."
    return None


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
