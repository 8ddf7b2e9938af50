"""How much room the store takes, by its parts."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from barograph.store.database import Database

_OF_SQLITE = (
    "SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name GROUP BY 1"
)
_OF_POSTGRES = (
    "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class AS c "
    "JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = current_schema()"
)


def database_bytes(database: Database) -> int:
    """All of a database; of SQLite its file and what is written ahead."""
    if not database.is_sqlite:
        with database.reading() as conn:
            return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    path = str(database.engine.url.database)
    return sum(Path(path + ending).stat().st_size for ending in ("", "-wal") if Path(path + ending).exists())


def table_bytes(database: Database) -> dict[str, int]:
    """By table, with its indexes, the largest first; empty where this build of SQLite cannot tell.

    Notes
    -----
    Cost: SQLite reads the head of every page, half a second a gigabyte.
    """
    with database.reading() as conn:
        if database.is_sqlite and not _can_tell(conn):
            return {}
        found = conn.exec_driver_sql(_OF_SQLITE if database.is_sqlite else _OF_POSTGRES)
        sizes = {str(name): int(size) for name, size in found}
    return dict(sorted(sizes.items(), key=lambda each: (-each[1], each[0])))


def folder_bytes(folder: Path) -> int:
    """All files below a folder; 0 where there is none.

    Notes
    -----
    Cost: 5 µs a file.
    """
    found, waiting = 0, [str(folder)] if folder.is_dir() else []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    found += entry.stat(follow_symlinks=False).st_size
    return found


def _can_tell(conn: sa.Connection) -> bool:
    options = conn.exec_driver_sql("PRAGMA compile_options")
    return "ENABLE_DBSTAT_VTAB" in {str(name) for (name,) in options}
