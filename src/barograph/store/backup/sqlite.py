"""SQLite's part of a backup: copies of the files of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from barograph.store.database import Database
from barograph.store.unavailable import speaking_plainly

STATE_NAME, LOG_NAME = "barograph.db", "log.db"


@contextmanager
def snapshots(*paths: Path) -> Iterator[list[sqlite3.Connection]]:
    """Connections that see each file as it is at the start of the block."""
    with ExitStack() as stack, speaking_plainly():
        connections = []
        for path in paths:
            connection = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            connection.execute("BEGIN")
            # The snapshot is taken by the first reading.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connections.append(connection)
        yield connections


def copy_snapshot(source: sqlite3.Connection, to: Path) -> None:
    """Write what a connection's transaction sees as a file of its own."""
    with closing(sqlite3.connect(to)) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)


def path_of(database: Database) -> Path:
    """The file of a database."""
    return Path(str(database.engine.url.database))
