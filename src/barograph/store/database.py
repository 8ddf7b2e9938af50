"""The state database: SQLite in one file, or PostgreSQL, behind one value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.errors import MissingExtra
from barograph.store.errors import NotFound
from barograph.store.unavailable import speaking_plainly

#: Seconds a SQLite transaction waits for another's.
_WAIT_SECONDS = 10
_CONNECTIONS, _MORE_CONNECTIONS = 5, 20
_WRITING = "barograph_writing"
#: SQLite's write-ahead log grows while somebody reads, and would stay as large as it ever was.
_AHEAD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database that is open; see `open_database`.

    Attributes
    ----------
    engine : its connections, shared by threads.
    """

    engine: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: committed at the end, or taken back where an error leaves it.

        Raises
        ------
        StoreUnavailable
            Where the disk is full or broken, the connection lost, or another write lasted too long.
        """
        with speaking_plainly(), self.engine.connect() as conn:
            conn.execution_options(**{_WRITING: True})
            with conn.begin():
                yield conn

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent snapshot, in which nothing is written; raises StoreUnavailable as `writing` does."""
        with speaking_plainly(), self.engine.connect() as conn:
            if not self.is_sqlite:
                conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with conn.begin() as transaction:
                yield conn
                transaction.rollback()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open a database without changing what is in it; see `migrate`.

    Parameters
    ----------
    url : ``sqlite:////path/barograph.db`` or ``postgresql+psycopg://user@host/name``.

    Raises
    ------
    NotFound
        For a URL of another database or one that cannot be parsed.
    MissingExtra
        For PostgreSQL where psycopg is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     database = open_database(f"sqlite:///{folder}/barograph.db")
    ...     with database.reading() as conn:
    ...         conn.exec_driver_sql("PRAGMA journal_mode").scalar()
    ...     database.close()
    'wal'
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(engine=_sqlite(parsed))
    try:
        engine = sa.create_engine(
            parsed, pool_size=_CONNECTIONS, max_overflow=_MORE_CONNECTIONS, pool_pre_ping=True
        )
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "PostgreSQL needs psycopg, which is not installed: pip install 'barograph[postgres]'."
        ) from error
    return Database(engine=engine)


def _parsed(url: str) -> sa.URL:
    expected = "expected sqlite:////path/barograph.db or postgresql+psycopg://user@host/name"
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise NotFound(f"{url!r} is no URL of a database; {expected}.") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise NotFound(f"databases of type {backend!r} are not supported; {expected}.")
    if parsed.database in (None, "", ":memory:"):
        raise NotFound(f"{url!r} names no file, and what is in memory is lost; {expected}.")
    return parsed


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions of its own, and none before a SELECT.
    connection.isolation_level = None
    cursor = connection.cursor()
    limit = f"journal_size_limit={_AHEAD_BYTES}"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", limit):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(conn: sa.Connection) -> None:
    # A transaction that reads first and writes later fails where another wrote in between; one that will
    # write takes the lock at once, and waits for it.
    writes = conn.get_execution_options().get(_WRITING, False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
