"""Bytes a server keeps, by what they are of."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from barograph.server.worker.store import Store
from barograph.store.database import Database

#: What a table of the state database holds; all others are what stands now: models, references, series, cursors.
OF_TABLES: Final = {
    "profiles": ("profiles",),
    "figures": ("points",),
    "said of windows": ("evaluations",),
    "alerts, messages": ("alerts", "alert_events", "incidents", "outbox", "pins", "pinned_profiles"),
    "events, audit": ("events", "audit"),
}
STANDING: Final = "state"
#: Files of the data folder, and of SQLite what no table holds.
OF_FILES: Final = ("rows", "lake's log", "ids", "log", "free, unwritten")
KINDS: Final = (*OF_FILES, STANDING, *OF_TABLES)


def disk(store: Store) -> Counter[str]:
    """Bytes by kind, those of `KINDS`; every file counts in whole blocks, and so does a folder."""
    kind_of = {table: kind for kind, tables in OF_TABLES.items() for table in tables}
    held = Counter(dict.fromkeys(KINDS, 0))
    for path, size in _blocks(store.lake_folder):
        held["lake's log" if "_delta_log" in path.parts else "rows"] += size
    for _, size in _blocks(store.ids_folder):
        held["ids"] += size
    for database, whole in ((store.database, None), (store.log.database, "log")):
        for table, size in _tables(database):
            held[whole or kind_of.get(table, STANDING)] += size
        held["free, unwritten"] += _free(database)
    return held


def older(folder: Path, *, seconds: float) -> None:
    """Let files of a folder have changed earlier than they have: what is removed some time later goes by that."""
    for path in folder.rglob("*"):
        changed = path.stat().st_mtime - seconds
        os.utime(path, (changed, changed))


def _blocks(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in folder.rglob("*"):
        yield path, path.stat().st_blocks * 512


def _tables(database: Database) -> Iterator[tuple[str, int]]:
    """Bytes of the pages of each table, with its indices."""
    asked = (
        "SELECT coalesce(s.tbl_name, p.name), sum(p.pgsize) FROM dbstat AS p "
        "LEFT JOIN sqlite_schema AS s ON s.name = p.name GROUP BY 1"
    )
    with database.reading() as conn:
        yield from conn.exec_driver_sql(asked).tuples().all()


def _free(database: Database) -> int:
    """Pages that are free to be used again, and the write-ahead log."""
    with database.reading() as conn:
        pages, size = (
            int(conn.exec_driver_sql(f"PRAGMA {n}").scalar_one()) for n in ("freelist_count", "page_size")
        )
    ahead = Path(f"{database.engine.url.database}-wal")
    return pages * size + (ahead.stat().st_size if ahead.exists() else 0)
