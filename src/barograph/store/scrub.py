"""What was deleted leaves nothing behind in the files of a database.

A database marks deleted rows as free space, where their bytes stay until something else is written there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable


@contextmanager
def erasing(database: Database, tables: Sequence[sa.Table]) -> Iterator[sa.Connection]:
    """One writing transaction; what it deletes from `tables` is overwritten.

    Notes
    -----
    SQLite writes zeros over it, and empties its write-ahead log unless another reads at that moment: what is there is
    then overwritten by later writes. PostgreSQL writes the tables anew, which locks them meanwhile; its own
    write-ahead log and backups keep what they have.
    """
    if not database.is_sqlite:
        with database.writing() as conn:
            yield conn
        _vacuum_postgres(database, tables)
        return
    with database.writing() as conn:
        conn.exec_driver_sql("PRAGMA secure_delete=ON")
        yield conn
        conn.exec_driver_sql("PRAGMA secure_delete=OFF")
    _on_file(database, "PRAGMA wal_checkpoint(TRUNCATE)")


def scrub(database: Database, tables: Sequence[sa.Table]) -> None:
    """Overwrite all that was ever deleted; the whole file of an SQLite database, which must be small, is written anew.

    Raises
    ------
    StoreUnavailable
        Where others kept it busy for too long; nothing was lost, and it can be tried again.
    """
    if database.is_sqlite:
        _on_file(database, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        _vacuum_postgres(database, tables)


def _on_file(database: Database, *statements: str) -> None:
    """Statements that SQLite refuses inside of a transaction."""
    with database.engine.connect() as conn:
        driver = conn.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            for statement in statements:
                driver.execute(statement).fetchall()
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"what was deleted could not be overwritten yet ({error}). It is tried again."
            ) from error


def _vacuum_postgres(database: Database, tables: Sequence[sa.Table]) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for table in tables:
            conn.execute(sa.text(f'VACUUM FULL "{table.name}"'))
